-- Messages on their way out. The text holds names and links: it is deleted once it is sent.
CREATE TABLE outbox (
    id         BLOB    NOT NULL PRIMARY KEY,
    recipient  TEXT    NOT NULL,
    message    BLOB   NOT NULL,
    attempts   INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    due_at     INTEGER NOT NULL,
    give_up_at INTEGER NOT NULL
) STRICT;
CREATE INDEX outbox_by_time ON outbox (due_at);
