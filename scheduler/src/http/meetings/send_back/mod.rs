use std::sync::Arc;

use axum::extract::State;
use cluster::Event;
use domain::policy::Action;
use domain::{Admission, AdmissionId, AdmissionState, Identity, Private};
use http::StatusCode;
use storage::{StorageError, Unit};
use uuid::Uuid;

use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::Ids;
use crate::meeting::moderated;
use crate::meeting::venue::Venue;
use crate::secret::{self, Secret};

/// Sends somebody from the meeting back to the waiting room: tokens end on every node, and whoever asks to come in
/// waits until admitted, invited or not. To be undone by admitting. Doing it twice does no harm. Who moderates and
/// programs with tokens of others cannot be sent back.
#[utoipa::path(post, path = "/meetings/{id}/participants/{identity}/send-back", tag = "waiting",
params(
    ("id" = Uuid, Path, description = "The meeting, or its booking"),
    ("identity" = String, Path, description = "The participant's identity"),
),
responses(
    (status = 204, description = "Waits"),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed: also for oneself and for who moderates", body = ProblemBody),
    (status = 404, description = "not_found: nobody with an account or a guest's link is called so here", body = ProblemBody),
    (status = 503, description = "unavailable: waits, but tokens could not be revoked; call again", body = ProblemBody),
))]
pub(crate) async fn send_back(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Ids(id, identity): Ids<Uuid, Identity>,
) -> Result<StatusCode, Problem> {
    // The directory may take its time: nobody who books shall wait for it.
    let known = moderated::known(&app, &who, id, &identity).await?;
    let mut unit = app.store.begin().await?;
    let venue = Venue::moderated_by(&app, unit.as_mut(), &who, id).await?;
    let to = moderated::recipient(&app, unit.as_mut(), &who, &venue, &identity).await?;
    let moderates = moderated::moderates(&venue, &identity);
    venue.allow(&who, Action::SendBack { stake: venue.stake(&who), to, moderates })?;
    let may_wait = to.has_account || venue.invitations.iter().any(|one| Identity::from(one.id) == identity);
    let name = known.filter(|_| may_wait).ok_or_else(Problem::not_found)?;
    if unit.is_excluded(venue.occurrence.id, &identity).await? {
        return Err(Problem::not_found());
    }
    put_to_the_door(&app, unit.as_mut(), &venue, &identity, name).await?;
    let subject = format!("meeting {}", venue.occurrence.id);
    let entry = who.entry_for(venue.booking.organiser, app.now(), "participant.sent_back", subject);
    unit.add_audit(&entry).await?;
    unit.commit().await?;

    // In this order: whoever asks why the connection ended hears that it is to wait.
    app.publish(Event::DoorChanged { occurrence: venue.occurrence.id }).await;
    app.shut_out(&venue.name(), Some(identity)).await?;
    Ok(StatusCode::NO_CONTENT)
}

/// Waits from now on. A ticket that is known already stays good: a page may have nothing else to show.
async fn put_to_the_door(
    app: &App,
    unit: &mut dyn Unit,
    venue: &Venue,
    identity: &Identity,
    name: Private<String>,
) -> Result<(), StorageError> {
    let admissions = unit.admissions_of(venue.occurrence.id).await?;
    let earlier = admissions.into_iter().find(|one| one.identity == *identity);
    let admission = Admission {
        id: earlier.as_ref().map_or_else(|| AdmissionId::from_uuid(app.new_id()), |one| one.id),
        occurrence: venue.occurrence.id,
        identity: identity.clone(),
        name,
        ticket_hash: earlier
            .map_or_else(|| Secret::draw(app.randomness.as_ref(), secret::LINK_BYTES).hash, |one| one.ticket_hash),
        state: AdmissionState::Waiting,
        words: None,
        requested_at: app.now(),
        expires_at: app.config.join_window.closes_at(venue.occurrence.end),
    };
    unit.save_admission(&admission).await
}

#[cfg(test)]
mod tests;
