use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Names the thing by a UUID; new ones are version 7, drawn by the caller.
            pub const fn from_uuid(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// The UUID itself.
            pub const fn as_uuid(self) -> Uuid {
                self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        impl FromStr for $name {
            type Err = uuid::Error;

            fn from_str(text: &str) -> Result<Self, Self::Err> {
                text.parse().map(Self)
            }
        }
    )*};
}

id! {
    /// A person with an account.
    PersonId;
    /// A bookable room, virtual or physical.
    RoomId;
    /// Somebody waiting for a room that others have.
    RoomWaitId;
    /// A secret address for calendar programs.
    CalendarFeedId;
    /// A password for one calendar program.
    AppPasswordId;
    /// A booking: the series row, of one occurrence or many.
    BookingId;
    /// One dated instance of a booking. Its text form is the name of its meeting.
    OccurrenceId;
    /// One person or guest invited to a booking.
    InvitationId;
    /// Somebody waiting to be let in.
    AdmissionId;
    /// A standing right to act for somebody.
    DelegationId;
    /// A bearer token for the API.
    ApiTokenId;
    /// A message on its way out.
    MailId;
    /// Something that all meetings share: the media nodes, a line.
    PoolId;
    /// Where people work.
    SiteId;
}
