use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::policy::Action;
use domain::{BookingState, OccurrenceState, Person, PersonId, RoomId};
use serde::Serialize;
use serde_json::Value;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::App;
use crate::booking::invitations::headcount;
use crate::booking::veil;
use crate::http::actor::SignedIn;
use crate::http::answer::{Instant, Items, Named};
use crate::http::bookings::Rows;
use crate::http::problem::{Problem, ProblemBody};

/// Most requests shown at once: the oldest.
const MOST_SHOWN: u32 = 100;

/// A booking that asks for a room.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RoomRequestItem {
    booking_id: Uuid,
    /// Of the booking; the answer goes with it as If-Match.
    version: i64,
    title: String,
    organiser: Named,
    asked_by: Named,
    asked_at: Instant,
    room: Named,
    /// The next date in this room.
    start: Instant,
    end: Instant,
    zone: String,
    /// How many dates it asks for.
    dates: usize,
    /// How many people are invited, the organiser included.
    people: u32,
    /// Which rules it breaks, as in `against_rules`; none where the room is always asked for.
    #[schema(value_type = Vec<Object>)]
    reasons: Vec<Value>,
}

/// The bookings that ask for a room one looks after, the oldest first.
#[utoipa::path(get, path = "/room-requests", tag = "rooms", responses(
    (status = 200, body = Items<RoomRequestItem>),
    (status = 401, description = "sign_in_required", body = ProblemBody),
))]
pub(crate) async fn list_room_requests(
    State(app): State<Arc<App>>,
    who: SignedIn,
) -> Result<Json<Items<RoomRequestItem>>, Problem> {
    let mut unit = app.store.read().await?;
    let rooms = unit.rooms().await?;
    let kept = unit.rooms_kept_by(who.id()).await?;
    let decides = |id: &RoomId| who.may(Action::DecideForRoom { keeps_it: kept.contains(id) });
    let ids: Vec<RoomId> = rooms.iter().map(|room| room.id).filter(decides).collect();
    let mut items = Vec::new();
    for request in unit.waiting_room_requests(&ids, MOST_SHOWN).await? {
        let Some(rows) = Rows::read(unit.as_mut(), request.booking).await? else { continue };
        if rows.booking.state != BookingState::Active {
            continue;
        }
        let now = app.now();
        let is_meant = |one: &&domain::Occurrence| {
            one.state == OccurrenceState::Held && one.end > now && one.rooms(&rows.booking).contains(&request.room)
        };
        let mut dates = rows.occurrences.iter().filter(is_meant);
        let Some(first) = dates.next() else { continue };
        let people = unit.people_by_id(&[rows.booking.organiser, request.asked_by]).await?;
        let named = |id: PersonId| {
            let found = people.iter().find(|person: &&Person| person.id == id);
            found.map_or_else(|| Named { id: id.as_uuid(), name: String::new() }, Named::from)
        };
        let Some(room) = rooms.iter().find(|room| room.id == request.room) else { continue };
        items.push(RoomRequestItem {
            booking_id: rows.booking.id.as_uuid(),
            version: rows.booking.version,
            // Who looks after the room learns who asks and when, not for what.
            title: match veil::hides(&who.actor, &rows.booking, &rows.invitations) {
                true => veil::title(&who.actor.person.locale).to_owned(),
                false => rows.booking.title.clone(),
            },
            organiser: named(rows.booking.organiser),
            asked_by: named(request.asked_by),
            asked_at: Instant(request.asked_at),
            room: Named { id: room.id.as_uuid(), name: room.name.clone() },
            start: Instant(first.start),
            end: Instant(first.end),
            zone: rows.booking.zone.clone(),
            dates: dates.count() + 1,
            people: headcount(&rows.booking, &rows.invitations),
            reasons: serde_json::from_str(&request.reasons).unwrap_or_default(),
        });
    }
    Ok(Json(items.into_iter().collect()))
}
