-- What the moderation told somebody it did not let in. It goes with the request.
ALTER TABLE admissions ADD COLUMN words TEXT;
