use std::time::Instant;

use super::dependency::Frame;
use super::{Effect, Track};
use crate::Quality;
use crate::bandwidth::Rung;
use crate::packet::Packet;

impl Track {
    /// Reads the descriptor of a packet whose layers are all inside one stream.
    pub(super) fn read_frame(&mut self, packet: &Packet) -> Option<Frame> {
        packet.carried.dependency_descriptor().and_then(|descriptor| self.dependencies.read(descriptor))
    }

    /// A packet of a stream that says which frames need which. Everybody gets what the layers they
    /// have a use for need; a packet that says nothing of use goes to everybody.
    pub(super) fn forward_frame(
        &mut self,
        packet: &Packet,
        frame: Option<&Frame>,
        now: Instant,
        effects: &mut Vec<Effect>,
    ) {
        let sizes = self.dependencies.sizes();
        let size_of = |target: Quality| (0..sizes).rfind(|spatial| self.step_of(*spatial) <= target).unwrap_or(0);
        let size_by_step = [Quality::Low, Quality::Medium, Quality::High].map(size_of);
        let top_layer = self.steps.iter().map(|step| step.top_layer).max().unwrap_or(0);
        for receiver in &mut self.receivers {
            let Some(target) = receiver.target else { continue };
            if receiver.current.is_none() {
                receiver.following.cut();
            }
            receiver.thins = receiver.allowed == Some(Rung::Thinned);
            let temporal = if receiver.thins { top_layer.saturating_sub(1) } else { u8::MAX };
            let verdict = frame.map(|frame| {
                receiver.following.packet(&self.dependencies, frame, size_by_step[target as usize], temporal)
            });
            let (is_needed, ends_picture) = match verdict {
                Some(Some(verdict)) => {
                    if verdict.is_settled {
                        receiver.current = Some(target);
                        receiver.asked_at = None;
                    }
                    (verdict.is_needed, verdict.ends_picture)
                }
                // It has not begun yet.
                Some(None) => continue,
                None if receiver.current.is_none() => continue,
                None => (true, false),
            };
            if receiver.paused {
                receiver.outbound.resume(packet);
                receiver.paused = false;
            }
            let rewrite = if is_needed {
                receiver.outbound.rewrite(packet, None, receiver.mid, now)
            } else {
                receiver.outbound.leave_out(packet, None, receiver.mid, now)
            };
            if let Some(mut rewrite) = rewrite {
                rewrite.marker |= ends_picture;
                effects.push(Effect::Forward { to: receiver.peer, rewrite });
            }
        }
        if frame.is_some_and(|frame| frame.is_key) {
            self.steps[Quality::High as usize].keyframes.satisfied();
        }
    }
}
