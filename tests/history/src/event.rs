//! What is recorded.

use serde::{Deserialize, Serialize};

/// Which room, by the order in which they were made.
pub type RoomNumber = u16;
/// Which booking: the number in its title, from who books it; no id of the program's.
pub type Ticket = u64;
/// Microseconds since the run began, by one clock for all clients.
pub type Tick = u64;

/// A booking as it can be seen.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Shown {
    /// Cancelled as a whole?
    pub is_cancelled: bool,
    /// Start, end (UTC seconds) and whether it was cancelled by itself, ascending. Of a cancelled booking nobody asks.
    pub dates: Vec<(i64, i64, bool)>,
    /// What it holds: room, start, end; ascending.
    pub claims: Vec<Claim>,
}

impl Shown {
    /// From what there is, in any order. Where every date was cancelled, or the whole, is the same to everybody.
    pub fn of(is_cancelled: bool, mut dates: Vec<(i64, i64, bool)>, mut claims: Vec<Claim>) -> Self {
        let is_cancelled = is_cancelled || dates.iter().all(|(_, _, is_out)| *is_out);
        if is_cancelled {
            dates.clear();
        }
        dates.sort_unstable();
        claims.sort_unstable();
        Self { is_cancelled, dates, claims }
    }
}

/// A room from a start to an end, UTC seconds.
pub type Claim = (RoomNumber, i64, i64);

/// Something that was asked of the program, and what came of it.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Event {
    /// In whose name.
    pub person: u16,
    /// Before it was sent.
    pub asked: Tick,
    /// After the answer was read, or the connection broke.
    pub answered: Tick,
    /// What.
    pub act: Act,
    /// The answer.
    pub outcome: Outcome,
}

/// What can be asked.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub enum Act {
    /// To make or change bookings, all or none of them.
    Change {
        /// The operation, for counting.
        verb: String,
        /// What each booking turns into.
        steps: Vec<Step>,
        /// Why it must be refused, if it must.
        refusal_due: Option<String>,
    },
    /// To keep these while a form is open, instead of what the person kept before; nothing releases.
    Hold(Vec<Claim>),
    /// To see a booking: version and what was shown.
    Read(Ticket, u64, Shown),
}

/// One booking, one version on.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct Step {
    /// Which booking.
    pub ticket: Ticket,
    /// The version it starts from; 0 for a new one.
    pub base: u64,
    /// How it shall be afterwards.
    pub wanted: Shown,
}

/// What came of it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Outcome {
    /// Acknowledged.
    Done,
    /// Refused with this status and code, and what it was put down to.
    Refused(u16, String, Vec<Blame>),
    /// The connection broke: perhaps it was done.
    Unknown,
}

/// What the program says stands in the way.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Blame {
    /// Another booking holds the room until then.
    TakenUntil(RoomNumber, i64),
    /// Another booking holds this.
    Taken(Claim),
    /// Somebody else keeps the room.
    Held(RoomNumber),
}

/// A booking as the tables have it at the end.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Found {
    /// Which.
    pub ticket: Ticket,
    /// Its version.
    pub version: u64,
    /// All of it.
    pub shown: Shown,
}

/// All that the judge gets to see.
#[derive(Debug, Default)]
pub struct Record {
    /// In no order.
    pub events: Vec<Event>,
    /// What there was when everything was over.
    pub found: Vec<Found>,
}
