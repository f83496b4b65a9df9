/// Packets sent within so long of each other are taken together: they leave in bursts.
const BURST_US: i64 = 5_000;
/// What piled up somewhere comes out in one go, and says nothing about the queue; but no more than
/// so long is taken together for that.
const LONGEST_PILE_US: i64 = 100_000;

/// How far two neighbouring groups of packets were apart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Spacing {
    pub(super) sent_ms: f64,
    pub(super) came_ms: f64,
    /// When the later one had come, by the receiver's clock.
    pub(super) at_ms: f64,
}

/// Takes packets together to groups, and compares each with the one before.
#[derive(Debug, Default)]
pub(super) struct Groups {
    before: Option<Group>,
    current: Option<Group>,
}

#[derive(Clone, Copy, Debug)]
struct Group {
    first_sent_us: i64,
    last_sent_us: i64,
    first_came_us: i64,
    last_came_us: i64,
}

impl Groups {
    /// A packet came; the spacing of the two groups before it if it begins a new one.
    pub(super) fn add(&mut self, sent_us: i64, came_us: i64) -> Option<Spacing> {
        let alone =
            Group { first_sent_us: sent_us, last_sent_us: sent_us, first_came_us: came_us, last_came_us: came_us };
        let Some(current) = &mut self.current else {
            self.current = Some(alone);
            return None;
        };
        if sent_us < current.first_sent_us {
            return None;
        }
        if current.takes(sent_us, came_us) {
            current.last_sent_us = current.last_sent_us.max(sent_us);
            current.last_came_us = current.last_came_us.max(came_us);
            return None;
        }
        let whole = *current;
        self.current = Some(alone);
        let before = self.before.replace(whole)?;
        let came_us = whole.last_came_us - before.last_came_us;
        // A group that was overtaken says nothing.
        (came_us >= 0).then(|| Spacing {
            sent_ms: ms(whole.last_sent_us - before.last_sent_us),
            came_ms: ms(came_us),
            at_ms: ms(whole.last_came_us),
        })
    }

    /// What comes next is not compared with what came before.
    pub(super) fn part(&mut self) {
        *self = Self::default();
    }
}

impl Group {
    fn takes(&self, sent_us: i64, came_us: i64) -> bool {
        let came_after_us = came_us - self.last_came_us;
        let caught_up = came_after_us < sent_us - self.last_sent_us;
        let is_pile = caught_up && came_after_us <= BURST_US && came_us - self.first_came_us < LONGEST_PILE_US;
        sent_us - self.first_sent_us <= BURST_US || is_pile
    }
}

fn ms(us: i64) -> f64 {
    us as f64 / 1_000.0
}
