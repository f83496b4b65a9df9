use super::{Ceiling, Limited};

/// Sound has this much more than it takes on average: silence ends at any moment.
const AUDIO_HEADROOM_PERCENT: u64 = 120;

/// What may be sent to one receiver.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Budget {
    /// Bits per second for pictures; `None`: nobody knows of a limit.
    pub(super) video_bps: Option<u64>,
    /// What the limit is, where there is one.
    pub(super) reason: Limited,
    /// No more than this, however much the line carries.
    pub(super) ceiling: Ceiling,
}

impl Budget {
    /// `estimate_bps`: what the line carries; `limit_bps`: what the receiver may take; `audio_bps`:
    /// what its sound takes at present.
    pub(crate) fn new(estimate_bps: Option<u64>, limit_bps: Option<u64>, audio_bps: u64) -> Self {
        let (total, reason) = match (estimate_bps, limit_bps) {
            (None, None) => (None, Limited::No),
            (Some(estimate), Some(limit)) if limit <= estimate => (Some(limit), Limited::Limit),
            (Some(estimate), _) => (Some(estimate), Limited::Estimate),
            (None, Some(limit)) => (Some(limit), Limited::Limit),
        };
        let audio = audio_bps * AUDIO_HEADROOM_PERCENT / 100;
        Self { video_bps: total.map(|total| total.saturating_sub(audio)), reason, ceiling: Ceiling::Open }
    }

    /// Of a line that is shared: no more than this for pictures.
    pub(crate) fn within(self, pictures_bps: Option<u64>) -> Self {
        match pictures_bps.filter(|share| self.video_bps.is_none_or(|video| *share < video)) {
            Some(share) => Self { video_bps: Some(share), reason: Limited::Share, ..self },
            None => self,
        }
    }

    /// While the server has too much to do: no more than this.
    pub(crate) fn under(self, ceiling: Ceiling) -> Self {
        Self { ceiling, ..self }
    }
}
