use std::sync::Arc;

use axum::extract::State;
use cluster::Event;
use domain::policy::Action;
use domain::{AdmissionState, GivenRole, Identity, MeetingName, MeetingRole};
use http::StatusCode;
use storage::{StorageError, Unit};
use uuid::Uuid;

use crate::app::App;
use crate::booking::stake;
use crate::dial_in;
use crate::http::actor::SignedIn;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::Ids;
use crate::meeting::venue::Venue;

/// Removes somebody for good: tokens end on every node, the guest's link ends, and nobody lets
/// the person in again. Doing it twice does no harm. Moderators cannot remove the organiser.
#[utoipa::path(post, path = "/meetings/{id}/participants/{identity}/remove", tag = "meetings",
params(
    ("id" = String, Path, description = "The meeting, or its booking"),
    ("identity" = String, Path, description = "The participant's identity"),
),
responses(
    (status = 204, description = "Removed"),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 404, description = "not_found", body = ProblemBody),
    (status = 503, description = "unavailable: excluded, but tokens could not be revoked; call again", body = ProblemBody),
))]
pub(crate) async fn remove_participant(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Ids(meeting, identity): Ids<MeetingName, Identity>,
) -> Result<StatusCode, Problem> {
    let Ok(id) = meeting.as_str().parse::<Uuid>() else {
        return remove_from_foreign(&app, &who, meeting, identity).await;
    };
    let mut unit = app.store.begin().await?;
    let Some(venue) = Venue::read(&app, unit.as_mut(), id).await? else {
        drop(unit);
        return remove_from_foreign(&app, &who, meeting, identity).await;
    };
    let is_organiser = identity == Identity::from(venue.booking.organiser);
    allow(&who, &venue, Action::RemoveParticipant { stake: venue.stake(&who), is_organiser })?;
    exclude(&app, unit.as_mut(), &who, &venue, &identity).await?;
    unit.commit().await?;

    app.publish(Event::DoorChanged { occurrence: venue.occurrence.id }).await;
    app.remove_for_good(&venue.name(), identity).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Administrators see that a meeting exists without being invited.
pub(super) fn allow(who: &SignedIn, venue: &Venue, action: Action) -> Result<(), Problem> {
    if who.may(action) { Ok(()) } else { venue.allow(who, action) }
}

async fn exclude(
    app: &App,
    unit: &mut dyn Unit,
    who: &SignedIn,
    venue: &Venue,
    identity: &Identity,
) -> Result<(), StorageError> {
    let now = app.now();
    unit.exclude(venue.occurrence.id, identity, now).await?;
    dial_in::renew(app, unit, venue.booking.id).await?;
    // Who was sent away moderates no longer, from outside either.
    if venue.given_to(identity).is_some() || moderates_by_invitation(venue, identity) {
        let expires_at = app.config.join_window.closes_at(venue.occurrence.end);
        unit.save_given_role(venue.occurrence.id, identity, GivenRole::Participant, expires_at).await?;
    }
    let guest = identity.guest_invitation().filter(|id| venue.invitations.iter().any(|one| one.id == *id));
    if let Some(invitation) = guest {
        unit.revoke_invitation(invitation, now).await?;
    }
    let admissions = unit.admissions_of(venue.occurrence.id).await?;
    if let Some(mut admission) = admissions.into_iter().find(|one| one.identity == *identity) {
        (admission.state, admission.words) = (AdmissionState::Rejected, None);
        unit.save_admission(&admission).await?;
    }
    let subject = format!("meeting {}", venue.occurrence.id);
    unit.add_audit(&who.entry_for(venue.booking.organiser, now, "participant.removed", subject)).await
}

fn moderates_by_invitation(venue: &Venue, identity: &Identity) -> bool {
    let invited_as = identity.person().and_then(|person| stake::invited_as(&venue.invitations, person));
    invited_as == Some(MeetingRole::Moderator)
}

/// A meeting made by a third party's token: no booking, but administrators may intervene.
async fn remove_from_foreign(
    app: &App,
    who: &SignedIn,
    meeting: MeetingName,
    identity: Identity,
) -> Result<StatusCode, Problem> {
    super::foreign(app, who, &meeting).await?;
    let mut unit = app.store.begin().await?;
    unit.add_audit(&who.entry(app.now(), "participant.removed", format!("meeting {meeting}"))).await?;
    unit.commit().await?;
    app.remove_for_good(&meeting, identity).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests;
