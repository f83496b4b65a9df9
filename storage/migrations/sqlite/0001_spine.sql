-- Ids are 16-byte UUIDs, instants are whole UTC seconds, hashes are 32 bytes of SHA-256.

CREATE TABLE people (
    id            BLOB    NOT NULL PRIMARY KEY,
    name          TEXT    NOT NULL,
    name_folded   TEXT    NOT NULL,
    email         TEXT    NOT NULL UNIQUE,
    password_hash TEXT,
    roles         TEXT    NOT NULL,
    locale        TEXT    NOT NULL,
    disabled_at   INTEGER,
    created_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX people_by_name ON people (name_folded, id);

CREATE TABLE web_sessions (
    secret_hash BLOB    NOT NULL PRIMARY KEY,
    person_id   BLOB    NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    created_at  INTEGER NOT NULL,
    used_at     INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX web_sessions_by_person ON web_sessions (person_id);
CREATE INDEX web_sessions_by_end ON web_sessions (expires_at);

CREATE TABLE api_tokens (
    id          BLOB    NOT NULL PRIMARY KEY,
    secret_hash BLOB    NOT NULL UNIQUE,
    person_id   BLOB    NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    label       TEXT    NOT NULL,
    created_at  INTEGER NOT NULL,
    expires_at  INTEGER NOT NULL
) STRICT;
CREATE INDEX api_tokens_by_person ON api_tokens (person_id);

CREATE TABLE failed_sign_ins (
    id           INTEGER NOT NULL PRIMARY KEY,
    subject_hash BLOB    NOT NULL,
    failed_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX failed_sign_ins_by_subject ON failed_sign_ins (subject_hash, failed_at);
CREATE INDEX failed_sign_ins_by_time ON failed_sign_ins (failed_at);

CREATE TABLE setup_links (
    only_one    INTEGER NOT NULL PRIMARY KEY CHECK (only_one = 1),
    secret_hash BLOB    NOT NULL,
    expires_at  INTEGER NOT NULL
) STRICT;

CREATE TABLE delegations (
    id           BLOB NOT NULL PRIMARY KEY,
    principal_id BLOB NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    delegate_id  BLOB NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    rights       TEXT NOT NULL,
    valid_until  INTEGER,
    UNIQUE (principal_id, delegate_id)
) STRICT;
CREATE INDEX delegations_by_delegate ON delegations (delegate_id);

CREATE TABLE rooms (
    id         BLOB    NOT NULL PRIMARY KEY,
    kind       TEXT    NOT NULL,
    name       TEXT    NOT NULL,
    site       TEXT,
    capacity   INTEGER NOT NULL,
    notes      TEXT,
    retired_at INTEGER,
    version    INTEGER NOT NULL
) STRICT;
-- A retired room keeps its name in old bookings; a new room may take it.
CREATE UNIQUE INDEX rooms_by_name ON rooms (name) WHERE retired_at IS NULL;

CREATE TABLE bookings (
    id           BLOB    NOT NULL PRIMARY KEY,
    title        TEXT    NOT NULL,
    description  TEXT    NOT NULL,
    organiser_id BLOB    NOT NULL REFERENCES people (id),
    booked_by_id BLOB    NOT NULL REFERENCES people (id),
    zone         TEXT    NOT NULL,
    guests_wait  INTEGER NOT NULL,
    cancelled_at INTEGER,
    cancelled_by BLOB    REFERENCES people (id),
    sequence     INTEGER NOT NULL,
    version      INTEGER NOT NULL,
    created_at   INTEGER NOT NULL,
    updated_at   INTEGER NOT NULL,
    CHECK ((cancelled_at IS NULL) = (cancelled_by IS NULL))
) STRICT;
CREATE INDEX bookings_by_organiser ON bookings (organiser_id);
CREATE INDEX bookings_by_booker ON bookings (booked_by_id);

CREATE TABLE booking_rooms (
    booking_id BLOB NOT NULL REFERENCES bookings (id) ON DELETE CASCADE,
    room_id    BLOB NOT NULL REFERENCES rooms (id),
    PRIMARY KEY (booking_id, room_id)
) STRICT, WITHOUT ROWID;

CREATE TABLE occurrences (
    id         BLOB    NOT NULL PRIMARY KEY,
    booking_id BLOB    NOT NULL REFERENCES bookings (id) ON DELETE CASCADE,
    start_s    INTEGER NOT NULL,
    end_s      INTEGER NOT NULL,
    state      TEXT    NOT NULL CHECK (state IN ('held', 'cancelled', 'ended')),
    ended_at   INTEGER,
    locked_at  INTEGER,
    CHECK (end_s > start_s AND end_s - start_s <= 86400),
    CHECK ((state = 'ended') = (ended_at IS NOT NULL))
) STRICT;
CREATE INDEX occurrences_by_booking ON occurrences (booking_id, start_s);

-- What holds a room when. A claim lasts at most 24 hours, so whatever overlaps [start, end) has
-- start_s in (start - 86400, end): the check is one short range of the index.
CREATE TABLE room_claims (
    occurrence_id BLOB    NOT NULL REFERENCES occurrences (id) ON DELETE CASCADE,
    room_id       BLOB    NOT NULL REFERENCES rooms (id),
    start_s       INTEGER NOT NULL,
    end_s         INTEGER NOT NULL,
    PRIMARY KEY (occurrence_id, room_id),
    CHECK (end_s > start_s AND end_s - start_s <= 86400)
) STRICT;
CREATE INDEX room_claims_by_time ON room_claims (room_id, start_s, end_s);

-- Layer three against double booking: holds even if a caller forgets to lock and to look.
CREATE TRIGGER room_claims_do_not_overlap BEFORE INSERT ON room_claims
WHEN EXISTS (
    SELECT 1 FROM room_claims AS held
    WHERE held.room_id = NEW.room_id
      AND held.start_s > NEW.start_s - 86400 AND held.start_s < NEW.end_s
      AND held.end_s > NEW.start_s
)
BEGIN
    SELECT RAISE(ABORT, 'room_taken');
END;

CREATE TRIGGER room_claims_do_not_move_over_others BEFORE UPDATE ON room_claims
WHEN EXISTS (
    SELECT 1 FROM room_claims AS held
    WHERE held.room_id = NEW.room_id
      AND held.start_s > NEW.start_s - 86400 AND held.start_s < NEW.end_s
      AND held.end_s > NEW.start_s
      AND NOT (held.occurrence_id = OLD.occurrence_id AND held.room_id = OLD.room_id)
)
BEGIN
    SELECT RAISE(ABORT, 'room_taken');
END;

CREATE TABLE invitations (
    id          BLOB NOT NULL PRIMARY KEY,
    booking_id  BLOB NOT NULL REFERENCES bookings (id) ON DELETE CASCADE,
    person_id   BLOB REFERENCES people (id) ON DELETE CASCADE,
    guest_name  TEXT,
    guest_email TEXT,
    secret_hash BLOB UNIQUE,
    role        TEXT NOT NULL,
    revoked_at  INTEGER,
    CHECK ((person_id IS NULL) = (guest_name IS NOT NULL AND secret_hash IS NOT NULL))
) STRICT;
CREATE INDEX invitations_by_booking ON invitations (booking_id);
CREATE INDEX invitations_by_person ON invitations (person_id);

CREATE TABLE admissions (
    id            BLOB    NOT NULL PRIMARY KEY,
    occurrence_id BLOB    NOT NULL REFERENCES occurrences (id) ON DELETE CASCADE,
    identity      TEXT    NOT NULL,
    name          TEXT    NOT NULL,
    ticket_hash   BLOB    NOT NULL UNIQUE,
    state         TEXT    NOT NULL CHECK (state IN ('waiting', 'admitted', 'rejected')),
    requested_at  INTEGER NOT NULL,
    expires_at    INTEGER NOT NULL,
    UNIQUE (occurrence_id, identity)
) STRICT;
CREATE INDEX admissions_by_end ON admissions (expires_at);

CREATE TABLE exclusions (
    occurrence_id BLOB    NOT NULL REFERENCES occurrences (id) ON DELETE CASCADE,
    identity      TEXT    NOT NULL,
    excluded_at   INTEGER NOT NULL,
    PRIMARY KEY (occurrence_id, identity)
) STRICT, WITHOUT ROWID;

-- No foreign keys: the trail outlives what it tells about.
CREATE TABLE audit_entries (
    id           INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    at_s         INTEGER NOT NULL,
    actor_id     BLOB,
    on_behalf_of BLOB,
    action       TEXT    NOT NULL,
    subject      TEXT    NOT NULL
) STRICT;

CREATE TRIGGER audit_entries_stay_as_written BEFORE UPDATE ON audit_entries
BEGIN
    SELECT RAISE(ABORT, 'audit_is_append_only');
END;
