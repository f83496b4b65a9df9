-- What the clocks show in each zone, by the release of the time zone database with which dates stand in the calendar.
CREATE TABLE zone_rules (
    zone    TEXT NOT NULL PRIMARY KEY,
    release TEXT NOT NULL,
    offsets TEXT NOT NULL
) STRICT;

-- A later release under which the clocks of a zone are set otherwise: its bookings follow, one after the other, and what came
-- of it. The first pass goes over all of them, later ones over those that wait, the last one (-1) waits no more.
CREATE TABLE zone_updates (
    zone            TEXT    NOT NULL,
    release         TEXT    NOT NULL,
    earlier_release TEXT    NOT NULL,
    offsets         TEXT    NOT NULL,
    begun_s         INTEGER NOT NULL,
    ended_s         INTEGER,
    pass            INTEGER NOT NULL,
    done_id         BLOB    NOT NULL,
    settled         INTEGER NOT NULL,
    moved           INTEGER NOT NULL,
    PRIMARY KEY (zone, release)
) STRICT;

-- Bookings that wait because others hold their rooms at the new time, who may give them free yet.
CREATE TABLE zone_waits (
    zone       TEXT NOT NULL,
    booking_id BLOB NOT NULL REFERENCES bookings (id) ON DELETE CASCADE,
    PRIMARY KEY (zone, booking_id)
) STRICT;
CREATE INDEX zone_waits_by_booking ON zone_waits (booking_id);

-- Dates that could not follow the clocks, and why.
CREATE TABLE zone_stays (
    occurrence_id BLOB    NOT NULL REFERENCES occurrences (id) ON DELETE CASCADE,
    zone          TEXT    NOT NULL,
    release       TEXT    NOT NULL,
    wanted_s      INTEGER NOT NULL,
    reason        TEXT    NOT NULL,
    PRIMARY KEY (occurrence_id, release)
) STRICT;

CREATE INDEX bookings_by_zone ON bookings (zone, id) WHERE cancelled_at IS NULL;
