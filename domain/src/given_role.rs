use serde::{Deserialize, Serialize};

use crate::MeetingRole;

/// What the moderation made of somebody, for one meeting. It stands above the role of the invitation
/// and belongs to the person: reloading the page or coming back changes nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum GivenRole {
    /// Moderates as those whom the booking names.
    Moderator,
    /// Speaks and shows; stays audible when all microphones are switched off.
    Presenter,
    /// Takes part as everybody does; does not moderate.
    Participant,
    /// Hears, sees, writes and asks for the floor; no microphone, camera or screen of one's own.
    Listener,
}

impl GivenRole {
    /// The role somebody has who was given this one. A guest stays marked as one.
    pub fn over(self, invited: Option<MeetingRole>) -> MeetingRole {
        match (self, invited) {
            (Self::Moderator, _) => MeetingRole::Moderator,
            (_, Some(MeetingRole::Guest)) => MeetingRole::Guest,
            _ => MeetingRole::Participant,
        }
    }

    /// May switch a microphone or camera on, and show a screen.
    pub fn may_publish(self) -> bool {
        self != Self::Listener
    }

    /// The word for the attribute `part` of a participant; none for those who take part as all do.
    pub fn part(self) -> Option<&'static str> {
        match self {
            Self::Presenter => Some("presenter"),
            Self::Listener => Some("listener"),
            Self::Moderator | Self::Participant => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_guest_stays_marked_as_one_and_nobody_moderates_but_by_that_role() {
        for given in [GivenRole::Presenter, GivenRole::Participant, GivenRole::Listener] {
            assert_eq!(given.over(Some(MeetingRole::Guest)), MeetingRole::Guest);
            assert_eq!(given.over(Some(MeetingRole::Moderator)), MeetingRole::Participant);
            assert_eq!(given.over(None), MeetingRole::Participant);
        }
        assert_eq!(GivenRole::Moderator.over(Some(MeetingRole::Participant)), MeetingRole::Moderator);
    }

    #[test]
    fn only_listeners_publish_nothing() {
        assert!(!GivenRole::Listener.may_publish());
        for given in [GivenRole::Moderator, GivenRole::Presenter, GivenRole::Participant] {
            assert!(given.may_publish());
        }
    }
}
