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
    /// Is it asked for a date that did not have it before? Otherwise all of it waits already.
    pub(crate) is_new: bool,
}

/// What the rules of rooms say is to be asked.
#[derive(Clone, Debug, Default)]
pub(crate) struct Asks {
    /// Which rooms were looked at; about others nothing is said.
    pub(crate) judged: Vec<RoomId>,
    /// Those of them that have to be asked for.
    pub(crate) rooms: Vec<Ask>,
}

/// Writes down what a booking asks for as it now stands. What waited goes on waiting if its room is
/// still wanted and has to be asked for; a refusal that was read is over. Answers which rooms are asked
/// for that nobody was asked for before.
pub(crate) async fn settle(
    unit: &mut dyn Unit,
    who: &SignedIn,
    booking: &Booking,
    dates: &[Occurrence],
    asks: &Asks,
    now: Timestamp,
) -> Result<Vec<RoomId>, StorageError> {
    let rooms = booking.rooms_with(dates);
    let mut waiting = Vec::new();
    for earlier in unit.room_requests_of(booking.id).await? {
        let asks_for_it = || asks.rooms.iter().any(|ask| ask.room == earlier.room);
        let keeps_the_rules = || asks.judged.contains(&earlier.room) && !asks_for_it();
        if earlier.refusal.is_some() || !rooms.contains(&earlier.room) || keeps_the_rules() {
            unit.delete_room_request(booking.id, earlier.room).await?;
        } else {
            waiting.push(earlier);
        }
    }
    let mut new = Vec::new();
    for ask in &asks.rooms {
        let reasons = &ask.reasons[..ask.reasons.len().min(MOST_REASONS)];
        let reasons = serde_json::to_string(reasons).expect("JSON is JSON");
        let request = match waiting.iter().find(|earlier| earlier.room == ask.room) {
            Some(earlier) if !ask.is_new => RoomRequest { reasons, ..earlier.clone() },
            _ => {
                new.push(ask.room);
                let (asked_by, asked_at) = (who.id(), now);
                RoomRequest { booking: booking.id, room: ask.room, asked_by, asked_at, reasons, refusal: None }
            }
        };
        unit.save_room_request(&request).await?;
    }
    Ok(new)
}

/// A cancelled booking asks for nothing.
pub(crate) async fn withdraw(unit: &mut dyn Unit, booking: BookingId) -> Result<(), StorageError> {
    for request in unit.room_requests_of(booking).await? {
        unit.delete_room_request(booking, request.room).await?;
    }
    Ok(())
}
