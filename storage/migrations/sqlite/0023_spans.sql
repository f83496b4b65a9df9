-- From when until when a booking has dates, and beside every invitation to it: of somebody's hundreds of bookings only
-- those are looked at that can matter. It may say more than there is, never less.
ALTER TABLE bookings ADD COLUMN begins_s INTEGER;
ALTER TABLE bookings ADD COLUMN ends_s INTEGER;
ALTER TABLE invitations ADD COLUMN begins_s INTEGER;
ALTER TABLE invitations ADD COLUMN ends_s INTEGER;

-- Whether a date is held, and until when, is answered by the index alone.
DROP INDEX occurrences_by_booking;
CREATE INDEX occurrences_by_booking ON occurrences (booking_id, start_s, end_s, state);

UPDATE bookings SET
    begins_s = (SELECT min(start_s) FROM occurrences WHERE booking_id = bookings.id),
    ends_s = (SELECT max(end_s) FROM occurrences WHERE booking_id = bookings.id);
UPDATE invitations SET
    begins_s = (SELECT begins_s FROM bookings WHERE id = booking_id),
    ends_s = (SELECT ends_s FROM bookings WHERE id = booking_id);

DROP INDEX bookings_by_organiser;
CREATE INDEX bookings_by_organiser ON bookings (organiser_id, ends_s, begins_s, cancelled_at, id);
DROP INDEX invitations_by_person;
CREATE INDEX invitations_by_person ON invitations (person_id, ends_s, begins_s, revoked_at, booking_id);

-- Few series go on from another: which of many bookings do is found among those few.
CREATE INDEX bookings_that_continue ON bookings (id, continues, begins_with) WHERE continues IS NOT NULL;
