//! From a rule to dates: which are new, which continue earlier ones, which would be lost.

use domain::recurrence::{ExpandRefused, Instance, Moment};
use domain::{
    Booking, BookingId, Deviation, HORIZON, MOST_DATES, Matched, Occurrence, OccurrenceId, OccurrenceState, Series,
    match_dates, timing,
};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp};

use super::body::{DraftSeries, Exception};
use crate::app::App;
use crate::booking::draft::Draft;
use crate::booking::plan::BookingRefused;

/// Answered to a rule with more dates than a series has.
pub(crate) const TOO_MANY: &str = "at most 1,000 dates";
/// Answered to a rule that reaches further than [`FURTHEST`].
pub(crate) const TOO_FAR: &str = "dates within the coming ten years";
/// How far ahead a series that ends may reach.
const FURTHEST: SignedDuration = SignedDuration::from_hours(24 * 3_653);

/// A series with its dates, as they shall be.
pub(crate) struct Unfolded {
    pub(crate) series: Series,
    /// By start. What has begun is as it was.
    pub(crate) occurrences: Vec<Occurrence>,
}

/// The rows of before: of a booking that is changed.
pub(crate) struct Earlier<'a> {
    pub(crate) booking: &'a Booking,
    pub(crate) occurrences: &'a [Occurrence],
}

/// Unfolds the draft. Dates that continue earlier ones keep their ids, and what was changed or
/// cancelled by itself stays so; dates without successor that were are refused unless given up. Others
/// are gone, or cancelled where the door is open.
pub(crate) fn unfold(
    app: &App,
    id: BookingId,
    draft: &Draft,
    wanted: &DraftSeries,
    earlier: Option<Earlier<'_>>,
) -> Result<Unfolded, BookingRefused> {
    let (now, zone) = (app.now(), timing::zone(&draft.zone)?);
    let mut series = Series {
        start: wanted.start,
        duration: draft.timing.end.duration_since(draft.timing.start),
        rule: wanted.rule.clone(),
        dates: besides(wanted, earlier.as_ref()),
        except: Vec::new(),
        unfolded_until: None,
    };
    if let Some(first) = series.recurrence().misses_start() {
        return Err(BookingRefused::StartMissed { first });
    }
    let dates = dates(&mut series, &zone, holds_rooms(draft, wanted), now)?;
    let earlier = Before::new(earlier, &zone);
    let keys = dates.iter().map(|date| date.key).collect();
    let mut plan = Plan { app, id, now, keys, series: &series, draft };
    let Matched { kept, gone } = match_dates(&earlier.keys, &plan.keys);
    let mut occurrences: Vec<Occurrence> =
        earlier.occurrences.iter().filter(|one| one.is_history(now)).cloned().collect();
    let mut skipped: Vec<DateTime> = Vec::new();
    for (place, (date, kept)) in dates.iter().zip(kept).enumerate() {
        let exception = plan.exception(wanted, place);
        let continued = kept.and_then(|place| earlier.occurrences.get(place));
        let was_skipped = kept.is_some() && continued.is_none();
        if exception.map_or(was_skipped, |exception| exception.skip) {
            match continued.filter(|one| plan.may_be_inside(one)) {
                Some(one) => occurrences.push(called_off(one, date.key)),
                None => skipped.push(date.key),
            }
        } else if date.start > now && !continued.is_some_and(|one| one.is_history(now)) {
            occurrences.push(plan.date(*date, continued, exception));
        }
    }
    for (place, exception) in wanted.exceptions.iter().enumerate() {
        if !plan.keys.contains(&exception.key) {
            let name = format!("recurrence.exceptions[{place}].date");
            return Err(BookingRefused::Field { name, allowed: "a date of the series, as its rule names it" });
        }
    }
    for place in &gone {
        if let Some(one) = earlier.occurrences.get(*place).filter(|one| plan.may_be_inside(one)) {
            occurrences.push(called_off(one, earlier.keys[*place]));
        }
    }
    let lost = gone.into_iter().filter_map(|place| earlier.occurrences.get(place));
    let lost: Vec<Occurrence> = lost
        .filter(|one| one.is_exception() && !one.is_history(now) && !wanted.give_up.contains(&one.id))
        .cloned()
        .collect();
    if !lost.is_empty() {
        return Err(BookingRefused::ExceptionsLost(lost));
    }
    if !occurrences.iter().any(|one| one.state == OccurrenceState::Held && !one.is_history(now)) {
        return Err(rule_field("a rule with at least one date to come"));
    }
    plan.keys.clear();
    series.except = skipped.into_iter().map(Moment::Wall).collect();
    occurrences.sort_by_key(|one| (one.start, one.id));
    Ok(Unfolded { series, occurrences })
}

/// People may be inside. They shall read that it was cancelled; of a date that is gone nobody knows anything.
fn called_off(one: &Occurrence, key: DateTime) -> Occurrence {
    Occurrence { state: OccurrenceState::Cancelled, key: Some(key), ..one.clone() }
}

/// RDATE: as it is wanted, or as it was.
fn besides(wanted: &DraftSeries, earlier: Option<&Earlier<'_>>) -> Vec<Moment> {
    match &wanted.dates {
        Some(dates) => dates.iter().copied().map(Moment::Wall).collect(),
        None => {
            let Some(before) = earlier.and_then(|earlier| earlier.booking.series.as_ref()) else { return Vec::new() };
            // What begins later than before has none of those that lie between.
            let left = before.start..wanted.start;
            let is_kept = |date: &&Moment| !matches!(date, Moment::Wall(wall) if left.contains(wall));
            before.dates.iter().filter(is_kept).copied().collect()
        }
    }
}

/// Are rooms held, by the series or by one of its dates?
fn holds_rooms(draft: &Draft, wanted: &DraftSeries) -> bool {
    let by_date = wanted.exceptions.iter().filter_map(|exception| exception.rooms.as_ref());
    !draft.rooms.is_empty() || by_date.into_iter().any(|rooms| !rooms.is_empty())
}

fn dates(
    series: &mut Series,
    zone: &TimeZone,
    holds_rooms: bool,
    now: Timestamp,
) -> Result<Vec<Instance>, BookingRefused> {
    let is_endless = series.rule.is_endless();
    if is_endless && holds_rooms {
        return Err(rule_field("an end (COUNT or UNTIL), because rooms are held"));
    }
    let reach = |span: SignedDuration| now.checked_add(span).unwrap_or(Timestamp::MAX);
    let until = if is_endless { reach(HORIZON) } else { reach(FURTHEST * 2) };
    series.unfolded_until = is_endless.then_some(until);
    let dates = series.dates(zone, Timestamp::MIN, until).map_err(|refused| match refused {
        ExpandRefused::TooMany { .. } => rule_field(TOO_MANY),
        ExpandRefused::TooRare => rule_field("a rule with dates"),
    })?;
    debug_assert!(dates.len() <= MOST_DATES);
    match dates.last() {
        None => Err(rule_field("a rule with dates")),
        Some(last) if last.start > reach(FURTHEST) => Err(rule_field(TOO_FAR)),
        Some(_) => Ok(dates),
    }
}

fn rule_field(allowed: &'static str) -> BookingRefused {
    BookingRefused::Field { name: "recurrence.rule".into(), allowed }
}

/// Earlier dates with their names, then the names of those that were skipped.
struct Before<'a> {
    occurrences: &'a [Occurrence],
    keys: Vec<DateTime>,
}

impl<'a> Before<'a> {
    fn new(earlier: Option<Earlier<'a>>, zone: &TimeZone) -> Self {
        let Some(Earlier { booking, occurrences }) = earlier else {
            return Self { occurrences: &[], keys: Vec::new() };
        };
        // A single meeting that becomes a series is called by its time.
        let key = |one: &Occurrence| one.key.unwrap_or_else(|| zone.to_datetime(one.start));
        let mut keys: Vec<DateTime> = occurrences.iter().map(key).collect();
        let skipped = booking.series.iter().flat_map(|series| &series.except);
        keys.extend(skipped.filter_map(|moment| moment.instance(zone)).map(|date| date.key));
        Self { occurrences, keys }
    }
}

struct Plan<'a> {
    app: &'a App,
    id: BookingId,
    now: Timestamp,
    keys: Vec<DateTime>,
    series: &'a Series,
    draft: &'a Draft,
}

impl Plan<'_> {
    /// Is it held and its door open, before it begins?
    fn may_be_inside(&self, one: &Occurrence) -> bool {
        let window = self.app.config.join_window;
        one.state == OccurrenceState::Held && !one.is_history(self.now) && window.has_opened(one.start, self.now)
    }

    fn exception<'w>(&self, wanted: &'w DraftSeries, place: usize) -> Option<&'w Exception> {
        wanted.exceptions.iter().find(|exception| exception.key == self.keys[place])
    }

    fn date(&self, date: Instance, continued: Option<&Occurrence>, exception: Option<&Exception>) -> Occurrence {
        let mut occurrence = Occurrence {
            id: continued.map_or_else(|| OccurrenceId::from_uuid(self.app.new_id()), |one| one.id),
            booking: self.id,
            start: date.start,
            end: date.start.checked_add(self.series.duration).unwrap_or(Timestamp::MAX),
            state: continued.map_or(OccurrenceState::Held, |one| one.state),
            locked_at: continued.and_then(|one| one.locked_at),
            key: Some(date.key),
            deviation: continued.map_or_else(Deviation::default, |one| one.deviation.clone()),
        };
        if let Some(moved) = continued.filter(|one| one.deviation.is_moved) {
            (occurrence.start, occurrence.end) = (moved.start, moved.end);
        }
        let Some(exception) = exception else { return occurrence };
        if let Some(timing) = exception.timing.filter(|timing| timing.start > self.now) {
            (occurrence.start, occurrence.end) = (timing.start, timing.end);
            // Where the rule has it, it is not moved.
            let regular = date.start.checked_add(self.series.duration).ok().map(|end| (date.start, end));
            occurrence.deviation.is_moved = regular != Some((timing.start, timing.end));
        }
        if let Some(title) = &exception.title {
            occurrence.deviation.title = Some(title.clone()).filter(|title| *title != self.draft.title);
        }
        if let Some(rooms) = &exception.rooms {
            occurrence.deviation.rooms = Some(rooms.clone()).filter(|rooms| *rooms != self.draft.rooms);
        }
        occurrence
    }
}
