-- Who answered in the name of the invited person; NULL if that was this person.
ALTER TABLE replies ADD COLUMN answered_by UUID REFERENCES people (id) ON DELETE SET NULL;
-- Only who organises it and who is invited sees more of it than its time.
ALTER TABLE bookings ADD COLUMN is_private BOOLEAN NOT NULL DEFAULT FALSE;
