use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::policy::Action;
use domain::timing::LONGEST;
use domain::{PersonId, RoomId};
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use serde_json::json;
use storage::{RoomHold, Span};
use utoipa::ToSchema;

use crate::app::App;
use crate::booking::plan;
use crate::booking::rules::Rules;
use crate::http::actor::SignedIn;
use crate::http::answer::Instant;
use crate::http::problem::{Code, Problem, ProblemBody};
use crate::http::request::Body;

/// How long a form keeps its rooms.
const HELD_FOR: SignedDuration = SignedDuration::from_mins(5);
/// Most rooms one form keeps.
const MOST_ROOMS: usize = 20;

/// What a form is about to book.
#[derive(Deserialize, ToSchema)]
pub(crate) struct HoldBody {
    /// Up to 20; none releases all.
    #[schema(value_type = Vec<Uuid>)]
    rooms: Vec<RoomId>,
    start: Instant,
    end: Instant,
}

/// Until when the rooms are kept.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct HoldAnswer {
    expires_at: Instant,
}

/// Keeps rooms for five minutes while a form is open, instead of what one kept before: others see
/// them as held and cannot book them then; who looks after a room still can. Booking them oneself
/// releases them in the same moment. Asking again keeps them for five minutes more. For a series this
/// keeps the rooms on the date that is asked for, not on the others.
#[utoipa::path(put, path = "/room-holds/mine", tag = "rooms", request_body = HoldBody, responses(
    (status = 200, body = HoldAnswer),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 409, description = "room_taken: `room` {id, name}, `until`; room_held: `room`, `until`", body = ProblemBody),
    (status = 422, description = "end_before_start, too_long, in_the_past, invalid; against_rules: `room`, which only some \
        may book", body = ProblemBody),
))]
pub(crate) async fn hold_rooms(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Body(body): Body<HoldBody>,
) -> Result<Json<HoldAnswer>, Problem> {
    who.must(Action::SeeRooms)?;
    let (now, mut ids) = (app.now(), body.rooms);
    ids.sort();
    ids.dedup();
    if ids.len() > MOST_ROOMS {
        return Err(Problem::invalid("rooms", "up to 20 rooms"));
    }
    let span = Span { start: body.start.0, end: body.end.0 };
    if span.end <= span.start {
        return Err(Problem::new(Code::EndBeforeStart, "The end must be after the start.").with_field("end"));
    }
    if span.end.duration_since(span.start) > LONGEST {
        return Err(Problem::new(Code::TooLong, "A booking lasts at most 24 hours.").with_field("end"));
    }
    if span.end <= now {
        return Err(Problem::new(Code::InThePast, "The time is over.").with_field("start"));
    }
    let mut unit = app.store.begin().await?;
    unit.lock_rooms(&ids).await?;
    let mut rooms = Vec::with_capacity(ids.len());
    for id in &ids {
        let room = unit.room(*id).await?.filter(|room| room.retired_at.is_none());
        rooms.push(room.ok_or_else(|| Problem::invalid("rooms", "rooms that exist and can be booked"))?);
    }
    let named = |id: RoomId| rooms.iter().find(|room| room.id == id).map(|room| json!({ "id": id, "name": room.name }));
    if let Some((id, taken)) = unit.taken_rooms(&ids, span, None).await?.first() {
        return Err(Problem::new(Code::RoomTaken, "The room is taken at that time.")
            .with("room", named(*id))
            .with("until", json!(Instant(taken.end))));
    }
    let rules = Rules::read(unit.as_mut(), &ids, &who, who.id(), now).await?;
    let booked_for = who.actor.delegations.iter().map(|one| one.principal).filter(|one| who.may(Action::BookFor(*one)));
    let organisers: Vec<PersonId> = std::iter::once(who.id()).chain(booked_for).collect();
    if let Some(id) = ids.iter().find(|id| !rules.lets_book(**id, &organisers)) {
        return Err(Problem::new(Code::AgainstRules, "Only some people may book this room.")
            .with_field("rooms")
            .with("room", named(*id)));
    }
    let mut held = unit.held_rooms_at(&ids, &[span], who.id(), now).await?;
    plan::yield_to_keepers(unit.as_mut(), &who, &mut held).await?;
    if let Some(held) = held.first() {
        return Err(Problem::new(Code::RoomHeld, "Somebody is about to book the room at that time.")
            .with("room", named(held.room))
            .with("until", json!(Instant(held.expires_at))));
    }
    let expires_at = now + HELD_FOR;
    let holds: Vec<RoomHold> =
        ids.iter().map(|room| RoomHold { person: who.id(), room: *room, span, expires_at }).collect();
    unit.save_holds(who.id(), &holds).await?;
    unit.commit().await?;
    Ok(Json(HoldAnswer { expires_at: Instant(expires_at) }))
}
