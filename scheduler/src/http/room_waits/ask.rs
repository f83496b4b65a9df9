use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::RoomId;
use domain::policy::Action;
use domain::timing::{LONGEST, Timing};
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::RoomWaitAnswer;
use crate::app::App;
use crate::booking::waits::{self, WaitRefused};
use crate::http::actor::SignedIn;
use crate::http::answer::Instant;
use crate::http::problem::{Code, Problem, ProblemBody};
use crate::http::request::Body;

/// What to wait for.
#[derive(Deserialize, ToSchema)]
pub(crate) struct RoomWaitBody {
    #[schema(value_type = Uuid)]
    room: RoomId,
    start: Instant,
    end: Instant,
}

/// Waits for a room that others have at that time. Once it is free, whatever the reason, the first to ask gets a letter, and
/// the room is kept for an hour, or until the start; then it is the next one's turn.
#[utoipa::path(post, path = "/room-waits", tag = "rooms", request_body = RoomWaitBody, responses(
    (status = 201, body = RoomWaitAnswer),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 409, description = "already_exists: one waits for this room at that time already", body = ProblemBody),
    (status = 422, description = "end_before_start, too_long, in_the_past, invalid: no such room, or 20 waited for already; \
        against_rules: only some may book the room", body = ProblemBody),
))]
pub(crate) async fn wait_for_room(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Body(body): Body<RoomWaitBody>,
) -> Result<(StatusCode, Json<RoomWaitAnswer>), Problem> {
    who.must(Action::SeeRooms)?;
    let (now, time) = (app.now(), Timing { start: body.start.0, end: body.end.0 });
    if time.end <= time.start {
        return Err(Problem::new(Code::EndBeforeStart, "The end must be after the start.").with_field("end"));
    }
    if time.end.duration_since(time.start) > LONGEST {
        return Err(Problem::new(Code::TooLong, "A booking lasts at most 24 hours.").with_field("end"));
    }
    if time.end <= now {
        return Err(Problem::new(Code::InThePast, "The time is over.").with_field("start"));
    }
    let mut unit = app.store.begin().await?;
    let (wait, room) = waits::add(&app, unit.as_mut(), &who, body.room, time).await.map_err(refused)?;
    unit.commit().await?;
    Ok((StatusCode::CREATED, Json(RoomWaitAnswer::new(&wait, Some(&room), now))))
}

fn refused(refused: WaitRefused) -> Problem {
    match refused {
        WaitRefused::NoRoom => Problem::invalid("room", "a room that exists and can be booked"),
        WaitRefused::NotForYou => {
            Problem::new(Code::AgainstRules, "Only some people may book this room.").with_field("room")
        }
        WaitRefused::Waiting => Problem::new(Code::AlreadyExists, "You wait for this room at that time already."),
        WaitRefused::TooMany => Problem::invalid("room", "at most 20 rooms and times: wait for one less first"),
        WaitRefused::Storage(error) => error.into(),
    }
}
