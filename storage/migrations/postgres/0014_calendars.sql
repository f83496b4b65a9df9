-- The few dates that are not as their series says: a calendar is written from the rule and from these, without
-- reading every date.
CREATE INDEX occurrences_that_differ ON occurrences (booking_id)
WHERE is_moved OR own_title IS NOT NULL OR own_rooms IS NOT NULL OR state = 'cancelled';
