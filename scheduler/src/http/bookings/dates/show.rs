use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::{BookingId, OccurrenceId};
use http::StatusCode;

use super::super::Rows;
use crate::app::App;
use crate::booking::invitations::NewSecrets;
use crate::booking::view::{self, BookingAnswer};
use crate::http::actor::SignedIn;
use crate::http::answer::versioned;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::Ids;

/// Shows a booking at one of its dates.
#[utoipa::path(get, path = "/bookings/{id}/dates/{occurrence_id}", tag = "bookings",
params(("id" = Uuid, Path), ("occurrence_id" = Uuid, Path)),
responses(
    (status = 200, body = BookingAnswer, headers(("ETag" = String))),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 404, description = "not_found", body = ProblemBody),
))]
pub(crate) async fn show_date(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Ids(id, occurrence_id): Ids<BookingId, OccurrenceId>,
) -> Result<Response, Problem> {
    let mut unit = app.store.read().await?;
    let rows = Rows::seen_by(unit.as_mut(), &who, id).await?;
    let occurrence = rows.date(occurrence_id)?;
    let answer = view::show(&app, unit.as_mut(), &who, rows.shown(occurrence), &NewSecrets::new()).await?;
    Ok(versioned(StatusCode::OK, rows.booking.version, answer))
}
