-- The PIN with which telephones come into the meetings of a booking. It is worked out from what was drawn and the token
-- key, and found by a hash made with that key: whoever reads the database alone knows none.
CREATE TABLE dial_in_pins (
    booking_id BLOB NOT NULL PRIMARY KEY REFERENCES bookings (id) ON DELETE CASCADE,
    drawn      BLOB NOT NULL,
    pin_hash   BLOB NOT NULL UNIQUE,
    made_at    INTEGER NOT NULL
) STRICT;
