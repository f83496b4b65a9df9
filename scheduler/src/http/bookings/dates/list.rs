use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::{BookingId, OccurrenceState};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::super::Rows;
use crate::app::App;
use crate::booking::plan::wall_time;
use crate::booking::view::{self, booking_is_cancelled};
use crate::http::actor::SignedIn;
use crate::http::answer::{Instant, Items};
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::Id;

/// One date of a booking.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DateItem {
    /// Names the date, and its meeting under `/meetings`.
    id: Uuid,
    /// The wall time the rule gives it; absent outside a series.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    date: Option<String>,
    start: Instant,
    end: Instant,
    /// Wall time in the zone of the booking.
    start_local: String,
    /// Wall time in the zone of the booking.
    end_local: String,
    title: String,
    rooms: Vec<Uuid>,
    is_cancelled: bool,
    /// Changed or cancelled by itself.
    is_exception: bool,
}

/// All dates of a booking by start; those of an endless series as far as they stand in the calendar.
#[utoipa::path(get, path = "/bookings/{id}/dates", tag = "bookings", params(("id" = Uuid, Path)), responses(
    (status = 200, body = Items<DateItem>),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 404, description = "not_found", body = ProblemBody),
))]
pub(crate) async fn list_dates(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Id(id): Id<BookingId>,
) -> Result<Json<Items<DateItem>>, Problem> {
    let mut unit = app.store.read().await?;
    let rows = Rows::seen_by(unit.as_mut(), &who, id).await?;
    let booking = &rows.booking;
    let items = rows.occurrences.iter().map(|one| DateItem {
        id: one.id.as_uuid(),
        date: one.key.map(wall_time),
        start: Instant(one.start),
        end: Instant(one.end),
        start_local: view::local(one.start, &booking.zone),
        end_local: view::local(one.end, &booking.zone),
        title: one.title(booking).to_owned(),
        rooms: one.rooms(booking).iter().map(|room| room.as_uuid()).collect(),
        is_cancelled: booking_is_cancelled(booking) || one.state == OccurrenceState::Cancelled,
        is_exception: one.is_exception(),
    });
    Ok(Json(items.collect()))
}
