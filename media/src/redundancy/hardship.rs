use std::time::{Duration, Instant};

/// From this share of lost packets on a second copy is worth its bandwidth.
const BEGINS_AT: f32 = 0.03;
/// A line is good again when it loses less than this for so long.
const ENDS_BELOW: f32 = 0.01;
const ENDS_AFTER: Duration = Duration::from_secs(10);
/// How much the newest report counts: one alone is about a few dozen packets.
const WEIGHT: f32 = 0.5;
/// It is watched for so long whether sending more does harm: on a narrow line it is itself what is lost.
const TRIED_FOR: Duration = Duration::from_secs(20);
/// It does if so many times as much is lost as before, and no little.
const HARMS_BY: f32 = 1.5;
const HARMS_FROM: f32 = 0.15;
/// After that it is left alone for so long.
const RESTS_FOR: Duration = Duration::from_secs(60);

/// Whether a line loses so much that sound must be sent once more. Begins fast and ends slowly.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Hardship {
    /// Share lost, of the latest reports.
    lost: Option<f32>,
    is_hard: bool,
    /// Since when it is good again.
    good_since: Option<Instant>,
    /// What was lost before more was sent, and since when it is.
    trial: Option<(f32, Instant)>,
    rests_until: Option<Instant>,
}

impl Hardship {
    /// A report of what was lost. Without room on the line it helps nobody to send more.
    pub(crate) fn reported(&mut self, lost: f32, has_room: bool, now: Instant) -> bool {
        let lost = if lost.is_finite() { lost.clamp(0.0, 1.0) } else { return self.is_hard };
        let lost = self.lost.map_or(lost, |before| before + (lost - before) * WEIGHT);
        self.lost = Some(lost);
        if lost >= ENDS_BELOW {
            self.good_since = None;
        }
        if self.does_harm(lost, now) {
            (self.is_hard, self.trial, self.rests_until) = (false, None, Some(now + RESTS_FOR));
        }
        let rests = self.rests_until.is_some_and(|until| now < until);
        if !has_room || rests {
            self.is_hard = false;
        } else if lost >= BEGINS_AT {
            if !self.is_hard {
                self.trial = Some((lost, now));
            }
            self.is_hard = true;
        } else if lost < ENDS_BELOW {
            let since = *self.good_since.get_or_insert(now);
            self.is_hard &= now.saturating_duration_since(since) < ENDS_AFTER;
        }
        self.is_hard
    }

    /// More is lost since more is sent.
    fn does_harm(&self, lost: f32, now: Instant) -> bool {
        let before = self.trial.filter(|(_, since)| now.saturating_duration_since(*since) <= TRIED_FOR);
        self.is_hard && before.is_some_and(|(before, _)| lost > HARMS_FROM && lost > before * HARMS_BY)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A report each second; since when it is hard and when it ends.
    fn over(reports: &[(u32, f32)]) -> Vec<bool> {
        let (mut hardship, begin) = (Hardship::default(), Instant::now());
        reports
            .iter()
            .map(|(second, lost)| hardship.reported(*lost, true, begin + Duration::from_secs(1) * *second))
            .collect()
    }

    #[test]
    fn a_bad_line_is_known_by_its_first_report_and_a_stray_loss_is_none() {
        assert_eq!(over(&[(1, 0.1)]), [true]);
        assert_eq!(over(&[(1, 0.0), (2, 0.05), (3, 0.0), (4, 0.0), (5, 0.05), (6, 0.0)]), [false; 6]);
        assert_eq!(over(&[(1, 0.0), (2, 0.05), (3, 0.05)]), [false, false, true]);
    }

    #[test]
    fn it_ends_when_the_line_was_good_for_a_while() {
        let reports: Vec<(u32, f32)> = std::iter::once((0, 0.1)).chain((1..=20).map(|second| (second, 0.0))).collect();
        let hard = over(&reports);
        // The mean is below a hundredth after the fourth good report.
        assert_eq!(hard.iter().rposition(|hard| *hard), Some(13));
    }

    #[test]
    fn between_the_two_bounds_it_stays_as_it_is() {
        let slight = (1..100).map(|second| (second, 0.02));
        assert!(over(&slight.clone().collect::<Vec<_>>()).iter().all(|hard| !hard));
        let after = over(&std::iter::once((0, 0.1)).chain(slight).collect::<Vec<_>>());
        assert!(after.iter().all(|hard| *hard));
    }

    #[test]
    fn a_line_that_loses_more_since_more_is_sent_is_left_alone_for_a_while() {
        assert_eq!(over(&[(0, 0.2), (5, 0.42), (10, 0.42), (15, 0.2), (60, 0.2)]), [true, false, false, false, false]);
        assert_eq!(over(&[(0, 0.2), (5, 0.42), (10, 0.42), (75, 0.2)]).last(), Some(&true), "and tried again");
        assert!(over(&[(0, 0.04), (5, 0.14), (10, 0.14), (15, 0.14)]).iter().all(|hard| *hard), "losses in rows vary");
        let worse_by_itself = over(&[(0, 0.1), (10, 0.1), (20, 0.1), (30, 0.4), (35, 0.4)]);
        assert!(worse_by_itself.iter().all(|hard| *hard), "{worse_by_itself:?}");
    }

    #[test]
    fn without_room_nothing_is_added() {
        let (mut hardship, now) = (Hardship::default(), Instant::now());
        assert!(!hardship.reported(0.2, false, now));
        assert!(hardship.reported(0.2, true, now));
        assert!(!hardship.reported(0.2, false, now));
        assert!(!hardship.reported(f32::NAN, true, now), "no number says nothing");
    }
}
