use std::time::Duration;

use tokio::time::Instant;

/// How long an owner may act after it last asked for its lease, and how long a meeting whose owner
/// did not give it up is kept for that owner once somebody else wants it.
///
/// Both must be the same time: who takes a meeting over has waited until the owner before has
/// either come back to the directory or stopped.
pub const SETTLING: Duration = Duration::from_secs(4);
/// An owner asks for its lease this often, or three times in the life of a shorter one: even if
/// one answer does not come, the next comes in time.
pub const RENEW_EVERY: Duration = Duration::from_millis(1500);

/// What came of asking for a lease that one has.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Renewal {
    /// It is still ours.
    Kept,
    /// Nobody could say: the directory does not answer us, nor any colleague. While that is so, and
    /// because those who were asked keep their [`Vows`](crate::Vows), nobody else takes it.
    Unknown,
    /// Nobody said, but somebody who was not reached may know: it may be another's by now.
    Unheard,
    /// Another owner has it or had it in between.
    Lost,
}

/// How long an owner may act. Pure: instants are passed in, of a clock that goes on while the
/// process is paused.
///
/// ```text
/// asked ──answered or not──▶ acts until asked + SETTLING ──▶ waits for the next answer ──▶ acts, or lets go
/// ```
/// A directory that is away for all holds nobody up, because each question in vain counts as well:
/// while nobody can ask, nobody else can have taken the meeting. A process that stood still for
/// longer, or that is cut off from whoever could know, does nothing before it was told that the
/// meeting is still its own, however long that takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tenure {
    until: Instant,
    grace: Duration,
    lost: bool,
}

impl Tenure {
    /// After a lease that was asked for at this instant and given for so long.
    pub fn new(asked_at: Instant, lease: Duration) -> Self {
        let grace = lease.min(SETTLING);
        Self { until: asked_at + grace, grace, lost: false }
    }

    /// Notes what came of asking again.
    pub fn heard(&mut self, asked_at: Instant, renewal: Renewal) {
        match renewal {
            Renewal::Kept => self.until = self.until.max(asked_at + self.grace),
            // Only in time: who stood still may have missed that another node took the meeting.
            Renewal::Unknown if asked_at < self.until => self.until = self.until.max(asked_at + self.grace),
            Renewal::Unknown | Renewal::Unheard => {}
            Renewal::Lost => self.lost = true,
        }
    }

    /// May the owner act now? If not, it waits for the next answer.
    pub fn may_act(&self, now: Instant) -> bool {
        !self.lost && now < self.until
    }

    /// Is it over for good?
    pub fn is_lost(&self) -> bool {
        self.lost
    }
}
