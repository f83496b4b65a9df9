//! What is asked, each trial a list of named values.

mod booking;
mod calendars;
mod pools;
mod rooms;

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Result, bail};
use rand::SeedableRng as _;
use rand::rngs::StdRng;

use crate::data::{Calendar, Shape};
use crate::site::{Answer, Site};

/// Value by figure.
pub type Shown = BTreeMap<String, f64>;

/// The trials by name, in the order in which they run: those that write come last.
pub const TRIALS: &[&str] = &[
    "free",
    "fortnight",
    "weekly",
    "check",
    "month",
    "busy",
    "feed",
    "single",
    "crowd",
    "series",
    "series pools",
    "series crowd",
];

/// What a trial needs.
pub struct Ground {
    /// Who is asked.
    pub site: Arc<Site>,
    /// How much there is.
    pub shape: Shape,
    /// When it takes place.
    pub calendar: Calendar,
    /// One in so many of the questions is asked.
    pub one_in: usize,
    /// Trials that write must not meet what an earlier round wrote.
    pub round: usize,
}

impl Ground {
    fn times(&self, full: usize) -> usize {
        full.div_ceil(self.one_in)
    }

    /// The same questions in every run.
    fn random(&self) -> StdRng {
        StdRng::seed_from_u64(self.shape.seed.wrapping_add(77))
    }
}

/// Does one of them.
pub async fn run(ground: &Ground, trial: &str) -> Result<Shown> {
    match trial {
        "free" => rooms::free(ground).await,
        "fortnight" => rooms::fortnight(ground).await,
        "weekly" => rooms::weekly(ground).await,
        "check" => booking::check(ground).await,
        "month" => calendars::month(ground).await,
        "busy" => calendars::busy(ground).await,
        "feed" => calendars::feed(ground).await,
        "single" => booking::single(ground).await,
        "crowd" => booking::crowd(ground).await,
        "series" => booking::series(ground).await,
        "series pools" => pools::series(ground).await,
        "series crowd" => booking::series_crowd(ground).await,
        other => bail!("no such trial: {other}"),
    }
}

/// How long answers took.
#[derive(Default)]
struct Times {
    server: Vec<f64>,
    wall: Vec<f64>,
}

impl Times {
    fn note(&mut self, answer: &Answer) {
        let milliseconds = |took: Duration| took.as_secs_f64() * 1_000.0;
        self.server.push(milliseconds(answer.server));
        self.wall.push(milliseconds(answer.wall));
    }

    /// The first answers warm up pages and statements that the next thousand use.
    fn forget(&mut self) {
        self.server.clear();
        self.wall.clear();
    }

    /// `name.p50` and `name.p99` of the server, `name.wall` as the 99th of a hundred at the client.
    fn show(mut self, name: &str, shown: &mut Shown) {
        shown.insert(format!("{name}.p50"), part(&mut self.server, 0.5));
        shown.insert(format!("{name}.p99"), part(&mut self.server, 0.99));
        shown.insert(format!("{name}.wall"), part(&mut self.wall, 0.99));
    }
}

/// The value that this part of them does not exceed.
pub fn part(values: &mut [f64], part: f64) -> f64 {
    values.sort_unstable_by(f64::total_cmp);
    let place = (values.len() as f64 * part).ceil() as usize;
    values.get(place.saturating_sub(1)).copied().unwrap_or(f64::NAN)
}

#[cfg(test)]
mod tests {
    #[test]
    fn ninety_nine_of_a_hundred_take_no_longer() {
        let mut values: Vec<f64> = (1..=100).rev().map(f64::from).collect();
        assert_eq!(super::part(&mut values, 0.99), 99.0);
        assert_eq!(super::part(&mut values, 0.5), 50.0);
        assert_eq!(super::part(&mut [7.0], 0.99), 7.0);
    }
}
