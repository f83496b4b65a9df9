use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::{DelegationId, PersonId, Private, SiteId};

/// Somebody with an account. Everybody may book and join; [`Role`]s add to that.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Person {
    /// Stable id; also the identity in meetings.
    pub id: PersonId,
    /// The name others see.
    pub name: Private<String>,
    /// The sign-in name, lower case, unique.
    pub email: Private<String>,
    /// Argon2id in PHC form; none for people who sign in elsewhere.
    pub password_hash: Option<Private<String>>,
    /// What this person may do beyond booking and joining.
    pub roles: Vec<Role>,
    /// `de` or `en`.
    pub locale: String,
    /// Where this person works; where most do if none is named.
    pub site: Option<SiteId>,
    /// Since when the account is closed, if it is.
    pub disabled_at: Option<Timestamp>,
    /// When the account was made.
    pub created_at: Timestamp,
}

/// A role given by an administrator.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Sees running meetings, helps, manages people.
    Administrator,
    /// Adds and changes rooms.
    RoomManager,
}

/// One thing a delegate may do for the principal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DelegationRight {
    /// Sees when the principal is busy.
    SeeBusy,
    /// Sees every detail.
    SeeAll,
    /// Books, changes and cancels "im Auftrag von".
    Book,
    /// Answers invitations.
    Answer,
    /// Gives these rights to others.
    Manage,
}

/// `delegate` may act for `principal` until `valid_until`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Delegation {
    /// Stable id.
    pub id: DelegationId,
    /// The person acted for.
    pub principal: PersonId,
    /// The assistant.
    pub delegate: PersonId,
    /// What exactly.
    pub rights: Vec<DelegationRight>,
    /// Open-ended if none.
    pub valid_until: Option<Timestamp>,
}
