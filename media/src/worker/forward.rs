use std::sync::Arc;

use super::Worker;
use crate::packet::{Codec, Packet};
use crate::router::Effect;
use crate::{Event, MeetingId, PeerId};

/// How a packet was written to a receiver.
enum Way {
    /// It is ready to leave.
    Sealed,
    /// It leaves when the connection is called.
    Library,
    /// The receiver did not agree to its format.
    None,
}

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
    pub(super) fn forward(&mut self, packet: &Arc<Packet>, meeting: MeetingId) {
        self.listen(packet, meeting);
        self.router.packet(packet, self.now, &mut self.effects);
        self.carry_out(Some(packet));
    }

    /// Does what the router decided.
    pub(super) fn carry_out(&mut self, packet: Option<&Arc<Packet>>) {
        let mut effects = std::mem::take(&mut self.effects);
        let mut sealed = std::mem::take(&mut self.sealed);
        let now = self.now;
        let mut forwarded = 0;
        for effect in effects.drain(..) {
            match effect {
                Effect::Forward { to, rewrite } => {
                    let Some(packet) = packet else { continue };
                    let router = &self.router;
                    let may_repeat = || {
                        let track = router.carried_by(packet.from, packet.mid).and_then(|sid| router.track(sid));
                        track.is_some_and(|track| track.may_repeat)
                    };
                    let made = self.redundancy.packet(to, packet, may_repeat, now);
                    let packet = made.as_ref().unwrap_or(packet);
                    let path = self.members.get(&to).and_then(|member| member.path.current());
                    let from = sealed.bytes.len();
                    let way = self.call(to, |connection| {
                        if path.is_some() && connection.seal(packet, &rewrite, now, &mut sealed.bytes) {
                            Way::Sealed
                        } else if connection.forward(packet, &rewrite, now) {
                            Way::Library
                        } else {
                            Way::None
                        }
                    });
                    match (way, path) {
                        (Some(Way::Sealed), Some(path)) => {
                            forwarded += 1;
                            sealed.push(path, from);
                        }
                        (Some(Way::Library), _) => {
                            forwarded += 1;
                            self.mark(to);
                        }
                        (Some(Way::None), _) => {
                            self.meters.dropped_format.increment(1);
                            self.not_understood(to, packet);
                        }
                        (Some(Way::Sealed), None) | (None, _) => {}
                    }
                }
                Effect::RequestKeyframe { from, mid, quality } => self.request_keyframe(from, mid, quality),
            }
        }
        self.effects = effects;
        self.sealed = sealed;
        if forwarded > 0 {
            self.forwards += forwarded;
            self.meters.forwarded.increment(forwarded as u64);
        }
    }

    /// A receiver cannot read a picture: another codec may help.
    fn not_understood(&mut self, to: PeerId, packet: &Packet) {
        if packet.codec == Codec::Opus {
            return;
        }
        let Some(track) = self.router.carried_by(packet.from, packet.mid).cloned() else { return };
        let Some(member) = self.members.get_mut(&to) else { return };
        if member.is_connected && member.not_understood.insert(track.clone()) {
            self.tell(to, Event::NotUnderstood { peer: to, track });
        }
    }

    /// Sends everything that was written.
    pub(super) fn flush(&mut self) {
        let packets = self.outgoing.len() + self.sealed.len();
        if packets == 0 {
            return;
        }
        let bytes = self.outgoing.iter().map(|(_, datagram)| datagram.len()).sum::<usize>() + self.sealed.bytes.len();
        self.meters.packets_out.increment(packets as u64);
        self.meters.bytes_out.increment(bytes as u64);
        let lost = self.udp.send_sealed(&mut self.sealed) + self.udp.send(&mut self.outgoing);
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
