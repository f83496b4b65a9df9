use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;

use super::OfferBody;
use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::answer::{Instant, Named};
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::Body;

/// What is offered.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OfferAnswer {
    title: String,
    /// Of the current or next date.
    start: Instant,
    end: Instant,
    zone: String,
    is_series: bool,
    organiser: Named,
    expires_at: Instant,
}

/// What one would take over. Others than the colleague it was offered to see nothing.
#[utoipa::path(post, path = "/handovers/look", tag = "bookings", request_body = OfferBody, responses(
    (status = 200, body = OfferAnswer),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 404, description = "link_invalid", body = ProblemBody),
    (status = 410, description = "link_used: taken, withdrawn, too old, or the booking was moved", body = ProblemBody),
))]
pub(crate) async fn look_at_offer(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Body(body): Body<OfferBody>,
) -> Result<Json<OfferAnswer>, Problem> {
    let mut unit = app.store.read().await?;
    let (offer, rows) = body.open(&app, unit.as_mut(), &who).await?;
    let date = rows.occurrence(&app);
    let organiser = unit.person(offer.from).await?;
    Ok(Json(OfferAnswer {
        title: date.title(&rows.booking).to_owned(),
        start: Instant(date.start),
        end: Instant(date.end),
        zone: rows.booking.zone.clone(),
        is_series: rows.booking.series.is_some(),
        organiser: organiser
            .as_ref()
            .map_or_else(|| Named { id: offer.from.as_uuid(), name: String::new() }, Named::from),
        expires_at: Instant(offer.expires_at),
    }))
}
