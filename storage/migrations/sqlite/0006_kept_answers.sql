-- The answer to a request that made something, so that sent again it makes nothing twice. The
-- answer is sealed: only who sends the same key again can have it opened.
CREATE TABLE kept_answers (
    person_id    BLOB    NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    key_hash     BLOB    NOT NULL,
    request_hash BLOB    NOT NULL,
    answer       BLOB    NOT NULL,
    expires_at   INTEGER NOT NULL,
    PRIMARY KEY (person_id, key_hash)
) STRICT;
CREATE INDEX kept_answers_by_end ON kept_answers (expires_at);
