-- Messages on their way out. The text holds names and links: it is deleted once it is sent.
CREATE TABLE outbox (
    id         UUID    NOT NULL PRIMARY KEY,
    recipient  TEXT    NOT NULL,
    message    BYTEA   NOT NULL,
    attempts   BIGINT NOT NULL,
    created_at BIGINT NOT NULL,
    due_at     BIGINT NOT NULL,
    give_up_at BIGINT NOT NULL
);
CREATE INDEX outbox_by_time ON outbox (due_at);
