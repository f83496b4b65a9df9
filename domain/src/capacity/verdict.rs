use jiff::{SignedDuration, Timestamp};

use super::{Load, Loads, Pool, Share, quarter_start, quarters};
use crate::PoolId;

/// Other times are looked for in steps of a quarter of an hour, up to four hours away.
const STEP: SignedDuration = SignedDuration::from_mins(15);
const STEPS: i32 = 16;

/// A pool has less left than a date needs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Over {
    /// Which.
    pub pool: PoolId,
    /// From when on.
    pub start: Timestamp,
    /// Until when.
    pub end: Timestamp,
    /// How much of its limit would be taken at the worst time, percent.
    pub percent: u32,
}

/// Where a date takes more than is left. `others` is what all other bookings take, `own` what this one shall
/// take, `earlier` what it took before: a quarter of an hour in which it takes no more than before is never over.
pub fn judge(
    pools: &[Pool],
    others: &Loads,
    own: &Loads,
    earlier: &Loads,
    start: Timestamp,
    end: Timestamp,
) -> Vec<Over> {
    let mut found: Vec<Over> = Vec::new();
    for pool in pools {
        let first = found.len();
        for quarter in quarters(start, end) {
            let key = (pool.id, quarter);
            let Some(new) = own.get(&key) else { continue };
            if !new.exceeds(&earlier.get(&key).copied().unwrap_or_default()) {
                continue;
            }
            let total = others.get(&key).copied().unwrap_or_default() + *new;
            let Some(percent) = pool.percent(&total).filter(|percent| *percent > 100) else { continue };
            let (from, until) = (quarter_start(quarter), quarter_start(quarter + 1));
            match found[first..].last_mut() {
                Some(last) if last.end == from => {
                    last.end = until;
                    last.percent = last.percent.max(percent);
                }
                _ => found.push(Over { pool: pool.id, start: from, end: until, percent }),
            }
        }
    }
    found
}

/// Is there enough left for a date with these shares at that time?
pub fn fits_at(pools: &[Pool], others: &Loads, shares: &[Share], start: Timestamp, end: Timestamp) -> bool {
    let has_left = |share: &Share, quarter: i64| {
        let Some(pool) = pools.iter().find(|pool| pool.id == share.pool) else { return true };
        let total: Load = others.get(&(share.pool, quarter)).copied().unwrap_or_default() + share.load;
        pool.percent(&total).is_none_or(|percent| percent <= 100)
    };
    quarters(start, end).all(|quarter| shares.iter().all(|share| has_left(share, quarter)))
}

/// By how much all these dates have to be moved so that each of them fits, the least first, later before earlier;
/// none if no step helps. `may_be` says whether a date may be at that time at all.
pub fn quiet_time(
    pools: &[Pool],
    others: &Loads,
    shares: &[Share],
    dates: &[(Timestamp, Timestamp)],
    may_be: impl Fn(Timestamp, Timestamp) -> bool,
) -> Option<SignedDuration> {
    let moves = (1..=STEPS).flat_map(|step| [STEP * step, STEP * -step]);
    let fits = |by: SignedDuration| {
        dates.iter().all(|(start, end)| match (start.checked_add(by), end.checked_add(by)) {
            (Ok(start), Ok(end)) => may_be(start, end) && fits_at(pools, others, shares, start, end),
            _ => false,
        })
    };
    moves.into_iter().find(|by| fits(*by))
}

/// How far from its time a date may be moved by [`quiet_time`].
pub fn reach() -> SignedDuration {
    STEP * STEPS
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::*;
    use uuid::Uuid;

    use super::super::{OnOverrun, PoolKind, QUARTER, claims, claims_since};
    use super::*;
    use crate::{BookingId, Deviation, Occurrence, OccurrenceId, OccurrenceState};

    fn at(second: i64) -> Timestamp {
        Timestamp::from_second(second).expect("in range")
    }

    fn pool(number: u128, limit_people: u32) -> Pool {
        let (id, name) = (PoolId::from_uuid(Uuid::from_u128(number)), number.to_string());
        let (kind, limit_people) = (PoolKind::Uplink, Some(limit_people));
        Pool { id, kind, name, limit_mbps: None, limit_people, on_overrun: OnOverrun::Warn, version: 1 }
    }

    fn share(pool: &Pool, people: i64) -> Share {
        Share { pool: pool.id, load: Load { people_milli: people * 1_000, kbps: people * 7, ..Load::default() } }
    }

    fn date(start: i64, end: i64, state: OccurrenceState) -> Occurrence {
        Occurrence {
            id: OccurrenceId::from_uuid(Uuid::from_u128(1)),
            booking: BookingId::from_uuid(Uuid::from_u128(1)),
            start: at(start),
            end: at(end),
            state,
            locked_at: None,
            key: None,
            deviation: Deviation::default(),
        }
    }

    #[test]
    fn what_is_over_is_told_as_one_time_with_its_worst_quarter() {
        let pool = pool(1, 10);
        let day = [date(0, 5 * QUARTER, OccurrenceState::Held)];
        let own = claims(&[share(&pool, 4)], &day);
        let others: Loads = [(1, 7), (2, 9), (4, 8)]
            .map(|(quarter, people)| ((pool.id, quarter), share(&pool, people).load))
            .into_iter()
            .collect();
        let over = |from: i64, until: i64, percent| Over {
            pool: pool.id,
            start: at(from * QUARTER),
            end: at(until * QUARTER),
            percent,
        };
        let pools = [pool.clone()];
        let judged = |earlier: &Loads| judge(&pools, &others, &own, earlier, at(0), at(5 * QUARTER));
        assert_eq!(judged(&Loads::new()), [over(1, 3, 130), over(4, 5, 120)]);
        assert_eq!(judged(&own), [], "what it had it keeps");
        let less = claims(&[share(&pool, 3)], &day);
        assert_eq!(judged(&less).len(), 2, "but it takes no more");
    }

    #[test]
    fn the_nearest_time_that_fits_all_dates_is_named() {
        let pool = pool(1, 10);
        let shares = [share(&pool, 4)];
        let dates = [(at(0), at(QUARTER)), (at(100 * QUARTER), at(101 * QUARTER))];
        let busy = |quarters: &[i64]| -> Loads {
            quarters.iter().map(|quarter| ((pool.id, *quarter), share(&pool, 7).load)).collect()
        };
        let pools = [pool.clone()];
        let quiet = |others: &Loads| quiet_time(&pools, others, &shares, &dates, |start, _| start >= at(-QUARTER));
        assert_eq!(quiet(&busy(&[0])), Some(STEP));
        assert_eq!(quiet(&busy(&[0, 101])), Some(-STEP));
        assert_eq!(quiet(&busy(&[0, 1, 99])), Some(STEP * 2));
        let all: Vec<i64> = (-20..=20).collect();
        assert_eq!(quiet(&busy(&all)), None);
    }

    fn states() -> impl Strategy<Value = OccurrenceState> {
        prop_oneof![
            3 => Just(OccurrenceState::Held),
            1 => Just(OccurrenceState::Cancelled),
            1 => (0..40_000_i64).prop_map(|second| OccurrenceState::Ended { at: at(second) }),
        ]
    }

    fn dates() -> impl Strategy<Value = Vec<Occurrence>> {
        let one = (0..30_000_i64, 1..9_000_i64, states());
        proptest::collection::vec(one.prop_map(|(start, length, state)| date(start, start + length, state)), 0..12)
    }

    proptest! {
        /// The sum of a quarter is what a plain count of who is there in it says, second for second.
        #[test]
        fn claims_are_what_a_plain_count_says(dates in dates(), people in 1..50_i64) {
            let pool = pool(1, 10);
            let loads = claims(&[share(&pool, people)], &dates);
            for quarter in 0..60 {
                let touches = |one: &&Occurrence| {
                    let end = match one.state {
                        OccurrenceState::Held => one.end,
                        OccurrenceState::Ended { at } => at.min(one.end),
                        OccurrenceState::Cancelled => return false,
                    };
                    (quarter * QUARTER..(quarter + 1) * QUARTER).any(|second| (one.start..end).contains(&at(second)))
                };
                let count = i64::try_from(dates.iter().filter(touches).count()).expect("few");
                let sum = loads.get(&(pool.id, quarter)).map_or(0, |load| load.people_milli);
                prop_assert_eq!(sum, count * people * 1_000, "quarter {}", quarter);
            }
        }

        /// Whatever was added in whatever order: taken away again, nothing is left.
        #[test]
        fn what_is_added_and_taken_away_leaves_nothing(all in proptest::collection::vec((dates(), 1..50_i64), 0..8)) {
            let pool = pool(1, 10);
            let mut sums = Loads::new();
            for (dates, people) in &all {
                claims(&[share(&pool, *people)], dates).into_iter().for_each(|(key, load)| *sums.entry(key).or_default() += load);
            }
            for (dates, people) in all.iter().rev() {
                claims(&[share(&pool, *people)], dates).into_iter().for_each(|(key, load)| *sums.entry(key).or_default() -= load);
            }
            prop_assert!(sums.values().all(Load::is_zero));
        }

        /// What is past and what is to come make up the whole.
        #[test]
        fn the_past_and_the_rest_are_everything(dates in dates(), since in 0..30_000_i64) {
            let shares = [share(&pool(1, 10), 3)];
            let all = claims(&shares, &dates);
            let rest = claims_since(&shares, &dates, at(since));
            let past: Loads = all.iter().filter(|((_, quarter), _)| *quarter < since.div_euclid(QUARTER)).map(|(key, load)| (*key, *load)).collect();
            let together: BTreeMap<_, _> = past.into_iter().chain(rest).collect();
            prop_assert_eq!(together, all);
        }

        /// A date is over exactly where it does not fit, and a quiet time always fits.
        #[test]
        fn a_verdict_and_a_proposal_agree(
            others in proptest::collection::btree_map(0..40_i64, 0..12_i64, 0..40),
            (start, length) in (0..20_000_i64, 1..9_000_i64),
            people in 1..12_i64,
        ) {
            let pool = pool(1, 10);
            let others: Loads = others.into_iter().map(|(quarter, people)| ((pool.id, quarter), share(&pool, people).load)).collect();
            let shares = [share(&pool, people)];
            let (start, end) = (at(start), at(start + length));
            let own = claims(&shares, &[date(start.as_second(), end.as_second(), OccurrenceState::Held)]);
            let pools = [pool];
            let over = judge(&pools, &others, &own, &Loads::new(), start, end);
            prop_assert_eq!(over.is_empty(), fits_at(&pools, &others, &shares, start, end));
            prop_assert!(over.iter().all(|one| one.percent > 100 && one.start < one.end));
            if let Some(by) = quiet_time(&pools, &others, &shares, &[(start, end)], |_, _| true) {
                prop_assert!(fits_at(&pools, &others, &shares, start + by, end + by));
            }
        }
    }
}
