use std::sync::Arc;

use axum::extract::State;
use domain::CalendarFeedId;
use http::StatusCode;

use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::Id;

/// Ends one of one's own addresses: whoever has it reads nothing any more.
#[utoipa::path(delete, path = "/calendar-feeds/{id}", tag = "bookings", params(("id" = Uuid, Path)), responses(
    (status = 204, description = "Ended"),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 404, description = "not_found", body = ProblemBody),
))]
pub(crate) async fn end_calendar_feed(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Id(id): Id<CalendarFeedId>,
) -> Result<StatusCode, Problem> {
    let mut unit = app.store.begin().await?;
    if !unit.end_feed(who.id(), id).await? {
        return Err(Problem::not_found());
    }
    unit.add_audit(&who.entry(app.now(), "calendar_feed.ended", format!("calendar_feed {id}"))).await?;
    unit.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
