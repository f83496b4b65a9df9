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

    /// 0 to 1; nothing if nothing was counted.
    pub(super) fn of_lost(&self, now_us: i64) -> Option<f32> {
        let gone = (now_us.div_euclid(SLOT_US) - self.slot).clamp(0, SLOTS as i64);
        let kept = (gone..SLOTS as i64).map(|back| self.slots[place(self.slot + gone - back)]);
        let (came, lost) = kept.fold((0_u64, 0_u64), |(came, lost), counts| {
            (came + u64::from(counts.came), lost + u64::from(counts.lost))
        });
        (came + lost > 0).then(|| lost as f32 / (came + lost) as f32)
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
