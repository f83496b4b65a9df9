use crate::{PersonId, Room};

/// More people are invited than the smallest room holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the smallest room holds {capacity}, invited are {people}")]
pub struct OverCapacity {
    /// What the smallest room holds.
    pub capacity: u32,
    /// How many are invited, the organiser included.
    pub people: u32,
}

/// How many seats it takes: everybody invited, and the organiser once.
pub fn headcount(organiser: PersonId, people: impl IntoIterator<Item = PersonId>, guests: usize) -> u32 {
    let others = people.into_iter().filter(|person| *person != organiser).count();
    u32::try_from(others + guests + 1).unwrap_or(u32::MAX)
}

/// Do all of them fit into every one of the rooms? `people` counts the organiser.
pub fn fits<'a>(rooms: impl IntoIterator<Item = &'a Room>, people: u32) -> Result<(), OverCapacity> {
    match rooms.into_iter().map(|room| room.capacity).min() {
        Some(capacity) if people > capacity => Err(OverCapacity { capacity, people }),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{RoomId, RoomKind};

    fn room(capacity: u32) -> Room {
        Room {
            id: RoomId::from_uuid(uuid::Uuid::from_u128(u128::from(capacity))),
            kind: RoomKind::Physical,
            name: format!("Room {capacity}"),
            site: None,
            capacity,
            notes: None,
            retired_at: None,
            version: 1,
        }
    }

    #[test]
    fn the_organiser_takes_one_seat_invited_or_not() {
        let person = |number| PersonId::from_uuid(uuid::Uuid::from_u128(number));
        assert_eq!(headcount(person(1), [], 0), 1);
        assert_eq!(headcount(person(1), [person(1), person(2)], 3), 5);
        assert_eq!(headcount(person(1), [person(2), person(3)], 0), 3);
    }

    #[test]
    fn the_smallest_room_decides() {
        assert_eq!(fits(&[room(12), room(4)], 4), Ok(()));
        assert_eq!(fits(&[room(12), room(4)], 5), Err(OverCapacity { capacity: 4, people: 5 }));
        assert_eq!(fits(&[], 5_000), Ok(()));
    }
}
