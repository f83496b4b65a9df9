use domain::Room;
use domain::finding::{Proposal, Reason};
use domain::holidays::Holiday;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::answer::Instant;
use crate::http::rooms::RoomAnswer;

/// Times, and whose calendar was not looked at.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FoundTimes {
    /// The best first.
    pub(super) items: Vec<FoundTime>,
    /// People who were asked for, but who do not let the caller see when they are busy: they may be.
    pub(super) unseen: Vec<Uuid>,
}

/// A time, and what is to be said about it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FoundTime {
    start: Instant,
    end: Instant,
    /// The free room that fits best, if one was looked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    room: Option<RoomAnswer>,
    /// Who has something else then.
    busy: Vec<Uuid>,
    /// What speaks for and against it, the weightiest first.
    reasons: Vec<FoundReason>,
}

/// Something to know about a time.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
pub(crate) enum FoundReason {
    /// Everybody whose calendar may be seen is free.
    EverybodyFree,
    /// Some are not.
    PeopleBusy {
        /// How many.
        people: u32,
    },
    /// Saturday or Sunday.
    Weekend,
    /// A public holiday in Thuringia.
    Holiday {
        /// `new_year`, `good_friday` and so on.
        #[schema(value_type = String)]
        holiday: Holiday,
    },
    /// Before 8 or after 18.
    OutsideWorkingHours,
    /// Between 12 and 13.
    Lunch,
    /// No room that is large enough can be had.
    NoRoomFree,
    /// How large the room is.
    SpareSeats {
        /// Seats more than needed.
        seats: u32,
    },
    /// The room is not where one was wanted.
    OtherSite,
    /// Most rooms at the place are taken then.
    BusySite {
        /// How many of a hundred.
        percent: u32,
    },
}

impl From<Reason> for FoundReason {
    fn from(reason: Reason) -> Self {
        match reason {
            Reason::EverybodyFree => Self::EverybodyFree,
            Reason::PeopleBusy(people) => Self::PeopleBusy { people },
            Reason::Weekend => Self::Weekend,
            Reason::Holiday(holiday) => Self::Holiday { holiday },
            Reason::OutsideWorkingHours => Self::OutsideWorkingHours,
            Reason::Lunch => Self::Lunch,
            Reason::NoRoomFree => Self::NoRoomFree,
            Reason::SpareSeats(seats) => Self::SpareSeats { seats },
            Reason::OtherSite => Self::OtherSite,
            Reason::BusySite(percent) => Self::BusySite { percent },
        }
    }
}

impl FoundTime {
    pub(super) fn new(proposal: Proposal, rooms: &[Room]) -> Self {
        Self {
            start: Instant(proposal.timing.start),
            end: Instant(proposal.timing.end),
            room: proposal.room.and_then(|id| rooms.iter().find(|room| room.id == id)).map(RoomAnswer::from),
            busy: proposal.busy.into_iter().map(|person| person.as_uuid()).collect(),
            reasons: proposal.reasons.into_iter().map(FoundReason::from).collect(),
        }
    }
}
