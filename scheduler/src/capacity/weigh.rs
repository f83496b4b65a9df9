//! A booking against the pools: what it takes of them, and whether that is there.

use std::collections::BTreeMap;
use std::ops::Range;

use domain::capacity::{
    Loads, OnOverrun, Over, Pool, Profile, Share, Turnout, claims_since, judge, quarters, quiet_time, reach,
};
use domain::policy::Action;
use domain::{Booking, BookingId, Occurrence, OccurrenceState, PoolId, RoomId, timing};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use storage::{Span, StorageError, Unit};

use super::findings::{CapacityAnswer, CapacityFinding, CapacityOffers, Decision, local, named};
use super::setup::{Invited, Setup};
use crate::booking::plan::BookingRefused;
use crate::booking::rules::wider;
use crate::http::actor::SignedIn;
use crate::http::answer::Instant;
use crate::series::conflicts::Look;

/// For so many dates it is said what is too full and when it is not.
const EXPLAINED: usize = 60;
/// The hours of the day in which a time is proposed.
const DAY: Range<i8> = 7..20;

/// What had been booked before, if anything.
#[derive(Clone, Copy)]
pub(crate) enum Before<'a> {
    /// Nothing.
    Nothing,
    /// The same booking with these dates: it gives free what it does not take again.
    Changed(&'a [Occurrence]),
    /// These dates of another booking, which were taken from it in this unit already.
    Continued(BookingId, &'a [Occurrence]),
}

/// A booking that is about to be written.
pub(crate) struct Wish<'a> {
    pub(crate) booking: &'a Booking,
    pub(crate) dates: &'a [Occurrence],
    pub(crate) invited: Invited,
    pub(crate) before: Before<'a>,
    pub(crate) look: Look,
    pub(crate) now: Timestamp,
}

/// What it takes, and what is to be said about that.
#[derive(Default)]
pub(crate) struct Weighed {
    /// None where no pools are set up.
    shares: Option<Vec<Share>>,
    pub(crate) answer: Option<CapacityAnswer>,
}

impl Weighed {
    /// Writes down what the booking takes, once it is written itself.
    pub(crate) async fn keep(
        &self,
        unit: &mut dyn Unit,
        booking: &Booking,
        dates: &[Occurrence],
        now: Timestamp,
    ) -> Result<(), StorageError> {
        match &self.shares {
            Some(shares) => unit.save_shares(booking, dates, shares, now).await,
            None => Ok(()),
        }
    }

    /// Refuses if one of the pools does.
    pub(crate) fn or_refused(self) -> Result<Self, BookingRefused> {
        let is_refused =
            |answer: &CapacityAnswer| answer.findings.iter().any(|finding| finding.decision == Decision::Refuse);
        match self.answer {
            Some(answer) if is_refused(&answer) => Err(BookingRefused::PoolFull(Box::new(answer))),
            answer => Ok(Self { answer, ..self }),
        }
    }
}

/// Looks what the booking takes and whether it is there. Whoever is about to book has the pools that refuse for
/// itself from here on, until the unit ends.
pub(crate) async fn weigh(unit: &mut dyn Unit, who: &SignedIn, wish: Wish<'_>) -> Result<Weighed, BookingRefused> {
    let Some(setup) = Setup::read(unit).await? else { return Ok(Weighed::default()) };
    let booking = wish.booking;
    let (earlier_id, earlier_dates): (_, &[Occurrence]) = match wish.before {
        Before::Nothing => (None, &[]),
        Before::Changed(dates) => (Some(booking.id), dates),
        Before::Continued(id, dates) => (Some(id), dates),
    };
    let (mut turnout, mut had) = (Turnout::default(), Vec::new());
    if let Some(id) = earlier_id {
        turnout = unit.turnout_of(id).await?;
        had = unit.shares_of(id).await?;
    }
    let shares = setup.shares(unit, &wish.invited, booking.profile, turnout).await?;
    if shares.is_empty() {
        return Ok(Weighed { shares: Some(shares), answer: None });
    }
    if wish.look == Look::ToBook {
        let refusing = |share: &&Share| setup.pool(share.pool).is_some_and(|pool| pool.on_overrun == OnOverrun::Refuse);
        let refusing: Vec<PoolId> = shares.iter().filter(refusing).map(|share| share.pool).collect();
        unit.lock_pools(&refusing).await?;
    }
    let is_to_come = |date: &&Occurrence| date.state == OccurrenceState::Held && !date.is_history(wish.now);
    let dates: Vec<&Occurrence> = wish.dates.iter().filter(is_to_come).collect();
    let earlier = claims_since(&had, earlier_dates, wish.now);
    let scales = Scales {
        setup: &setup,
        turnout,
        shares: &shares,
        own: claims_since(&shares, dates.iter().copied(), wish.now),
        gives_free: matches!(wish.before, Before::Changed(_)),
        earlier,
    };
    let spans: Vec<Span> = dates.iter().map(|date| Span { start: date.start, end: date.end }).collect();
    let others = scales.others(unit, &spans).await?;
    let mut over: BTreeMap<usize, Vec<Over>> = BTreeMap::new();
    for (place, date) in dates.iter().enumerate() {
        let found = judge(&setup.pools, &others, &scales.own, &scales.earlier, date.start, date.end);
        if !found.is_empty() {
            over.insert(place, found);
        }
    }
    let answer = match over.is_empty() {
        true => None,
        false => Some(scales.explain(unit, who, &wish, &dates, &over).await?),
    };
    Ok(Weighed { shares: Some(shares), answer })
}

/// What is weighed against what.
struct Scales<'a> {
    setup: &'a Setup,
    turnout: Turnout,
    shares: &'a [Share],
    /// What it shall take.
    own: Loads,
    /// What it took before.
    earlier: Loads,
    /// Is that still in the sums?
    gives_free: bool,
}

impl Scales<'_> {
    /// What all others take at these times.
    async fn others(&self, unit: &mut dyn Unit, spans: &[Span]) -> Result<Loads, StorageError> {
        let pools: Vec<PoolId> = self.shares.iter().map(|share| share.pool).collect();
        let quarters: Vec<Range<i64>> = spans.iter().map(|span| quarters(span.start, span.end)).collect();
        let mut others = unit.pool_loads(&pools, &quarters).await?;
        if self.gives_free {
            for (key, load) in &self.earlier {
                if let Some(sum) = others.get_mut(key) {
                    *sum -= *load;
                }
            }
        }
        Ok(others)
    }

    /// Looks for other times and for less, with two questions for all dates together.
    async fn explain(
        &self,
        unit: &mut dyn Unit,
        who: &SignedIn,
        wish: &Wish<'_>,
        dates: &[&Occurrence],
        over: &BTreeMap<usize, Vec<Over>>,
    ) -> Result<CapacityAnswer, BookingRefused> {
        let zone = timing::zone(&wish.booking.zone)?;
        let wide: Vec<Span> =
            dates.iter().map(|date| wider(Span { start: date.start, end: date.end }, reach())).collect();
        let others = self.others(unit, &wide).await?;
        let rooms = wish.booking.rooms_with(dates.iter().copied());
        let held = unit.taken_rooms_at(&rooms, &wide, Some(wish.booking.id)).await?;
        let around = Around { others: &others, held: &held, zone: &zone, now: wish.now };
        let pools = &self.setup.pools;
        let mut findings = Vec::new();
        for (place, found) in over.iter().take(EXPLAINED) {
            let date = dates[*place];
            let quiet = around.quiet(pools, self.shares, &[date], wish.booking);
            let quiet = quiet.map(|by| local(&zone, date.start + by, date.end + by));
            for one in found {
                let Some(pool) = self.setup.pool(one.pool) else { continue };
                let is_own = self.setup.is_own(&who.actor.person, pool);
                findings.push(CapacityFinding {
                    code: "pool_full",
                    decision: pool.on_overrun.into(),
                    date: named(date.key),
                    kind: pool.kind.into(),
                    pool: who.may(Action::KnowPool { is_own }).then(|| pool.name.clone()),
                    start: Instant(one.start),
                    end: Instant(one.end),
                    percent: one.percent,
                    quiet_time: quiet.clone(),
                });
            }
        }
        let all = around.quiet(pools, self.shares, dates, wish.booking);
        let offers = CapacityOffers {
            move_minutes: all.map(|by| by.as_mins()),
            audio_first: wish.booking.profile != Profile::AudioFirst
                && self.fits_with(unit, wish, dates, &others).await?,
        };
        Ok(CapacityAnswer { dates: over.len(), findings, offers })
    }

    /// Would the dates fit where sound comes first?
    async fn fits_with(
        &self,
        unit: &mut dyn Unit,
        wish: &Wish<'_>,
        dates: &[&Occurrence],
        others: &Loads,
    ) -> Result<bool, StorageError> {
        let less = self.setup.shares(unit, &wish.invited, Profile::AudioFirst, self.turnout).await?;
        let own = claims_since(&less, dates.iter().copied(), wish.now);
        let fits =
            |date: &&Occurrence| judge(&self.setup.pools, others, &own, &self.earlier, date.start, date.end).is_empty();
        Ok(dates.iter().all(fits))
    }
}

/// What is known about the hours around the dates.
struct Around<'a> {
    others: &'a Loads,
    held: &'a [(RoomId, Span)],
    zone: &'a TimeZone,
    now: Timestamp,
}

impl Around<'_> {
    /// By how much these dates have to be moved within their days so that they fit and their rooms are free.
    fn quiet(
        &self,
        pools: &[Pool],
        shares: &[Share],
        dates: &[&Occurrence],
        booking: &Booking,
    ) -> Option<jiff::SignedDuration> {
        let rooms: Vec<RoomId> = booking.rooms_with(dates.iter().copied());
        let times: Vec<(Timestamp, Timestamp)> = dates.iter().map(|date| (date.start, date.end)).collect();
        let days: Vec<jiff::civil::Date> =
            times.iter().map(|(start, _)| self.zone.to_datetime(*start).date()).collect();
        let may_be = |start: Timestamp, end: Timestamp| {
            let (from, until) = (self.zone.to_datetime(start), self.zone.to_datetime(end));
            let in_the_day = DAY.contains(&from.hour()) && from.date() == until.date();
            let is_taken = |(room, span): &(RoomId, Span)| rooms.contains(room) && span.start < end && start < span.end;
            start > self.now && in_the_day && days.contains(&from.date()) && !self.held.iter().any(is_taken)
        };
        quiet_time(pools, self.others, shares, &times, may_be)
    }
}
