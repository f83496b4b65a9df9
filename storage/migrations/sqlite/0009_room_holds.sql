-- Rooms that somebody keeps for some minutes while filling in a form. They stand beside the claims,
-- which alone decide who has a room: whoever books or holds locks the rooms and looks at both.
CREATE TABLE room_holds (
    person_id  BLOB    NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    room_id    BLOB    NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
    start_s    INTEGER NOT NULL,
    end_s      INTEGER NOT NULL,
    expires_at INTEGER NOT NULL,
    PRIMARY KEY (person_id, room_id),
    CHECK (end_s > start_s AND end_s - start_s <= 86400)
) STRICT, WITHOUT ROWID;
CREATE INDEX room_holds_by_room ON room_holds (room_id);
CREATE INDEX room_holds_by_end ON room_holds (expires_at);
