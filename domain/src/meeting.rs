use std::fmt;
use std::str::FromStr;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{AdmissionId, InvitationId, OccurrenceId, PersonId, Private};

/// Longest meeting name or identity, in bytes.
const NAME_LIMIT: usize = 128;

/// A meeting name or identity was empty, too long or held control characters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a name must have 1 to 128 bytes and no control characters")]
pub struct InvalidName;

macro_rules! name {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name(std::sync::Arc<str>);

        impl $name {
            /// The text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl FromStr for $name {
            type Err = InvalidName;

            fn from_str(text: &str) -> Result<Self, InvalidName> {
                let fits = (1..=NAME_LIMIT).contains(&text.len());
                if fits && !text.chars().any(char::is_control) { Ok(Self(text.into())) } else { Err(InvalidName) }
            }
        }

        impl TryFrom<String> for $name {
            type Error = InvalidName;

            fn try_from(text: String) -> Result<Self, InvalidName> {
                text.parse()
            }
        }

        impl From<$name> for String {
            fn from(name: $name) -> Self {
                name.0.as_ref().to_owned()
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

name! {
    /// Names a live meeting in tokens and between nodes: the occurrence's id for booked
    /// meetings, any text for tokens made by a third party.
    MeetingName;
    /// Names a participant within a meeting, stable over reconnects: a person's id, or a
    /// guest's id derived from the invitation or admission.
    Identity;
}

impl From<OccurrenceId> for MeetingName {
    fn from(id: OccurrenceId) -> Self {
        Self(id.to_string().into())
    }
}

/// What names of trials begin with; no occurrence's id does.
const TRIAL: &str = "trial-";

impl MeetingName {
    /// Names a meeting in which one browser alone tries its line. Nobody else is told of it.
    pub fn trial(id: uuid::Uuid) -> Self {
        Self(format!("{TRIAL}{id}").into())
    }

    /// Whether a browser tries its line there.
    pub fn is_trial(&self) -> bool {
        self.0.starts_with(TRIAL)
    }
}

impl From<PersonId> for Identity {
    fn from(id: PersonId) -> Self {
        Self(id.to_string().into())
    }
}

impl From<InvitationId> for Identity {
    fn from(id: InvitationId) -> Self {
        Self(format!("guest-{id}").into())
    }
}

impl Identity {
    /// The person with an account behind it, if it is one.
    pub fn person(&self) -> Option<PersonId> {
        self.as_str().parse().ok()
    }

    /// The guest's invitation behind it, if it is one.
    pub fn guest_invitation(&self) -> Option<InvitationId> {
        self.as_str().strip_prefix("guest-")?.parse().ok()
    }
}

/// Somebody at the door: asked to enter, waits until a moderator decides.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Admission {
    /// Stable id.
    pub id: AdmissionId,
    /// The meeting's occurrence.
    pub occurrence: OccurrenceId,
    /// The identity the person will have inside.
    pub identity: Identity,
    /// The name shown to the moderator and inside.
    pub name: Private<String>,
    /// SHA-256 of the ticket the waiting page holds.
    pub ticket_hash: [u8; 32],
    /// Waiting, admitted or rejected.
    pub state: AdmissionState,
    /// When it was asked.
    pub requested_at: Timestamp,
    /// When the row is deleted.
    pub expires_at: Timestamp,
    /// What the moderation said with its no.
    pub words: Option<Private<String>>,
}

/// Where an [`Admission`] stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AdmissionState {
    /// Nobody has decided yet.
    Waiting,
    /// May enter.
    Admitted,
    /// May not enter.
    Rejected,
}

#[cfg(test)]
mod tests {
    use super::MeetingName;

    #[test]
    fn a_meeting_name_is_short_and_printable() {
        assert!("daily".parse::<MeetingName>().is_ok());
        assert!("".parse::<MeetingName>().is_err());
        assert!("a\nb".parse::<MeetingName>().is_err());
        assert!("x".repeat(129).parse::<MeetingName>().is_err());
    }
}
