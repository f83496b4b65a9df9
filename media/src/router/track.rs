use std::time::{Duration, Instant};

use super::keyframes::{Throttle, starts_keyframe};
use super::layers::{self, STEPS};
use super::{Effect, Outbound};
use crate::mid::Mid;
use crate::packet::Packet;
use crate::{Kind, LayerWish, PeerId, PublishedLayer, Quality, TrackSid};

/// A layer without a packet for so long does not arrive any more.
const DRY_AFTER: Duration = Duration::from_secs(2);
/// A receiver without a picture asks again after so long.
const ASK_AGAIN: Duration = Duration::from_secs(1);
const EVERYTHING: LayerWish = LayerWish { enabled: true, at_most: Quality::High, width: 0, height: 0 };

/// A published track and who gets it.
pub(crate) struct Track {
    pub(crate) sid: TrackSid,
    pub(crate) publisher: PeerId,
    pub(crate) mid: Mid,
    pub(crate) kind: Kind,
    pub(crate) published: Vec<PublishedLayer>,
    pub(crate) muted: bool,
    pub(crate) receivers: Vec<Receiver>,
    /// Payload that came in since the figures were taken.
    pub(crate) bytes: u64,
    steps: [Step; 3],
}

/// A simulcast step of a track.
#[derive(Debug, Default)]
struct Step {
    last_packet: Option<Instant>,
    keyframes: Throttle,
}

/// One receiver of a track.
pub(crate) struct Receiver {
    pub(crate) peer: PeerId,
    pub(crate) mid: Mid,
    pub(crate) outbound: Outbound,
    wish: LayerWish,
    /// What it gets.
    current: Option<Quality>,
    /// What it should get; the change waits for a keyframe.
    target: Option<Quality>,
    asked_at: Option<Instant>,
    /// Packets were held back on purpose: leave no gap.
    paused: bool,
}

impl Receiver {
    pub(crate) fn new(peer: PeerId, mid: Mid, wish: Option<LayerWish>, mut outbound: Outbound) -> Self {
        outbound.cut();
        Self {
            peer,
            mid,
            outbound,
            wish: wish.unwrap_or(EVERYTHING),
            current: None,
            target: None,
            asked_at: None,
            paused: false,
        }
    }
}

impl Track {
    pub(crate) fn new(sid: TrackSid, publisher: PeerId, mid: Mid, kind: Kind, published: Vec<PublishedLayer>) -> Self {
        Self {
            sid,
            publisher,
            mid,
            kind,
            published,
            muted: false,
            receivers: Vec::new(),
            bytes: 0,
            steps: Default::default(),
        }
    }

    pub(super) fn attach(&mut self, receiver: Receiver, now: Instant, effects: &mut Vec<Effect>) {
        self.detach(receiver.peer);
        self.receivers.push(receiver);
        self.retarget(now, effects);
    }

    pub(super) fn detach(&mut self, peer: PeerId) -> Option<Receiver> {
        let at = self.receivers.iter().position(|receiver| receiver.peer == peer)?;
        Some(self.receivers.swap_remove(at))
    }

    pub(super) fn set_muted(&mut self, muted: bool, now: Instant, effects: &mut Vec<Effect>) {
        if self.muted == muted {
            return;
        }
        self.muted = muted;
        for receiver in &mut self.receivers {
            receiver.paused = true;
            receiver.asked_at = None;
            if self.kind == Kind::Video {
                // Pictures start anew: what came before is of no use to the decoder.
                receiver.current = None;
            }
        }
        self.retarget(now, effects);
    }

    pub(super) fn prefer(&mut self, peer: PeerId, wish: LayerWish, now: Instant, effects: &mut Vec<Effect>) {
        if let Some(receiver) = self.receivers.iter_mut().find(|receiver| receiver.peer == peer) {
            receiver.wish = wish;
        }
        self.retarget(now, effects);
    }

    pub(super) fn keyframe_wanted(&mut self, peer: PeerId, now: Instant, effects: &mut Vec<Effect>) {
        let wants = self.receivers.iter().find(|receiver| receiver.peer == peer);
        if let Some(quality) = wants.and_then(|receiver| receiver.current.or(receiver.target)) {
            self.ask(quality, now, effects);
        }
    }

    pub(super) fn packet(&mut self, packet: &Packet, now: Instant, effects: &mut Vec<Effect>) {
        self.bytes += packet.payload.len() as u64;
        let step = &mut self.steps[packet.quality as usize];
        let is_new_layer = step.last_packet.is_none_or(|last| now.saturating_duration_since(last) > DRY_AFTER);
        step.last_packet = Some(now);
        if is_new_layer {
            self.retarget(now, effects);
        }
        if self.muted {
            return;
        }
        let keyframe = self.kind == Kind::Audio || starts_keyframe(packet.codec, &packet.payload);
        if keyframe {
            self.steps[packet.quality as usize].keyframes.satisfied();
        }
        for receiver in &mut self.receivers {
            if receiver.target == Some(packet.quality) && receiver.current != receiver.target && keyframe {
                receiver.current = receiver.target;
                receiver.asked_at = None;
                if receiver.paused {
                    receiver.outbound.resume(packet);
                    receiver.paused = false;
                }
            }
            if receiver.current != Some(packet.quality) || receiver.target.is_none() {
                continue;
            }
            if receiver.paused {
                receiver.outbound.resume(packet);
                receiver.paused = false;
            }
            if let Some(rewrite) = receiver.outbound.rewrite(packet, receiver.mid, now) {
                effects.push(Effect::Forward { to: receiver.peer, rewrite });
            }
        }
    }

    pub(super) fn tick(&mut self, now: Instant, effects: &mut Vec<Effect>) {
        self.retarget(now, effects);
        if self.muted {
            return;
        }
        for quality in STEPS {
            if self.steps[quality as usize].keyframes.due(now) {
                effects.push(self.request(quality));
            }
        }
    }

    /// Finds out anew what everybody should get, and asks for the keyframes this needs.
    fn retarget(&mut self, now: Instant, effects: &mut Vec<Effect>) {
        let arriving = [0, 1, 2].map(|at: usize| {
            self.steps[at].last_packet.is_some_and(|last| now.saturating_duration_since(last) <= DRY_AFTER)
        });
        let mut wanted = [false; 3];
        for receiver in &mut self.receivers {
            let target = layers::choose(arriving, &self.published, receiver.wish);
            if !receiver.wish.enabled {
                receiver.target = None;
                receiver.current = None;
                receiver.paused = true;
                continue;
            }
            // Silence is no reason to give up a layer: the publisher may only have paused.
            let target = target.or(receiver.target);
            if target != receiver.target {
                receiver.target = target;
                receiver.asked_at = None;
            }
            let Some(target) = receiver.target else { continue };
            let waits = !self.muted && receiver.current != Some(target);
            if waits && receiver.asked_at.is_none_or(|asked| now.saturating_duration_since(asked) >= ASK_AGAIN) {
                receiver.asked_at = Some(now);
                wanted[target as usize] = true;
            }
        }
        for (at, is_wanted) in wanted.into_iter().enumerate() {
            if is_wanted {
                self.ask(STEPS[at], now, effects);
            }
        }
    }

    fn ask(&mut self, quality: Quality, now: Instant, effects: &mut Vec<Effect>) {
        let may_ask = self.kind == Kind::Video && !self.muted;
        if may_ask && self.steps[quality as usize].keyframes.ask(now) {
            effects.push(self.request(quality));
        }
    }

    fn request(&self, quality: Quality) -> Effect {
        Effect::RequestKeyframe { from: self.publisher, mid: self.mid, quality }
    }
}
