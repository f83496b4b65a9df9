use std::time::{Duration, Instant};

use super::dependency::{Dependencies, Following};
use super::keyframes::{Throttle, starts_keyframe};
use super::layers::{self, STEPS};
use super::{Effect, Outbound, vp8, vp9};
use crate::bandwidth::{Rate, Rung};
use crate::mid::Mid;
use crate::packet::{Codec, Packet};
use crate::{Kind, LayerWish, PeerId, PublishedLayer, Quality, TrackSid};

/// A layer without a packet for so long does not arrive any more.
const DRY_AFTER: Duration = Duration::from_secs(2);
/// A receiver without a picture asks again after so long.
const ASK_AGAIN: Duration = Duration::from_secs(1);

/// A published track and who gets it.
pub(crate) struct Track {
    pub(crate) sid: TrackSid,
    pub(crate) publisher: PeerId,
    pub(crate) mid: Mid,
    pub(crate) kind: Kind,
    pub(crate) published: Vec<PublishedLayer>,
    pub(crate) is_screen: bool,
    /// Its sound may be sent again behind later sound.
    pub(crate) may_repeat: bool,
    /// Its publisher does so by itself.
    pub(super) repeats: bool,
    pub(crate) muted: bool,
    /// Sound that is not among the loudest of a big meeting: not forwarded for now.
    pub(crate) is_unheard: bool,
    pub(crate) receivers: Vec<Receiver>,
    /// Payload that came in since the figures were taken.
    pub(crate) bytes: u64,
    pub(super) steps: [Step; 3],
    /// The steps are layers inside one stream, each building on those below.
    pub(super) is_layered: bool,
    /// What such a stream says about itself, if it does.
    pub(super) dependencies: Dependencies,
}

/// A simulcast step of a track.
#[derive(Debug, Default)]
pub(super) struct Step {
    pub(super) last_packet: Option<Instant>,
    pub(super) keyframes: Throttle,
    pub(super) rate: Rate,
    /// The highest temporal layer seen.
    pub(super) top_layer: u8,
}

impl Step {
    pub(super) fn arrives(&self, now: Instant) -> bool {
        self.last_packet.is_some_and(|last| now.saturating_duration_since(last) <= DRY_AFTER)
    }
}

/// One receiver of a track.
pub(crate) struct Receiver {
    pub(crate) peer: PeerId,
    pub(crate) mid: Mid,
    pub(crate) outbound: Outbound,
    pub(super) wish: LayerWish,
    /// What its line has room for.
    pub(super) allowed: Option<Rung>,
    /// The topmost temporal layer is left out.
    pub(super) thins: bool,
    /// What it gets.
    pub(super) current: Option<Quality>,
    /// What it should get; the change waits for a keyframe.
    pub(super) target: Option<Quality>,
    pub(super) asked_at: Option<Instant>,
    /// Packets were held back on purpose: leave no gap.
    pub(super) paused: bool,
    /// Which of the layers inside the only stream it gets, where these describe themselves.
    pub(super) following: Following,
}

impl Receiver {
    pub(crate) fn new(peer: PeerId, mid: Mid, wish: Option<LayerWish>, mut outbound: Outbound) -> Self {
        outbound.cut();
        Self {
            peer,
            mid,
            outbound,
            wish: wish.unwrap_or_default(),
            allowed: Some(Rung::High),
            thins: false,
            current: None,
            target: None,
            asked_at: None,
            paused: false,
            following: Following::default(),
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
            is_screen: false,
            may_repeat: false,
            repeats: false,
            muted: false,
            is_unheard: false,
            receivers: Vec::new(),
            bytes: 0,
            steps: Default::default(),
            is_layered: false,
            dependencies: Dependencies::default(),
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

    /// What a receiver's line has room for; `None` pauses the picture.
    pub(super) fn allow(&mut self, peer: PeerId, allowed: Option<Rung>, now: Instant, effects: &mut Vec<Effect>) {
        let Some(receiver) = self.receivers.iter_mut().find(|receiver| receiver.peer == peer) else { return };
        if receiver.allowed == allowed {
            return;
        }
        receiver.allowed = allowed;
        if allowed == Some(Rung::Thinned) {
            receiver.thins = true;
        }
        self.retarget(now, effects);
    }

    /// Whether the sound is forwarded.
    pub(super) fn set_unheard(&mut self, is_unheard: bool) {
        if is_unheard && !self.is_unheard {
            self.receivers.iter_mut().for_each(|receiver| receiver.paused = true);
        }
        self.is_unheard = is_unheard;
    }

    pub(super) fn keyframe_wanted(&mut self, peer: PeerId, now: Instant, effects: &mut Vec<Effect>) {
        let wants = self.receivers.iter().find(|receiver| receiver.peer == peer);
        if let Some(quality) = wants.and_then(|receiver| receiver.current.or(receiver.target)) {
            self.ask(quality, now, effects);
        }
    }

    pub(super) fn packet(&mut self, packet: &Packet, now: Instant, effects: &mut Vec<Effect>) {
        self.bytes += packet.payload.len() as u64;
        self.repeats = packet.carried.is_redundant();
        let descriptor = (packet.codec == Codec::Vp8).then(|| vp8::Descriptor::read(&packet.payload)).flatten();
        let layer =
            (packet.codec == Codec::Vp9 && !packet.has_rid).then(|| vp9::Layer::read(&packet.payload)).flatten();
        let frame = (packet.codec == Codec::Av1 && !packet.has_rid).then(|| self.read_frame(packet)).flatten();
        let is_described = packet.codec == Codec::Av1 && !packet.has_rid && self.dependencies.is_known();
        self.is_layered = layer.is_some() || is_described;
        let (temporal, spatial) = match (&layer, &frame) {
            (Some(layer), _) => (layer.temporal, Some(layer.spatial)),
            (None, Some(frame)) => (frame.temporal, Some(frame.spatial)),
            (None, None) => (descriptor.and_then(|descriptor| descriptor.temporal).unwrap_or(0), None),
        };
        let quality = spatial.map_or(packet.quality, |spatial| self.step_of(spatial));
        let step = &mut self.steps[quality as usize];
        let is_new_layer = !step.arrives(now);
        step.last_packet = Some(now);
        step.rate.count(packet.payload.len(), now);
        step.top_layer = step.top_layer.max(temporal);
        let is_topmost = temporal > 0 && temporal == step.top_layer;
        if is_new_layer {
            self.retarget(now, effects);
        }
        if self.muted || self.is_unheard {
            return;
        }
        let keyframe = self.kind == Kind::Audio || starts_keyframe(packet.codec, &packet.payload);
        if keyframe {
            self.steps[packet.quality as usize].keyframes.satisfied();
        }
        if let Some(layer) = layer {
            return self.forward_layer(packet, layer, quality, keyframe, now, effects);
        }
        if is_described {
            return self.forward_frame(packet, frame.as_ref(), now, effects);
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
            if receiver.thins && receiver.allowed != Some(Rung::Thinned) {
                // The topmost layer comes back where it needs nothing that was left out.
                let begins = is_topmost && descriptor.is_some_and(|descriptor| descriptor.syncs);
                receiver.thins = !(keyframe || begins);
            }
            let rewrite = if receiver.thins && is_topmost {
                receiver.outbound.leave_out(packet, descriptor.as_ref(), receiver.mid, now)
            } else {
                receiver.outbound.rewrite(packet, descriptor.as_ref(), receiver.mid, now)
            };
            if let Some(rewrite) = rewrite {
                effects.push(Effect::Forward { to: receiver.peer, rewrite });
            }
        }
    }

    /// Which step a spatial layer is. Where fewer sizes were announced than there are layers, the
    /// best one announced stands for the rest.
    pub(super) fn step_of(&self, spatial: u8) -> Quality {
        let at = usize::from(spatial).min(self.published.len().saturating_sub(1));
        self.published.get(at).map_or(Quality::High, |layer| layer.quality)
    }

    /// A packet of one of the layers inside the only stream: whoever gets a layer gets those below.
    /// Less begins with any picture; more only where a layer needs nothing of earlier pictures.
    fn forward_layer(
        &mut self,
        packet: &Packet,
        layer: vp9::Layer,
        step: Quality,
        keyframe: bool,
        now: Instant,
        effects: &mut Vec<Effect>,
    ) {
        let top_layer = self.steps[step as usize].top_layer;
        let is_topmost = layer.temporal > 0 && layer.temporal == top_layer;
        for receiver in &mut self.receivers {
            let Some(target) = receiver.target else { continue };
            match receiver.current {
                _ if keyframe => receiver.current = Some(target),
                Some(current) if layer.begins_picture() && target < current => receiver.current = Some(target),
                Some(current) if layer.begins && !layer.predicted && current < step && step <= target => {
                    receiver.current = Some(step);
                }
                _ => {}
            }
            let Some(current) = receiver.current else { continue };
            if receiver.paused {
                receiver.outbound.resume(packet);
                receiver.paused = false;
            }
            if receiver.thins && receiver.allowed != Some(Rung::Thinned) {
                receiver.thins = !(keyframe || layer.lifts && layer.temporal < top_layer);
            }
            let rewrite = if step > current || receiver.thins && is_topmost {
                receiver.outbound.leave_out(packet, None, receiver.mid, now)
            } else {
                receiver.outbound.rewrite(packet, None, receiver.mid, now)
            };
            if let Some(mut rewrite) = rewrite {
                // For this receiver the picture ends where its last layer does.
                rewrite.marker |= layer.ends && step == current;
                effects.push(Effect::Forward { to: receiver.peer, rewrite });
            }
        }
        // Everybody has begun with what this picture offers: no other keyframe is needed.
        let has_begun = layer.begins && !layer.predicted;
        if has_begun && self.receivers.iter().all(|receiver| receiver.current >= receiver.target) {
            self.steps[Quality::High as usize].keyframes.satisfied();
        }
    }

    pub(super) fn tick(&mut self, now: Instant, effects: &mut Vec<Effect>) {
        self.steps.iter_mut().for_each(|step| step.rate.tick(now));
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
        let mut arriving = [0, 1, 2].map(|at: usize| self.steps[at].arrives(now));
        if self.is_layered && arriving.contains(&true) {
            // The encoder leaves layers out and takes them up again, with nobody's help.
            self.published.iter().for_each(|layer| arriving[layer.quality as usize] = true);
        }
        let mut wanted = [false; 3];
        for receiver in &mut self.receivers {
            let target = layers::choose(arriving, &self.published, layers::within(receiver.wish, receiver.allowed));
            if !receiver.wish.enabled || receiver.allowed.is_none() {
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
            // Less of what is inside one stream needs no keyframe, unless its layers need none of the others.
            let begins_anywhere = self.is_layered && !self.dependencies.has_independent_layers();
            let lacks =
                if begins_anywhere { receiver.current < Some(target) } else { receiver.current != Some(target) };
            let waits = !self.muted && lacks;
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

    pub(super) fn ask(&mut self, quality: Quality, now: Instant, effects: &mut Vec<Effect>) {
        // One stream, one keyframe for all its layers.
        let quality = if self.is_layered { Quality::High } else { quality };
        let may_ask = self.kind == Kind::Video && !self.muted;
        if may_ask && self.steps[quality as usize].keyframes.ask(now) {
            effects.push(self.request(quality));
        }
    }

    fn request(&self, quality: Quality) -> Effect {
        Effect::RequestKeyframe { from: self.publisher, mid: self.mid, quality }
    }
}
