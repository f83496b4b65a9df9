use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::finding::{Search, find};
use domain::policy::Action;
use domain::timing::Timing;
use domain::{BookingId, PersonId, Room, RoomId, RoomKind, capacity, timing};
use jiff::civil::Date;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use storage::Span;
use utoipa::ToSchema;

use super::answer::{FoundTime, FoundTimes};
use super::busy;
use crate::app::App;
use crate::booking::plan::timing_problem;
use crate::booking::rules::{Rules, wider};
use crate::http::actor::SignedIn;
use crate::http::problem::{Code, Problem, ProblemBody};
use crate::http::request::Body;
use crate::room_times::Held;

/// Longest window, days.
const LONGEST_WINDOW: i32 = 14;
/// Most people whose calendars are looked at together.
const MOST_PEOPLE: usize = 50;
/// Most guests.
const MOST_GUESTS: u32 = 10_000;
/// Most times answered.
const MOST_TIMES: u32 = 20;

/// When, for how long, with whom and where.
#[derive(Deserialize, ToSchema)]
pub(crate) struct FindTimes {
    /// The first day.
    #[schema(value_type = String, format = Date, example = "2026-11-24")]
    from: Date,
    /// The last day, at most 13 days later.
    #[schema(value_type = String, format = Date, example = "2026-11-27")]
    until: Date,
    /// IANA name of the time zone of the days and of the working hours.
    #[schema(example = "Europe/Berlin")]
    zone: String,
    /// 1 to 1,440.
    #[schema(minimum = 1, maximum = 1440)]
    minutes: u32,
    /// Whose meeting it is; the caller if absent.
    #[schema(value_type = Option<Uuid>)]
    organiser: Option<PersonId>,
    /// Who else comes, up to 50.
    #[serde(default)]
    #[schema(value_type = Vec<Uuid>)]
    people: Vec<PersonId>,
    /// How many come who have no account, up to 10,000.
    #[serde(default)]
    #[schema(maximum = 10000)]
    guests: u32,
    /// Is a room with a door needed?
    #[serde(default)]
    needs_room: bool,
    /// Where it should be.
    site: Option<String>,
    /// Do not count what this booking holds: it is about to be changed.
    #[schema(value_type = Option<Uuid>)]
    except_booking: Option<BookingId>,
    /// 1 to 20; 5 if absent.
    #[schema(minimum = 1, maximum = 20)]
    limit: Option<u32>,
}

impl FindTimes {
    fn check(&self) -> Result<(), Problem> {
        if !(1..=24 * 60).contains(&self.minutes) {
            return Err(Problem::invalid("minutes", "1 to 1440"));
        }
        if self.people.len() > MOST_PEOPLE {
            return Err(Problem::invalid("people", "up to 50"));
        }
        if self.guests > MOST_GUESTS {
            return Err(Problem::invalid("guests", "up to 10000"));
        }
        if !(1..=MOST_TIMES).contains(&self.limit.unwrap_or(1)) {
            return Err(Problem::invalid("limit", "1 to 20"));
        }
        Ok(())
    }

    /// All of the days that is not over yet.
    fn window(&self, zone: &TimeZone, now: Timestamp) -> Result<Timing, Problem> {
        if self.until < self.from {
            return Err(
                Problem::new(Code::EndBeforeStart, "The last day must not be before the first.").with_field("until")
            );
        }
        let longest = self.from.saturating_add(jiff::Span::new().days(LONGEST_WINDOW - 1));
        if self.until > longest {
            return Err(Problem::new(Code::TooLong, "At most 14 days can be looked through.").with_field("until"));
        }
        let midnight = |day: Date| zone.to_ambiguous_zoned(day.to_datetime(jiff::civil::Time::midnight())).compatible();
        let after = self.until.tomorrow().and_then(midnight);
        let (start, end) = (midnight(self.from), after);
        let (Ok(start), Ok(end)) = (start, end) else {
            return Err(Problem::invalid("until", "a day of a calendar"));
        };
        let window = Timing { start: start.timestamp().max(now), end: end.timestamp() };
        if window.end <= now {
            return Err(Problem::new(Code::InThePast, "These days are over.").with_field("until"));
        }
        Ok(window)
    }
}

/// Finds times for some people, and a room for them: ranked, with reasons. A hint: booking decides.
///
/// Only calendars count that the caller may see: their own, and those of people who let them see when
/// they are busy. The others are named in `unseen`.
#[utoipa::path(post, path = "/times/find", tag = "bookings", request_body = FindTimes, responses(
    (status = 200, body = FoundTimes),
    (status = 400, description = "malformed", body = ProblemBody),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed: to book for this organiser", body = ProblemBody),
    (status = 422, description = "invalid, unknown_zone, end_before_start, too_long, in_the_past", body = ProblemBody),
))]
pub(crate) async fn find_times(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Body(body): Body<FindTimes>,
) -> Result<Json<FoundTimes>, Problem> {
    who.must(Action::SeeRooms)?;
    let organiser = body.organiser.unwrap_or(who.id());
    who.must(Action::BookFor(organiser))?;
    body.check()?;
    let zone = timing::zone(&body.zone).map_err(timing_problem)?;
    let now = app.now();
    let window = body.window(&zone, now)?;
    let span = Span { start: window.start, end: window.end };

    let mut asked = vec![organiser];
    asked.extend(&body.people);
    let mut known = std::collections::HashSet::new();
    asked.retain(|person| known.insert(*person));
    let seats = capacity::headcount(organiser, asked.iter().copied(), body.guests as usize);
    let (seen, unseen): (Vec<PersonId>, Vec<PersonId>) =
        asked.into_iter().partition(|person| who.may(Action::SeeBusyOf(*person)));

    // A hint, and each answer is good by itself.
    let mut unit = app.store.look().await?;
    let people = busy::of_people(unit.as_mut(), &seen, span, body.except_booking).await?;
    let rooms = if body.needs_room { app.room_times.rooms(unit.as_mut()).await? } else { Arc::default() };
    let has_door = |room: &&Room| room.kind == RoomKind::Physical;
    let ids: Vec<RoomId> = rooms.iter().filter(has_door).map(|room| room.id).collect();
    let rules = Rules::known(&app.room_times, unit.as_mut(), &ids, &who, organiser, now).await?;
    let wide = wider(span, rules.widest_gap());
    let read = app.room_times.read_unless_known(unit.as_mut(), &ids, wide, body.except_booking).await?;
    let kept = unit.held_rooms_at(&ids, &[span], who.id(), now).await?;
    drop(unit);
    // A millisecond of arithmetic: not on a thread that many requests share.
    let search = move || {
        let weigh = |held: &Held| {
            let search = Search {
                window,
                length: SignedDuration::from_mins(i64::from(body.minutes)),
                zone: &zone,
                people: &seen,
                rooms: body.needs_room.then_some(rooms.as_slice()),
                seats,
                site: body.site.as_deref(),
                limit: body.limit.unwrap_or(5) as usize,
            };
            let grid = (people.grid(), window);
            let beginnings =
                |room, length| busy::beginnings_in_room(room, grid, held, body.except_booking, &kept, length);
            find(&search, &people, beginnings, |room, time| {
                rules.allow(room, Span { start: time.start, end: time.end }, held, body.except_booking)
            })
        };
        let proposals = match &read {
            Some(held) => weigh(held),
            // Known when it was asked, and not dropped since, or the database has just failed.
            None => app.room_times.ask(wide.start, weigh).unwrap_or_default(),
        };
        proposals.into_iter().map(|proposal| FoundTime::new(proposal, &rooms)).collect()
    };
    let items = tokio::task::spawn_blocking(search).await.map_err(|_| Problem::internal())?;
    Ok(Json(FoundTimes { items, unseen: unseen.into_iter().map(|person| person.as_uuid()).collect() }))
}

#[cfg(test)]
mod tests;
