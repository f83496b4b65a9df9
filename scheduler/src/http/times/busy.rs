//! What people and rooms have in a span, as bits.

use std::collections::HashSet;

use domain::freetime::{FreeTime, Grid};
use domain::timing::Timing;
use domain::{BookingId, PersonId, RoomId};
use storage::{Span, StorageError, Unit};

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

/// What is held of rooms.
pub(super) fn of_rooms(rooms: &[RoomId], span: Span, held: &[(RoomId, Span)]) -> FreeTime<RoomId> {
    let mut busy = FreeTime::new(Grid::over(Timing { start: span.start, end: span.end }));
    rooms.iter().for_each(|room| _ = busy.add(*room));
    let known: HashSet<&RoomId> = rooms.iter().collect();
    for (room, taken) in held.iter().filter(|(room, _)| known.contains(room)) {
        busy.take(*room, Timing { start: taken.start, end: taken.end });
    }
    busy
}
