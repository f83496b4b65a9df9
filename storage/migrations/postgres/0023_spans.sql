-- Years of bookings take longer than a statement of a request may.
SET LOCAL statement_timeout = 0;

-- From when until when a booking has dates, and beside every invitation to it: of somebody's hundreds of bookings only
-- those are looked at that can matter. It may say more than there is, never less.
ALTER TABLE bookings ADD COLUMN begins_s BIGINT;
ALTER TABLE bookings ADD COLUMN ends_s BIGINT;
ALTER TABLE invitations ADD COLUMN begins_s BIGINT;
ALTER TABLE invitations ADD COLUMN ends_s BIGINT;

UPDATE bookings SET begins_s = dates.begins_s, ends_s = dates.ends_s
FROM (SELECT booking_id, min(start_s) AS begins_s, max(end_s) AS ends_s FROM occurrences GROUP BY booking_id) AS dates
WHERE dates.booking_id = bookings.id;
UPDATE invitations SET begins_s = bookings.begins_s, ends_s = bookings.ends_s
FROM bookings WHERE bookings.id = invitations.booking_id;

-- Whether a date is held, and until when, is answered by the index alone.
DROP INDEX occurrences_by_booking;
CREATE INDEX occurrences_by_booking ON occurrences (booking_id, start_s, end_s, state);
DROP INDEX bookings_by_organiser;
CREATE INDEX bookings_by_organiser ON bookings (organiser_id, ends_s, begins_s, cancelled_at, id);
DROP INDEX invitations_by_person;
CREATE INDEX invitations_by_person ON invitations (person_id, ends_s, begins_s, revoked_at, booking_id);

-- Few series go on from another: which of many bookings do is found among those few.
CREATE INDEX bookings_that_continue ON bookings (id, continues, begins_with) WHERE continues IS NOT NULL;
