use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::policy::Action;
use domain::timing::LONGEST;
use domain::{BookingId, RoomId};
use serde::{Deserialize, Serialize};
use storage::Span;
use utoipa::{IntoParams, ToSchema};

use super::RoomAnswer;
use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::answer::{Instant, Items};
use crate::http::problem::{Code, Problem, ProblemBody};
use crate::http::request::Params;

/// When, and for how many.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct FreeParams {
    #[param(value_type = String, format = DateTime)]
    start: Instant,
    #[param(value_type = String, format = DateTime)]
    end: Instant,
    /// Only rooms that hold so many.
    capacity: Option<u32>,
    /// Do not count what this booking holds: it is about to be changed.
    #[param(value_type = Option<Uuid>)]
    except_booking: Option<BookingId>,
}

/// A room and whether it is free.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct FreeRoom {
    #[serde(flatten)]
    room: RoomAnswer,
    free: bool,
    /// When the booking that holds it ends.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    taken_until: Option<Instant>,
}

/// Which rooms are free in this span. A hint: booking decides.
#[utoipa::path(get, path = "/rooms/free", tag = "rooms", params(FreeParams), responses(
    (status = 200, body = Items<FreeRoom>),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 422, description = "end_before_start, too_long", body = ProblemBody),
))]
pub(crate) async fn find_free_rooms(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Params(params): Params<FreeParams>,
) -> Result<Json<Items<FreeRoom>>, Problem> {
    who.must(Action::SeeRooms)?;
    let span = Span { start: params.start.0, end: params.end.0 };
    if span.end <= span.start {
        return Err(Problem::new(Code::EndBeforeStart, "The end must be after the start.").with_field("end"));
    }
    if span.end.duration_since(span.start) > LONGEST {
        return Err(Problem::new(Code::TooLong, "A booking lasts at most 24 hours.").with_field("end"));
    }
    let mut unit = app.store.read().await?;
    let mut rooms = unit.rooms().await?;
    rooms.retain(|room| params.capacity.is_none_or(|capacity| room.capacity >= capacity));
    let ids: Vec<RoomId> = rooms.iter().map(|room| room.id).collect();
    let taken = unit.taken_rooms(&ids, span, params.except_booking).await?;
    let answers = rooms.iter().map(|room| {
        let until = taken.iter().filter(|(id, _)| *id == room.id).map(|(_, span)| span.end).max();
        FreeRoom { room: room.into(), free: until.is_none(), taken_until: until.map(Instant) }
    });
    Ok(Json(answers.collect()))
}
