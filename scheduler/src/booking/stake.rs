use domain::policy::{self, Action, Actor, Stake};
use domain::{Booking, Invitation, Invitee, MeetingRole, PersonId};

use crate::http::actor::SignedIn;

/// The role in which this person is invited, if the invitation still counts.
pub(crate) fn invited_as(invitations: &[Invitation], person: PersonId) -> Option<MeetingRole> {
    let counts = |one: &&Invitation| one.revoked_at.is_none() && one.invitee == Invitee::Person(person);
    invitations.iter().find(counts).map(|one| one.role)
}

/// How the person stands to the booking, whatever role was given in one of its meetings.
pub(crate) fn stake(who: &SignedIn, booking: &Booking, invitations: &[Invitation]) -> Stake {
    of(&who.actor, booking, invitations)
}

/// The same for somebody who is not signed in, but whose rights count.
pub(crate) fn of(actor: &Actor, booking: &Booking, invitations: &[Invitation]) -> Stake {
    let answers_for = actor.delegations.iter().map(|held| held.principal).find(|principal| {
        invited_as(invitations, *principal).is_some() && policy::may(actor, Action::AnswerFor(*principal))
    });
    let invited_as = invited_as(invitations, actor.person.id);
    Stake { organiser: booking.organiser, invited_as, answers_for, given: None, is_private: booking.is_private }
}

/// The role the person has in the booking's meeting; none if not invited.
pub(crate) fn role(who: &SignedIn, stake: Stake) -> Option<MeetingRole> {
    match (who.may(Action::Moderate(stake)), stake.given) {
        (true, _) => Some(MeetingRole::Moderator),
        (false, Some(given)) if stake.invited_as.is_some() => Some(given.over(stake.invited_as)),
        (false, _) => stake.invited_as,
    }
}
