-- How much was deleted, of what, why and when: one line for each day, reason and table. Names nobody.
CREATE TABLE deletions (
    day_s      BIGINT NOT NULL,
    reason     TEXT   NOT NULL,
    from_table TEXT   NOT NULL,
    row_count  BIGINT NOT NULL,
    latest_at  BIGINT NOT NULL,
    PRIMARY KEY (day_s, reason, from_table)
);

-- What is left of an account whose bookings others still need: a row without a name.
ALTER TABLE people ADD COLUMN erased_at BIGINT;

-- What is over is found without looking at everything.
CREATE INDEX people_by_closing ON people (disabled_at) WHERE disabled_at IS NOT NULL;
CREATE INDEX bookings_by_creation ON bookings (created_at);
CREATE INDEX bookings_by_canceller ON bookings (cancelled_by) WHERE cancelled_by IS NOT NULL;
CREATE INDEX room_requests_by_person ON room_requests (asked_by);
CREATE INDEX audit_entries_by_time ON audit_entries (at_s);
