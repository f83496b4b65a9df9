use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::policy::Action;
use domain::timing::LONGEST;
use domain::{BookingId, Room, RoomId};
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
    /// Somebody else keeps it until then while filling in a form.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    held_until: Option<Instant>,
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
    // A hint, and each answer is good by itself.
    let mut unit = app.store.look().await?;
    let all = app.room_times.rooms(unit.as_mut()).await?;
    let fits = |room: &&Room| params.capacity.is_none_or(|capacity| room.capacity >= capacity);
    let rooms: Vec<&Room> = all.iter().filter(fits).collect();
    let ids: Vec<RoomId> = rooms.iter().map(|room| room.id).collect();
    let taken = app.room_times.taken(unit.as_mut(), &ids, &[span], params.except_booking).await?;
    let held = unit.held_rooms_at(&ids, &[span], who.id(), app.now()).await?;
    let answers = rooms.into_iter().map(|room| {
        let until = taken.iter().filter(|(id, _)| *id == room.id).map(|(_, span)| span.end).max();
        let held = held.iter().filter(|hold| hold.room == room.id).map(|hold| hold.expires_at).max();
        FreeRoom {
            room: room.into(),
            free: until.is_none() && held.is_none(),
            taken_until: until.map(Instant),
            held_until: held.map(Instant),
        }
    });
    Ok(Json(answers.collect()))
}

#[cfg(test)]
mod tests {
    use domain::RoomKind;
    use serde_json::json;

    use crate::testing::Bench;

    #[tokio::test]
    async fn a_held_room_says_until_when_unless_the_booking_itself_asks() {
        let bench = Bench::new().await;
        let anna = bench.person("Anna", &[]).await;
        let (small, large) =
            (bench.room(RoomKind::Physical, "A", 4).await, bench.room(RoomKind::Physical, "B", 40).await);
        let booked = bench.booked(&anna, json!({ "rooms": [small] })).await;
        let span = "start=2026-11-24T09:30:00Z&end=2026-11-24T12:00:00Z";
        let ask = |more: String| bench.get(&format!("/rooms/free?{span}{more}")).by(&anna);
        let all = ask(String::new()).send().await;
        let seen =
            |place: usize| (all.body["items"][place]["free"].clone(), all.body["items"][place]["taken_until"].clone());
        assert_eq!(all.is(200).body["items"][1]["id"], json!(large));
        assert_eq!(seen(0), (json!(false), json!("2026-11-24T10:00:00Z")));
        assert_eq!(seen(1), (json!(true), json!(null)));
        let large_only = ask("&capacity=5".into()).send().await;
        assert_eq!(large_only.body["items"].as_array().map(Vec::len), Some(1));
        let except = ask(format!("&except_booking={}", booked["id"].as_str().expect("an id"))).send().await;
        assert_eq!(except.body["items"][0]["free"], true);
    }

    #[tokio::test]
    async fn the_span_must_make_sense() {
        let bench = Bench::new().await;
        let anna = bench.person("Anna", &[]).await;
        let ask = |start, end| bench.get(&format!("/rooms/free?start={start}&end={end}")).by(&anna).send();
        let (nine, ten) = ("2026-11-24T09:00:00Z", "2026-11-24T10:00:00Z");
        ask(ten, nine).await.is_problem(422, "end_before_start");
        ask(nine, "2026-11-26T09:00:00Z").await.is_problem(422, "too_long");
        ask(nine, "tomorrow").await.is_problem(400, "malformed");
    }
}
