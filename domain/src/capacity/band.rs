use super::Load;

/// Half the width of the band in standard deviations: four of five quarter hours are within.
const WIDTH: f64 = 1.28;

/// What is expected on a pool, and between what it will most likely be.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Band {
    /// Less than this is unlikely.
    pub lower: Point,
    /// What is expected.
    pub expected: Point,
    /// More than this is unlikely.
    pub upper: Point,
}

/// Participants and Mbit/s.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    /// Participants.
    pub people: f64,
    /// Mbit/s.
    pub mbps: f64,
}

/// How sure a load is. Bookings come out one way or the other independently of each other, so many small ones are
/// surer than a large one.
pub fn band(load: &Load) -> Band {
    let of = |number: i64, unit: f64| number.max(0) as f64 / unit;
    let expected = Point { people: of(load.people_milli, 1_000.0), mbps: of(load.kbps, 1_000.0) };
    let doubt = Point {
        people: of(load.people_variance_milli, 1_000.0).sqrt() * WIDTH,
        mbps: of(load.kbps_variance, 1_000_000.0).sqrt() * WIDTH,
    };
    let point = |sign: f64| Point {
        people: (expected.people + sign * doubt.people).max(0.0),
        mbps: (expected.mbps + sign * doubt.mbps).max(0.0),
    };
    Band { lower: point(-1.0), expected, upper: point(1.0) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_band_lies_around_what_is_expected_and_never_below_nothing() {
        let load = Load { people_milli: 9_000, kbps: 16_200, people_variance_milli: 1_322, kbps_variance: 4_283_280 };
        let band = band(&load);
        assert!((band.expected.people - 9.0).abs() < 1e-9 && (band.expected.mbps - 16.2).abs() < 1e-9);
        assert!((band.upper.people - 10.47).abs() < 0.01, "{band:?}");
        assert!((band.lower.mbps - 13.55).abs() < 0.01, "{band:?}");
        let vague = Load { people_milli: 100, people_variance_milli: 90_000, ..Load::default() };
        assert!(super::band(&vague).lower.people.abs() < 1e-9);
    }
}
