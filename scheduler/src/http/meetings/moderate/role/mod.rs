//! Who may become what, and that it lasts: the meeting hears of it, the next join token says it.

use domain::policy::{self, Action, Actor, Recipient};
use domain::{GivenRole, Identity, Invitee, MeetingRole};
use serde::Deserialize;
use storage::{StorageError, Unit};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::App;
use crate::booking::stake;
use crate::http::actor::SignedIn;
use crate::http::problem::Problem;
use crate::meeting::venue::Venue;

/// What somebody becomes.
#[derive(Clone, Copy, Debug, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(in crate::http) enum RoleToGive {
    /// Moderates as those whom the booking names.
    Moderator,
    /// Stays audible when all microphones are switched off.
    Presenter,
    /// Takes part as everybody does.
    Participant,
    /// Hears, sees, writes and asks for the floor.
    Listener,
}

impl From<RoleToGive> for GivenRole {
    fn from(role: RoleToGive) -> Self {
        match role {
            RoleToGive::Moderator => Self::Moderator,
            RoleToGive::Presenter => Self::Presenter,
            RoleToGive::Participant => Self::Participant,
            RoleToGive::Listener => Self::Listener,
        }
    }
}

/// Writes the role down, before the meeting hears of it: whoever reloads at once comes back with it.
pub(super) async fn give(
    app: &App,
    who: &SignedIn,
    id: Uuid,
    identity: &Identity,
    role: GivenRole,
) -> Result<(), Problem> {
    // The directory may take its time: nobody who books shall wait for it.
    let is_known = is_known(app, who, id, identity).await?;
    let mut unit = app.store.begin().await?;
    let venue = Venue::moderated_by(app, unit.as_mut(), who, id).await?;
    let to = recipient(app, unit.as_mut(), who, &venue, identity).await?;
    venue.allow(who, Action::GiveRole { stake: venue.stake(who), to, role })?;
    if !is_known {
        return Ok(());
    }
    let occurrence = venue.occurrence.id;
    if role == invited(&venue, identity) {
        unit.take_given_role(occurrence, identity).await?;
    } else {
        let expires_at = app.config.join_window.closes_at(venue.occurrence.end);
        unit.save_given_role(occurrence, identity, role, expires_at).await?;
    }
    let subject = format!("meeting {occurrence}");
    unit.add_audit(&who.entry_for(venue.booking.organiser, app.now(), "role.given", subject)).await?;
    unit.commit().await?;
    Ok(())
}

/// What the person is by the booking alone.
fn invited(venue: &Venue, identity: &Identity) -> GivenRole {
    let invited_as = identity.person().and_then(|person| stake::invited_as(&venue.invitations, person));
    if invited_as == Some(MeetingRole::Moderator) { GivenRole::Moderator } else { GivenRole::Participant }
}

async fn recipient(
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

/// Invited, at the door or inside: nobody gives roles to people whom the meeting does not know.
async fn is_known(app: &App, who: &SignedIn, id: Uuid, identity: &Identity) -> Result<bool, Problem> {
    let mut unit = app.store.read().await?;
    let venue = Venue::moderated_by(app, unit.as_mut(), who, id).await?;
    let is_invited = venue.invitations.iter().any(|one| match identity.person() {
        Some(person) => one.invitee == Invitee::Person(person),
        None => Identity::from(one.id) == *identity,
    });
    if is_invited || unit.admissions_of(venue.occurrence.id).await?.iter().any(|one| one.identity == *identity) {
        return Ok(true);
    }
    drop(unit);
    let report = app.cluster.directory.report(&venue.name()).await?;
    Ok(report.is_some_and(|report| report.participants.iter().any(|one| one.identity == *identity)))
}

#[cfg(test)]
mod tests;
