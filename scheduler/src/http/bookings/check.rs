use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::policy::Action;
use domain::timing;
use domain::{Booking, BookingId, Deviation, Occurrence, OccurrenceId, OccurrenceState, PersonId};
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use storage::Unit;
use utoipa::{IntoParams, ToSchema};

use super::Rows;
use crate::app::App;
use crate::booking::draft::{BookingBody, Draft};
use crate::booking::plan::{self, BookingRefused, Seen, wall_time};
use crate::booking::rules::Kept;
use crate::capacity::findings::CapacityAnswer;
use crate::capacity::setup::Invited;
use crate::capacity::weigh::{Before, Wish, weigh};
use crate::http::actor::SignedIn;
use crate::http::answer::Named;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::{Body, Params};
use crate::series::conflicts::{Conflict, DateConflict, Look};
use crate::series::unfold::{Earlier, unfold};

/// Of what it would be a change.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CheckParams {
    /// A booking that would be changed: what it holds itself is in nobody's way. Without `recurrence` in the body, of a series
    /// one date.
    #[param(value_type = Option<Uuid>)]
    changes: Option<BookingId>,
}

/// What would become of a booking.
#[derive(Serialize, ToSchema)]
pub(crate) struct Checked {
    /// How many dates it would have.
    dates: usize,
    /// What would become of each date to come, by start.
    plan: Vec<PlannedDate>,
    /// Those that cannot be had as they are wanted, and what could be had instead; empty if all can.
    conflicts: Vec<DateConflict>,
    /// Rooms that would have to be asked for, and why.
    asks: Vec<AskedRoom>,
    /// Where the lines have not enough left, if so. Not said of a change.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    capacity: Option<CapacityAnswer>,
}

/// What would become of one date.
#[derive(Serialize, ToSchema)]
pub(crate) struct PlannedDate {
    /// The wall time that names the date within its series; none of a single meeting.
    #[schema(example = "2026-12-01T09:30")]
    date: Option<String>,
    /// Wall time.
    start: String,
    #[schema(inline)]
    outcome: Outcome,
}

/// What would become of it.
#[derive(Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Outcome {
    /// It would be booked.
    Free,
    /// It would be booked, and a room's keeper be asked.
    NeedsApproval,
    /// Others hold a room then.
    Taken,
    /// A room's rules do not allow it.
    AgainstRules,
}

/// A room that would have to be asked for.
#[derive(Serialize, ToSchema)]
pub(crate) struct AskedRoom {
    room: Named,
    /// Which of its rules are broken, as when booking; none if it always has to be asked for.
    #[schema(value_type = Vec<Object>)]
    reasons: Vec<Value>,
}

/// Most reasons of one room that are told.
const MOST_REASONS: usize = 20;

/// Would this be booked? Says of every date whether it is free, taken, against a room's rules or has to be asked for, which
/// rooms and times would do instead, and where the lines have not enough left; books nothing. A hint: booking decides.
#[utoipa::path(post, path = "/bookings/check", tag = "bookings", params(CheckParams), request_body = BookingBody, responses(
    (status = 200, body = Checked),
    (status = 400, description = "malformed", body = ProblemBody),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 404, description = "not_found: the booking that would be changed", body = ProblemBody),
    (status = 409, description = "room_held: `room` {id, name}, `until`; exceptions_lost", body = ProblemBody),
    (status = 422, description = "in_the_past, end_before_start, too_long, unknown_zone, time_does_not_exist \
        (`next_valid`), over_capacity (`capacity`, `people`), against_rules (`reasons`), invalid", body = ProblemBody),
))]
pub(crate) async fn check_booking(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Params(CheckParams { changes }): Params<CheckParams>,
    Body(body): Body<BookingBody>,
) -> Result<Json<Checked>, Problem> {
    Ok(Json(judge(&app, &who, &body.check()?, changes).await?))
}

/// The same of a draft, whoever asks and how.
pub(crate) async fn judge(
    app: &Arc<App>,
    who: &SignedIn,
    draft: &Draft,
    changes: Option<BookingId>,
) -> Result<Checked, Problem> {
    let mut unit = app.store.read().await?;
    let before = match changes {
        Some(id) => Some(Rows::changed_by(unit.as_mut(), who, id).await?),
        None => None,
    };
    let organiser = draft.organiser.or(before.as_ref().map(|rows| rows.booking.organiser)).unwrap_or(who.id());
    who.must(Action::BookFor(organiser))?;
    let Planned { booking, dates } = planned(app, who, draft, organiser, before.as_ref())?;
    let kept = match changes {
        Some(id) => Kept::of(unit.as_mut(), id).await?,
        None => Kept::default(),
    };
    let seen = plan::look_at_dates(unit.as_mut(), who, draft, &booking, &dates, app, &kept, Look::ToTell).await?;
    let mut capacity = None;
    if changes.is_none() {
        let invited = Invited::by(draft, organiser);
        let before = Before::Nothing;
        let wish = Wish { booking: &booking, dates: &dates, invited, before, look: Look::ToTell, now: app.now() };
        capacity = weigh(unit.as_mut(), who, wish).await?.answer;
    }
    Ok(Checked {
        dates: dates.len(),
        plan: told(app, &booking, &dates, &seen)?,
        asks: asked(unit.as_mut(), &seen).await?,
        conflicts: seen.conflicts.iter().map(Conflict::answer).collect(),
        capacity,
    })
}

/// What would be booked.
struct Planned {
    booking: Booking,
    dates: Vec<Occurrence>,
}

fn planned(
    app: &App,
    who: &SignedIn,
    draft: &Draft,
    organiser: PersonId,
    before: Option<&Rows>,
) -> Result<Planned, BookingRefused> {
    let now = app.now();
    if before.is_none() || draft.series.is_none() {
        // A date that has begun may be changed as long as it stays where it is.
        let starts = |rows: &Rows| rows.occurrences.iter().any(|one| one.start == draft.timing.start);
        let begun = before.is_some_and(starts).then_some(draft.timing.start);
        timing::is_ahead(draft.timing, begun, now)?;
    }
    // Never stored: nobody sees a new id.
    let id = before.map_or_else(|| BookingId::from_uuid(app.new_id()), |rows| rows.booking.id);
    let Some(wanted) = &draft.series else {
        let single = Occurrence {
            id: OccurrenceId::from_uuid(app.new_id()),
            booking: id,
            start: draft.timing.start,
            end: draft.timing.end,
            state: OccurrenceState::Held,
            locked_at: None,
            key: None,
            deviation: Deviation::default(),
        };
        return Ok(Planned { booking: draft.booking(id, organiser, who.id(), None, now), dates: vec![single] });
    };
    let earlier = before.map(|rows| Earlier { booking: &rows.booking, occurrences: &rows.occurrences });
    let unfolded = unfold(app, id, draft, wanted, earlier)?;
    let booking = draft.booking(id, organiser, who.id(), Some(unfolded.series), now);
    Ok(Planned { booking, dates: unfolded.occurrences })
}

fn told(app: &App, booking: &Booking, dates: &[Occurrence], seen: &Seen) -> Result<Vec<PlannedDate>, BookingRefused> {
    let (now, zone): (_, TimeZone) = (app.now(), timing::zone(&booking.zone)?);
    let is_told = |one: &&Occurrence| one.state == OccurrenceState::Held && (one.key.is_none() || !one.is_history(now));
    let outcome = |one: &Occurrence| match seen.conflicts.iter().find(|conflict| conflict.key() == one.key) {
        Some(conflict) if conflict.is_taken() => Outcome::Taken,
        Some(_) => Outcome::AgainstRules,
        None if seen.asking.contains(&one.key) => Outcome::NeedsApproval,
        None => Outcome::Free,
    };
    let told = dates.iter().filter(is_told).map(|one| PlannedDate {
        date: one.key.map(wall_time),
        start: wall_time(zone.to_datetime(one.start)),
        outcome: outcome(one),
    });
    Ok(told.collect())
}

async fn asked(unit: &mut dyn Unit, seen: &Seen) -> Result<Vec<AskedRoom>, BookingRefused> {
    let ids: Vec<_> = seen.asks.rooms.iter().map(|ask| ask.room).collect();
    let rooms = if ids.is_empty() { Vec::new() } else { unit.rooms_by_id(&ids).await? };
    let asked = seen.asks.rooms.iter().filter_map(|ask| {
        let room = rooms.iter().find(|room| room.id == ask.room)?;
        let reasons = ask.reasons.iter().take(MOST_REASONS).cloned().collect();
        Some(AskedRoom { room: Named { id: room.id.as_uuid(), name: room.name.clone() }, reasons })
    });
    Ok(asked.collect())
}

#[cfg(test)]
mod tests {
    use domain::RoomKind;
    use serde_json::{Value, json};

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
        let outcomes: Vec<&Value> = (0..4).map(|place| &known.body["plan"][place]["outcome"]).collect();
        assert_eq!(outcomes, ["free", "free", "taken", "free"]);
        assert_eq!(known.body["conflicts"][0]["free_rooms"][0]["id"], json!(other));
        assert_eq!(known.body["conflicts"][0]["free_times"][0]["start"], "2026-12-08T09:30");
        let elsewhere = booking(json!({ "rooms": [other], "recurrence": { "rule": "FREQ=WEEKLY;COUNT=4" } }));
        let free = bench.post("/bookings/check").by(&anna).json(&elsewhere).await;
        let plan = free.is(200).body["plan"].as_array().expect("a list").clone();
        assert_eq!(
            (plan.len(), &plan[3]),
            (4, &json!({ "date": "2026-12-15T10:00", "start": "2026-12-15T10:00", "outcome": "free" }))
        );
        assert_eq!((&free.body["conflicts"], &free.body["asks"]), (&json!([]), &json!([])));
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

    #[tokio::test]
    async fn what_has_to_be_asked_for_is_said_by_date_and_a_change_is_not_in_its_own_way() {
        let bench = Bench::new().await;
        let (anna, ben) = (bench.person("Anna", &[]).await, bench.person("Ben", &[]).await);
        let manager = bench.person("Manager", &[domain::Role::RoomManager]).await;
        let room = bench.room(RoomKind::Physical, "Saal", 12).await;
        let rules = json!({ "approval": "out_of_policy", "closed_on_holidays": true, "delegates": [manager.id] });
        let path = format!("/rooms/{room}/policy");
        bench.put(&path).by(&manager).header("if-match", "\"1\"").json(&rules).await.is(200);
        // The last of these Fridays is Christmas Day.
        let friday = json!({ "rooms": [room], "start": "2026-12-11T10:00", "end": "2026-12-11T11:00",
            "recurrence": { "rule": "FREQ=WEEKLY;COUNT=3" } });
        let outcomes = |answer: &crate::testing::Answer| -> Vec<String> {
            let plan = answer.is(200).body["plan"].as_array().expect("a list").clone();
            plan.iter().map(|date| date["outcome"].as_str().expect("a word").to_owned()).collect()
        };
        let asked = bench.post("/bookings/check").by(&anna).json(&booking(friday)).await;
        assert_eq!(outcomes(&asked), ["free", "free", "needs_approval"]);
        let asks = &asked.body["asks"];
        assert_eq!((&asks[0]["room"]["name"], &asks[0]["reasons"][0]["rule"]), (&json!("Saal"), &json!("holiday")));
        assert_eq!(asks[0]["reasons"][0]["date"], "2026-12-25T10:00");

        let wish = booking(json!({ "rooms": [room] }));
        let shown = bench.booked(&anna, json!({ "rooms": [room] })).await;
        assert_eq!(outcomes(&bench.post("/bookings/check").by(&anna).json(&wish).await), ["taken"]);
        let change = format!("/bookings/check?changes={}", shown["id"].as_str().expect("an id"));
        assert_eq!(outcomes(&bench.post(&change).by(&anna).json(&wish).await), ["free"]);
        bench.post(&change).by(&ben).json(&wish).await.is_problem(404, "not_found");
        bench.post("/bookings/check?changes=x").by(&anna).json(&wish).await.is_problem(400, "malformed");
    }
}
