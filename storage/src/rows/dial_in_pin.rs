use domain::BookingId;
use uuid::Uuid;

use super::{at, hash};
use crate::{DialInPin, StorageError};

#[derive(sqlx::FromRow)]
pub(crate) struct DialInPinRow {
    booking_id: Uuid,
    drawn: Vec<u8>,
    pin_hash: Vec<u8>,
    made_at: i64,
}

impl TryFrom<DialInPinRow> for DialInPin {
    type Error = StorageError;

    fn try_from(row: DialInPinRow) -> Result<Self, StorageError> {
        Ok(Self {
            booking: BookingId::from_uuid(row.booking_id),
            drawn: hash(row.drawn)?,
            pin_hash: hash(row.pin_hash)?,
            made_at: at(row.made_at)?,
        })
    }
}
