-- Secret addresses under which calendar programs read: a person's own calendar, or that of a room.
CREATE TABLE calendar_feeds (
    id          UUID NOT NULL PRIMARY KEY,
    person_id   UUID NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    room_id     UUID REFERENCES rooms (id) ON DELETE CASCADE,
    secret_hash BYTEA NOT NULL UNIQUE,
    created_at  BIGINT NOT NULL
);
CREATE INDEX calendar_feeds_by_person ON calendar_feeds (person_id);
