use std::sync::Arc;

use axum::extract::State;
use cluster::Event;
use domain::{Booking, BookingId, Occurrence, RoomId, text};
use http::StatusCode;
use serde::Deserialize;
use storage::{RoomRefusal, RoomRequest};
use utoipa::ToSchema;

use super::{Opened, open};
use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::bookings::Rows;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::{Body, Ids, IfMatch};
use crate::mail::letter::RoomAnswer;
use crate::mail::news;

/// Longest reason, characters.
const LONGEST_WORDS: usize = 500;

/// Why not.
#[derive(Deserialize, ToSchema)]
pub(crate) struct RefuseBody {
    /// In words, for who invites; up to 500 characters.
    #[serde(default)]
    words: String,
}

/// Refuses a room that a booking asks for: the room is free at once, the booking goes on without
/// it, and everybody invited gets a letter.
#[utoipa::path(post, path = "/room-requests/{booking_id}/{room_id}/refuse", tag = "rooms", request_body = RefuseBody,
params(("booking_id" = Uuid, Path), ("room_id" = Uuid, Path),
    ("If-Match" = String, Header, description = "The booking's version that was shown")), responses(
    (status = 204),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 404, description = "not_found: nothing waits here, or others look after the room", body = ProblemBody),
    (status = 412, description = "changed_meanwhile: the booking is not the one that was shown", body = ProblemBody),
    (status = 422, description = "invalid", body = ProblemBody),
    (status = 428, description = "if_match_required", body = ProblemBody),
))]
pub(crate) async fn refuse_room_request(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Ids(booking, room): Ids<BookingId, RoomId>,
    if_match: IfMatch,
    Body(body): Body<RefuseBody>,
) -> Result<StatusCode, Problem> {
    let words = match body.words.trim() {
        "" => String::new(),
        words => text::line(words, LONGEST_WORDS)
            .map_err(|_| Problem::invalid("words", "up to 500 characters, no line breaks"))?,
    };
    let mut unit = app.store.begin().await?;
    let Opened { rows, request, room } = open(unit.as_mut(), &who, booking, room, &if_match).await?;
    let now = app.now();
    let without = without_room(&rows, request.room, now);
    unit.save_booking(&without.booking, &without.occurrences).await?;
    let refusal = Some(RoomRefusal { at: now, by: Some(who.id()), words: words.clone() });
    unit.save_room_request(&RoomRequest { refusal, ..request.clone() }).await?;
    let subject = format!("booking {booking}, room {}", request.room);
    unit.add_audit(&who.entry_for(rows.booking.organiser, now, "room.refused", subject)).await?;
    let occurrence = without.occurrence(&app);
    let answer = RoomAnswer { room: &room, refused: Some(&words) };
    news::announce_room(&app, unit.as_mut(), without.shown(&occurrence), answer).await?;
    unit.commit().await?;
    app.publish(Event::BookingChanged { booking }).await;
    Ok(StatusCode::NO_CONTENT)
}

/// The booking as it goes on. Dates that took place keep the room they had.
fn without_room(rows: &Rows, room: RoomId, now: jiff::Timestamp) -> Rows {
    let left = |rooms: &[RoomId]| -> Vec<RoomId> { rooms.iter().copied().filter(|one| *one != room).collect() };
    let booking = Booking { rooms: left(&rows.booking.rooms), ..rows.booking.rescheduled(now) };
    let occurrences = rows.occurrences.iter().map(|one| {
        let mut one: Occurrence = one.clone();
        one.deviation.rooms = match &one.deviation.rooms {
            _ if one.is_history(now) => Some(one.rooms(&rows.booking).to_vec()).filter(|own| *own != booking.rooms),
            Some(own) => Some(left(own)).filter(|own| *own != booking.rooms),
            None => None,
        };
        one
    });
    Rows { occurrences: occurrences.collect(), booking, invitations: rows.invitations.clone() }
}
