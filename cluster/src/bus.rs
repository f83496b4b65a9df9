use std::pin::Pin;

use async_trait::async_trait;
use domain::groups::Division;
use domain::{BookingId, GivenRole, Identity, MeetingName, OccurrenceId, PersonId, Private};
use futures_util::Stream;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{ClusterError, NodeId};

/// Something the owner of a meeting shall do; at least once, in order per sender.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "command", rename_all = "snake_case")]
pub enum Command {
    /// Send everybody away and close the meeting.
    EndMeeting {
        /// Which.
        meeting: MeetingName,
    },
    /// Send one participant away.
    RemoveParticipant {
        /// From where.
        meeting: MeetingName,
        /// Whom.
        identity: Identity,
    },
    /// Open a meeting that was handed over to this node; one that was not stays where it is.
    TakeOver {
        /// Which.
        meeting: MeetingName,
    },
    /// Take no new meetings and hand on those that run, or do as before again.
    Drain {
        /// Which of the two.
        draining: bool,
    },
    /// Carry out what a moderator decided.
    Moderate {
        /// In which meeting.
        meeting: MeetingName,
        /// What.
        act: Moderation,
    },
}

/// What a moderator does inside a meeting. Nothing of it switches on anything for somebody else.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "act", rename_all = "snake_case")]
pub enum Moderation {
    /// Switches somebody's microphone off.
    Mute {
        /// Whose.
        identity: Identity,
    },
    /// Switches all microphones off but one, and those of presenters.
    MuteAll {
        /// Whose stays as it is.
        but: Identity,
    },
    /// Ends somebody's shared screen.
    StopShare {
        /// Whose.
        identity: Identity,
    },
    /// Asks somebody to switch the microphone on.
    AskToSpeak {
        /// Whom.
        identity: Identity,
    },
    /// Takes somebody off the speaker list.
    LowerHand {
        /// Whom.
        identity: Identity,
    },
    /// Shows somebody under another name until the meeting is left.
    Rename {
        /// Whom.
        identity: Identity,
        /// The new name, up to 100 characters.
        name: Private<String>,
    },
    /// Makes something else of somebody: what the person may do, and as what others see it.
    GiveRole {
        /// Whom.
        identity: Identity,
        /// What from now on.
        role: GivenRole,
    },
    /// Begins a break that everybody sees; it replaces one that runs.
    BeginBreak {
        /// How long, minutes.
        minutes: u8,
    },
    /// Ends the break before its time.
    EndBreak,
    /// Changes what holds for everybody's microphones and screens; what is absent stays as it was.
    SetRules {
        /// Only presenters and moderators show a screen.
        #[serde(default)]
        only_presenters_share: Option<bool>,
        /// Only who was called speaks.
        #[serde(default)]
        moderated_microphones: Option<bool>,
        /// How long a turn on the speaker list is, minutes; 0: as long as it takes.
        #[serde(default)]
        turn_minutes: Option<u8>,
    },
    /// Calls somebody to speak: takes the person off the speaker list and begins the turn.
    GiveFloor {
        /// Whom.
        identity: Identity,
    },
    /// Ends the turn that runs.
    EndTurn,
    /// Says who writes the notes of the meeting.
    OpenNotes {
        /// Not only who moderates or presents.
        everybody: bool,
    },
    /// Puts a question to the meeting. While one is open, nothing happens.
    OpenPoll {
        /// What is asked.
        question: Private<String>,
        /// The answers to choose from.
        options: Vec<Private<String>>,
        /// Everybody reads who voted for what, once it is closed.
        roll_call: bool,
        /// Guests vote, too.
        with_guests: bool,
    },
    /// Ends the voting.
    ClosePoll {
        /// The number the meeting gave it.
        poll: u32,
    },
    /// Opens groups and leads people into them. While some are open, nothing happens.
    OpenGroups {
        /// Their titles; the first has number 1.
        titles: Vec<Private<String>>,
        /// Who goes where.
        division: Division,
        /// When they end by themselves, if they do.
        minutes: Option<u16>,
        /// Everybody may go to the main room before the end.
        may_return: bool,
    },
    /// Leads somebody into a group, or into the main room.
    MoveToGroup {
        /// Whom.
        identity: Identity,
        /// Where to; without it: the main room.
        group: Option<u8>,
    },
    /// Says something to everybody, in whichever group.
    TellGroups {
        /// What.
        text: Private<String>,
    },
    /// Ends the groups.
    CloseGroups {
        /// After so many seconds; 0: at once.
        seconds: u8,
    },
}

/// Something that happened; at most once, a hint to look again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "snake_case")]
pub enum Event {
    /// A booking was made, changed or cancelled.
    BookingChanged {
        /// Which.
        booking: BookingId,
    },
    /// A room was added, changed or retired.
    RoomsChanged,
    /// What open pages show has changed.
    PagesChanged {
        /// A booking, if it is one.
        booking: Option<BookingId>,
        /// Whom it concerns.
        people: Vec<PersonId>,
        /// Everybody, because rooms are held otherwise than before.
        rooms: bool,
    },
    /// Somebody came to the door, was let in, was sent away or left it.
    DoorChanged {
        /// Of which meeting.
        occurrence: OccurrenceId,
    },
    /// A token was revoked: owners look at who is inside.
    Revoked {
        /// In which meeting.
        meeting: MeetingName,
        /// Whom; everybody if none.
        identity: Option<Identity>,
        /// Tokens issued until then are over; as of now if a node of an older version says nothing.
        #[serde(default)]
        issued_until: Option<Timestamp>,
        /// Later ones as well.
        #[serde(default)]
        for_good: bool,
        /// The one in use as well: see [`Revocation::in_use`](crate::Revocation::in_use).
        #[serde(default)]
        in_use: bool,
        /// Of every meeting: see [`Revocation::everywhere`](crate::Revocation::everywhere).
        #[serde(default)]
        everywhere: bool,
    },
    /// Somebody's account was closed, a session ended, or what the person may do has changed: whoever serves this person
    /// looks again.
    AccessChanged {
        /// Whose.
        person: PersonId,
    },
}

/// Commands for this node, for as long as it listens.
pub type CommandStream = Pin<Box<dyn Stream<Item = Command> + Send>>;
/// Events for everybody, from the moment of subscribing.
pub type EventStream = Pin<Box<dyn Stream<Item = Event> + Send>>;

/// Carries commands to one node and events to all.
#[async_trait]
pub trait Bus: Send + Sync {
    /// Sends a command to a node.
    async fn send(&self, to: &NodeId, command: Command) -> Result<(), ClusterError>;
    /// Listens for this node's commands, also those sent while it was away for less than a minute.
    async fn commands(&self, node: &NodeId) -> Result<CommandStream, ClusterError>;
    /// Tells everybody, this node included.
    async fn publish(&self, event: Event) -> Result<(), ClusterError>;
    /// Hears what anybody publishes.
    async fn events(&self) -> Result<EventStream, ClusterError>;
}
