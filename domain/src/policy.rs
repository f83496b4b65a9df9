//! Who may do what. Handlers ask here and never compare roles themselves.
//!
//! Default deny: an [`Action`] that no rule allows is refused. To add an action: add the variant,
//! add its rule to [`may`], and accept the changed snapshot of the role × action table.

use jiff::Timestamp;

use crate::{Delegation, DelegationRight, Person, PersonId, Role};

/// The person who asks, with the delegations that person holds.
#[derive(Clone, Debug)]
pub struct Actor {
    /// Who asks.
    pub person: Person,
    /// What others let this person do for them.
    pub delegations: Vec<Delegation>,
    /// Delegations count until their end date.
    pub now: Timestamp,
}

/// Something a signed-in person wants to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Book, change or cancel a booking whose organiser is this person.
    BookFor(PersonId),
    /// See a booking whose organiser is this person (invited people see it too).
    SeeBookingsOf(PersonId),
    /// Moderate a meeting whose organiser is this person.
    ModerateFor(PersonId),
    /// Give or end delegations of this person.
    DelegateFor(PersonId),
    /// Add, change or retire rooms.
    ManageRooms,
    /// Add people, change their roles, close accounts.
    ManagePeople,
    /// See running meetings, their counts and quality.
    SeeRunningMeetings,
    /// See who is in a running meeting; audited.
    SeeParticipants,
    /// End a running meeting or remove somebody from it.
    InterveneInMeetings,
}

/// May this person do this now?
pub fn may(actor: &Actor, action: Action) -> bool {
    if actor.person.disabled_at.is_some() {
        return false;
    }
    match action {
        Action::BookFor(organiser) | Action::ModerateFor(organiser) => {
            acts_for(actor, organiser, &[DelegationRight::Book])
        }
        Action::SeeBookingsOf(organiser) => {
            acts_for(actor, organiser, &[DelegationRight::SeeAll, DelegationRight::Book])
        }
        Action::DelegateFor(principal) => {
            acts_for(actor, principal, &[DelegationRight::Manage]) || has(actor, Role::Administrator)
        }
        Action::ManageRooms => has(actor, Role::RoomManager) || has(actor, Role::Administrator),
        Action::ManagePeople | Action::SeeRunningMeetings | Action::SeeParticipants | Action::InterveneInMeetings => {
            has(actor, Role::Administrator)
        }
    }
}

fn has(actor: &Actor, role: Role) -> bool {
    actor.person.roles.contains(&role)
}

fn acts_for(actor: &Actor, principal: PersonId, any_of: &[DelegationRight]) -> bool {
    actor.person.id == principal
        || actor.delegations.iter().any(|delegation| {
            delegation.principal == principal
                && delegation.delegate == actor.person.id
                && delegation.valid_until.is_none_or(|until| actor.now < until)
                && any_of.iter().any(|right| delegation.rights.contains(right))
        })
}
