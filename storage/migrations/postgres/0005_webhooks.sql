-- What happened in meetings, on its way to other programs. The text holds names.
CREATE TABLE webhooks (
    position     BIGINT  NOT NULL GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    endpoint     TEXT    NOT NULL,
    meeting      TEXT    NOT NULL,
    run          TEXT    NOT NULL,
    sequence     BIGINT NOT NULL,
    event        TEXT    NOT NULL,
    body         TEXT    NOT NULL,
    attempts     BIGINT NOT NULL,
    created_at   BIGINT NOT NULL,
    due_at       BIGINT NOT NULL,
    give_up_at   BIGINT NOT NULL,
    delivered_at BIGINT,
    last_answer  TEXT,
    UNIQUE (endpoint, run, sequence)
);
CREATE INDEX webhooks_waiting ON webhooks (endpoint, due_at) WHERE delivered_at IS NULL;
CREATE INDEX webhooks_by_end ON webhooks (give_up_at);
