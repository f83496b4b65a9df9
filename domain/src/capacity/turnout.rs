use serde::{Deserialize, Serialize};

/// What is expected of a series about which nothing is known: most come. Rather too many than too few.
const EXPECTED_PERMILLE: u64 = 900;
/// That expectation counts as much as so many invited people that were seen to come or not.
const EXPECTED_WEIGHT: u64 = 20;

/// How many came to a series that was invited to: sums over its dates, never anything about one person.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Turnout {
    /// Dates that were counted.
    pub dates: u32,
    /// How many were invited to them, together.
    pub invited: u64,
    /// How many of those seats were taken, together; never more than invited.
    pub came: u64,
}

/// Which part of the invited is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rate {
    /// Of a thousand.
    pub permille: u32,
    /// How far the real rate of a date may well be from that, of a thousand: one standard deviation.
    pub doubt_permille: u32,
}

impl Turnout {
    /// The same after one more date. Who came uninvited is not counted: the rate is that of invited people.
    pub fn and(self, invited: u32, came: u32) -> Self {
        let (invited, came) = (u64::from(invited), u64::from(came.min(invited)));
        Self { dates: self.dates + 1, invited: self.invited + invited, came: self.came + came }
    }

    /// What to expect next time: what was seen, and the cautious expectation as long as little was seen.
    pub fn rate(self) -> Rate {
        let seats = self.invited + EXPECTED_WEIGHT;
        let permille = (self.came.min(self.invited) * 1_000 + EXPECTED_WEIGHT * EXPECTED_PERMILLE) / seats;
        // The deviation of a beta distribution with that mean and weight.
        let doubt = (permille * (1_000 - permille) / (seats + 1)).isqrt();
        let small = |number: u64| u32::try_from(number).unwrap_or(1_000).min(1_000);
        Rate { permille: small(permille), doubt_permille: small(doubt) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_known_means_most_come_and_what_was_seen_takes_over() {
        let new = Turnout::default();
        assert_eq!(new.rate(), Rate { permille: 900, doubt_permille: 65 });
        let half = (0..10).fold(new, |sum, _| sum.and(20, 10));
        assert_eq!(half, Turnout { dates: 10, invited: 200, came: 100 });
        assert_eq!(half.rate(), Rate { permille: 536, doubt_permille: 33 });
    }

    #[test]
    fn who_comes_uninvited_makes_nobody_come_twice() {
        let full = (0..1_000).fold(Turnout::default(), |sum, _| sum.and(3, 40));
        assert_eq!(full.came, full.invited);
        assert!(full.rate().permille <= 1_000);
        assert_eq!(Turnout { dates: 1, invited: 1, came: 9 }.rate().permille, 904, "whatever is stored");
    }
}
