use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use cluster::Event;
use domain::{Occurrence, OccurrenceState, Private, RoomId, no_show};
use serde::Deserialize;
use storage::{StorageError, Unit};
use utoipa::ToSchema;

use crate::app::App;
use crate::http::meetings::check_in::CheckedIn;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::{Body, Id};
use crate::secret;

/// What the panel says.
#[derive(Deserialize, ToSchema)]
pub(crate) struct DoorBody {
    /// As `POST /rooms/{id}/door` answered it.
    #[schema(value_type = String)]
    secret: Private<String>,
}

/// Says at the door that somebody is there: to what is booked now, or begins within 15 minutes. Of a date with several rooms
/// that wait for somebody it counts for this one.
#[utoipa::path(post, path = "/rooms/{id}/check-in", tag = "rooms", security(()), request_body = DoorBody,
params(("id" = Uuid, Path)), responses(
    (status = 200, body = CheckedIn),
    (status = 404, description = "link_invalid: the secret opens nothing (any more); not_found: nothing is booked now",
        body = ProblemBody),
))]
pub(crate) async fn check_in_at_door(
    State(app): State<Arc<App>>,
    Id(room): Id<RoomId>,
    Body(body): Body<DoorBody>,
) -> Result<Json<CheckedIn>, Problem> {
    // Anybody may ask: whoever guesses does not keep those waiting who write.
    let mut unit = app.store.read().await?;
    if !unit.is_door_of(room, &secret::hash(body.secret.expose())).await? {
        return Err(Problem::link_invalid());
    }
    drop(unit);
    let mut unit = app.store.begin().await?;
    let date = booked_now(&app, unit.as_mut(), room).await?.ok_or_else(Problem::not_found)?;
    let booking = unit.booking(date.booking).await?.ok_or_else(Problem::not_found)?;
    let answer = CheckedIn::note_at_door(unit.as_mut(), room, &booking, &date, app.now()).await?;
    unit.commit().await?;
    app.publish(Event::BookingChanged { booking: booking.id }).await;
    Ok(Json(answer))
}

/// The date that holds the room now, or is the next to.
async fn booked_now(app: &App, unit: &mut dyn Unit, room: RoomId) -> Result<Option<Occurrence>, StorageError> {
    let now = app.now();
    let claims = unit.claims_of_rooms(&[room], now).await?;
    let can_be_used = |start, end| no_show::check_in(start, end, now).is_ok();
    for claim in claims.iter().filter(|claim| can_be_used(claim.span.start, claim.span.end)) {
        let dates = unit.occurrences_of(claim.booking).await?;
        let is_meant = |one: &Occurrence| one.start == claim.span.start && one.state == OccurrenceState::Held;
        if let Some(date) = dates.into_iter().find(is_meant) {
            return Ok(Some(date));
        }
    }
    Ok(None)
}
