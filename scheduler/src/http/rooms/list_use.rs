use std::collections::BTreeMap;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::policy::Action;
use domain::room_policy::RoomPolicy;
use domain::room_use::{self, DayUse};
use domain::timing::{LONGEST, Timing};
use domain::{OccurrenceId, Room, RoomId, RoomKind, timing};
use jiff::Timestamp;
use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};
use storage::{RoomRelease, Span, Unit};
use utoipa::{IntoParams, ToSchema};

use super::RoomAnswer;
use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::page::{Page, PageParams};
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::Params;

/// Most days answered at once.
const MOST_DAYS: u32 = 62;
/// A fortnight, if nothing is said.
const USUAL_DAYS: u32 = 14;
/// Whose today it is, if no day is named.
const USUAL_ZONE: &str = "Europe/Berlin";

/// When, and where.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct UseParams {
    /// The first day; today if absent.
    #[param(value_type = Option<String>, format = Date)]
    from: Option<Date>,
    /// 1 to 62; 14 if absent.
    days: Option<u32>,
    /// Only rooms there.
    site: Option<String>,
}

/// A room, day by day.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RoomUse {
    room: RoomAnswer,
    days: Vec<RoomDay>,
}

/// How much a room is used on a day of its own zone: minutes and counts, nobody's name.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RoomDay {
    #[schema(value_type = String, format = Date)]
    day: Date,
    /// For which it is open; without opening hours of its own, on working days from 8 to 18.
    open_minutes: u32,
    /// For which bookings hold it, also while it is not open.
    held_minutes: u32,
    /// How much of the time for which it is open it is held; absent while it is closed.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    percent: Option<u32>,
    /// For which it was released again, because nobody came; as long as the audit trail tells.
    released_minutes: u32,
    /// How many dates that were.
    releases: u32,
}

impl From<DayUse> for RoomDay {
    fn from(DayUse { day, open_minutes, held_minutes, percent, released_minutes, releases }: DayUse) -> Self {
        Self { day, open_minutes, held_minutes, percent, released_minutes, releases }
    }
}

/// How much rooms with a door are used, day by day, room by room by name: for how long they are open, held, and were released
/// because nobody came.
#[utoipa::path(get, path = "/rooms/use", tag = "rooms", params(UseParams, PageParams), responses(
    (status = 200, body = Page<RoomUse>),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 422, description = "invalid", body = ProblemBody),
))]
pub(crate) async fn list_room_use(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Params(UseParams { from, days, site }): Params<UseParams>,
    Params(page): Params<PageParams>,
) -> Result<Json<Page<RoomUse>>, Problem> {
    who.must(Action::SeeRoomUse)?;
    let days = days.unwrap_or(USUAL_DAYS);
    if !(1..=MOST_DAYS).contains(&days) {
        return Err(Problem::invalid("days", "1 to 62"));
    }
    let zone = timing::zone(USUAL_ZONE).unwrap_or(TimeZone::UTC);
    let first = from.unwrap_or_else(|| zone.to_datetime(app.now()).date());
    if !(1..9_999).contains(&first.year()) {
        return Err(Problem::invalid("from", "a day between the years 1 and 9998"));
    }
    let mut unit = app.store.read().await?;
    let is_there = |room: &Room| site.as_ref().is_none_or(|site| room.site.as_ref() == Some(site));
    let rooms = unit.rooms().await?.into_iter().filter(|room| room.kind == RoomKind::Physical && is_there(room));
    let page = page.of(rooms.collect(), |room: &Room| room.id.as_uuid())?;
    let seen = Seen::read(unit.as_mut(), page.items(), first, days).await?;
    Ok(Json(page.map(|room| RoomUse {
        days: seen.days(room.id).into_iter().map(RoomDay::from).collect(),
        room: RoomAnswer::from(&room),
    })))
}

/// What became of some rooms.
struct Seen {
    first: Date,
    days: u32,
    policies: BTreeMap<RoomId, RoomPolicy>,
    held: BTreeMap<RoomId, Vec<Timing>>,
    released: BTreeMap<RoomId, Vec<Timing>>,
}

impl Seen {
    async fn read(unit: &mut dyn Unit, rooms: &[Room], first: Date, days: u32) -> Result<Self, Problem> {
        let ids: Vec<RoomId> = rooms.iter().map(|room| room.id).collect();
        let policies: BTreeMap<RoomId, RoomPolicy> =
            unit.room_rules(&ids).await?.into_iter().map(|rules| (rules.room, rules.policy)).collect();
        let usual = RoomPolicy::default();
        let spans = ids.iter().map(|id| room_use::span(policies.get(id).unwrap_or(&usual), first, days));
        let whole =
            spans.reduce(|one, other| Timing { start: one.start.min(other.start), end: one.end.max(other.end) });
        let mut seen = Self { first, days, policies, held: BTreeMap::new(), released: BTreeMap::new() };
        let Some(whole) = whole else { return Ok(seen) };
        for (room, span) in unit.taken_rooms_at(&ids, &[Span { start: whole.start, end: whole.end }], None).await? {
            seen.held.entry(room).or_default().push(Timing { start: span.start, end: span.end });
        }
        // They are released after they have begun, and before they are over.
        let late = Span { start: whole.start, end: whole.end.checked_add(LONGEST).unwrap_or(Timestamp::MAX) };
        let releases = unit.released_rooms(late).await?;
        let dates: Vec<OccurrenceId> = releases.iter().map(|one| one.date).collect();
        let dates: BTreeMap<OccurrenceId, Timing> = unit
            .occurrences_by_id(&dates)
            .await?
            .into_iter()
            .map(|(date, _)| (date.id, Timing { start: date.start, end: date.end }))
            .collect();
        for RoomRelease { date, room } in releases {
            if let Some(timing) = dates.get(&date) {
                seen.released.entry(room).or_default().push(*timing);
            }
        }
        Ok(seen)
    }

    fn days(&self, room: RoomId) -> Vec<DayUse> {
        let usual = RoomPolicy::default();
        let of = |spans: &BTreeMap<RoomId, Vec<Timing>>| spans.get(&room).cloned().unwrap_or_default();
        let policy = self.policies.get(&room).unwrap_or(&usual);
        room_use::days(policy, self.first, self.days, &of(&self.held), &of(&self.released))
    }
}

#[cfg(test)]
mod tests {
    use domain::{Role, RoomKind};
    use serde_json::json;

    use crate::testing::Bench;

    #[tokio::test]
    async fn who_manages_rooms_sees_how_long_they_are_open_held_and_released() {
        let bench = Bench::new().await;
        let (anna, keeper) = (bench.person("Anna", &[]).await, bench.person("Keeper", &[Role::RoomManager]).await);
        let saal = bench.room(RoomKind::Physical, "Saal", 12).await;
        let other = bench.room(RoomKind::Physical, "Zimmer", 4).await;
        bench.room(RoomKind::Virtual, "Netz", 4).await;
        let rules = json!({
            "release_after_minutes": 10,
            "opening_hours": [{ "weekday": 2, "from": "08:00", "until": "13:00" }],
        });
        bench.put(&format!("/rooms/{saal}/policy")).by(&keeper).header("if-match", "\"1\"").json(&rules).await.is(200);
        // In Berlin at ten, and nobody comes; in the afternoon it is held until long after it has closed.
        bench.booked(&anna, json!({ "rooms": [saal] })).await;
        let late = json!({ "rooms": [saal], "start": "2026-11-24T12:30", "end": "2026-11-24T13:00" });
        bench.booked(&anna, late).await;
        bench.clock.set("2026-11-24T09:10:00Z");
        assert_eq!(bench.scheduler.release_rooms().await.expect("all is there"), 1);
        let keeper = bench.signed_in(keeper.id).await;
        let asked = bench.get("/rooms/use?from=2026-11-23&days=2").by(&keeper).send().await;
        let rooms = asked.is(200).body["items"].as_array().expect("a list").clone();
        assert_eq!(rooms.iter().map(|one| one["room"]["name"].clone()).collect::<Vec<_>>(), ["Saal", "Zimmer"]);
        assert_eq!(
            rooms[0]["days"],
            json!([
                { "day": "2026-11-23", "open_minutes": 0, "held_minutes": 0, "released_minutes": 0, "releases": 0 },
                { "day": "2026-11-24", "open_minutes": 300, "held_minutes": 30, "percent": 10, "released_minutes": 60,
                    "releases": 1 },
            ])
        );
        assert_eq!(rooms[1]["days"][1]["open_minutes"], 600, "as other rooms on working days");
        assert_eq!(rooms[1]["room"]["id"], json!(other));
        let first = bench.get("/rooms/use?limit=1").by(&keeper).send().await;
        assert_eq!(
            (&first.body["items"][0]["days"][0]["day"], &first.body["next"]),
            (&json!("2026-11-24"), &json!(saal))
        );
        let elsewhere = bench.get("/rooms/use?site=Mond").by(&keeper).send().await;
        assert_eq!(elsewhere.is(200).body["items"], json!([]));
    }

    #[tokio::test]
    async fn others_may_not_and_what_is_asked_has_bounds() {
        let bench = Bench::new().await;
        let (anna, keeper) = (bench.person("Anna", &[]).await, bench.person("Keeper", &[Role::RoomManager]).await);
        bench.get("/rooms/use").by(&anna).send().await.is_problem(403, "not_allowed");
        for (query, field) in
            [("days=0", "days"), ("days=63", "days"), ("from=9999-12-01", "from"), ("limit=101", "limit")]
        {
            let answer = bench.get(&format!("/rooms/use?{query}")).by(&keeper).send().await;
            assert_eq!(answer.is_problem(422, "invalid").body["field"], field);
        }
        bench.get("/rooms/use?from=gestern").by(&keeper).send().await.is_problem(400, "malformed");
    }
}
