use std::sync::Arc;

use axum::Json;
use axum::extract::State;

use super::FeedAnswer;
use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::answer::Items;
use crate::http::problem::{Problem, ProblemBody};

/// One's own addresses for calendar programs, the oldest first; without their secrets.
#[utoipa::path(get, path = "/calendar-feeds", tag = "bookings", responses(
    (status = 200, body = Items<FeedAnswer>),
    (status = 401, description = "sign_in_required", body = ProblemBody),
))]
pub(crate) async fn list_calendar_feeds(
    State(app): State<Arc<App>>,
    who: SignedIn,
) -> Result<Json<Items<FeedAnswer>>, Problem> {
    let mut unit = app.store.read().await?;
    let mut items = Vec::new();
    for feed in unit.feeds_of(who.id()).await? {
        items.push(FeedAnswer::new(unit.as_mut(), &feed).await?);
    }
    Ok(Json(Items { items }))
}
