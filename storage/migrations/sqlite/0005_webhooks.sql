-- What happened in meetings, on its way to other programs. The text holds names.
CREATE TABLE webhooks (
    position     INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    endpoint     TEXT    NOT NULL,
    meeting      TEXT    NOT NULL,
    run          TEXT    NOT NULL,
    sequence     INTEGER NOT NULL,
    event        TEXT    NOT NULL,
    body         TEXT    NOT NULL,
    attempts     INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    due_at       INTEGER NOT NULL,
    give_up_at   INTEGER NOT NULL,
    delivered_at INTEGER,
    last_answer  TEXT,
    UNIQUE (endpoint, run, sequence)
) STRICT;
CREATE INDEX webhooks_waiting ON webhooks (endpoint, due_at) WHERE delivered_at IS NULL;
CREATE INDEX webhooks_by_end ON webhooks (give_up_at);
