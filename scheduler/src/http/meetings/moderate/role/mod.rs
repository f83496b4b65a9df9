//! Who may become what, and that it lasts: the meeting hears of it, the next join token says it.

use domain::policy::Action;
use domain::{GivenRole, Identity, MeetingRole};
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::App;
use crate::booking::stake;
use crate::http::actor::SignedIn;
use crate::http::problem::Problem;
use crate::meeting::moderated;
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
    let known = moderated::known(app, who, id, identity).await?;
    let mut unit = app.store.begin().await?;
    let venue = Venue::moderated_by(app, unit.as_mut(), who, id).await?;
    let to = moderated::recipient(app, unit.as_mut(), who, &venue, identity).await?;
    venue.allow(who, Action::GiveRole { stake: venue.stake(who), to, role })?;
    if known.is_none() {
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

#[cfg(test)]
mod tests;
