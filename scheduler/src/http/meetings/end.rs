use std::sync::Arc;

use axum::extract::State;
use cluster::Event;
use domain::policy::Action;
use domain::{MeetingName, OccurrenceState};
use http::StatusCode;
use uuid::Uuid;

use super::remove_participant::allow;
use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::Id;
use crate::meeting::venue::Venue;

/// Ends a meeting for all. Nobody can join it any more; its rooms are free. Doing it twice does
/// no harm.
#[utoipa::path(post, path = "/meetings/{id}/end", tag = "meetings",
params(("id" = String, Path, description = "The meeting, or its booking")),
responses(
    (status = 204, description = "Ended"),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 404, description = "not_found", body = ProblemBody),
    (status = 503, description = "unavailable: ended, but people inside were not told; call again", body = ProblemBody),
))]
pub(crate) async fn end_meeting(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Id(meeting): Id<MeetingName>,
) -> Result<StatusCode, Problem> {
    let Ok(id) = meeting.as_str().parse::<Uuid>() else { return end_foreign(&app, &who, meeting).await };
    let mut unit = app.store.begin().await?;
    let Some(mut venue) = Venue::read(&app, unit.as_mut(), id).await? else {
        drop(unit);
        return end_foreign(&app, &who, meeting).await;
    };
    allow(&who, &venue, Action::EndMeeting(venue.stake(&who)))?;
    let now = app.now();
    if venue.occurrence.state == OccurrenceState::Held {
        venue.occurrence.state = OccurrenceState::Ended { at: now };
        unit.save_occurrence(&venue.occurrence).await?;
        let subject = format!("meeting {}", venue.occurrence.id);
        unit.add_audit(&who.entry_for(venue.booking.organiser, now, "meeting.ended", subject)).await?;
        unit.commit().await?;
    } else {
        drop(unit);
    }
    app.publish(Event::DoorChanged { occurrence: venue.occurrence.id }).await;
    app.publish(Event::BookingChanged { booking: venue.booking.id }).await;
    app.shut_out(&venue.name(), None).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn end_foreign(app: &App, who: &SignedIn, meeting: MeetingName) -> Result<StatusCode, Problem> {
    super::foreign(app, who, &meeting).await?;
    let mut unit = app.store.begin().await?;
    unit.add_audit(&who.entry(app.now(), "meeting.ended", format!("meeting {meeting}"))).await?;
    unit.commit().await?;
    app.shut_out(&meeting, None).await?;
    Ok(StatusCode::NO_CONTENT)
}
