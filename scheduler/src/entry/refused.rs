use std::borrow::Cow;

use storage::StorageError;

use super::content::Broken;

/// Which promise of a calendar an entry breaks (RFC 4791, 5.3.2.1; RFC 6638, 3.2.4).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Fault {
    /// It is no iCalendar.
    Data,
    /// It is no event.
    Component,
    /// A property holds what is not understood, or not booked.
    Object,
    /// More than is kept.
    Size,
    /// More dates than a series has.
    Instances,
    /// More people than are invited.
    Attendees,
    /// Somebody else organises it.
    Organiser,
    /// Only who organises it changes that.
    Invited,
}

/// Why an entry cannot be booked as it is.
#[derive(Debug, thiserror::Error)]
pub(crate) enum EntryRefused {
    /// A property, and what it may hold.
    #[error("{property}: {allowed}.")]
    Property {
        /// What is broken by it.
        fault: Fault,
        /// Its name, or that of a component.
        property: String,
        /// In words.
        allowed: Cow<'static, str>,
    },
    /// The database.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl EntryRefused {
    pub(crate) fn of(fault: Fault, property: &str, allowed: impl Into<Cow<'static, str>>) -> Self {
        Self::Property { fault, property: property.to_owned(), allowed: allowed.into() }
    }
}

impl From<Broken> for EntryRefused {
    fn from(broken: Broken) -> Self {
        Self::of(Fault::Data, "VCALENDAR", broken.to_string())
    }
}

/// The property holds what is not allowed.
pub(crate) fn refused(property: &str, allowed: impl Into<Cow<'static, str>>) -> EntryRefused {
    EntryRefused::of(Fault::Object, property, allowed)
}
