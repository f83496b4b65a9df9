use std::collections::HashMap;
use std::time::Duration;

use domain::MeetingName;
use tokio::time::Instant;

use crate::{Lease, SETTLING, Word};

/// What a node promised owners that asked it while neither of them heard from the directory, and
/// which meetings it runs itself. Pure: instants are passed in.
///
/// ```text
/// asked about a lease ──▶ runs the meeting under a later one ──▶ Lost
///                     └─▶ otherwise: begins nothing with it for SETTLING ──▶ Away
/// ```
/// The owner counts [`SETTLING`] from when it began to ask, we from when we heard it: so its time
/// is over before ours, whatever the directory may tell us in between.
#[derive(Debug, Default)]
pub struct Vows {
    /// Under which epoch we run a meeting.
    runs: HashMap<MeetingName, u64>,
    /// Until when we begin nothing with a meeting.
    waits: HashMap<MeetingName, Instant>,
}

impl Vows {
    /// Answers an owner, having heard nothing from the directory.
    pub fn wait(&mut self, lease: &Lease, now: Instant) -> Word {
        if self.runs.get(&lease.meeting).is_some_and(|epoch| *epoch > lease.epoch) {
            return Word::Lost;
        }
        self.waits.retain(|_, until| now < *until);
        self.waits.insert(lease.meeting.clone(), now + SETTLING);
        Word::Away
    }

    /// Begins to run a meeting under a lease of ours; refused as long as we promised to wait.
    pub fn run(&mut self, lease: &Lease, now: Instant) -> Result<(), Duration> {
        match self.waits.get(&lease.meeting).map(|until| until.saturating_duration_since(now)) {
            Some(rest) if !rest.is_zero() => Err(rest),
            _ => {
                self.runs.insert(lease.meeting.clone(), lease.epoch);
                Ok(())
            }
        }
    }

    /// It is over: we do nothing for it any more.
    pub fn end(&mut self, meeting: &MeetingName) {
        self.runs.remove(meeting);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::NodeId;

    fn lease(owner: &str, epoch: u64) -> Lease {
        Lease { meeting: "council".parse().expect("a name"), owner: NodeId(owner.into()), epoch }
    }

    #[test]
    fn who_promised_to_wait_begins_nothing_before_the_owners_time_is_over() {
        let (mut vows, now) = (Vows::default(), Instant::now());
        assert_eq!(vows.wait(&lease("owner", 1), now), Word::Away);
        let early = now + SETTLING - Duration::from_millis(1);
        assert_eq!(vows.run(&lease("we", 2), early), Err(Duration::from_millis(1)));
        assert_eq!(vows.run(&lease("we", 2), now + SETTLING), Ok(()));
    }

    #[test]
    fn who_runs_the_meeting_under_a_later_lease_says_so() {
        let (mut vows, now) = (Vows::default(), Instant::now());
        assert_eq!(vows.run(&lease("we", 2), now), Ok(()));
        assert_eq!(vows.wait(&lease("owner", 1), now), Word::Lost);
        // An owner after us took it from us, not the other way round.
        assert_eq!(vows.wait(&lease("owner", 3), now), Word::Away);
        vows.end(&"council".parse().expect("a name"));
        assert_eq!(vows.wait(&lease("owner", 1), now), Word::Away);
    }
}
