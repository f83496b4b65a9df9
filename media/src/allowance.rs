//! How much one participant may send before the rest is dropped, so that nobody drowns the others.

use std::time::{Duration, Instant};

/// How far a participant may run ahead of its limits: a picture of a whole screen comes at once.
const BURST: Duration = Duration::from_secs(1);

/// What one participant may send: media packets and messages together. What goes beyond is
/// dropped before anybody gets it; the participant stays.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UploadLimits {
    /// Packets per second, on average over a second; at least 1.
    pub packets_per_second: u32,
    /// Payload bits per second, on average over a second; at least 1.
    pub bits_per_second: u64,
}

impl Default for UploadLimits {
    /// Several times what a camera in three steps and a screen in full resolution need.
    fn default() -> Self {
        Self { packets_per_second: 5_000, bits_per_second: 40_000_000 }
    }
}

/// What is left of a participant's limits.
#[derive(Clone, Debug)]
pub(crate) struct Allowance {
    packets: Meter,
    bits: Meter,
}

impl Allowance {
    pub(crate) fn new(limits: UploadLimits, now: Instant) -> Self {
        Self {
            packets: Meter::new(u64::from(limits.packets_per_second), now),
            bits: Meter::new(limits.bits_per_second, now),
        }
    }

    /// Takes a packet into account; `false` if it is too much.
    pub(crate) fn take(&mut self, bytes: usize, now: Instant) -> bool {
        // Both are asked before either is charged: what is dropped costs nothing.
        let fits = self.packets.fits(now) && self.bits.fits(now);
        if fits {
            self.packets.charge(1, now);
            self.bits.charge(bytes as u64 * 8, now);
        }
        fits
    }
}

/// A limit per second, kept as the moment until which it is used up (generic cell rate).
#[derive(Clone, Debug)]
struct Meter {
    per_second: u64,
    used_until: Instant,
}

impl Meter {
    fn new(per_second: u64, now: Instant) -> Self {
        Self { per_second: per_second.max(1), used_until: now }
    }

    fn fits(&self, now: Instant) -> bool {
        self.used_until.saturating_duration_since(now) < BURST
    }

    fn charge(&mut self, units: u64, now: Instant) {
        let nanos = u128::from(units) * 1_000_000_000 / u128::from(self.per_second);
        let spent = Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX / 2));
        self.used_until = self.used_until.max(now).checked_add(spent).unwrap_or(self.used_until);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(allowance: &mut Allowance, packets: usize, bytes: usize, now: Instant) -> usize {
        (0..packets).filter(|_| allowance.take(bytes, now)).count()
    }

    #[test]
    fn a_burst_passes_and_then_only_the_rate() {
        let start = Instant::now();
        let mut allowance =
            Allowance::new(UploadLimits { packets_per_second: 100, bits_per_second: 1_000_000_000 }, start);
        assert_eq!(taken(&mut allowance, 500, 10, start), 100);
        assert_eq!(taken(&mut allowance, 500, 10, start + Duration::from_millis(500)), 50);
        assert_eq!(taken(&mut allowance, 500, 10, start + Duration::from_secs(60)), 100, "a pause saves up no more");
    }

    #[test]
    fn bits_count_as_well_and_what_is_dropped_costs_nothing() {
        let start = Instant::now();
        let mut allowance = Allowance::new(UploadLimits { packets_per_second: 1_000, bits_per_second: 80_000 }, start);
        assert_eq!(taken(&mut allowance, 100, 1_000, start), 10);
        assert_eq!(taken(&mut allowance, 1_000, 1_000, start), 0);
        assert_eq!(taken(&mut allowance, 100, 1_000, start + Duration::from_secs(1)), 10);
    }

    #[test]
    fn the_default_leaves_room_for_a_camera_and_a_screen() {
        let start = Instant::now();
        let mut allowance = Allowance::new(UploadLimits::default(), start);
        // 16 Mbit/s in packets of 1,100 bytes, in twenty-five bursts a second, for a minute.
        let lost: usize = (0..1_500)
            .map(|frame| 73 - taken(&mut allowance, 73, 1_100, start + Duration::from_millis(40 * frame)))
            .sum();
        assert_eq!(lost, 0);
    }

    #[test]
    fn no_limit_is_small_enough_to_break_it() {
        let start = Instant::now();
        let mut allowance = Allowance::new(UploadLimits { packets_per_second: 0, bits_per_second: 0 }, start);
        assert!(allowance.take(usize::MAX / 16, start));
        assert!(!allowance.take(1, start));
    }
}
