//! What is stored about people, and what ends it: one line for each stored personal column.
//!
//! `storage/tests/retention.rs` compares this table with the schema of both engines: a new column is either
//! listed here or named there as holding nothing personal. `docs/privacy.md` says the same to people.

/// One stored personal column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// The table.
    pub table: &'static str,
    /// The column.
    pub column: &'static str,
    /// What ends it.
    pub end: End,
}

/// What ends a stored personal field.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Its own time; the tidy-up job deletes it soon after.
    ItsTime,
    /// Somebody: signs out, revokes, withdraws, ends.
    Somebody,
    /// Nothing yet: no operation and no job deletes it.
    NothingYet,
}

const fn field(table: &'static str, column: &'static str, end: End) -> Field {
    Field { table, column, end }
}

/// Every stored personal column.
pub const FIELDS: &[Field] = &[
    field("people", "name", End::NothingYet),
    field("people", "name_folded", End::NothingYet),
    field("people", "email", End::NothingYet),
    field("people", "password_hash", End::NothingYet),
    field("people", "roles", End::NothingYet),
    field("people", "locale", End::NothingYet),
    field("people", "disabled_at", End::NothingYet),
    field("people", "created_at", End::NothingYet),
    field("web_sessions", "person_id", End::ItsTime),
    field("web_sessions", "created_at", End::ItsTime),
    field("web_sessions", "used_at", End::ItsTime),
    field("api_tokens", "person_id", End::ItsTime),
    field("api_tokens", "label", End::ItsTime),
    field("failed_sign_ins", "subject_hash", End::ItsTime),
    field("failed_sign_ins", "failed_at", End::ItsTime),
    field("delegations", "principal_id", End::Somebody),
    field("delegations", "delegate_id", End::Somebody),
    field("delegations", "rights", End::Somebody),
    field("bookings", "title", End::NothingYet),
    field("bookings", "description", End::NothingYet),
    field("bookings", "organiser_id", End::NothingYet),
    field("bookings", "booked_by_id", End::NothingYet),
    field("bookings", "cancelled_by", End::NothingYet),
    field("invitations", "person_id", End::Somebody),
    field("invitations", "guest_name", End::Somebody),
    field("invitations", "guest_email", End::Somebody),
    field("invitations", "role", End::Somebody),
    field("admissions", "identity", End::ItsTime),
    field("admissions", "name", End::ItsTime),
    field("admissions", "requested_at", End::ItsTime),
    field("exclusions", "identity", End::NothingYet),
    field("exclusions", "excluded_at", End::NothingYet),
    field("audit_entries", "at_s", End::NothingYet),
    field("audit_entries", "actor_id", End::NothingYet),
    field("audit_entries", "on_behalf_of", End::NothingYet),
    field("audit_entries", "action", End::NothingYet),
    field("audit_entries", "subject", End::NothingYet),
];

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::FIELDS;

    #[test]
    fn no_column_has_two_lines() {
        let columns: BTreeSet<_> = FIELDS.iter().map(|field| (field.table, field.column)).collect();
        assert_eq!(columns.len(), FIELDS.len());
    }
}
