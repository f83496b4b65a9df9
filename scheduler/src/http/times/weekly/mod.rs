use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::finding::{MOST_WEEKS, WeeklyProposal, WeeklyReason, WeeklySearch, best_weekly};
use domain::holidays::holiday;
use domain::policy::Action;
use domain::timing::Timing;
use domain::{Room, RoomId, RoomKind, timing};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};
use storage::{RoomClaim, Span};
use utoipa::ToSchema;

use crate::app::App;
use crate::booking::plan::{timing_problem, wall_time};
use crate::booking::rules::Rules;
use crate::http::actor::SignedIn;
use crate::http::problem::{Code, Problem, ProblemBody};
use crate::http::request::Body;
use crate::http::rooms::RoomAnswer;
use crate::room_times::Held;
use crate::series::conflicts::OtherRoom;

/// Longest date, minutes: a working day.
const LONGEST: u32 = 600;
/// Most seats asked for.
const MOST_PEOPLE: u32 = 10_000;
/// Most times answered.
const MOST_TIMES: u32 = 20;
/// Most rooms named that would do on a date that cannot be had.
const MOST_OTHERS: usize = 4;

/// From when on, how often, for how long and for how many.
#[derive(Deserialize, ToSchema)]
pub(crate) struct FindWeekly {
    /// The first day that counts; at most two years ahead.
    #[schema(value_type = String, format = Date, example = "2026-11-24")]
    from: Date,
    /// How many weeks: 1 to 156; two years are 104.
    #[schema(minimum = 1, maximum = 156)]
    weeks: usize,
    /// IANA name of the time zone of the days and of the working hours.
    #[schema(example = "Europe/Berlin")]
    zone: String,
    /// Full quarters of an hour, 15 to 600.
    #[schema(minimum = 15, maximum = 600, multiple_of = 15)]
    minutes: u32,
    /// How many seats are needed, 1 to 10,000.
    #[schema(minimum = 1, maximum = 10000)]
    people: u32,
    /// Where it should be.
    site: Option<String>,
    /// 1 to 20; 5 if absent.
    #[schema(minimum = 1, maximum = 20)]
    limit: Option<u32>,
}

/// Times of the week, the best first.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WeeklyTimes {
    items: Vec<WeeklyTime>,
}

/// A time of the week in a room, and what is to be said about it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WeeklyTime {
    /// Wall time of the first date.
    #[schema(example = "2026-11-24T09:30")]
    start: String,
    /// Wall time at which it ends.
    #[schema(example = "2026-11-24T10:30")]
    end: String,
    room: RoomAnswer,
    /// How many dates, without those on public holidays.
    dates: usize,
    /// Public holidays in Thuringia after the first date, left out of `dates`: a series with a rule has to skip them.
    #[schema(value_type = Vec<String>, format = Date)]
    holidays: Vec<Date>,
    /// Those that cannot be had in this room.
    conflicts: Vec<WeeklyConflict>,
    /// What speaks for and against it.
    reasons: Vec<WeeklyFoundReason>,
}

/// A date that cannot be had.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WeeklyConflict {
    #[schema(value_type = String, format = Date)]
    date: Date,
    /// Up to four rooms that are free then and large enough: those at the place wanted first, then the smallest.
    free_rooms: Vec<OtherRoom>,
}

/// Something to know about a time of the week.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "code", rename_all = "snake_case")]
#[schema(as = WeeklyReason)]
pub(crate) enum WeeklyFoundReason {
    /// Every date can be had.
    AllDatesFree,
    /// Some cannot.
    DatesTaken {
        /// How many.
        dates: u32,
    },
    /// Some dates are public holidays in Thuringia, and left out.
    Holidays {
        /// How many.
        dates: u32,
    },
    /// Between 12 and 13.
    Lunch,
    /// The room is not where one was wanted.
    OtherSite,
    /// How large the room is.
    SpareSeats {
        /// Seats more than needed.
        seats: u32,
    },
}

impl From<WeeklyReason> for WeeklyFoundReason {
    fn from(reason: WeeklyReason) -> Self {
        match reason {
            WeeklyReason::AllDatesFree => Self::AllDatesFree,
            WeeklyReason::DatesTaken(dates) => Self::DatesTaken { dates },
            WeeklyReason::Holidays(dates) => Self::Holidays { dates },
            WeeklyReason::Lunch => Self::Lunch,
            WeeklyReason::OtherSite => Self::OtherSite,
            WeeklyReason::SpareSeats(seats) => Self::SpareSeats { seats },
        }
    }
}

impl FindWeekly {
    fn check(&self, today: Date) -> Result<(), Problem> {
        if !(1..=MOST_WEEKS).contains(&self.weeks) {
            return Err(Problem::invalid("weeks", "1 to 156"));
        }
        if !(15..=LONGEST).contains(&self.minutes) || !self.minutes.is_multiple_of(15) {
            return Err(Problem::invalid("minutes", "15 to 600, full quarters of an hour"));
        }
        if !(1..=MOST_PEOPLE).contains(&self.people) {
            return Err(Problem::invalid("people", "1 to 10000"));
        }
        if !(1..=MOST_TIMES).contains(&self.limit.unwrap_or(1)) {
            return Err(Problem::invalid("limit", "1 to 20"));
        }
        if self.from < today {
            return Err(Problem::new(Code::InThePast, "This day is over.").with_field("from"));
        }
        if self.from > today.saturating_add(2.years()) {
            return Err(Problem::invalid("from", "a day within two years"));
        }
        Ok(())
    }
}

/// Finds the best times of the week for a series in a room, from 8 to 18 on working days: ranked, with reasons, and for
/// every date that cannot be had the rooms that would do then. A hint: booking decides.
#[utoipa::path(post, path = "/times/weekly", tag = "bookings", request_body = FindWeekly, responses(
    (status = 200, body = WeeklyTimes),
    (status = 400, description = "malformed", body = ProblemBody),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 422, description = "invalid, unknown_zone, in_the_past", body = ProblemBody),
))]
pub(crate) async fn find_weekly_times(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Body(body): Body<FindWeekly>,
) -> Result<Json<WeeklyTimes>, Problem> {
    who.must(Action::SeeRooms)?;
    let zone = timing::zone(&body.zone).map_err(timing_problem)?;
    let now = app.now();
    body.check(zone.to_datetime(now).date())?;
    let since = zone.to_timestamp(body.from.to_datetime(jiff::civil::Time::midnight())).unwrap_or(now).min(now);

    let fits = |room: &&Room| room.kind == RoomKind::Physical && room.capacity >= body.people;
    let (mut rooms, rules, read): (Vec<Room>, Rules, Option<Held>) = match app.room_times.all(since) {
        Some((all, rules)) => {
            (all.iter().filter(fits).cloned().collect(), Rules::of_known(rules, &who, who.id(), now), None)
        }
        None => {
            let mut unit = app.store.read().await?;
            let rooms: Vec<Room> = unit.rooms().await?.into_iter().filter(|room| fits(&room)).collect();
            let ids: Vec<RoomId> = rooms.iter().map(|room| room.id).collect();
            let rules = Rules::read(unit.as_mut(), &ids, &who, who.id(), now).await?;
            let mut held = Held::new(since);
            for RoomClaim { room, booking, span } in unit.claims_of_rooms(&ids, since).await? {
                held.take(room, Timing { start: span.start, end: span.end }, booking);
            }
            (rooms, rules, Some(held))
        }
    };
    rooms.retain(|room| rules.lets_book(room.id, &[who.id()]));
    // Milliseconds of arithmetic: not on a thread that many requests share.
    let search = move || {
        let weigh =
            |held: &Held| Weighing { body: &body, zone: &zone, rooms: &rooms, rules: &rules, held, now }.times();
        match &read {
            Some(held) => weigh(held),
            // Known when it was asked, and not dropped since, or the database has just failed.
            None => app.room_times.ask(since, weigh).unwrap_or_default(),
        }
    };
    let items = tokio::task::spawn_blocking(search).await.map_err(|_| Problem::internal())?;
    Ok(Json(WeeklyTimes { items }))
}

struct Weighing<'a> {
    body: &'a FindWeekly,
    zone: &'a TimeZone,
    /// Large enough, and the caller may book them.
    rooms: &'a [Room],
    rules: &'a Rules,
    held: &'a Held,
    now: Timestamp,
}

impl Weighing<'_> {
    fn times(&self) -> Vec<WeeklyTime> {
        let body = self.body;
        let search = WeeklySearch {
            from: body.from,
            weeks: body.weeks,
            quarters: body.minutes / 15,
            zone: self.zone,
            after: self.now,
            rooms: self.rooms,
            seats: body.people,
            site: body.site.as_deref(),
            limit: body.limit.unwrap_or(5) as usize,
        };
        let taken = |room, days: &[i64], count| self.held.quarters(room, days, count);
        let has_rules = |room| self.rules.bind(room);
        let proposals = best_weekly(&search, taken, has_rules, |room, time| self.is_allowed(room, time));
        proposals.iter().filter_map(|proposal| self.answer(proposal)).collect()
    }

    fn is_allowed(&self, room: RoomId, time: Timing) -> bool {
        time.start > self.now && self.rules.allow(room, Span { start: time.start, end: time.end }, self.held, None)
    }

    fn answer(&self, proposal: &WeeklyProposal) -> Option<WeeklyTime> {
        let room = self.rooms.iter().find(|room| room.id == proposal.room)?;
        let length = i64::from(self.body.minutes);
        let end = proposal.first.saturating_add(length.minutes());
        let others = if proposal.taken.is_empty() { Vec::new() } else { self.others(room) };
        let conflicts = proposal.taken.iter().map(|date| {
            let start = self.zone.to_timestamp(date.to_datetime(proposal.first.time())).unwrap_or(self.now);
            let time = Timing { start, end: start + SignedDuration::from_mins(length) };
            WeeklyConflict { date: *date, free_rooms: self.free_among(&others, time) }
        });
        let weeks = (1..self.body.weeks as i64).map(|week| proposal.first.date().saturating_add(week.weeks()));
        let last = self.body.from.saturating_add((self.body.weeks as i64 * 7 - 1).days());
        Some(WeeklyTime {
            holidays: weeks.filter(|day| *day <= last && holiday(*day).is_some()).collect(),
            start: wall_time(proposal.first),
            end: wall_time(end),
            room: room.into(),
            dates: proposal.dates,
            conflicts: conflicts.collect(),
            reasons: proposal.reasons.iter().copied().map(WeeklyFoundReason::from).collect(),
        })
    }

    /// All other rooms: those at the place wanted first, then the smallest.
    fn others(&self, but: &Room) -> Vec<&Room> {
        let mut rooms: Vec<&Room> = self.rooms.iter().filter(|room| room.id != but.id).collect();
        let site = self.body.site.as_deref().or(but.site.as_deref());
        rooms.sort_by_key(|room| (room.site.as_deref() != site, room.capacity));
        rooms
    }

    fn free_among(&self, rooms: &[&Room], time: Timing) -> Vec<OtherRoom> {
        let free =
            |room: &&&Room| self.held.touching(room.id, time, None).next().is_none() && self.is_allowed(room.id, time);
        rooms.iter().filter(free).take(MOST_OTHERS).map(|room| OtherRoom::from(*room)).collect()
    }
}

#[cfg(test)]
mod tests;
