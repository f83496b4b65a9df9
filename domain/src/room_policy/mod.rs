//! Who may book a room, when and for how long: the rules a room's keeper sets.
//!
//! [`breaches`] decides from values alone. The words are Exchange's, so that administrators know
//! them: booking window, minimum and maximum duration, enforced capacity, resource delegates.

use jiff::civil::{Date, Time};
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, ToSpan as _};
use serde::{Deserialize, Serialize};

use crate::holidays::{Holiday, holiday};
use crate::{PersonId, no_show, timing};

/// Furthest booking window, days: as far as a series reaches.
pub const LONGEST_WINDOW_DAYS: u16 = 3_650;
/// Longest buffer on either side, minutes.
pub const LONGEST_BUFFER_MINUTES: u16 = 240;
/// Most blackouts of one room.
pub const MOST_BLACKOUTS: usize = 100;
/// Most opening hours of one room.
pub const MOST_HOURS: usize = 28;
/// Longest reason of a blackout, characters.
pub const LONGEST_WHY: usize = 200;

const DAY_MINUTES: u16 = 24 * 60;
const DAY_SECONDS: i32 = 24 * 60 * 60;

/// The rules of one room. Without any it is booked by everybody at all times.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default)]
pub struct RoomPolicy {
    /// How many days ahead it can be booked, 1..=3,650 (BookingWindowInDays).
    pub booking_window_days: Option<u16>,
    /// Shortest booking, minutes, 1..=1,440 (MinimumDurationInMinutes).
    pub minimum_minutes: Option<u16>,
    /// Longest booking, minutes, 1..=1,440 (MaximumDurationInMinutes).
    pub maximum_minutes: Option<u16>,
    /// Is a booking for more people than fit refused (EnforceCapacity), or only warned of?
    pub enforce_capacity: bool,
    /// Minutes the room is needed for before a booking begins, 0..=240.
    pub buffer_before_minutes: u16,
    /// Minutes the room is needed for after a booking has ended, 0..=240.
    pub buffer_after_minutes: u16,
    /// After how many minutes it is released if nobody came, within [`no_show::MINUTES`]; never without
    /// (EnableAutoRelease, PostReservationMaxClaimTimeInMinutes).
    pub release_after_minutes: Option<u16>,
    /// Days on which it cannot be booked.
    pub blackouts: Vec<Blackout>,
    /// When it is open; always, if there are none.
    pub opening_hours: Vec<OpeningHours>,
    /// Is it closed on public holidays?
    pub closed_on_holidays: bool,
    /// IANA zone of the wall times above.
    pub zone: String,
    /// Who may book (BookInPolicy).
    pub bookers: Bookers,
    /// When its delegates are asked first (RequestInPolicy, RequestOutOfPolicy).
    pub approval: Approval,
}

impl Default for RoomPolicy {
    fn default() -> Self {
        Self {
            booking_window_days: None,
            minimum_minutes: None,
            maximum_minutes: None,
            enforce_capacity: true,
            buffer_before_minutes: 0,
            buffer_after_minutes: 0,
            release_after_minutes: None,
            blackouts: Vec::new(),
            opening_hours: Vec::new(),
            closed_on_holidays: false,
            zone: "Europe/Berlin".into(),
            bookers: Bookers::Everybody,
            approval: Approval::Never,
        }
    }
}

/// Days on which a room cannot be booked.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Blackout {
    /// The first day.
    pub from: Date,
    /// The last day.
    pub until: Date,
    /// Why, in words that everybody may read; up to 200 characters.
    pub why: String,
}

/// When a room is open on one day of the week.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpeningHours {
    /// ISO number of the day, Monday is 1.
    pub weekday: i8,
    /// It opens.
    pub from: Time,
    /// It closes; midnight is the end of the day.
    pub until: Time,
}

/// Who may book a room. Its delegates always may.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Bookers {
    /// Everybody with an account.
    #[default]
    Everybody,
    /// Those named, and who books for them.
    Listed,
    /// Nobody else.
    Delegates,
}

/// When those who look after a room are asked first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Approval {
    /// Never: what breaks a rule is refused.
    #[default]
    Never,
    /// About what breaks a rule.
    OutOfPolicy,
    /// Always.
    Always,
}

/// The people a room's rules name.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct RoomPeople {
    /// Who may book, where only those listed may.
    pub bookers: Vec<PersonId>,
    /// Who keeps the room: books without regard to its rules (ResourceDelegates).
    pub delegates: Vec<PersonId>,
}

/// A field of the rules that cannot be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the field {field} is not valid")]
pub struct PolicyRefused {
    /// Which.
    pub field: String,
    /// What it may hold.
    pub allowed: &'static str,
}

impl RoomPolicy {
    /// Do the rules make sense by themselves?
    pub fn check(&self) -> Result<(), PolicyRefused> {
        let refused = |field: &str, allowed| Err(PolicyRefused { field: field.to_owned(), allowed });
        let fits = |value: Option<u16>, most| value.is_none_or(|value| (1..=most).contains(&value));
        if !fits(self.booking_window_days, LONGEST_WINDOW_DAYS) {
            return refused("booking_window_days", "1 to 3650, or nothing");
        }
        if !fits(self.minimum_minutes, DAY_MINUTES) {
            return refused("minimum_minutes", "1 to 1440, or nothing");
        }
        if !fits(self.maximum_minutes, DAY_MINUTES) {
            return refused("maximum_minutes", "1 to 1440, or nothing");
        }
        if self.maximum_minutes.zip(self.minimum_minutes).is_some_and(|(most, least)| most < least) {
            return refused("maximum_minutes", "not less than minimum_minutes");
        }
        for (field, value) in
            [("buffer_before_minutes", self.buffer_before_minutes), ("buffer_after_minutes", self.buffer_after_minutes)]
        {
            if value > LONGEST_BUFFER_MINUTES {
                return refused(field, "0 to 240");
            }
        }
        if self.release_after_minutes.is_some_and(|minutes| !no_show::MINUTES.contains(&minutes)) {
            return refused("release_after_minutes", "5 to 120, or nothing");
        }
        if self.blackouts.len() > MOST_BLACKOUTS {
            return refused("blackouts", "up to 100");
        }
        for (place, blackout) in self.blackouts.iter().enumerate() {
            if blackout.until < blackout.from {
                return refused(&format!("blackouts[{place}].until"), "the first day or a later one");
            }
            if blackout.why.chars().count() > LONGEST_WHY {
                return refused(&format!("blackouts[{place}].why"), "up to 200 characters");
            }
        }
        if self.opening_hours.len() > MOST_HOURS {
            return refused("opening_hours", "up to 28");
        }
        for (place, hours) in self.opening_hours.iter().enumerate() {
            if !(1..=7).contains(&hours.weekday) {
                return refused(&format!("opening_hours[{place}].weekday"), "1 (Monday) to 7 (Sunday)");
            }
            if hours.until != Time::midnight() && hours.until <= hours.from {
                return refused(&format!("opening_hours[{place}].until"), "a time after from, or 00:00 for midnight");
            }
        }
        if timing::zone(&self.zone).is_err() {
            return refused("zone", "an IANA name like Europe/Berlin");
        }
        Ok(())
    }

    /// How long the room must be free between two bookings: what one needs after, the other before.
    pub fn gap(&self) -> SignedDuration {
        SignedDuration::from_mins(i64::from(self.buffer_before_minutes) + i64::from(self.buffer_after_minutes))
    }
}

/// What somebody wants of a room.
#[derive(Clone, Copy, Debug)]
pub struct Wish<'a> {
    /// First instant.
    pub start: Timestamp,
    /// First instant after it.
    pub end: Timestamp,
    /// Who asks.
    pub by: PersonId,
    /// For whom.
    pub organiser: PersonId,
    /// What others hold of the room around that time: start and end.
    pub held: &'a [(Timestamp, Timestamp)],
}

/// Which rule a wish breaks, and what would be allowed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Breach {
    /// Only some may book it.
    NotForYou,
    /// Too far ahead.
    TooFarAhead {
        /// The last day that can be booked today.
        last: Date,
    },
    /// Too short.
    TooShort {
        /// Minutes at least.
        minutes: u16,
    },
    /// Too long.
    TooLong {
        /// Minutes at most.
        minutes: u16,
    },
    /// The room is needed for something else between this booking and its neighbour.
    TooClose {
        /// Minutes that must lie between two bookings.
        minutes: u16,
    },
    /// The room cannot be booked on these days.
    Blackout(Blackout),
    /// It is a public holiday.
    Holiday {
        /// The day.
        day: Date,
        /// Which.
        holiday: Holiday,
    },
    /// Outside the opening hours of that day.
    Closed {
        /// The day.
        day: Date,
        /// When it is open on that day, from and until; closed if empty.
        hours: Vec<(Time, Time)>,
    },
}

impl Breach {
    /// Does another day or time help, with everything else as it is?
    pub fn is_about_the_time(&self) -> bool {
        matches!(self, Self::TooClose { .. } | Self::Blackout(_) | Self::Holiday { .. } | Self::Closed { .. })
    }
}

/// What becomes of a wish.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// It is booked.
    Book,
    /// The room's delegates are asked; these rules it breaks.
    Ask(Vec<Breach>),
    /// It is refused.
    Refuse(Vec<Breach>),
}

/// What becomes of the wish by the room's rules.
pub fn decide(policy: &RoomPolicy, people: &RoomPeople, wish: &Wish<'_>, now: Timestamp) -> Verdict {
    if people.delegates.contains(&wish.by) {
        return Verdict::Book;
    }
    let found = breaches(policy, people, wish, now);
    match policy.approval {
        Approval::Always => Verdict::Ask(found),
        _ if found.is_empty() => Verdict::Book,
        Approval::OutOfPolicy => Verdict::Ask(found),
        Approval::Never => Verdict::Refuse(found),
    }
}

/// Is this somebody who may book the room, whatever the time?
pub fn may_book(policy: &RoomPolicy, people: &RoomPeople, by: PersonId, organiser: PersonId) -> bool {
    let is_listed = || people.bookers.contains(&by) || people.bookers.contains(&organiser);
    people.delegates.contains(&by)
        || match policy.bookers {
            Bookers::Everybody => true,
            Bookers::Listed => is_listed(),
            Bookers::Delegates => false,
        }
}

/// Every rule the wish breaks, in the order of the rules; none for the room's delegates.
pub fn breaches(policy: &RoomPolicy, people: &RoomPeople, wish: &Wish<'_>, now: Timestamp) -> Vec<Breach> {
    if people.delegates.contains(&wish.by) {
        return Vec::new();
    }
    let mut found = Vec::new();
    if !may_book(policy, people, wish.by, wish.organiser) {
        found.push(Breach::NotForYou);
    }
    // The zone was checked when the rules were set; a time zone database may lose names, though.
    let zone = timing::zone(&policy.zone).unwrap_or(TimeZone::UTC);
    if let Some(days) = policy.booking_window_days {
        let last = zone.to_datetime(now).date().saturating_add(i32::from(days).days());
        if zone.to_datetime(wish.start).date() > last {
            found.push(Breach::TooFarAhead { last });
        }
    }
    let lasts = wish.end.duration_since(wish.start);
    let minutes = |minutes: u16| SignedDuration::from_mins(i64::from(minutes));
    if let Some(least) = policy.minimum_minutes.filter(|least| lasts < minutes(*least)) {
        found.push(Breach::TooShort { minutes: least });
    }
    if let Some(most) = policy.maximum_minutes.filter(|most| lasts > minutes(*most)) {
        found.push(Breach::TooLong { minutes: most });
    }
    let gap = policy.gap();
    // Beyond the last instant of the calendar there is nothing to keep away from.
    let from = wish.start.checked_sub(gap).unwrap_or(Timestamp::MIN);
    let until = wish.end.checked_add(gap).unwrap_or(Timestamp::MAX);
    let is_close = |(start, end): &(Timestamp, Timestamp)| *start < until && from < *end;
    if !gap.is_zero() && wish.held.iter().any(is_close) {
        found.push(Breach::TooClose { minutes: policy.buffer_before_minutes + policy.buffer_after_minutes });
    }
    let days = days(wish, &zone);
    let is_touched =
        |blackout: &&Blackout| days.iter().any(|part| (blackout.from..=blackout.until).contains(&part.day));
    found.extend(policy.blackouts.iter().filter(is_touched).cloned().map(Breach::Blackout));
    for part in &days {
        match holiday(part.day).filter(|_| policy.closed_on_holidays) {
            Some(holiday) => found.push(Breach::Holiday { day: part.day, holiday }),
            None => found.extend(closed(policy, part)),
        }
    }
    found
}

/// The part of a wish that lies on one day: from and until as seconds of the day.
struct Part {
    day: Date,
    from: i32,
    until: i32,
}

/// Split at midnight, wall time: what starts at 22:00 and ends at 02:00 needs both days.
fn days(wish: &Wish<'_>, zone: &TimeZone) -> Vec<Part> {
    let (start, end) = (zone.to_datetime(wish.start), zone.to_datetime(wish.end));
    let mut parts = Vec::new();
    let mut day = start.date();
    while day <= end.date() {
        let from = if day == start.date() { second(start.time()) } else { 0 };
        let until = if day == end.date() { second(end.time()) } else { DAY_SECONDS };
        if until > from || parts.is_empty() {
            parts.push(Part { day, from, until });
        }
        let Ok(next) = day.tomorrow() else { break };
        day = next;
    }
    parts
}

fn closed(policy: &RoomPolicy, part: &Part) -> Option<Breach> {
    if policy.opening_hours.is_empty() {
        return None;
    }
    let weekday = part.day.weekday().to_monday_one_offset();
    let hours: Vec<(Time, Time)> =
        policy.opening_hours.iter().filter(|one| one.weekday == weekday).map(|one| (one.from, one.until)).collect();
    let closes = |until: Time| if until == Time::midnight() { DAY_SECONDS } else { second(until) };
    let is_open = hours.iter().any(|(from, until)| second(*from) <= part.from && part.until <= closes(*until));
    if is_open { None } else { Some(Breach::Closed { day: part.day, hours }) }
}

fn second(time: Time) -> i32 {
    (i32::from(time.hour()) * 60 + i32::from(time.minute())) * 60 + i32::from(time.second())
}

#[cfg(test)]
mod tests;
