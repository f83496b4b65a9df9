//! Bookings that ask for a room, and the answers of who looks after it.

pub(crate) mod approve;
pub(crate) mod list;
pub(crate) mod refuse;

use domain::policy::Action;
use domain::{BookingId, RoomId};
use storage::{RoomRequest, Unit};

use super::actor::SignedIn;
use super::bookings::Rows;
use super::problem::Problem;
use super::request::IfMatch;

/// A request with the booking it belongs to, for somebody who decides about the room.
struct Opened {
    rows: Rows,
    request: RoomRequest,
    room: String,
}

/// Opens a request that waits; absent and forbidden look alike. It must still be the booking that was
/// looked at, and stays that until the unit ends.
async fn open(
    unit: &mut dyn Unit,
    who: &SignedIn,
    booking: BookingId,
    room: RoomId,
    if_match: &IfMatch,
) -> Result<Opened, Problem> {
    let rows = Rows::read(unit, booking).await?.ok_or_else(Problem::not_found)?;
    let kept = unit.rooms_kept_by(who.id()).await?;
    if !who.may(Action::DecideForRoom { keeps_it: kept.contains(&room) }) {
        return Err(Problem::not_found());
    }
    let waiting = unit.room_requests_of(booking).await?.into_iter();
    let request = waiting.filter(|one| one.refusal.is_none()).find(|one| one.room == room);
    let (Some(request), Some(room)) = (request, unit.room(room).await?) else { return Err(Problem::not_found()) };
    if_match.is(rows.booking.version)?;
    Ok(Opened { rows, request, room: room.name })
}

#[cfg(test)]
mod tests;
