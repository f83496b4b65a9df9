use std::sync::Arc;

use super::Worker;
use crate::packet::Packet;
use crate::router::Effect;
use crate::{MeetingId, PeerId};

impl Worker {
    /// A packet of a publisher of this worker: for its own receivers, and for those elsewhere.
    pub(super) fn publish(&mut self, packet: &Arc<Packet>) {
        if !self.may_send(packet.from, packet.payload.len()) {
            return;
        }
        let Some(meeting) = self.members.get(&packet.from).map(|member| member.meeting) else { return };
        self.forward(packet, meeting);
        let Some(spanned) = self.meetings.get(&meeting).filter(|meeting| !meeting.others.is_empty()) else { return };
        let track = self.router.carried_by(packet.from, packet.mid).and_then(|sid| self.router.track(sid));
        if track.is_none_or(|track| track.muted) {
            return;
        }
        for other in &spanned.others {
            if let Some(Some(link)) = self.links.get_mut(*other)
                && !link.packet(packet)
            {
                self.meters.dropped_handover.increment(1);
            }
        }
    }

    /// A packet for the receivers of this worker, wherever its publisher is.
    pub(super) fn forward(&mut self, packet: &Packet, meeting: MeetingId) {
        self.listen(packet, meeting);
        self.router.packet(packet, self.now, &mut self.effects);
        self.carry_out(Some(packet));
    }

    /// Does what the router decided.
    pub(super) fn carry_out(&mut self, packet: Option<&Packet>) {
        let mut effects = std::mem::take(&mut self.effects);
        let now = self.now;
        let mut forwarded = 0;
        for effect in effects.drain(..) {
            match effect {
                Effect::Forward { to, rewrite } => {
                    let Some(packet) = packet else { continue };
                    match self.call(to, |connection| connection.forward(packet, &rewrite, now)) {
                        Some(true) => {
                            forwarded += 1;
                            self.mark(to);
                        }
                        Some(false) => self.meters.dropped_format.increment(1),
                        None => {}
                    }
                }
                Effect::RequestKeyframe { from, mid, quality } => self.request_keyframe(from, mid, quality),
            }
        }
        self.effects = effects;
        if forwarded > 0 {
            self.forwards += forwarded;
            self.meters.forwarded.increment(forwarded as u64);
        }
    }

    /// Sends everything that was written.
    pub(super) fn flush(&mut self) {
        if self.outgoing.is_empty() {
            return;
        }
        self.meters.packets_out.increment(self.outgoing.len() as u64);
        self.meters.bytes_out.increment(self.outgoing.iter().map(|(_, datagram)| datagram.len() as u64).sum());
        let lost = self.udp.send(&mut self.outgoing);
        self.meters.dropped_send.increment(lost);
    }

    fn request_keyframe(&mut self, from: PeerId, mid: crate::mid::Mid, quality: crate::Quality) {
        if self.members.contains_key(&from) {
            self.call(from, |connection| connection.request_keyframe(mid, quality));
            self.mark(from);
        } else {
            self.ask_elsewhere(from, mid, quality);
        }
    }
}
