-- Who answered in the name of the invited person; NULL if that was this person.
ALTER TABLE replies ADD COLUMN answered_by UUID REFERENCES people (id) ON DELETE SET NULL;
