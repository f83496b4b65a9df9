use std::time::Instant;

use super::Track;
use super::layers::{self, STEPS};
use crate::bandwidth::{Demand, Rank, Rung};
use crate::{GUARDED_FPS, Kind, PeerId, Quality, TrackSid};

/// Left of a step without its topmost temporal layer: encoders give the layers below it 60 %.
const THINNED_PERCENT: u64 = 60;
/// What a step takes before it was measured: two bits per second for each pixel, within these.
const GUESSED_BPS_PER_PIXEL: u64 = 2;
const LEAST_GUESS_BPS: u64 = 100_000;
const GREATEST_GUESS_BPS: u64 = 2_500_000;
/// The same where the publisher did not announce a size.
const BLIND_GUESS_BPS: u64 = 500_000;

/// What a receiver of a track could get at present.
#[derive(Clone, Debug)]
pub(crate) struct Offered {
    pub(crate) track: TrackSid,
    pub(crate) publisher: PeerId,
    pub(crate) is_screen: bool,
    /// The receiver's order; 1 means pinned.
    pub(crate) priority: u32,
    /// Displayed pixels, 0 if unknown.
    pub(crate) area: u64,
    /// The most the receiver has a use for.
    pub(crate) wanted: Rung,
    /// The best there is.
    pub(crate) best: Rung,
    /// By rung, in bits per second.
    pub(crate) costs: [Option<u64>; 4],
}

impl Track {
    /// `None` if there is nothing to decide: sound, nothing arrives, nothing is wanted.
    pub(crate) fn offered(&self, peer: PeerId, now: Instant) -> Option<Offered> {
        if self.kind == Kind::Audio || self.muted {
            return None;
        }
        let receiver = self.receivers.iter().find(|receiver| receiver.peer == peer)?;
        let arriving = [0, 1, 2].map(|at: usize| self.steps[at].arrives(now));
        let wanted = layers::choose(arriving, &self.published, receiver.wish)?;
        let best = STEPS.into_iter().zip(arriving).rfind(|(_, arrives)| *arrives)?.0;
        let cost = |step: Quality| arriving[step as usize].then(|| self.cost(step));
        let least = STEPS.into_iter().find(|step| arriving[*step as usize])?;
        let wish = receiver.wish;
        // Frames are never left out for who needs them, and cannot be where layers are not marked.
        let may_thin = wish.fps < GUARDED_FPS && wish.priority != 1 && self.steps[least as usize].top_layer > 0;
        let thinned = may_thin.then(|| self.cost(least) * THINNED_PERCENT / 100);
        Some(Offered {
            track: self.sid.clone(),
            publisher: self.publisher,
            is_screen: self.is_screen,
            priority: wish.priority,
            area: u64::from(wish.width) * u64::from(wish.height),
            wanted: wanted.into(),
            best: best.into(),
            costs: [thinned, cost(Quality::Low), cost(Quality::Medium), cost(Quality::High)],
        })
    }

    /// What a step takes, with those it builds on.
    fn cost(&self, step: Quality) -> u64 {
        let builds = self.is_layered && !self.dependencies.has_independent_layers();
        let below = STEPS.into_iter().filter(|below| builds && *below < step);
        let arrives = |step: &Quality| self.steps[*step as usize].rate.bps() > 0;
        self.own_cost(step) + below.filter(arrives).map(|below| self.own_cost(below)).sum::<u64>()
    }

    fn own_cost(&self, step: Quality) -> u64 {
        match self.steps[step as usize].rate.bps() {
            0 => match self.published.iter().find(|layer| layer.quality == step) {
                Some(layer) if layer.width > 0 && layer.height > 0 => {
                    let pixels = u64::from(layer.width) * u64::from(layer.height);
                    (pixels * GUESSED_BPS_PER_PIXEL).clamp(LEAST_GUESS_BPS, GREATEST_GUESS_BPS)
                }
                _ => BLIND_GUESS_BPS,
            },
            measured => measured,
        }
    }

    /// The steps that arrive, and what each takes in bits per second.
    pub(crate) fn layers(&self, now: Instant) -> Vec<(Quality, u64)> {
        let steps = STEPS.into_iter().zip(&self.steps);
        steps.filter(|(_, step)| step.arrives(now)).map(|(quality, step)| (quality, step.rate.bps())).collect()
    }

    /// What the sound of a track takes, bits per second, while it is forwarded.
    pub(crate) fn sound_bps(&self) -> u64 {
        let is_sent = self.kind == Kind::Audio && !self.muted && !self.is_unheard;
        if is_sent { self.steps.iter().map(|step| step.rate.bps()).sum() } else { 0 }
    }

    /// What it takes where each piece of it goes three times.
    pub(crate) fn sound_thrice_bps(&self) -> u64 {
        let (times, of) = match (self.repeats, self.may_repeat) {
            (true, _) => (3, 2),
            (false, true) => (3, 1),
            (false, false) => (1, 1),
        };
        self.sound_bps().saturating_mul(times) / of
    }
}

impl Offered {
    pub(crate) fn demand(&self, speaks: bool, keeps: bool) -> Demand {
        let rank = match self {
            Self { is_screen: true, .. } => Rank::Screen,
            Self { priority: 1, .. } => Rank::Pinned,
            _ if speaks => Rank::Speaking,
            _ => Rank::Shown,
        };
        let Self { ref track, priority, area, wanted, costs, .. } = *self;
        Demand { track: track.clone(), rank, priority, area, wanted, costs, keeps }
    }
}
