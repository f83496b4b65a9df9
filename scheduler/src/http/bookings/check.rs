use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::policy::Action;
use domain::{BookingId, Deviation, Occurrence, OccurrenceId, OccurrenceState, timing};
use serde::Serialize;
use utoipa::ToSchema;

use crate::app::App;
use crate::booking::draft::BookingBody;
use crate::booking::plan::{self, BookingRefused};
use crate::booking::rules::Kept;
use crate::capacity::findings::CapacityAnswer;
use crate::capacity::setup::Invited;
use crate::capacity::weigh::{Before, Wish, weigh};
use crate::http::actor::SignedIn;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::Body;
use crate::series::conflicts::{Conflict, DateConflict, Look};
use crate::series::unfold::unfold;

/// What would become of a booking.
#[derive(Serialize, ToSchema)]
pub(crate) struct Checked {
    /// How many dates it would have.
    dates: usize,
    /// Those that cannot be had as they are wanted, and what could be had instead; empty if all can.
    conflicts: Vec<DateConflict>,
    /// Where the lines have not enough left, if so.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    capacity: Option<CapacityAnswer>,
}

/// Would this be booked? Says for every date whose rooms are taken, or against their rules, which rooms and times would
/// do instead, and where the lines have not enough left; books nothing. A hint: booking decides.
#[utoipa::path(post, path = "/bookings/check", tag = "bookings", request_body = BookingBody, responses(
    (status = 200, body = Checked),
    (status = 400, description = "malformed", body = ProblemBody),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 409, description = "room_held: `room` {id, name}, `until`", body = ProblemBody),
    (status = 422, description = "in_the_past, end_before_start, too_long, unknown_zone, time_does_not_exist \
        (`next_valid`), over_capacity (`capacity`, `people`), against_rules (`reasons`), invalid", body = ProblemBody),
))]
pub(crate) async fn check_booking(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Body(body): Body<BookingBody>,
) -> Result<Json<Checked>, Problem> {
    let draft = body.check()?;
    let now = app.now();
    timing::is_ahead(draft.timing, None, now).map_err(BookingRefused::from)?;
    let organiser = draft.organiser.unwrap_or(who.id());
    who.must(Action::BookFor(organiser))?;
    // Never stored: nobody sees this id.
    let id = BookingId::from_uuid(app.new_id());
    let unfolded = draft.series.as_ref().map(|wanted| unfold(&app, id, &draft, wanted, None)).transpose()?;
    let (series, dates) = unfolded.map(|unfolded| (unfolded.series, unfolded.occurrences)).unzip();
    let single = || Occurrence {
        id: OccurrenceId::from_uuid(app.new_id()),
        booking: id,
        start: draft.timing.start,
        end: draft.timing.end,
        state: OccurrenceState::Held,
        locked_at: None,
        key: None,
        deviation: Deviation::default(),
    };
    let dates = dates.unwrap_or_else(|| vec![single()]);
    let booking = draft.booking(id, organiser, who.id(), series, now);
    let mut unit = app.store.read().await?;
    let looked =
        plan::look_at_dates(unit.as_mut(), &who, &draft, &booking, &dates, &app, &Kept::default(), Look::ToTell).await;
    let conflicts = match looked {
        Ok(_) => Vec::new(),
        Err(BookingRefused::DatesTaken(conflicts)) => conflicts.iter().map(Conflict::answer).collect(),
        Err(refused) => return Err(refused.into()),
    };
    let wish = Wish {
        booking: &booking,
        dates: &dates,
        invited: Invited::by(&draft, organiser),
        before: Before::Nothing,
        look: Look::ToTell,
        now,
    };
    let capacity = weigh(unit.as_mut(), &who, wish).await?.answer;
    Ok(Json(Checked { dates: dates.len(), conflicts, capacity }))
}

#[cfg(test)]
mod tests {
    use domain::RoomKind;
    use serde_json::json;

    use crate::testing::{Bench, booking};

    #[tokio::test]
    async fn it_says_what_booking_would_say_from_memory_and_from_the_database_and_books_nothing() {
        let bench = Bench::new().await;
        let anna = bench.person("Anna", &[]).await;
        let (one, other) =
            (bench.room(RoomKind::Physical, "A", 12).await, bench.room(RoomKind::Physical, "B", 12).await);
        let taken = json!({ "rooms": [one], "start": "2026-12-08T10:30", "end": "2026-12-08T11:30" });
        bench.booked(&anna, taken).await;
        let wish = booking(json!({ "rooms": [one], "recurrence": { "rule": "FREQ=WEEKLY;COUNT=4" } }));
        let refused = bench.post("/bookings").by(&anna).json(&wish).await;
        let plain = bench.post("/bookings/check").by(&anna).json(&wish).await;
        bench.scheduler.load_room_times().await.expect("the database is there");
        let known = bench.post("/bookings/check").by(&anna).json(&wish).await;
        assert_eq!(plain.is(200).body, known.is(200).body);
        assert_eq!(known.body["dates"], 4);
        assert_eq!(known.body["conflicts"], refused.is_problem(409, "dates_taken").body["conflicts"]);
        assert_eq!(known.body["conflicts"][0]["date"], "2026-12-08T10:00");
        assert_eq!(known.body["conflicts"][0]["free_rooms"][0]["id"], json!(other));
        assert_eq!(known.body["conflicts"][0]["free_times"][0]["start"], "2026-12-08T09:30");
        let elsewhere = booking(json!({ "rooms": [other], "recurrence": { "rule": "FREQ=WEEKLY;COUNT=4" } }));
        let free = bench.post("/bookings/check").by(&anna).json(&elsewhere).await;
        assert_eq!(free.is(200).body, json!({ "dates": 4, "conflicts": [] }));
        bench.post("/bookings").by(&anna).json(&elsewhere).await.is(201);
    }

    #[tokio::test]
    async fn a_single_meeting_is_checked_too_and_what_is_wrong_is_said_as_when_booking() {
        let bench = Bench::new().await;
        let (anna, ben) = (bench.person("Anna", &[]).await, bench.person("Ben", &[]).await);
        let room = bench.room(RoomKind::Physical, "A", 2).await;
        bench.booked(&anna, json!({ "rooms": [room] })).await;
        let check = |changes| {
            let body = booking(changes);
            let asked = bench.post("/bookings/check").by(&ben);
            async move { asked.json(&body).await }
        };
        let taken = check(json!({ "rooms": [room] })).await;
        assert_eq!(taken.is(200).body["dates"], 1);
        assert_eq!(taken.body["conflicts"][0]["taken"][0]["room"]["name"], "A");
        let day = json!({ "start": "2026-11-20T10:00", "end": "2026-11-20T11:00" });
        check(day).await.is_problem(422, "in_the_past");
        check(json!({ "organiser": anna.id })).await.is_problem(403, "not_allowed");
        check(json!({ "title": "" })).await.is_problem(422, "invalid");
        let many = json!({ "rooms": [room], "start": "2026-11-25T10:00", "end": "2026-11-25T11:00",
            "guests": [{ "name": "A" }, { "name": "B" }] });
        check(many).await.is_problem(422, "over_capacity");
    }
}
