//! Somebody about whom a moderator decides.

use domain::policy::{self, Actor, Recipient};
use domain::{GivenRole, Identity, Invitee, MeetingRole, Private};
use storage::{StorageError, Unit};
use uuid::Uuid;

use super::venue::Venue;
use crate::app::App;
use crate::booking::stake;
use crate::http::actor::SignedIn;
use crate::http::problem::Problem;

/// How the person is called, if invited, at the door or inside: nobody decides about people whom the meeting does not
/// know. A guest without a name is called nothing.
pub(crate) async fn known(
    app: &App,
    who: &SignedIn,
    id: Uuid,
    identity: &Identity,
) -> Result<Option<Private<String>>, Problem> {
    let mut unit = app.store.read().await?;
    let venue = Venue::moderated_by(app, unit.as_mut(), who, id).await?;
    for invitation in &venue.invitations {
        match &invitation.invitee {
            Invitee::Person(person) if Identity::from(*person) == *identity => {
                return Ok(Some(unit.person(*person).await?.map(|person| person.name).unwrap_or_default()));
            }
            Invitee::Guest { name, .. } if Identity::from(invitation.id) == *identity && !name.expose().is_empty() => {
                return Ok(Some(name.clone()));
            }
            Invitee::Person(_) | Invitee::Guest { .. } => {}
        }
    }
    let admissions = unit.admissions_of(venue.occurrence.id).await?;
    if let Some(admission) = admissions.into_iter().find(|one| one.identity == *identity) {
        return Ok(Some(admission.name));
    }
    drop(unit);
    let report = app.cluster.directory.report(&venue.name()).await?;
    let inside = report.and_then(|report| report.participants.into_iter().find(|one| one.identity == *identity));
    let is_guest = venue.invitations.iter().any(|one| Identity::from(one.id) == *identity);
    Ok(inside.map(|one| one.name).or_else(|| is_guest.then(Private::default)))
}

/// The person as far as rights are concerned.
pub(crate) async fn recipient(
    app: &App,
    unit: &mut dyn Unit,
    who: &SignedIn,
    venue: &Venue,
    identity: &Identity,
) -> Result<Recipient, StorageError> {
    let person = match identity.person() {
        Some(id) => unit.person(id).await?,
        None => None,
    };
    let is_oneself = *identity == Identity::from(who.id());
    let Some(person) = person else {
        return Ok(Recipient { is_oneself, always_moderates: false, has_account: false });
    };
    let delegations = unit.delegations_held(person.id).await?;
    let actor = Actor { person, delegations, now: app.now() };
    let always_moderates = policy::always_moderates(&actor, venue.booking.organiser);
    Ok(Recipient { is_oneself, always_moderates, has_account: true })
}

/// Does the person moderate, by the booking or by the moderation?
pub(crate) fn moderates(venue: &Venue, identity: &Identity) -> bool {
    match venue.given_to(identity) {
        Some(given) => given == GivenRole::Moderator,
        None => {
            let invited_as = identity.person().and_then(|person| stake::invited_as(&venue.invitations, person));
            invited_as == Some(MeetingRole::Moderator)
        }
    }
}
