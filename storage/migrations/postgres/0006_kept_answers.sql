-- The answer to a request that made something, so that sent again it makes nothing twice. The
-- answer is sealed: only who sends the same key again can have it opened.
CREATE TABLE kept_answers (
    person_id    UUID    NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    key_hash     BYTEA   NOT NULL,
    request_hash BYTEA   NOT NULL,
    answer       BYTEA   NOT NULL,
    expires_at   BIGINT  NOT NULL,
    PRIMARY KEY (person_id, key_hash)
);
CREATE INDEX kept_answers_by_end ON kept_answers (expires_at);
