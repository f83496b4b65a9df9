-- What the moderation made of somebody in one meeting; stands above the role of the invitation.
CREATE TABLE given_roles (
    occurrence_id BLOB    NOT NULL REFERENCES occurrences (id) ON DELETE CASCADE,
    identity      TEXT    NOT NULL,
    role          TEXT    NOT NULL CHECK (role IN ('moderator', 'presenter', 'participant', 'listener')),
    expires_at    INTEGER NOT NULL,
    PRIMARY KEY (occurrence_id, identity)
) STRICT, WITHOUT ROWID;
CREATE INDEX given_roles_by_end ON given_roles (expires_at);
