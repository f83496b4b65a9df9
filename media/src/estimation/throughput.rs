/// Bytes are counted in slots of so long.
const SLOT_US: i64 = 50_000;
/// The rate is that of so many whole slots.
const SLOTS: usize = 10;
/// Earlier than after so many there is no rate.
const LEAST_SLOTS: i64 = 5;

/// How much passed within the last half second.
#[derive(Debug, Default)]
pub(super) struct Throughput {
    /// The slot being filled and those before it, by their numbers in turn.
    bytes: [u64; SLOTS + 1],
    /// The number of the slot being filled.
    slot: i64,
    /// The first whole slot.
    since: Option<i64>,
}

impl Throughput {
    pub(super) fn count(&mut self, bytes: u16, at_us: i64) {
        let slot = at_us.div_euclid(SLOT_US);
        if self.since.is_none() {
            (self.slot, self.since) = (slot, Some(slot + 1));
        }
        self.turn_to(slot);
        // What was overtaken counts where it belongs, if that is not long ago.
        if self.slot - slot < self.bytes.len() as i64 {
            self.bytes[place(slot)] += u64::from(bytes);
        }
    }

    /// Bits per second until `at_us`, or until what was counted last; `None` until enough was seen.
    pub(super) fn bps(&mut self, at_us: i64) -> Option<f64> {
        let since = self.since?;
        self.turn_to(at_us.div_euclid(SLOT_US));
        self.mean(since)
    }

    /// Bits per second until what was counted last; `None` until enough was seen.
    pub(super) fn last_bps(&self) -> Option<f64> {
        self.mean(self.since?)
    }

    fn mean(&self, since: i64) -> Option<f64> {
        let whole = (self.slot - since).min(SLOTS as i64);
        if whole < LEAST_SLOTS {
            return None;
        }
        let bytes: u64 = (1..=whole).map(|back| self.bytes[place(self.slot - back)]).sum();
        Some(bytes as f64 * 8_000_000.0 / (whole * SLOT_US) as f64)
    }

    fn turn_to(&mut self, slot: i64) {
        let gone = (slot - self.slot).clamp(0, self.bytes.len() as i64);
        for back in 0..gone {
            self.bytes[place(slot - back)] = 0;
        }
        self.slot = self.slot.max(slot);
    }
}

fn place(slot: i64) -> usize {
    slot.rem_euclid(SLOTS as i64 + 1) as usize
}
