//! Rooms that a booking asks for: their keeper decides, and the booking holds them meanwhile.

use domain::{Booking, BookingId, Occurrence, RoomId};
use jiff::Timestamp;
use serde_json::Value;
use storage::{RoomRequest, StorageError, Unit};

use crate::http::actor::SignedIn;

/// Most reasons kept of one request: a long series breaks the same rule on many dates.
const MOST_REASONS: usize = 20;

/// A room that has to be asked for, and which of its rules are broken.
#[derive(Clone, Debug)]
pub(crate) struct Ask {
    pub(crate) room: RoomId,
    pub(crate) reasons: Vec<Value>,
}

/// Writes down what a booking asks for as it now stands. What waited goes on waiting if its room is
/// still wanted; a refusal that was read is over.
pub(crate) async fn settle(
    unit: &mut dyn Unit,
    who: &SignedIn,
    booking: &Booking,
    dates: &[Occurrence],
    asks: &[Ask],
    now: Timestamp,
) -> Result<(), StorageError> {
    let rooms = booking.rooms_with(dates);
    for earlier in unit.room_requests_of(booking.id).await? {
        if earlier.refusal.is_some() || !rooms.contains(&earlier.room) {
            unit.delete_room_request(booking.id, earlier.room).await?;
        }
    }
    for ask in asks {
        let reasons = &ask.reasons[..ask.reasons.len().min(MOST_REASONS)];
        let request = RoomRequest {
            booking: booking.id,
            room: ask.room,
            asked_by: who.id(),
            asked_at: now,
            reasons: serde_json::to_string(reasons).expect("JSON is JSON"),
            refusal: None,
        };
        unit.save_room_request(&request).await?;
    }
    Ok(())
}

/// A cancelled booking asks for nothing.
pub(crate) async fn withdraw(unit: &mut dyn Unit, booking: BookingId) -> Result<(), StorageError> {
    for request in unit.room_requests_of(booking).await? {
        unit.delete_room_request(booking, request.room).await?;
    }
    Ok(())
}
