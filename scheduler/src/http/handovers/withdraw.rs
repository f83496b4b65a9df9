use std::sync::Arc;

use axum::extract::State;
use cluster::Event;
use domain::BookingId;
use http::StatusCode;

use super::offered_by;
use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::Id;

/// Withdraws every offer of this booking. The booking is as it was, but for its version.
#[utoipa::path(delete, path = "/bookings/{id}/handover", tag = "bookings", params(("id" = Uuid, Path)), responses(
    (status = 204, description = "Withdrawn"),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 404, description = "not_found", body = ProblemBody),
    (status = 410, description = "cancelled", body = ProblemBody),
))]
pub(crate) async fn withdraw_offers(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Id(id): Id<BookingId>,
) -> Result<StatusCode, Problem> {
    let mut unit = app.store.begin().await?;
    let rows = offered_by(unit.as_mut(), &who, id).await?;
    let now = app.now();
    // Offers are for one SEQUENCE; that it rises without a message is nothing to calendars.
    unit.save_booking(&rows.booking.rescheduled(now), &rows.occurrences).await?;
    unit.add_audit(&who.entry_for(rows.booking.organiser, now, "booking.offers_withdrawn", format!("booking {id}")))
        .await?;
    unit.commit().await?;
    app.publish(Event::BookingChanged { booking: id }).await;
    Ok(StatusCode::NO_CONTENT)
}
