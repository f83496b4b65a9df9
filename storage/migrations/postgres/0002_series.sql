-- A booking with a rule is a series. Wall times and lists of moments are text as iCalendar writes them.
ALTER TABLE bookings ADD COLUMN rule TEXT;
ALTER TABLE bookings ADD COLUMN first_local TEXT;
ALTER TABLE bookings ADD COLUMN duration_s BIGINT;
ALTER TABLE bookings ADD COLUMN extra_dates TEXT;
ALTER TABLE bookings ADD COLUMN except_dates TEXT;
-- Only an endless series has this: its dates stand in the calendar up to here.
ALTER TABLE bookings ADD COLUMN unfolded_until BIGINT;
CREATE INDEX bookings_by_unfolding ON bookings (unfolded_until) WHERE unfolded_until IS NOT NULL;

-- The wall time that names a date within its series, and in what the date differs from it.
ALTER TABLE occurrences ADD COLUMN recurrence_key TEXT;
ALTER TABLE occurrences ADD COLUMN is_moved BOOLEAN NOT NULL DEFAULT FALSE;
ALTER TABLE occurrences ADD COLUMN own_title TEXT;
-- Ids with spaces between; absent, it has the rooms of its booking.
ALTER TABLE occurrences ADD COLUMN own_rooms TEXT;
