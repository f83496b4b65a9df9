//! Books rooms, invites, issues join tokens; the HTTP API for people, assistants and admins.
