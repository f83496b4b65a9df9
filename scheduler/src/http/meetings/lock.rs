use std::sync::Arc;

use axum::extract::State;
use cluster::Event;
use http::StatusCode;
use uuid::Uuid;

use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::Id;
use crate::meeting::venue::Venue;

/// Locks the door: nobody new may enter, those inside stay. Doing it twice does no harm.
#[utoipa::path(post, path = "/meetings/{id}/lock", tag = "meetings",
params(("id" = Uuid, Path, description = "The meeting, or its booking")),
responses(
    (status = 204, description = "Locked"),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 404, description = "not_found", body = ProblemBody),
))]
pub(crate) async fn lock_meeting(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Id(id): Id<Uuid>,
) -> Result<StatusCode, Problem> {
    let now = app.now();
    let mut unit = app.store.begin().await?;
    let mut venue = Venue::moderated_by(&app, unit.as_mut(), &who, id).await?;
    venue.occurrence.locked_at = venue.occurrence.locked_at.or(Some(now));
    unit.save_occurrence(&venue.occurrence).await?;
    let subject = format!("meeting {}", venue.occurrence.id);
    unit.add_audit(&who.entry_for(venue.booking.organiser, now, "meeting.locked", subject)).await?;
    unit.commit().await?;
    app.publish(Event::DoorChanged { occurrence: venue.occurrence.id }).await;
    Ok(StatusCode::NO_CONTENT)
}
