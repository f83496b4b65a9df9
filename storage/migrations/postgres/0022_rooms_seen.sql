-- At which of several rooms' doors somebody was, for the start the date had then. Who it was is nowhere kept.
CREATE TABLE rooms_seen (
    occurrence_id UUID    NOT NULL REFERENCES occurrences (id) ON DELETE CASCADE,
    room_id       UUID    NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
    seen_for      BIGINT  NOT NULL,
    PRIMARY KEY (occurrence_id, room_id)
);
