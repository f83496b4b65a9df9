-- Secret addresses under which calendar programs read: a person's own calendar, or that of a room.
CREATE TABLE calendar_feeds (
    id          BLOB NOT NULL PRIMARY KEY,
    person_id   BLOB NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    room_id     BLOB REFERENCES rooms (id) ON DELETE CASCADE,
    secret_hash BLOB NOT NULL UNIQUE,
    created_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX calendar_feeds_by_person ON calendar_feeds (person_id);
