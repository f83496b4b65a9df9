use domain::{BookingId, PersonId};
use storage::CalendarName;

/// What a calendar program calls the booking it makes or changes; saved with it, or not at all.
pub(crate) struct Naming {
    /// In whose calendar.
    pub(crate) person: PersonId,
    /// The last part of the address; that of its id if absent.
    pub(crate) name: Option<String>,
    /// UID of the entry.
    pub(crate) uid: String,
    /// What is that person's alone.
    pub(crate) own_lines: String,
}

impl Naming {
    /// Of this booking.
    pub(crate) fn of(&self, booking: BookingId) -> CalendarName {
        let Self { person, name, uid, own_lines } = self;
        CalendarName {
            person: *person,
            booking,
            name: name.clone().unwrap_or_else(|| format!("{booking}.ics")),
            uid: uid.clone(),
            own_lines: own_lines.clone(),
        }
    }
}
