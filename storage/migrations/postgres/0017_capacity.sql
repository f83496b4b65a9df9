-- Something that all meetings share, and how much of it there is: the media nodes, a site's line, the VPN gateway.
CREATE TABLE pools (
    id           UUID NOT NULL PRIMARY KEY,
    kind         TEXT NOT NULL,
    name         TEXT NOT NULL UNIQUE,
    limit_mbps   BIGINT,
    limit_people BIGINT,
    on_overrun   TEXT NOT NULL,
    version      BIGINT NOT NULL
);

-- Where people work: the networks they come from, as JSON.
CREATE TABLE sites (
    id         UUID NOT NULL PRIMARY KEY,
    name       TEXT NOT NULL UNIQUE,
    networks   TEXT NOT NULL,
    is_default BOOLEAN NOT NULL,
    version    BIGINT NOT NULL
);
CREATE TABLE site_pools (
    site_id UUID NOT NULL REFERENCES sites (id) ON DELETE CASCADE,
    pool_id UUID NOT NULL REFERENCES pools (id) ON DELETE CASCADE,
    PRIMARY KEY (site_id, pool_id)
);
CREATE INDEX site_pools_by_pool ON site_pools (pool_id);
ALTER TABLE people ADD COLUMN site_id UUID REFERENCES sites (id) ON DELETE SET NULL;
CREATE INDEX people_by_site ON people (site_id) WHERE site_id IS NOT NULL;

ALTER TABLE bookings ADD COLUMN profile TEXT NOT NULL DEFAULT 'normal';
-- When its shares were worked out; never if NULL.
ALTER TABLE bookings ADD COLUMN counted_at BIGINT;
-- What each date of a booking takes.
CREATE TABLE pool_shares (
    booking_id            UUID NOT NULL REFERENCES bookings (id) ON DELETE CASCADE,
    pool_id               UUID NOT NULL REFERENCES pools (id) ON DELETE CASCADE,
    people_milli          BIGINT NOT NULL,
    kbps                  BIGINT NOT NULL,
    people_variance_milli BIGINT NOT NULL,
    kbps_variance         BIGINT NOT NULL,
    PRIMARY KEY (booking_id, pool_id)
);
CREATE INDEX pool_shares_by_pool ON pool_shares (pool_id);
-- What all bookings together take in a quarter of an hour, counted from 1970.
CREATE TABLE pool_loads (
    pool_id               UUID NOT NULL REFERENCES pools (id) ON DELETE CASCADE,
    quarter               BIGINT NOT NULL,
    people_milli          BIGINT NOT NULL,
    kbps                  BIGINT NOT NULL,
    people_variance_milli BIGINT NOT NULL,
    kbps_variance         BIGINT NOT NULL,
    PRIMARY KEY (pool_id, quarter)
);
-- What meetings really took, at most within the quarter of an hour.
CREATE TABLE pool_uses (
    pool_id UUID NOT NULL REFERENCES pools (id) ON DELETE CASCADE,
    quarter BIGINT NOT NULL,
    people  BIGINT NOT NULL,
    kbps    BIGINT NOT NULL,
    PRIMARY KEY (pool_id, quarter)
);
-- Pools, sites or somebody's home changed then: bookings counted before are counted anew.
CREATE TABLE capacity_changes (
    only_one   BIGINT NOT NULL PRIMARY KEY CHECK (only_one = 1),
    changed_at BIGINT NOT NULL
);

-- How many of those invited came to a series: sums over its dates.
CREATE TABLE turnouts (
    booking_id UUID NOT NULL PRIMARY KEY REFERENCES bookings (id) ON DELETE CASCADE,
    dates      BIGINT NOT NULL,
    invited    BIGINT NOT NULL,
    came       BIGINT NOT NULL
);
-- The most who were in a meeting at once, until the date is over and counted.
CREATE TABLE attendances (
    occurrence_id UUID NOT NULL PRIMARY KEY REFERENCES occurrences (id) ON DELETE CASCADE,
    most          BIGINT NOT NULL
);
