use domain::policy::{Action, Stake};
use domain::{Booking, Invitation, Invitee, MeetingRole, PersonId};

use crate::http::actor::SignedIn;

/// The role in which this person is invited, if the invitation still counts.
pub(crate) fn invited_as(invitations: &[Invitation], person: PersonId) -> Option<MeetingRole> {
    let counts = |one: &&Invitation| one.revoked_at.is_none() && one.invitee == Invitee::Person(person);
    invitations.iter().find(counts).map(|one| one.role)
}

/// How the person stands to the booking.
pub(crate) fn stake(who: &SignedIn, booking: &Booking, invitations: &[Invitation]) -> Stake {
    Stake { organiser: booking.organiser, invited_as: invited_as(invitations, who.id()) }
}

/// The role the person has in the booking's meeting; none if not invited.
pub(crate) fn role(who: &SignedIn, stake: Stake) -> Option<MeetingRole> {
    if who.may(Action::Moderate(stake)) { Some(MeetingRole::Moderator) } else { stake.invited_as }
}
