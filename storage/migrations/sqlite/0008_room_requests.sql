-- Rooms whose keeper is asked before a booking has them for good. The booking holds the room meanwhile.
CREATE TABLE room_requests (
    booking_id BLOB    NOT NULL REFERENCES bookings (id) ON DELETE CASCADE,
    room_id    BLOB    NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
    asked_by   BLOB    NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    asked_at   INTEGER NOT NULL,
    -- Which rules it breaks, as JSON; an empty list where the room is always asked for.
    reasons    TEXT    NOT NULL,
    -- Refused, if there is a time; waiting otherwise. What is granted is deleted.
    refused_at INTEGER,
    refused_by BLOB    REFERENCES people (id) ON DELETE SET NULL,
    words      TEXT,
    PRIMARY KEY (booking_id, room_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX room_requests_by_room ON room_requests (room_id);
