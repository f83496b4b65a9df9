//! Which dates of a series cannot have their rooms, and what could be had instead.

use std::collections::{BTreeSet, HashMap, HashSet};

use domain::room_policy::Verdict;
use domain::timing::Timing;
use domain::{Booking, BookingId, Occurrence, OccurrenceState, Room, RoomId};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};
use serde::Serialize;
use serde_json::Value;
use storage::{Span, StorageError, Unit};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::booking::plan::wall_time;
use crate::booking::rules::{Broken, Rules, wider};
use crate::http::answer::{Instant, Named};
use crate::room_times::RoomTimes;

/// For so many conflicts replacements are looked for; the others are only named.
const EXPLAINED: usize = 60;
/// Most rooms, and most times, proposed for one date.
const PROPOSALS: usize = 4;
/// Times are proposed in steps of a quarter of an hour, up to four hours away.
const STEP: SignedDuration = SignedDuration::from_mins(15);
const STEPS: i32 = 16;
/// The hours of the day in which a time is proposed.
const DAY: std::ops::Range<i8> = 7..20;

/// A date whose rooms are held by others, or may not be had then.
#[derive(Debug)]
pub(crate) struct Conflict {
    key: Option<DateTime>,
    timing: Timing,
    /// What is held by others, and when.
    taken: Vec<(Room, Span)>,
    /// Which rules of its rooms it breaks.
    reasons: Vec<Value>,
    /// Free then, and large enough.
    rooms: Vec<Room>,
    /// When the wanted rooms are free, the nearest first.
    times: Vec<Timing>,
    zone: TimeZone,
}

impl Conflict {
    /// Its name within a series.
    pub(crate) fn key(&self) -> Option<DateTime> {
        self.key
    }

    /// Do others hold what is wanted? Otherwise rules stand against it.
    pub(crate) fn is_taken(&self) -> bool {
        !self.taken.is_empty()
    }

    pub(crate) fn answer(&self) -> DateConflict {
        let local = |instant: Timestamp| wall_time(self.zone.to_datetime(instant));
        let taken = self.taken.iter().map(|(room, span)| TakenRoom {
            room: Named { id: room.id.as_uuid(), name: room.name.clone() },
            start: Instant(span.start),
            end: Instant(span.end),
        });
        let free = self.times.iter().map(|time| FreeTimes { start: local(time.start), end: local(time.end) });
        DateConflict {
            date: self.key.map(wall_time),
            start: local(self.timing.start),
            end: local(self.timing.end),
            taken: taken.collect(),
            reasons: self.reasons.clone(),
            free_rooms: self.rooms.iter().map(OtherRoom::from).collect(),
            free_times: free.collect(),
        }
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::to_value(self.answer()).expect("it is made of words")
    }
}

/// A date that cannot be had as it is wanted, and what could be had instead.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DateConflict {
    /// The wall time that names the date within its series.
    #[schema(example = "2026-12-01T09:30")]
    date: Option<String>,
    /// Wall time.
    start: String,
    /// Wall time.
    end: String,
    /// What others hold then.
    taken: Vec<TakenRoom>,
    /// Which rules of its rooms it breaks.
    #[schema(value_type = Vec<Object>)]
    reasons: Vec<Value>,
    /// Rooms that are free then, large enough and of the same kind: those at the same place first.
    free_rooms: Vec<OtherRoom>,
    /// When the wanted rooms are free on that day, the nearest first.
    free_times: Vec<FreeTimes>,
}

/// A room that others hold.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct TakenRoom {
    room: Named,
    start: Instant,
    end: Instant,
}

/// A room that would do.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct OtherRoom {
    id: Uuid,
    name: String,
    site: Option<String>,
    capacity: u32,
}

impl From<&Room> for OtherRoom {
    fn from(room: &Room) -> Self {
        Self { id: room.id.as_uuid(), name: room.name.clone(), site: room.site.clone(), capacity: room.capacity }
    }
}

/// A time that would do.
#[derive(Clone, Debug, Serialize, ToSchema)]
#[schema(as = OtherTime)]
pub(crate) struct FreeTimes {
    /// Wall time.
    pub(crate) start: String,
    /// Wall time.
    pub(crate) end: String,
}

/// What is checked.
pub(crate) struct Wanted<'a> {
    pub(crate) booking: &'a Booking,
    pub(crate) occurrences: &'a [Occurrence],
    pub(crate) headcount: u32,
    pub(crate) zone: &'a TimeZone,
    pub(crate) now: Timestamp,
    /// Its own claims are about to change.
    pub(crate) changed: Option<BookingId>,
    /// The rules of its rooms.
    pub(crate) rules: &'a Rules,
    /// What its dates break of them.
    pub(crate) broken: &'a [Broken],
    /// From where it is proposed what would do instead.
    pub(crate) times: &'a RoomTimes,
    /// Why it is checked.
    pub(crate) look: Look,
}

/// Why something is checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Look {
    /// It is about to be booked: what is taken is asked of the database, under the rooms' locks.
    ToBook,
    /// Somebody wants to know: memory will do.
    ToTell,
}

/// Layer two for a whole series: every date to come against what others hold. The rooms are locked.
pub(crate) async fn find(unit: &mut dyn Unit, wanted: &Wanted<'_>) -> Result<Vec<Conflict>, StorageError> {
    let is_asked = |one: &&Occurrence| one.state == OccurrenceState::Held && !one.is_history(wanted.now);
    let dates: Vec<&Occurrence> = wanted.occurrences.iter().filter(is_asked).collect();
    let ids: BTreeSet<RoomId> = dates.iter().flat_map(|one| one.rooms(wanted.booking)).copied().collect();
    let ids: Vec<RoomId> = ids.into_iter().collect();
    let spans: Vec<Span> = dates.iter().map(|one| Span { start: one.start, end: one.end }).collect();
    let held = match wanted.look {
        Look::ToBook => unit.taken_rooms_at(&ids, &spans, wanted.changed).await?,
        Look::ToTell => wanted.times.taken(unit, &ids, &spans, wanted.changed).await?,
    };
    let mut conflicts: Vec<(&Occurrence, Vec<(RoomId, Span)>)> = Vec::new();
    let breaks = |date: &Occurrence| wanted.broken.iter().any(|broken| broken.key == date.key);
    for date in dates {
        let (rooms, span) = (date.rooms(wanted.booking), Span { start: date.start, end: date.end });
        let taken: Vec<(RoomId, Span)> =
            held.iter().filter(|(room, other)| rooms.contains(room) && overlap(*other, span)).copied().collect();
        if !taken.is_empty() || breaks(date) {
            conflicts.push((date, taken));
        }
    }
    if conflicts.is_empty() { Ok(Vec::new()) } else { explain(unit, wanted, &ids, conflicts).await }
}

/// Looks for other rooms and other times, with two questions for all conflicts together. These are hints: whoever takes
/// one of them books again.
async fn explain(
    unit: &mut dyn Unit,
    wanted: &Wanted<'_>,
    ids: &[RoomId],
    conflicts: Vec<(&Occurrence, Vec<(RoomId, Span)>)>,
) -> Result<Vec<Conflict>, StorageError> {
    let all = wanted.times.rooms(unit).await?;
    let candidates: Vec<RoomId> =
        all.iter().filter(|room| room.capacity >= wanted.headcount).map(|room| room.id).collect();
    let rules = wanted.rules.over(wanted.times, unit, &candidates).await?;
    let some = &conflicts[..conflicts.len().min(EXPLAINED)];
    let spans: Vec<Span> = some.iter().map(|(date, _)| Span { start: date.start, end: date.end }).collect();
    let then: Vec<Span> = spans.iter().map(|span| wider(*span, rules.widest_gap())).collect();
    let held_then = wanted.times.taken(unit, &candidates, &then, wanted.changed).await?;
    // A long series has many conflicts, and on each of their days many rooms hold something.
    let mut by_day: HashMap<i64, Vec<(RoomId, Span)>> = then.iter().map(|span| (day(span.start), Vec::new())).collect();
    let reach = then.iter().map(|span| day(span.end) - day(span.start)).max().unwrap_or(0);
    for (room, held) in held_then {
        for day in day(held.start) - reach..=day(held.end) {
            if let Some(near) = by_day.get_mut(&day) {
                near.push((room, held));
            }
        }
    }
    let wide: Vec<Span> = spans.iter().map(|span| wider(*span, STEP * STEPS + wanted.rules.widest_gap())).collect();
    let held_around = wanted.times.taken(unit, ids, &wide, wanted.changed).await?;
    let mut answers = Vec::with_capacity(conflicts.len());
    for (place, (date, taken)) in conflicts.iter().enumerate() {
        let timing = Timing { start: date.start, end: date.end };
        let named = |id: RoomId| all.iter().find(|room| room.id == id).cloned();
        let rooms = date.rooms(wanted.booking);
        let is_explained = place < EXPLAINED;
        let broken = || wanted.broken.iter().filter(|broken| broken.key == date.key);
        let missing = taken.iter().map(|(id, _)| *id).chain(broken().map(|broken| broken.room)).next();
        let missing = missing.and_then(named);
        answers.push(Conflict {
            key: date.key,
            timing,
            taken: taken.iter().filter_map(|(id, span)| Some((named(*id)?, *span))).collect(),
            reasons: broken().map(Broken::json).collect(),
            rooms: match missing {
                Some(missing) if is_explained => {
                    let then = then[place];
                    let near = &by_day[&day(then.start)];
                    let near: Vec<(RoomId, Span)> =
                        near.iter().filter(|(_, held)| overlap(*held, then)).copied().collect();
                    let may = |room: RoomId, span| rules.decide(room, span, &near) == Verdict::Book;
                    other_rooms(&all, wanted.headcount, rooms, &missing, &near, timing, may)
                }
                _ => vec![],
            },
            times: if is_explained { other_times(wanted, rooms, date, &held_around) } else { vec![] },
            zone: wanted.zone.clone(),
        });
    }
    Ok(answers)
}

/// Free rooms of the kind that is taken: first those at the same place, then the smallest.
fn other_rooms(
    all: &[Room],
    headcount: u32,
    wanted: &[RoomId],
    missing: &Room,
    held: &[(RoomId, Span)],
    timing: Timing,
    may: impl Fn(RoomId, Span) -> bool,
) -> Vec<Room> {
    let span = Span { start: timing.start, end: timing.end };
    let taken: HashSet<RoomId> =
        held.iter().filter(|(_, other)| overlap(*other, span)).map(|(room, _)| *room).collect();
    let might_do = |room: &&Room| {
        room.capacity >= headcount
            && room.kind == missing.kind
            && !wanted.contains(&room.id)
            && !taken.contains(&room.id)
    };
    let mut free: Vec<&Room> = all.iter().filter(might_do).collect();
    free.sort_by_key(|room| (room.site != missing.site, room.capacity));
    free.into_iter().filter(|room| may(room.id, span)).take(PROPOSALS).cloned().collect()
}

fn other_times(wanted: &Wanted<'_>, rooms: &[RoomId], date: &Occurrence, held: &[(RoomId, Span)]) -> Vec<Timing> {
    let others = wanted.occurrences.iter().filter(|one| one.id != date.id && one.state == OccurrenceState::Held);
    let own: Vec<Span> = others.map(|one| Span { start: one.start, end: one.end }).collect();
    let near: Vec<(RoomId, Span)> =
        held.iter().copied().chain(rooms.iter().flat_map(|room| own.iter().map(|span| (*room, *span)))).collect();
    let is_free = |span: Span| {
        !held.iter().any(|(id, other)| rooms.contains(id) && overlap(*other, span))
            && !own.iter().any(|other| overlap(*other, span))
            && rooms.iter().all(|room| wanted.rules.decide(*room, span, &near) == Verdict::Book)
    };
    let day = wanted.zone.to_datetime(date.start).date();
    let fits = |timing: &Timing| {
        let (start, end) = (wanted.zone.to_datetime(timing.start), wanted.zone.to_datetime(timing.end));
        let by = end.hour() < DAY.end || (end.hour() == DAY.end && end.minute() == 0);
        start.date() == day && end.date() == day && DAY.contains(&start.hour()) && by && timing.start > wanted.now
    };
    (1..=STEPS)
        .flat_map(|step| [STEP * step, STEP * -step])
        .filter_map(|by| Some(Timing { start: date.start.checked_add(by).ok()?, end: date.end.checked_add(by).ok()? }))
        .filter(|timing| fits(timing) && is_free(Span { start: timing.start, end: timing.end }))
        .take(PROPOSALS)
        .collect()
}

/// Does a series hold one room twice at one time? Answers the later date.
pub(crate) fn overlapping(booking: &Booking, occurrences: &[Occurrence]) -> Option<DateTime> {
    let mut held: Vec<&Occurrence> = occurrences.iter().filter(|one| one.state == OccurrenceState::Held).collect();
    held.sort_by_key(|one| one.start);
    held.windows(2)
        .find(|pair| {
            let shares = pair[0].rooms(booking).iter().any(|room| pair[1].rooms(booking).contains(room));
            shares && pair[1].start < pair[0].end
        })
        .and_then(|pair| pair[1].key)
}

/// Days since 1970.
fn day(instant: Timestamp) -> i64 {
    instant.as_second().div_euclid(86_400)
}

fn overlap(one: Span, other: Span) -> bool {
    one.start < other.end && other.start < one.end
}
