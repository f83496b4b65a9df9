-- The start at which somebody came, to the meeting or to the door, and the start at which nobody came and the rooms
-- were released: a date that moves is looked at again. Who came is nowhere kept.
ALTER TABLE occurrences ADD COLUMN attended_for BIGINT;
ALTER TABLE occurrences ADD COLUMN released_for BIGINT;
-- How many dates of a series in a row nobody came to.
ALTER TABLE bookings ADD COLUMN no_shows BIGINT NOT NULL DEFAULT 0;
-- What the panel at the door says to be believed, hashed.
ALTER TABLE rooms ADD COLUMN door_hash BYTEA;

-- Who waits for a room that others have at that time. An offer keeps the room like a hold.
CREATE TABLE room_waits (
    id            UUID    NOT NULL PRIMARY KEY,
    room_id       UUID    NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
    person_id     UUID    NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    start_s       BIGINT NOT NULL,
    end_s         BIGINT NOT NULL,
    asked_at      BIGINT NOT NULL,
    offered_until BIGINT,
    CHECK (end_s > start_s AND end_s - start_s <= 86400)
);
CREATE INDEX room_waits_by_room ON room_waits (room_id, start_s);
CREATE INDEX room_waits_by_person ON room_waits (person_id);
