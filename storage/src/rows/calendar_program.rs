use domain::{BookingId, PersonId};
use uuid::Uuid;

use super::at;
use crate::{CalendarName, CalendarState, StorageError};

#[derive(sqlx::FromRow)]
pub(crate) struct CalendarStateRow {
    person_id: Uuid,
    calendar_id: Uuid,
    token: Vec<u8>,
    entries: String,
    seen_at: i64,
}

impl TryFrom<CalendarStateRow> for CalendarState {
    type Error = StorageError;

    fn try_from(row: CalendarStateRow) -> Result<Self, StorageError> {
        let short = |_| StorageError::Inconsistent("a state's token is not 16 bytes long".into());
        Ok(Self {
            person: PersonId::from_uuid(row.person_id),
            calendar: PersonId::from_uuid(row.calendar_id),
            token: row.token.try_into().map_err(short)?,
            entries: row.entries,
            seen_at: at(row.seen_at)?,
        })
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct CalendarNameRow {
    person_id: Uuid,
    booking_id: Uuid,
    name: String,
    uid: String,
    own_lines: String,
}

impl TryFrom<CalendarNameRow> for CalendarName {
    type Error = StorageError;

    fn try_from(row: CalendarNameRow) -> Result<Self, StorageError> {
        Ok(Self {
            person: PersonId::from_uuid(row.person_id),
            booking: BookingId::from_uuid(row.booking_id),
            name: row.name,
            uid: row.uid,
            own_lines: row.own_lines,
        })
    }
}
