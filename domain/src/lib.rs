//! The rules of Rennsteig, pure: who may do what, when a room is free, how a series unfolds.
//!
//! Nothing here does I/O, reads a clock or draws a random number: callers pass `now` and new
//! ids in. Rights are decided in [`policy`] alone. To add a rule: write it as a function over
//! values, test it inline, and let the use case in `scheduler` ask it.

mod booking;
pub mod capacity;
mod captures;
mod clock;
mod cut;
pub mod finding;
pub mod freetime;
mod given_role;
pub mod groups;
mod help_code;
pub mod holidays;
mod ids;
pub mod join;
pub mod lines;
mod meeting;
pub mod no_show;
mod offsets;
mod person;
pub mod policy;
mod private;
pub mod recurrence;
pub mod reminder;
mod reply;
pub mod retention;
mod room;
pub mod room_policy;
pub mod room_use;
mod series;
pub mod text;
pub mod timing;
pub mod waiting_list;

pub use booking::{Booking, BookingState, Invitation, Invitee, MeetingRole, Occurrence, OccurrenceState};
pub use captures::Captures;
pub use clock::Clock;
pub use cut::{Cut, cut};
pub use given_role::GivenRole;
pub use help_code::{HelpCode, InvalidHelpCode};
pub use ids::{
    AdmissionId, ApiTokenId, AppPasswordId, BookingId, CalendarFeedId, DelegationId, InvitationId, MailId,
    OccurrenceId, PersonId, PoolId, RoomId, RoomWaitId, SiteId,
};
pub use meeting::{Admission, AdmissionState, Identity, InvalidName, MeetingName};
pub use offsets::{InvalidOffsets, Offsets};
pub use person::{Delegation, DelegationRight, Person, Role};
pub use private::Private;
pub use reply::{Answer, COMMENT_LIMIT, Reply};
pub use room::{Room, RoomKind};
pub use series::{Deviation, HORIZON, MOST_DATES, Matched, Series, match_dates};
