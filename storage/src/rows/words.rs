//! The words that stand for enums in the tables; a word once written stays readable for ever.

use domain::{AdmissionState, Answer, DelegationRight, GivenRole, MeetingRole, Role, RoomKind};

use crate::StorageError;

pub(crate) fn room_kind(kind: RoomKind) -> &'static str {
    match kind {
        RoomKind::Virtual => "virtual",
        RoomKind::Physical => "physical",
    }
}

pub(super) fn parse_room_kind(word: &str) -> Result<RoomKind, StorageError> {
    match word {
        "virtual" => Ok(RoomKind::Virtual),
        "physical" => Ok(RoomKind::Physical),
        _ => Err(unknown("room kind", word)),
    }
}

pub(crate) fn meeting_role(role: MeetingRole) -> &'static str {
    match role {
        MeetingRole::Moderator => "moderator",
        MeetingRole::Participant => "participant",
        MeetingRole::Guest => "guest",
    }
}

pub(super) fn parse_meeting_role(word: &str) -> Result<MeetingRole, StorageError> {
    match word {
        "moderator" => Ok(MeetingRole::Moderator),
        "participant" => Ok(MeetingRole::Participant),
        "guest" => Ok(MeetingRole::Guest),
        _ => Err(unknown("meeting role", word)),
    }
}

pub(crate) fn given_role(role: GivenRole) -> &'static str {
    match role {
        GivenRole::Moderator => "moderator",
        GivenRole::Presenter => "presenter",
        GivenRole::Participant => "participant",
        GivenRole::Listener => "listener",
    }
}

pub(super) fn parse_given_role(word: &str) -> Result<GivenRole, StorageError> {
    match word {
        "moderator" => Ok(GivenRole::Moderator),
        "presenter" => Ok(GivenRole::Presenter),
        "participant" => Ok(GivenRole::Participant),
        "listener" => Ok(GivenRole::Listener),
        _ => Err(unknown("given role", word)),
    }
}

pub(crate) fn answer(answer: Answer) -> &'static str {
    match answer {
        Answer::Accepted => "accepted",
        Answer::Declined => "declined",
        Answer::Tentative => "tentative",
    }
}

pub(super) fn parse_answer(word: &str) -> Result<Answer, StorageError> {
    match word {
        "accepted" => Ok(Answer::Accepted),
        "declined" => Ok(Answer::Declined),
        "tentative" => Ok(Answer::Tentative),
        _ => Err(unknown("answer", word)),
    }
}

pub(crate) fn admission_state(state: AdmissionState) -> &'static str {
    match state {
        AdmissionState::Waiting => "waiting",
        AdmissionState::Admitted => "admitted",
        AdmissionState::Rejected => "rejected",
    }
}

pub(super) fn parse_admission_state(word: &str) -> Result<AdmissionState, StorageError> {
    match word {
        "waiting" => Ok(AdmissionState::Waiting),
        "admitted" => Ok(AdmissionState::Admitted),
        "rejected" => Ok(AdmissionState::Rejected),
        _ => Err(unknown("admission state", word)),
    }
}

/// Roles as words with spaces between.
pub(crate) fn roles(roles: &[Role]) -> String {
    let words: Vec<&str> = roles
        .iter()
        .map(|role| match role {
            Role::Administrator => "administrator",
            Role::RoomManager => "room_manager",
        })
        .collect();
    words.join(" ")
}

pub(super) fn parse_roles(words: &str) -> Result<Vec<Role>, StorageError> {
    words
        .split_ascii_whitespace()
        .map(|word| match word {
            "administrator" => Ok(Role::Administrator),
            "room_manager" => Ok(Role::RoomManager),
            _ => Err(unknown("role", word)),
        })
        .collect()
}

/// Rights as words with spaces between.
pub(crate) fn rights(rights: &[DelegationRight]) -> String {
    let words: Vec<&str> = rights
        .iter()
        .map(|right| match right {
            DelegationRight::SeeBusy => "see_busy",
            DelegationRight::SeeAll => "see_all",
            DelegationRight::Book => "book",
            DelegationRight::Answer => "answer",
            DelegationRight::Manage => "manage",
        })
        .collect();
    words.join(" ")
}

pub(super) fn parse_rights(words: &str) -> Result<Vec<DelegationRight>, StorageError> {
    words
        .split_ascii_whitespace()
        .map(|word| match word {
            "see_busy" => Ok(DelegationRight::SeeBusy),
            "see_all" => Ok(DelegationRight::SeeAll),
            "book" => Ok(DelegationRight::Book),
            "answer" => Ok(DelegationRight::Answer),
            "manage" => Ok(DelegationRight::Manage),
            _ => Err(unknown("delegation right", word)),
        })
        .collect()
}

fn unknown(what: &str, word: &str) -> StorageError {
    StorageError::Inconsistent(format!("unknown {what} {word:?}"))
}
