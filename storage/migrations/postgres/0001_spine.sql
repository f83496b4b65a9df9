-- Ids are UUIDs, instants are whole UTC seconds, hashes are 32 bytes of SHA-256.
-- What people sort by compares by code point ("C"), as in the other engine.

CREATE EXTENSION IF NOT EXISTS btree_gist;

CREATE TABLE people (
    id            UUID    NOT NULL PRIMARY KEY,
    name          TEXT    NOT NULL,
    name_folded   TEXT    COLLATE "C" NOT NULL,
    email         TEXT    NOT NULL UNIQUE,
    password_hash TEXT,
    roles         TEXT    NOT NULL,
    locale        TEXT    NOT NULL,
    disabled_at   BIGINT,
    created_at    BIGINT  NOT NULL
);
CREATE INDEX people_by_name ON people (name_folded, id);

CREATE TABLE web_sessions (
    secret_hash BYTEA   NOT NULL PRIMARY KEY,
    person_id   UUID    NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    created_at  BIGINT  NOT NULL,
    used_at     BIGINT  NOT NULL,
    expires_at  BIGINT  NOT NULL
);
CREATE INDEX web_sessions_by_person ON web_sessions (person_id);
CREATE INDEX web_sessions_by_end ON web_sessions (expires_at);

CREATE TABLE api_tokens (
    id          UUID    NOT NULL PRIMARY KEY,
    secret_hash BYTEA   NOT NULL UNIQUE,
    person_id   UUID    NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    label       TEXT    NOT NULL,
    created_at  BIGINT  NOT NULL,
    expires_at  BIGINT  NOT NULL
);
CREATE INDEX api_tokens_by_person ON api_tokens (person_id);

CREATE TABLE failed_sign_ins (
    id           BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    subject_hash BYTEA   NOT NULL,
    failed_at    BIGINT  NOT NULL
);
CREATE INDEX failed_sign_ins_by_subject ON failed_sign_ins (subject_hash, failed_at);
CREATE INDEX failed_sign_ins_by_time ON failed_sign_ins (failed_at);

CREATE TABLE setup_links (
    only_one    BIGINT  NOT NULL PRIMARY KEY CHECK (only_one = 1),
    secret_hash BYTEA   NOT NULL,
    expires_at  BIGINT  NOT NULL
);

CREATE TABLE delegations (
    id           UUID NOT NULL PRIMARY KEY,
    principal_id UUID NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    delegate_id  UUID NOT NULL REFERENCES people (id) ON DELETE CASCADE,
    rights       TEXT NOT NULL,
    valid_until  BIGINT,
    UNIQUE (principal_id, delegate_id)
);
CREATE INDEX delegations_by_delegate ON delegations (delegate_id);

CREATE TABLE rooms (
    id         UUID    NOT NULL PRIMARY KEY,
    kind       TEXT    NOT NULL,
    name       TEXT    COLLATE "C" NOT NULL,
    site       TEXT,
    capacity   BIGINT  NOT NULL,
    notes      TEXT,
    retired_at BIGINT,
    version    BIGINT  NOT NULL
);
-- A retired room keeps its name in old bookings; a new room may take it.
CREATE UNIQUE INDEX rooms_by_name ON rooms (name) WHERE retired_at IS NULL;

CREATE TABLE bookings (
    id           UUID    NOT NULL PRIMARY KEY,
    title        TEXT    NOT NULL,
    description  TEXT    NOT NULL,
    organiser_id UUID    NOT NULL REFERENCES people (id),
    booked_by_id UUID    NOT NULL REFERENCES people (id),
    zone         TEXT    NOT NULL,
    guests_wait  BOOLEAN NOT NULL,
    cancelled_at BIGINT,
    cancelled_by UUID    REFERENCES people (id),
    sequence     BIGINT  NOT NULL,
    version      BIGINT  NOT NULL,
    created_at   BIGINT  NOT NULL,
    updated_at   BIGINT  NOT NULL,
    CHECK ((cancelled_at IS NULL) = (cancelled_by IS NULL))
);
CREATE INDEX bookings_by_organiser ON bookings (organiser_id);
CREATE INDEX bookings_by_booker ON bookings (booked_by_id);

CREATE TABLE booking_rooms (
    booking_id UUID NOT NULL REFERENCES bookings (id) ON DELETE CASCADE,
    room_id    UUID NOT NULL REFERENCES rooms (id),
    PRIMARY KEY (booking_id, room_id)
);

CREATE TABLE occurrences (
    id         UUID    NOT NULL PRIMARY KEY,
    booking_id UUID    NOT NULL REFERENCES bookings (id) ON DELETE CASCADE,
    start_s    BIGINT  NOT NULL,
    end_s      BIGINT  NOT NULL,
    state      TEXT    NOT NULL CHECK (state IN ('held', 'cancelled', 'ended')),
    ended_at   BIGINT,
    locked_at  BIGINT,
    CHECK (end_s > start_s AND end_s - start_s <= 86400),
    CHECK ((state = 'ended') = (ended_at IS NOT NULL))
);
CREATE INDEX occurrences_by_booking ON occurrences (booking_id, start_s);

-- What holds a room when. A claim lasts at most 24 hours, so whatever overlaps [start, end) has
-- start_s in (start - 86400, end): the check is one short range of the index.
CREATE TABLE room_claims (
    occurrence_id UUID    NOT NULL REFERENCES occurrences (id) ON DELETE CASCADE,
    room_id       UUID    NOT NULL REFERENCES rooms (id),
    start_s       BIGINT  NOT NULL,
    end_s         BIGINT  NOT NULL,
    PRIMARY KEY (occurrence_id, room_id),
    CHECK (end_s > start_s AND end_s - start_s <= 86400),
    -- Layer three against double booking: holds even if a caller forgets to lock and to look.
    CONSTRAINT room_claims_do_not_overlap EXCLUDE USING gist (room_id WITH =, int8range(start_s, end_s) WITH &&)
);
CREATE INDEX room_claims_by_time ON room_claims (room_id, start_s, end_s);

CREATE TABLE invitations (
    id          UUID NOT NULL PRIMARY KEY,
    booking_id  UUID NOT NULL REFERENCES bookings (id) ON DELETE CASCADE,
    person_id   UUID REFERENCES people (id) ON DELETE CASCADE,
    guest_name  TEXT,
    guest_email TEXT,
    secret_hash BYTEA UNIQUE,
    role        TEXT NOT NULL,
    revoked_at  BIGINT,
    CHECK ((person_id IS NULL) = (guest_name IS NOT NULL AND secret_hash IS NOT NULL))
);
CREATE INDEX invitations_by_booking ON invitations (booking_id);
CREATE INDEX invitations_by_person ON invitations (person_id);

CREATE TABLE admissions (
    id            UUID    NOT NULL PRIMARY KEY,
    occurrence_id UUID    NOT NULL REFERENCES occurrences (id) ON DELETE CASCADE,
    identity      TEXT    NOT NULL,
    name          TEXT    NOT NULL,
    ticket_hash   BYTEA   NOT NULL UNIQUE,
    state         TEXT    NOT NULL CHECK (state IN ('waiting', 'admitted', 'rejected')),
    requested_at  BIGINT  NOT NULL,
    expires_at    BIGINT  NOT NULL,
    UNIQUE (occurrence_id, identity)
);
CREATE INDEX admissions_by_end ON admissions (expires_at);

CREATE TABLE exclusions (
    occurrence_id UUID    NOT NULL REFERENCES occurrences (id) ON DELETE CASCADE,
    identity      TEXT    NOT NULL,
    excluded_at   BIGINT  NOT NULL,
    PRIMARY KEY (occurrence_id, identity)
);

-- No foreign keys: the trail outlives what it tells about.
CREATE TABLE audit_entries (
    id           BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at_s         BIGINT  NOT NULL,
    actor_id     UUID,
    on_behalf_of UUID,
    action       TEXT    NOT NULL,
    subject      TEXT    NOT NULL
);

CREATE FUNCTION refuse_to_rewrite_audit() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit_is_append_only';
END
$$;
CREATE TRIGGER audit_entries_stay_as_written BEFORE UPDATE ON audit_entries
FOR EACH ROW EXECUTE FUNCTION refuse_to_rewrite_audit();
