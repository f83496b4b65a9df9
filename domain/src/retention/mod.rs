//! What is stored about people: what for, how long, what ends it, and how it is found and erased
//! for one of them.
//!
//! `storage/tests/retention.rs` compares [`HOLDINGS`] with the real tables of both engines: a new column is
//! either listed there or named in the test as holding nothing personal. What is listed is exported and erased
//! with the rest; a column of a row that outlives its person needs a word about what becomes of it.
//! `docs/privacy.md` says the same to people.

mod holdings;

use jiff::SignedDuration;

pub use holdings::HOLDINGS;

/// The name of whoever was erased, wherever a name must stand.
pub const ERASED_NAME: &str = "Gelöscht / Deleted";
/// What is left of a title that somebody erased had written.
pub const ERASED_TITLE: &str = "–";

/// The personal columns of one table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Holding {
    /// The table.
    pub table: &'static str,
    /// Its personal columns.
    pub columns: &'static [&'static str],
    /// Those of them that tell nobody anything: hashes, sealed text. An export only says that they are stored.
    pub concealed: &'static [&'static str],
    /// Columns without personal meaning that make an exported row readable.
    pub beside: &'static [&'static str],
    /// What they are needed for.
    pub purpose: &'static str,
    /// How long they are needed.
    pub period: &'static str,
    /// What ends them.
    pub end: End,
    /// How rows about one person are found: any of these.
    pub about: &'static [Link],
    /// What becomes of these rows when the person is erased.
    pub erased: Erased,
}

/// What ends stored personal data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// Its own time; the tidy-up job deletes it soon after.
    ItsTime,
    /// Somebody: signs out, revokes, withdraws, ends. At the latest what it belongs to is deleted.
    Somebody,
    /// A period that the operator sets; the tidy-up job deletes it soon after.
    Period(Period),
}

/// How a row is found to be about somebody.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Link {
    /// The column holds the id of an account.
    Account(&'static str),
    /// The column holds a mail address.
    Address(&'static str),
    /// The column holds an identity in meetings, of an account or of a guest.
    Identity(&'static str),
    /// The column holds text that names an identity in meetings.
    Mention(&'static str),
    /// The column holds the hash under which failed attempts to sign in are counted.
    SignInHash(&'static str),
    /// The column holds the id of a row of the other table that this column of it leads to.
    Through {
        /// The column here.
        column: &'static str,
        /// The other table.
        table: &'static str,
        /// How its rows are found; not again through another table.
        by: &'static [Link],
    },
}

/// What becomes of somebody's rows when the person is erased.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Erased {
    /// They are deleted.
    Deleted,
    /// They stay, because they are about others as well.
    Kept {
        /// What the columns become, in rows found by these links.
        blanked: &'static [(&'static str, Blank)],
        /// The links that say whose words they are.
        by: &'static [Link],
        /// Columns that stay as they are: without the rest they name nobody.
        stays: &'static [&'static str],
    },
    /// They are gone within days by themselves, and are needed in their order until then.
    Soon,
}

/// What a column of a row that stays becomes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blank {
    /// `NULL`.
    Nothing,
    /// This text.
    Text(&'static str),
    /// An address that belongs to nobody and is the only one of its kind.
    NoAddress,
    /// The time of the erasure.
    Now,
}

/// How long things are kept that have no time of their own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Periods {
    /// Bookings, after the end of their last date or their cancellation.
    pub bookings: SignedDuration,
    /// Closed accounts, after they were closed.
    pub closed_accounts: SignedDuration,
    /// Lines of the audit trail.
    pub audit: SignedDuration,
    /// Lines of the log of deletions.
    pub deletions: SignedDuration,
    /// What was expected and measured on pools, after its quarter of an hour.
    pub pool_figures: SignedDuration,
}

impl Default for Periods {
    fn default() -> Self {
        let days = |days: i64| SignedDuration::from_hours(24 * days);
        Self {
            bookings: days(365),
            closed_accounts: days(90),
            audit: days(365),
            deletions: days(1095),
            pool_figures: days(90),
        }
    }
}

/// Which of the [`Periods`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Period {
    /// [`Periods::bookings`].
    Bookings,
    /// [`Periods::closed_accounts`].
    ClosedAccounts,
    /// [`Periods::audit`].
    Audit,
    /// [`Periods::deletions`].
    Deletions,
    /// [`Periods::pool_figures`].
    PoolFigures,
}

/// Because of what something was deleted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// Its own time was over.
    ItsTime,
    /// A period that the operator set was over.
    Period(Period),
    /// Somebody was erased by command.
    Erasure,
}

impl Reason {
    /// The word in the log of deletions.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ItsTime => "its_time",
            Self::Period(Period::Bookings) => "bookings_days",
            Self::Period(Period::ClosedAccounts) => "closed_accounts_days",
            Self::Period(Period::Audit) => "audit_days",
            Self::Period(Period::Deletions) => "deletions_days",
            Self::Period(Period::PoolFigures) => "pool_figures_days",
            Self::Erasure => "erasure",
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Erased, HOLDINGS, Link};

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

    #[test]
    fn everything_is_found_by_a_person_it_is_about() {
        for held in HOLDINGS {
            assert!(!held.about.is_empty(), "{}", held.table);
            assert!(held.concealed.iter().all(|column| held.columns.contains(column)), "{}", held.table);
        }
    }

    #[test]
    fn of_a_row_that_outlives_its_person_every_column_says_what_becomes_of_it() {
        for held in HOLDINGS {
            let Erased::Kept { blanked, by, stays } = held.erased else { continue };
            let told: BTreeSet<&str> = blanked.iter().map(|(column, _)| *column).chain(stays.iter().copied()).collect();
            assert_eq!(told, held.columns.iter().copied().collect(), "{}", held.table);
            assert_eq!(blanked.is_empty(), by.is_empty(), "{}", held.table);
            assert_eq!(told.len(), blanked.len() + stays.len(), "{}", held.table);
        }
    }

    #[test]
    fn a_link_through_another_table_ends_there() {
        let through = HOLDINGS.iter().flat_map(|held| held.about).filter_map(|link| match link {
            Link::Through { by, .. } => Some(*by),
            _ => None,
        });
        assert!(through.flatten().all(|link| !matches!(link, Link::Through { .. })));
    }
}
