-- The latest answer of each invited person: to the whole booking (key '') or to one date of a series.
CREATE TABLE replies (
    invitation_id  UUID NOT NULL REFERENCES invitations (id) ON DELETE CASCADE,
    recurrence_key TEXT NOT NULL,
    answer         TEXT,
    sequence       BIGINT NOT NULL,
    stamped_at     BIGINT NOT NULL,
    proposed_start BIGINT,
    proposed_end   BIGINT,
    comment        TEXT,
    PRIMARY KEY (invitation_id, recurrence_key),
    CHECK ((proposed_start IS NULL) = (proposed_end IS NULL))
);
