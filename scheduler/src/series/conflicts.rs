//! Which dates of a series cannot have their rooms, and what could be had instead.

use std::collections::{BTreeMap, BTreeSet};

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
use crate::room_times::{Held, RoomTimes, by_somebody};

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

/// Looks for other rooms and other times: in memory, or with two questions for all conflicts together. These are hints:
/// whoever takes one of them books again.
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
    let explained = || conflicts.iter().take(EXPLAINED).map(|(date, _)| Span { start: date.start, end: date.end });
    let then: Vec<Span> = explained().map(|span| wider(span, rules.widest_gap())).collect();
    let around: Vec<Span> = explained().map(|span| wider(span, STEP * STEPS + wanted.rules.widest_gap())).collect();
    let since = then.iter().chain(&around).map(|span| span.start).min().unwrap_or(Timestamp::MAX);
    let read = match wanted.times.know(since) {
        true => None,
        false => {
            let mut taken = unit.taken_rooms_at(&candidates, &then, wanted.changed).await?;
            taken.extend(unit.taken_rooms_at(ids, &around, wanted.changed).await?);
            Some(by_somebody(since, taken))
        }
    };
    let tell = |held: Option<&Held>| -> Vec<Conflict> {
        let mut others = held.map(|held| Others { all: &all, rules: &rules, wanted, held, by_room: BTreeMap::new() });
        let told = conflicts.iter().enumerate().map(|(place, (date, taken))| {
            let others = others.as_mut().filter(|_| place < EXPLAINED);
            conflict(wanted, &all, date, taken, others)
        });
        told.collect()
    };
    Ok(match &read {
        Some(held) => tell(Some(held)),
        // Forgotten meanwhile, because the database did not answer: the conflicts stand, without proposals.
        None => wanted.times.ask(since, |held| tell(Some(held))).unwrap_or_else(|| tell(None)),
    })
}

fn conflict<'a>(
    wanted: &Wanted<'_>,
    all: &'a [Room],
    date: &Occurrence,
    taken: &[(RoomId, Span)],
    mut others: Option<&mut Others<'a>>,
) -> Conflict {
    let named = |id: RoomId| all.iter().find(|room| room.id == id);
    let broken: Vec<&Broken> = wanted.broken.iter().filter(|broken| broken.key == date.key).collect();
    let missing = taken.iter().map(|(id, _)| *id).chain(broken.iter().map(|broken| broken.room)).next();
    let rooms = others.as_mut().and_then(|others| Some(others.rooms(date, missing.and_then(named)?)));
    Conflict {
        key: date.key,
        timing: Timing { start: date.start, end: date.end },
        taken: taken.iter().filter_map(|(id, span)| Some((named(*id)?.clone(), *span))).collect(),
        reasons: broken.iter().map(|broken| broken.json()).collect(),
        rooms: rooms.unwrap_or_default(),
        times: others.map(|others| others.times(date)).unwrap_or_default(),
        zone: wanted.zone.clone(),
    }
}

/// What could be had instead.
struct Others<'a> {
    /// By name.
    all: &'a [Room],
    /// Of all that are large enough.
    rules: &'a Rules,
    wanted: &'a Wanted<'a>,
    /// What others hold around the dates.
    held: &'a Held,
    /// What might do for a room that is missing, the best first: a series mostly misses the same one.
    by_room: BTreeMap<RoomId, Vec<&'a Room>>,
}

impl<'a> Others<'a> {
    /// Free rooms of the kind that is taken: first those at the same place, then the smallest.
    fn rooms(&mut self, date: &Occurrence, missing: &'a Room) -> Vec<Room> {
        let (all, wanted) = (self.all, self.wanted);
        let might_do = self.by_room.entry(missing.id).or_insert_with(|| {
            let fits = |room: &&Room| room.capacity >= wanted.headcount && room.kind == missing.kind;
            let mut rooms: Vec<&Room> = all.iter().filter(fits).collect();
            rooms.sort_by_key(|room| (room.site != missing.site, room.capacity));
            rooms
        });
        let named = date.rooms(wanted.booking);
        let (timing, span) = (Timing { start: date.start, end: date.end }, Span { start: date.start, end: date.end });
        let is_free = |room: &&&Room| {
            !named.contains(&room.id)
                && self.held.touching(room.id, timing, wanted.changed).next().is_none()
                && self.rules.allow(room.id, span, self.held, wanted.changed)
        };
        might_do.iter().filter(is_free).take(PROPOSALS).map(|room| (*room).clone()).collect()
    }

    /// When the rooms of the date are free on its day, the nearest first.
    fn times(&self, date: &Occurrence) -> Vec<Timing> {
        let Wanted { booking, occurrences, zone, now, rules, changed, .. } = *self.wanted;
        let rooms = date.rooms(booking);
        let near = wider(Span { start: date.start, end: date.end }, STEP * STEPS + rules.widest_gap());
        let others = occurrences.iter().filter(|one| one.id != date.id && one.state == OccurrenceState::Held);
        let own = others.map(|one| Span { start: one.start, end: one.end }).filter(|span| overlap(*span, near));
        let own: Vec<Span> = own.collect();
        let held: Vec<(RoomId, Span)> = match rooms.iter().any(|room| rules.bind(*room)) {
            false => Vec::new(),
            true => {
                let held = self.held.taken(rooms, &[Timing { start: near.start, end: near.end }], changed);
                let held = held.into_iter().map(|(room, time)| (room, Span { start: time.start, end: time.end }));
                held.chain(rooms.iter().flat_map(|room| own.iter().map(|span| (*room, *span)))).collect()
            }
        };
        let is_free = |timing: &Timing| {
            let span = Span { start: timing.start, end: timing.end };
            !own.iter().any(|other| overlap(*other, span))
                && rooms.iter().all(|room| self.held.touching(*room, *timing, changed).next().is_none())
                && rooms.iter().all(|room| rules.decide(*room, span, &held) == Verdict::Book)
        };
        let day = zone.to_datetime(date.start).date();
        let fits = |timing: &Timing| {
            let (start, end) = (zone.to_datetime(timing.start), zone.to_datetime(timing.end));
            let by = end.hour() < DAY.end || (end.hour() == DAY.end && end.minute() == 0);
            start.date() == day && end.date() == day && DAY.contains(&start.hour()) && by && timing.start > now
        };
        let moved = |by: SignedDuration| {
            Some(Timing { start: date.start.checked_add(by).ok()?, end: date.end.checked_add(by).ok()? })
        };
        (1..=STEPS)
            .flat_map(|step| [STEP * step, STEP * -step])
            .filter_map(moved)
            .filter(|timing| fits(timing) && is_free(timing))
            .take(PROPOSALS)
            .collect()
    }
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

fn overlap(one: Span, other: Span) -> bool {
    one.start < other.end && other.start < one.end
}
