//! What people and rooms have in a span, as bits.

use domain::freetime::{FreeTime, Grid, Slots};
use domain::timing::Timing;
use domain::{BookingId, PersonId, RoomId};
use storage::{RoomHold, Span, StorageError, Unit};

use crate::room_times::Held;

/// Dates read of one person; nobody has more in a fortnight.
const MOST: u32 = 1_000;

/// Somebody is busy with what they organise or are invited to, not with what they book for others.
pub(super) async fn of_people(
    unit: &mut dyn Unit,
    people: &[PersonId],
    span: Span,
    except: Option<BookingId>,
) -> Result<FreeTime<PersonId>, StorageError> {
    let mut busy = FreeTime::new(Grid::over(Timing { start: span.start, end: span.end }));
    people.iter().for_each(|person| _ = busy.add(*person));
    let most = MOST.saturating_mul(u32::try_from(people.len()).unwrap_or(u32::MAX));
    for time in unit.busy_times(people, span, most).await? {
        if Some(time.booking) != except {
            busy.take(time.person, Timing { start: time.span.start, end: time.span.end });
        }
    }
    Ok(busy)
}

/// Where so many slots in a row begin that neither bookings nor somebody who fills in a form holds of a room.
pub(super) fn beginnings_in_room(
    room: RoomId,
    (grid, span): (&Grid, Timing),
    held: &Held,
    except: Option<BookingId>,
    kept: &[RoomHold],
    length: usize,
) -> Slots {
    let mut taken = Slots::none(grid.len());
    for (start, end) in held.touching(room, span, except) {
        taken.set(grid.touched_seconds(start, end));
    }
    for hold in kept.iter().filter(|hold| hold.room == room) {
        taken.set(grid.touched(Timing { start: hold.span.start, end: hold.span.end }));
    }
    taken.beginnings(length)
}
