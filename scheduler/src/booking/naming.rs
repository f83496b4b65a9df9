use domain::{BookingId, PersonId};
use storage::{CalendarName, StorageError, Unit};

use crate::app::App;
use crate::dav;
use crate::http::actor::SignedIn;

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
    /// Sees to it that nothing else gets this name or UID in the same moment; a conflict if something has.
    pub(crate) async fn claim(&self, app: &App, unit: &mut dyn Unit, who: &SignedIn) -> Result<(), StorageError> {
        unit.lock_calendar_names(self.person).await?;
        let has_name = match &self.name {
            Some(name) => dav::has_name(app, unit, who, self.person, name).await?,
            None => false,
        };
        if has_name || dav::has_uid(app, unit, who, self.person, &self.uid).await? {
            return Err(StorageError::Conflict("calendar name"));
        }
        Ok(())
    }

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
