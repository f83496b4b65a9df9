use std::collections::BTreeMap;
use std::ops::{Add, AddAssign, Neg, Sub, SubAssign};

use jiff::Timestamp;

use crate::PoolId;

/// Pools are summed by the quarter of an hour, seconds.
pub const QUARTER: i64 = 15 * 60;

/// What is expected on a pool, or a part of it. Whole numbers: what was added can be taken away again.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Load {
    /// Participants, in thousandths.
    pub people_milli: i64,
    /// kbit/s.
    pub kbps: i64,
    /// How far participants vary: square, in thousandths.
    pub people_variance_milli: i64,
    /// How far the bit rate varies: (kbit/s)².
    pub kbps_variance: i64,
}

/// Loads of pools by quarter of an hour, counted from 1970.
pub type Loads = BTreeMap<(PoolId, i64), Load>;

impl Load {
    /// Is it nothing at all?
    pub fn is_zero(&self) -> bool {
        *self == Self::default()
    }

    /// Takes it more than the other of anything that has a limit?
    pub fn exceeds(&self, other: &Self) -> bool {
        self.people_milli > other.people_milli || self.kbps > other.kbps
    }

    fn each(self, other: Self, with: impl Fn(i64, i64) -> i64) -> Self {
        Self {
            people_milli: with(self.people_milli, other.people_milli),
            kbps: with(self.kbps, other.kbps),
            people_variance_milli: with(self.people_variance_milli, other.people_variance_milli),
            kbps_variance: with(self.kbps_variance, other.kbps_variance),
        }
    }
}

impl Add for Load {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        self.each(other, i64::saturating_add)
    }
}

impl Sub for Load {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        self.each(other, i64::saturating_sub)
    }
}

impl AddAssign for Load {
    fn add_assign(&mut self, other: Self) {
        *self = *self + other;
    }
}

impl SubAssign for Load {
    fn sub_assign(&mut self, other: Self) {
        *self = *self - other;
    }
}

impl Neg for Load {
    type Output = Self;

    fn neg(self) -> Self {
        Self::default() - self
    }
}

/// The quarter of an hour the instant is in.
pub fn quarter_at(instant: Timestamp) -> i64 {
    instant.as_second().div_euclid(QUARTER)
}

/// When it begins.
pub fn quarter_start(quarter: i64) -> Timestamp {
    Timestamp::from_second(quarter.saturating_mul(QUARTER)).unwrap_or(Timestamp::MAX)
}

/// Every quarter of an hour that a time touches: half of one counts as a whole.
pub fn quarters(start: Timestamp, end: Timestamp) -> std::ops::Range<i64> {
    if end <= start {
        return quarter_at(start)..quarter_at(start);
    }
    quarter_at(start)..end.as_second().saturating_add(QUARTER - 1).div_euclid(QUARTER)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_touches_whole_quarters() {
        let at = |second| Timestamp::from_second(second).expect("in range");
        assert_eq!(quarters(at(0), at(900)), 0..1);
        assert_eq!(quarters(at(899), at(901)), 0..2);
        assert_eq!(quarters(at(900), at(900)), 1..1);
        assert_eq!(quarters(at(-1), at(1)), -1..1);
        assert_eq!(quarters(at(901), at(900)), 1..1, "ended before it began");
        assert_eq!(quarter_start(quarter_at(at(1_000))), at(900));
    }
}
