use std::sync::Arc;

use axum::extract::State;
use cluster::Event;
use domain::{BookingId, RoomId};
use http::StatusCode;

use super::{Opened, open};
use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::{Ids, IfMatch};
use crate::mail::letter::RoomAnswer;
use crate::mail::news;

/// Grants a room that a booking asks for; who invites gets a letter.
#[utoipa::path(post, path = "/room-requests/{booking_id}/{room_id}/approve", tag = "rooms",
params(("booking_id" = Uuid, Path), ("room_id" = Uuid, Path),
    ("If-Match" = String, Header, description = "The booking's version that was shown")), responses(
    (status = 204),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 404, description = "not_found: nothing waits here, or others look after the room", body = ProblemBody),
    (status = 412, description = "changed_meanwhile: the booking is not the one that was shown", body = ProblemBody),
    (status = 428, description = "if_match_required", body = ProblemBody),
))]
pub(crate) async fn approve_room_request(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Ids(booking, room): Ids<BookingId, RoomId>,
    if_match: IfMatch,
) -> Result<StatusCode, Problem> {
    let mut unit = app.store.begin().await?;
    let Opened { rows, request, room } = open(unit.as_mut(), &who, booking, room, &if_match).await?;
    unit.delete_room_request(booking, request.room).await?;
    let subject = format!("booking {booking}, room {}", request.room);
    unit.add_audit(&who.entry_for(rows.booking.organiser, app.now(), "room.granted", subject)).await?;
    let occurrence = rows.occurrence(&app);
    let answer = RoomAnswer { room: &room, refused: None };
    news::announce_room(&app, unit.as_mut(), rows.shown(&occurrence), answer).await?;
    unit.commit().await?;
    app.publish(Event::BookingChanged { booking }).await;
    Ok(StatusCode::NO_CONTENT)
}
