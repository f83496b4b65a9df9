use jiff::Timestamp;
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};

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
