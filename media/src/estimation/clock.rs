use std::time::Duration;

/// The reference time of reports has 24 bits of 64 ms.
const WRAP_US: i64 = (1 << 24) * 64_000;
/// Two packets do not come by so much more or less apart than they left. Then it is the receiver's
/// clock that jumped: it slept, or reports belong to another receiver behind the same address.
const JUMP_US: i64 = 3_000_000;

/// The clock of a receiver, as one that never wraps.
#[derive(Debug, Default)]
pub(super) struct Clock {
    last: Option<Seen>,
}

#[derive(Clone, Copy, Debug)]
struct Seen {
    sent_us: i64,
    /// As reported, without wraps.
    raw_us: i64,
    came_us: i64,
}

/// When a packet came.
#[derive(Clone, Copy, Debug)]
pub(super) struct Came {
    /// By the receiver's clock, whose zero is anywhere.
    pub(super) at_us: i64,
    /// It cannot be compared with what came before.
    pub(super) jumped: bool,
}

impl Clock {
    pub(super) fn read(&mut self, arrival: Duration, sent_us: i64) -> Came {
        let raw_us = i64::try_from(arrival.as_micros() % WRAP_US as u128).unwrap_or(0);
        let since_last = self.last.map(|last| {
            // The shorter way round.
            let way_us = (raw_us - last.raw_us + WRAP_US + WRAP_US / 2) % WRAP_US - WRAP_US / 2;
            (last, way_us)
        });
        let plausible = since_last.filter(|(last, way_us)| (way_us - (sent_us - last.sent_us)).abs() <= JUMP_US);
        let came = match plausible {
            Some((last, way_us)) => Came { at_us: last.came_us + way_us, jumped: false },
            // As if it had come at once: only differences count.
            None => Came { at_us: sent_us, jumped: true },
        };
        self.last = Some(Seen { sent_us, raw_us, came_us: came.at_us });
        came
    }
}
