-- The rules of a room as JSON; without, it is booked by everybody at all times.
ALTER TABLE rooms ADD COLUMN policy TEXT;

-- Who may book a room where only some may, and who keeps it.
CREATE TABLE room_people (
    room_id   UUID NOT NULL REFERENCES rooms (id) ON DELETE CASCADE,
    person_id UUID NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    part      TEXT NOT NULL CHECK (part IN ('booker', 'delegate')),
    PRIMARY KEY (room_id, part, person_id)
);
CREATE INDEX room_people_by_person ON room_people (person_id);
