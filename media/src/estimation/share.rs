/// Packets are counted in slots of so long.
const SLOT_US: i64 = 500_000;
const SLOTS: usize = 8;

/// The share of lost packets of the last four seconds.
#[derive(Debug, Default)]
pub(super) struct Share {
    slots: [Counts; SLOTS],
    slot: i64,
}

#[derive(Clone, Copy, Debug, Default)]
struct Counts {
    came: u32,
    lost: u32,
}

impl Share {
    pub(super) fn count(&mut self, came: u32, lost: u32, now_us: i64) {
        let counts = self.turn_to(now_us);
        counts.came = counts.came.saturating_add(came);
        counts.lost = counts.lost.saturating_add(lost);
    }

    /// One that was taken for lost came late.
    pub(super) fn take_back(&mut self, now_us: i64) {
        let counts = self.turn_to(now_us);
        counts.came = counts.came.saturating_add(1);
        if let Some(counts) = self.slots.iter_mut().find(|counts| counts.lost > 0) {
            counts.lost -= 1;
        }
    }

    /// 0 to 1.
    pub(super) fn of_lost(&self) -> f32 {
        let came: u64 = self.slots.iter().map(|counts| u64::from(counts.came)).sum();
        let lost: u64 = self.slots.iter().map(|counts| u64::from(counts.lost)).sum();
        if lost == 0 { 0.0 } else { lost as f32 / (came + lost) as f32 }
    }

    fn turn_to(&mut self, now_us: i64) -> &mut Counts {
        let slot = now_us.div_euclid(SLOT_US).max(self.slot);
        let gone = (slot - self.slot).min(SLOTS as i64);
        for back in 0..gone {
            self.slots[place(slot - back)] = Counts::default();
        }
        self.slot = slot;
        &mut self.slots[place(slot)]
    }
}

fn place(slot: i64) -> usize {
    slot.rem_euclid(SLOTS as i64) as usize
}
