use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::{BookingId, PersonId};
use http::StatusCode;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::offered_by;
use crate::app::App;
use crate::booking::offer::{OFFERED_FOR, Offer};
use crate::http::actor::SignedIn;
use crate::http::answer::{Instant, Named};
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::{Body, Id};
use crate::mail::handed_over;

/// To whom.
#[derive(Deserialize, ToSchema)]
pub(crate) struct HandoverBody {
    /// A colleague with an open account.
    #[schema(value_type = Uuid)]
    to: PersonId,
}

/// An offer that was made.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HandoverAnswer {
    to: Named,
    expires_at: Instant,
    /// For the colleague alone, who also gets it by mail.
    link: String,
}

/// Offers a booking, a series as a whole, to a colleague to take over: for seven days, unless it is moved, cancelled or the
/// offer withdrawn. Nothing changes until the colleague takes it.
#[utoipa::path(post, path = "/bookings/{id}/handover", tag = "bookings", request_body = HandoverBody,
params(("id" = Uuid, Path)), responses(
    (status = 201, body = HandoverAnswer),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 404, description = "not_found", body = ProblemBody),
    (status = 410, description = "cancelled", body = ProblemBody),
    (status = 422, description = "invalid: nobody with an open account, or who invites already", body = ProblemBody),
))]
pub(crate) async fn offer_booking(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Id(id): Id<BookingId>,
    Body(body): Body<HandoverBody>,
) -> Result<(StatusCode, Json<HandoverAnswer>), Problem> {
    let mut unit = app.store.begin().await?;
    let rows = offered_by(unit.as_mut(), &who, id).await?;
    let (booking, now) = (&rows.booking, app.now());
    let to = unit.person(body.to).await?.filter(|one| one.disabled_at.is_none() && one.id != booking.organiser);
    let to = to.ok_or_else(|| Problem::invalid("to", "a colleague with an open account"))?;
    let expires_at = now + OFFERED_FOR;
    let offer = Offer { booking: id, from: booking.organiser, to: to.id, sequence: booking.sequence, expires_at };
    let link = format!("{}/takeover?offer={}", app.config.base_url, offer.seal(&app.config.token_key).expose());
    handed_over::announce_offer(&app, unit.as_mut(), &rows, &rows.occurrence(&app), &to, &link).await?;
    let subject = format!("booking {id}, to person {}", to.id);
    unit.add_audit(&who.entry_for(booking.organiser, now, "booking.offered", subject)).await?;
    unit.commit().await?;
    Ok((StatusCode::CREATED, Json(HandoverAnswer { to: Named::from(&to), expires_at: Instant(expires_at), link })))
}
