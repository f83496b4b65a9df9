-- How long before each date those invited are reminded by mail; not at all if NULL.
ALTER TABLE bookings ADD COLUMN remind_minutes INTEGER;
-- The start that was told last: a date that moves is told again.
ALTER TABLE occurrences ADD COLUMN reminded_for INTEGER;

CREATE INDEX bookings_reminding ON bookings (id) WHERE remind_minutes IS NOT NULL AND cancelled_at IS NULL;
