-- The latest answer of each invited person: to the whole booking (key '') or to one date of a series.
CREATE TABLE replies (
    invitation_id  BLOB NOT NULL REFERENCES invitations (id) ON DELETE CASCADE,
    recurrence_key TEXT NOT NULL,
    answer         TEXT,
    sequence       INTEGER NOT NULL,
    stamped_at     INTEGER NOT NULL,
    proposed_start INTEGER,
    proposed_end   INTEGER,
    comment        TEXT,
    PRIMARY KEY (invitation_id, recurrence_key),
    CHECK ((proposed_start IS NULL) = (proposed_end IS NULL))
) STRICT, WITHOUT ROWID;
