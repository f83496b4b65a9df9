use domain::policy::{Action, Stake};
use domain::{Booking, Invitation, Invitee, MeetingRole, PersonId};

use crate::http::actor::SignedIn;

/// The role in which this person is invited, if the invitation still counts.
pub(crate) fn invited_as(invitations: &[Invitation], person: PersonId) -> Option<MeetingRole> {
    let counts = |one: &&Invitation| one.revoked_at.is_none() && one.invitee == Invitee::Person(person);
    invitations.iter().find(counts).map(|one| one.role)
}

/// How the person stands to the booking, whatever role was given in one of its meetings.
pub(crate) fn stake(who: &SignedIn, booking: &Booking, invitations: &[Invitation]) -> Stake {
    Stake { organiser: booking.organiser, invited_as: invited_as(invitations, who.id()), given: None }
}

/// The role the person has in the booking's meeting; none if not invited.
pub(crate) fn role(who: &SignedIn, stake: Stake) -> Option<MeetingRole> {
    match (who.may(Action::Moderate(stake)), stake.given) {
        (true, _) => Some(MeetingRole::Moderator),
        (false, Some(given)) if stake.invited_as.is_some() => Some(given.over(stake.invited_as)),
        (false, _) => stake.invited_as,
    }
}
