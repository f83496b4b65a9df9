-- Where a series was split: which one it goes on from, and with which the whole began. What is deleted is named no more.
ALTER TABLE bookings ADD COLUMN continues UUID REFERENCES bookings (id) ON DELETE SET NULL;
ALTER TABLE bookings ADD COLUMN begins_with UUID REFERENCES bookings (id) ON DELETE SET NULL;
CREATE INDEX bookings_by_continuation ON bookings (continues) WHERE continues IS NOT NULL;
CREATE INDEX bookings_by_beginning ON bookings (begins_with) WHERE begins_with IS NOT NULL;
