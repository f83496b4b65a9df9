-- Passwords for calendar programs, good for nothing else.
CREATE TABLE app_passwords (
    id          BLOB NOT NULL PRIMARY KEY,
    person_id   BLOB NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    label       TEXT NOT NULL,
    secret_hash BLOB NOT NULL UNIQUE,
    created_at  INTEGER NOT NULL,
    used_day    INTEGER
) STRICT;
CREATE INDEX app_passwords_by_person ON app_passwords (person_id);

-- What a calendar program was told last: the names of the entries with a mark of what they held.
CREATE TABLE calendar_states (
    person_id   BLOB NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    calendar_id BLOB NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    token       BLOB NOT NULL,
    entries     TEXT NOT NULL,
    seen_at     INTEGER NOT NULL,
    PRIMARY KEY (person_id, calendar_id, token)
) STRICT;
CREATE INDEX calendar_states_by_calendar ON calendar_states (calendar_id);
CREATE INDEX calendar_states_by_time ON calendar_states (seen_at);

-- How a calendar program calls a booking that came from it, and what it keeps there for its person alone.
CREATE TABLE calendar_names (
    person_id  BLOB NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    booking_id BLOB NOT NULL REFERENCES bookings (id) ON DELETE CASCADE,
    name       TEXT NOT NULL,
    uid        TEXT NOT NULL,
    own_lines  TEXT NOT NULL,
    PRIMARY KEY (person_id, booking_id),
    UNIQUE (person_id, name)
) STRICT;
CREATE INDEX calendar_names_by_booking ON calendar_names (booking_id);
