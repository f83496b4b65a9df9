use jiff::Timestamp;
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

use crate::capacity::Profile;
use crate::{BookingId, Deviation, InvitationId, OccurrenceId, PersonId, Private, RoomId, Series};

/// A booking as it stands: who invites, to what, in which rooms. Its dates are [`Occurrence`]s.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Booking {
    /// Stable id; the join link carries it.
    pub id: BookingId,
    /// 1..=200 characters.
    pub title: String,
    /// Up to 5,000 characters.
    pub description: String,
    /// Whose meeting it is ("Einladende Person").
    pub organiser: PersonId,
    /// Who pressed the button; differs from the organiser when booked "im Auftrag von".
    pub booked_by: PersonId,
    /// IANA zone in which the wall times mean what people agreed on.
    pub zone: String,
    /// Rooms held, ascending by id. May be empty: every booking has its own virtual meeting anyway.
    pub rooms: Vec<RoomId>,
    /// Do guests wait until a moderator lets them in?
    pub guests_wait: bool,
    /// How long before each date those invited are reminded by mail, minutes within
    /// [`reminder::MINUTES`](crate::reminder::MINUTES); not at all if none.
    pub remind_minutes: Option<u32>,
    /// What its meetings shall take of the lines.
    pub profile: Profile,
    /// Only who organises it and who is invited sees more of it than its time.
    pub is_private: bool,
    /// What makes it recur; a single meeting has none.
    pub series: Option<Series>,
    /// Active or cancelled.
    pub state: BookingState,
    /// iCalendar SEQUENCE: +1 whenever time, place or rule change.
    pub sequence: i32,
    /// Counts every change; the ETag.
    pub version: i64,
    /// When it was first booked.
    pub created_at: Timestamp,
    /// When it was last changed.
    pub updated_at: Timestamp,
}

impl Booking {
    /// Its next version: what a change starts from.
    pub fn changed(&self, at: Timestamp) -> Self {
        Self { version: self.version + 1, updated_at: at, ..self.clone() }
    }

    /// The same where time, place or rule change, one of its dates included: SEQUENCE rises
    /// (RFC 5546, 2.1.4), so that calendars take the message for newer than what they have.
    pub fn rescheduled(&self, at: Timestamp) -> Self {
        Self { sequence: self.sequence + 1, ..self.changed(at) }
    }

    /// Every room the booking or one of these dates names, ascending, each once.
    pub fn rooms_with<'a>(&self, dates: impl IntoIterator<Item = &'a Occurrence>) -> Vec<RoomId> {
        let mut rooms = self.rooms.clone();
        for date in dates {
            rooms.extend_from_slice(date.rooms(self));
        }
        rooms.sort_unstable();
        rooms.dedup();
        rooms
    }
}

/// Active or cancelled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum BookingState {
    /// Holds its rooms and can be joined.
    Active,
    /// Holds nothing any more.
    Cancelled {
        /// When.
        at: Timestamp,
        /// By whom.
        by: PersonId,
    },
}

/// One dated instance of a booking.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Occurrence {
    /// Stable id; the meeting's name.
    pub id: OccurrenceId,
    /// The booking it belongs to.
    pub booking: BookingId,
    /// First instant, whole seconds.
    pub start: Timestamp,
    /// First instant after it, whole seconds.
    pub end: Timestamp,
    /// Held, cancelled or ended early.
    pub state: OccurrenceState,
    /// Since when nobody new may enter.
    pub locked_at: Option<Timestamp>,
    /// The wall time that names it within its series; none outside a series.
    pub key: Option<DateTime>,
    /// In what it differs from its series.
    pub deviation: Deviation,
}

/// Where an [`Occurrence`] stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OccurrenceState {
    /// Its rooms are held; it can be joined in its window.
    Held,
    /// Cancelled with its booking.
    Cancelled,
    /// A moderator or admin ended it for all.
    Ended {
        /// When.
        at: Timestamp,
    },
}

/// One invited person or guest.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Invitation {
    /// Stable id.
    pub id: InvitationId,
    /// The booking it belongs to.
    pub booking: BookingId,
    /// Staff or guest.
    pub invitee: Invitee,
    /// What the person may do inside.
    pub role: MeetingRole,
    /// Since when the invitation no longer opens anything.
    pub revoked_at: Option<Timestamp>,
}

/// Who is invited.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Invitee {
    /// Somebody with an account; uses the neutral link and signs in.
    Person(PersonId),
    /// Somebody without an account; uses a personal link.
    Guest {
        /// The name the organiser gave.
        name: Private<String>,
        /// Where the invitation goes, if by mail.
        email: Option<Private<String>>,
        /// SHA-256 of the 128-bit secret in the personal link.
        secret_hash: [u8; 32],
    },
}

/// What somebody may do inside a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum MeetingRole {
    /// Admits, removes, ends.
    Moderator,
    /// Speaks, shows, writes.
    Participant,
    /// The same, from outside the administration.
    Guest,
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("in range")
    }

    fn room(number: u128) -> RoomId {
        RoomId::from_uuid(Uuid::from_u128(number))
    }

    fn booking() -> Booking {
        let somebody = PersonId::from_uuid(Uuid::from_u128(1));
        Booking {
            id: BookingId::from_uuid(Uuid::from_u128(2)),
            title: "Dienstberatung".into(),
            description: String::new(),
            organiser: somebody,
            booked_by: somebody,
            zone: "Europe/Berlin".into(),
            rooms: vec![room(5)],
            guests_wait: true,
            remind_minutes: None,
            profile: Profile::Normal,
            is_private: false,
            series: None,
            state: BookingState::Active,
            sequence: 3,
            version: 7,
            created_at: at(0),
            updated_at: at(0),
        }
    }

    #[test]
    fn every_change_counts_and_another_time_or_place_raises_the_sequence() {
        let before = booking();
        let changed = before.changed(at(9));
        assert_eq!(changed, Booking { version: 8, updated_at: at(9), ..before.clone() });
        assert_eq!(before.rescheduled(at(9)), Booking { sequence: 4, ..changed });
    }

    #[test]
    fn rooms_of_all_dates_are_named_once_and_ascending() {
        let date = |rooms: Option<Vec<RoomId>>| Occurrence {
            id: OccurrenceId::from_uuid(Uuid::from_u128(3)),
            booking: booking().id,
            start: at(0),
            end: at(60),
            state: OccurrenceState::Held,
            locked_at: None,
            key: None,
            deviation: Deviation { rooms, ..Deviation::default() },
        };
        let dates = [date(None), date(Some(vec![room(9), room(4)]))];
        assert_eq!(booking().rooms_with(&dates), [room(4), room(5), room(9)]);
        assert_eq!(booking().rooms_with(&[]), [room(5)]);
    }
}
