//! What is stored about people: what for, how long, and what ends it.
//!
//! `storage/tests/retention.rs` compares this table with the real tables of both engines: a new column is
//! either listed here or named there as holding nothing personal. `docs/privacy.md` says the same to people.

/// The personal columns of one table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holding {
    /// The table.
    pub table: &'static str,
    /// Its personal columns.
    pub columns: &'static [&'static str],
    /// What they are needed for.
    pub purpose: &'static str,
    /// How long they are needed.
    pub period: &'static str,
    /// What ends them.
    pub end: End,
}

/// What ends stored personal data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Its own time; the tidy-up job deletes it soon after.
    ItsTime,
    /// Somebody: signs out, revokes, withdraws, ends.
    Somebody,
    /// Nothing yet: no operation and no job deletes it.
    NothingYet,
}

/// Every stored personal column.
pub const HOLDINGS: &[Holding] = &[
    Holding {
        table: "people",
        columns: &["name", "name_folded", "email", "password_hash", "roles", "locale", "disabled_at", "created_at"],
        purpose: "signing in, being found and invited, rights",
        period: "while the person has an account",
        end: End::NothingYet,
    },
    Holding {
        table: "web_sessions",
        columns: &["person_id", "created_at", "used_at"],
        purpose: "staying signed in",
        period: "until signing out, at the latest the absolute end of the session",
        end: End::ItsTime,
    },
    Holding {
        table: "api_tokens",
        columns: &["person_id", "label"],
        purpose: "access for a person's own programs",
        period: "until revoked, at the latest a year",
        end: End::ItsTime,
    },
    Holding {
        table: "failed_sign_ins",
        columns: &["subject_hash", "failed_at"],
        purpose: "slowing down who guesses passwords",
        period: "24 hours",
        end: End::ItsTime,
    },
    Holding {
        table: "delegations",
        columns: &["principal_id", "delegate_id", "rights"],
        purpose: "acting for somebody else",
        period: "until either side or an administrator ends it",
        end: End::Somebody,
    },
    Holding {
        table: "room_people",
        columns: &["person_id", "part"],
        purpose: "knowing who may book a room, and who keeps it",
        period: "until the room's rules no longer name the person",
        end: End::Somebody,
    },
    Holding {
        table: "room_holds",
        columns: &["person_id", "start_s", "end_s", "expires_at"],
        purpose: "keeping a room free while a form is filled in",
        period: "five minutes",
        end: End::ItsTime,
    },
    Holding {
        table: "room_requests",
        columns: &["asked_by", "asked_at", "refused_at", "refused_by", "words"],
        purpose: "deciding about a room that a booking asks for, and telling why not",
        period: "until it is granted or the meeting is over; a refusal can be read for 30 days",
        end: End::ItsTime,
    },
    Holding {
        table: "bookings",
        columns: &["title", "description", "organiser_id", "booked_by_id", "cancelled_by"],
        purpose: "holding the meeting and answering for the booking",
        period: "as the operating authority decides",
        end: End::NothingYet,
    },
    Holding {
        table: "occurrences",
        columns: &["own_title"],
        purpose: "naming a single date of a series",
        period: "as long as the booking",
        end: End::NothingYet,
    },
    Holding {
        table: "invitations",
        columns: &["person_id", "guest_name", "guest_email", "role"],
        purpose: "inviting and letting in",
        period: "while the person is invited",
        end: End::Somebody,
    },
    Holding {
        table: "replies",
        columns: &["answer", "stamped_at", "proposed_start", "proposed_end", "comment"],
        purpose: "knowing who comes",
        period: "while the person is invited",
        end: End::Somebody,
    },
    Holding {
        table: "admissions",
        columns: &["identity", "name", "requested_at", "words"],
        purpose: "waiting at the door until a moderator decides",
        period: "until the door of the meeting closes",
        end: End::ItsTime,
    },
    Holding {
        table: "outbox",
        columns: &["recipient", "message", "created_at"],
        purpose: "sending an invitation by mail",
        period: "until it is sent, at the latest five days",
        end: End::ItsTime,
    },
    Holding {
        table: "kept_answers",
        columns: &["person_id", "request_hash", "answer"],
        purpose: "answering a request that was sent again as the first time, without doing it twice",
        period: "24 hours; sealed, so that only who sent the request can have the answer opened",
        end: End::ItsTime,
    },
    Holding {
        table: "webhooks",
        columns: &["body"],
        purpose: "telling other programs what happens in meetings, if that is configured",
        period: "three days",
        end: End::ItsTime,
    },
    Holding {
        table: "exclusions",
        columns: &["identity", "excluded_at"],
        purpose: "keeping out who was removed",
        period: "as long as the booking",
        end: End::NothingYet,
    },
    Holding {
        table: "audit_entries",
        columns: &["at_s", "actor_id", "on_behalf_of", "action", "subject"],
        purpose: "knowing afterwards who did or looked at what",
        period: "as the operating authority decides",
        end: End::NothingYet,
    },
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::HOLDINGS;

    #[test]
    fn no_column_has_two_lines() {
        let columns = || HOLDINGS.iter().flat_map(|held| held.columns.iter().map(|column| (held.table, *column)));
        assert_eq!(columns().collect::<BTreeSet<_>>().len(), columns().count());
    }

    #[test]
    fn everything_says_what_it_is_for_and_how_long() {
        for held in HOLDINGS {
            assert!(!held.purpose.is_empty() && !held.period.is_empty(), "{}", held.table);
        }
    }
}
