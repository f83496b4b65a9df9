//! What people and rooms have in a span, as bits.

use std::collections::HashSet;

use domain::freetime::{FreeTime, Grid};
use domain::timing::Timing;
use domain::{BookingId, BookingState, Invitee, OccurrenceState, PersonId, RoomId};
use storage::{Span, StorageError, Unit};

/// Bookings read of one person; nobody has more in a fortnight.
const MOST: u32 = 1_000;

/// Somebody is busy with what they organise or are invited to, not with what they book for others.
pub(super) async fn of_people(
    unit: &mut dyn Unit,
    people: &[PersonId],
    span: Span,
    except: Option<BookingId>,
) -> Result<FreeTime<PersonId>, StorageError> {
    let mut busy = FreeTime::new(Grid::over(Timing { start: span.start, end: span.end }));
    for person in people {
        busy.add(*person);
        let mut theirs = unit.bookings_of(*person, span, MOST).await?;
        theirs.retain(|(date, booking)| {
            date.state == OccurrenceState::Held && booking.state == BookingState::Active && Some(booking.id) != except
        });
        let of_others: Vec<BookingId> =
            theirs.iter().filter(|(_, booking)| booking.organiser != *person).map(|(_, booking)| booking.id).collect();
        let invitations = unit.invitations_of_all(&of_others).await?;
        let invited: HashSet<BookingId> = invitations
            .iter()
            .filter(|one| one.revoked_at.is_none() && one.invitee == Invitee::Person(*person))
            .map(|one| one.booking)
            .collect();
        for (date, booking) in theirs {
            if booking.organiser == *person || invited.contains(&booking.id) {
                busy.take(*person, Timing { start: date.start, end: date.end });
            }
        }
    }
    Ok(busy)
}

/// What is held of rooms.
pub(super) fn of_rooms(rooms: &[RoomId], span: Span, held: &[(RoomId, Span)]) -> FreeTime<RoomId> {
    let mut busy = FreeTime::new(Grid::over(Timing { start: span.start, end: span.end }));
    rooms.iter().for_each(|room| _ = busy.add(*room));
    for (room, taken) in held.iter().filter(|(room, _)| rooms.contains(room)) {
        busy.take(*room, Timing { start: taken.start, end: taken.end });
    }
    busy
}
