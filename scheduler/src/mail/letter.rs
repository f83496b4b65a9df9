use std::fmt;

use domain::{Booking, Occurrence, Person, Private, Room};
use jiff::Timestamp;
use storage::Continuation;

/// Everything one letter is written from.
pub(crate) struct Letter<'a> {
    pub(crate) occasion: Occasion,
    pub(crate) scope: Scope,
    pub(crate) booking: &'a Booking,
    /// The date the letter names: the next one, or the one it is about.
    pub(crate) occurrence: &'a Occurrence,
    /// All dates, for the calendar entry.
    pub(crate) occurrences: &'a [Occurrence],
    pub(crate) organiser: &'a Person,
    pub(crate) booked_by: &'a Person,
    pub(crate) rooms: &'a [Room],
    /// The other parts of a series that was split.
    pub(crate) continuations: &'a [Continuation],
    /// Where the addressee's calendar answers to, if not to the organiser's mailbox.
    pub(crate) answers_to: Option<Private<String>>,
    pub(crate) addressee: Addressee<'a>,
    /// The numbers for telephones and the PIN, where there are any.
    pub(crate) dial_in: Option<(&'a [String], &'a Private<String>)>,
    /// From when on the addressee can join.
    pub(crate) joinable_from: Timestamp,
    pub(crate) written_at: Timestamp,
    /// What became of a room that was asked for; told to who invites.
    pub(crate) room_answer: Option<RoomAnswer<'a>>,
    /// Rooms that nobody came to, which it does not have any more.
    pub(crate) released: Option<Released<'a>>,
    /// The clocks of its zone will be set otherwise, which is all that has changed.
    pub(crate) follows_clocks: bool,
}

/// Rooms that were released.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Released<'a> {
    /// What they are called.
    pub(crate) rooms: &'a str,
}

/// The answer of who looks after a room.
#[derive(Clone, Copy, Debug)]
pub(crate) struct RoomAnswer<'a> {
    /// What the room is called.
    pub(crate) room: &'a str,
    /// Why not, which may be empty; none if the room was granted.
    pub(crate) refused: Option<&'a str>,
}

impl Letter<'_> {
    /// Is this date over?
    pub(crate) fn is_over(&self, date: &Occurrence) -> bool {
        date.end <= self.written_at
    }
}

/// What has happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Occasion {
    /// The addressee is invited since now.
    Invited,
    /// The addressee was invited before; title, time, place or text changed.
    Changed,
    /// The addressee was invited to the series that ended for this one to go on.
    Continued,
    /// The date is near.
    Reminded,
    /// It does not take place, or no longer with the addressee.
    Cancelled,
}

/// What a letter is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Scope {
    /// A booking with all its dates.
    Whole,
    /// A single date of a series; the others stay as they are.
    Date,
}

/// The one a letter goes to.
pub(crate) struct Addressee<'a> {
    /// May be empty.
    pub(crate) name: &'a Private<String>,
    pub(crate) email: &'a Private<String>,
    /// `de` or `en`.
    pub(crate) locale: &'a str,
    pub(crate) part: Part,
}

/// The addressee's part in the meeting, which decides about the link.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Part {
    /// Organises it: gets the entry for the calendar, is not asked to answer.
    Organiser,
    /// Has an account: uses the neutral link.
    Staff,
    /// Has none: the link is personal. None if it cannot be named again, because the token key
    /// was exchanged.
    Guest(Option<Private<String>>),
}

impl fmt::Debug for Part {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Organiser => "Organiser",
            Self::Staff => "Staff",
            Self::Guest(_) => "Guest",
        })
    }
}
