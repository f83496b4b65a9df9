//! How a packet leaves: at once or when its time has come, sealed here or by the library.

use std::sync::Arc;
use std::time::Instant;

use super::{AROUND, Asked, Egress, Stream};
use crate::mid::Mid;
use crate::packet::{Codec, Packet, Rewrite};
use crate::peer::header::{Extensions, Header, Numbers};
use crate::peer::sealing::Learning;
use crate::peer::{Chosen, Peer};
use crate::router::vp8;

/// Bytes of a packet that only fills the line, besides its header: the most that can be said to be
/// nothing, and a multiple of what ciphers like.
pub(super) const PADDING: usize = 240;

impl Peer {
    /// A packet was given to the library.
    pub(in crate::peer) fn went_by_library(&mut self, packet: &Arc<Packet>, rewrite: &Rewrite, way: LibrarysWay) {
        let LibrarysWay { source, repeats_source, is_repeatable, chosen } = way;
        let is_sound = packet.codec == Codec::Opus;
        if self.is_connected {
            self.egress.learning.written(source, rewrite.sequence);
        }
        let media = self.rtc.media(rewrite.mid.as_str().into());
        let numbers = media.map(|media| Numbers::of(media.remote_extmap())).unwrap_or_default();
        let as_it_is = || Stream::new(source, repeats_source.filter(|_| !is_sound), numbers);
        let stream = self.egress.streams.entry(rewrite.mid).or_insert_with(as_it_is);
        stream.went_by_library(as_it_is());
        stream.timestamp = rewrite.timestamp;
        stream.repeats_type = chosen.repeats;
        if let Some((source, numbering)) = stream.repeats_source.zip(self.egress.numbering.as_mut()) {
            numbering.follow(source);
        }
        if is_repeatable && stream.repeats_source.is_some() && chosen.repeats.is_some() {
            stream.repeats.keep(packet, rewrite, self.egress.now);
        }
    }

    /// See [`super::super::Connection::seal`].
    pub(in crate::peer) fn seal_packet(
        &mut self,
        packet: &Arc<Packet>,
        rewrite: &Rewrite,
        now: Instant,
        out: &mut Vec<u8>,
    ) -> bool {
        self.egress.now = now;
        let is_sound = packet.codec == Codec::Opus;
        if !is_sound && !self.egress.may_leave(packet.payload.len() + AROUND, now) {
            return false;
        }
        self.seal_now(packet, rewrite, now, out)
    }

    /// Keeps a packet until its time has come; `false` if it need not wait.
    pub(in crate::peer) fn queue(&mut self, packet: &Arc<Packet>, rewrite: &Rewrite) -> bool {
        let egress = &mut self.egress;
        let waits = !egress.queue.is_empty() || egress.line.as_ref().is_some_and(|line| egress.is_even(line));
        if packet.codec == Codec::Opus || !waits {
            return false;
        }
        egress.queued_bytes += packet.payload.len();
        egress.queue.push_back((Arc::clone(packet), *rewrite));
        true
    }

    /// See [`super::super::Connection::release`].
    pub(in crate::peer) fn release_next(&mut self, now: Instant, out: &mut Vec<u8>) -> bool {
        while let Some(asked) = self.egress.next_asked(now) {
            if self.send_again(asked, now, out).is_some() {
                return true;
            }
        }
        let mut is_written = false;
        while let Some((packet, rewrite)) = self.egress.next_queued(now) {
            if self.seal_now(&packet, &rewrite, now, out) {
                return true;
            }
            is_written |= self.write_to_library(&packet, &rewrite, now);
        }
        if is_written {
            self.call(now);
        }
        self.pad(now, out).is_some()
    }

    fn seal_now(&mut self, packet: &Arc<Packet>, rewrite: &Rewrite, now: Instant, out: &mut Vec<u8>) -> bool {
        let is_sound = packet.codec == Codec::Opus;
        let Egress { streams, learning: Learning::Done(_), .. } = &self.egress else { return false };
        let Some(stream) = streams.get(&rewrite.mid) else { return false };
        if stream.is_librarys_turn(is_sound, rewrite.marker) {
            return false;
        }
        let Some(chosen) = self.chosen(packet, rewrite.mid) else { return false };
        // What must be unwrapped first is rare and goes the other way.
        if chosen.unwrap {
            return false;
        }
        let Egress { streams, numbering, line, content, learning, with_pictures, sealed_bytes, .. } = &mut self.egress;
        let (Learning::Done(seal), Some(stream)) = (learning, streams.get_mut(&rewrite.mid)) else { return false };
        let mut number = None;
        if line.is_some() && stream.numbers.transport.is_some() && (*with_pictures || !is_sound) {
            let Some(taken) = numbering.as_mut().and_then(|numbering| numbering.take()) else { return false };
            number = Some(taken);
        }
        let is_named = stream.is_named();
        let header = Header {
            payload_type: *chosen.payload_type,
            marker: rewrite.marker,
            is_padded: false,
            sequence: rewrite.sequence,
            timestamp: rewrite.timestamp,
            source: stream.source,
            extensions: extensions(packet, rewrite.mid, stream.numbers, number, is_named),
        };
        let before = out.len();
        let payload = if rewrite.is_filler { &[][..] } else { &packet.payload };
        let is_sealed = match rewrite.vp8 {
            None => seal.seal(&header, payload, out),
            Some(patch) => {
                content.clear();
                content.extend_from_slice(payload);
                vp8::write(content, patch);
                seal.seal(&header, content, out)
            }
        };
        if !is_sealed {
            return false;
        }
        let bytes = out.len() - before;
        *sealed_bytes += bytes as u64;
        stream.timestamp = rewrite.timestamp;
        if stream.repeats_source.is_some() && chosen.repeats.is_some() {
            stream.repeats.keep(packet, rewrite, now);
        }
        if let Some((line, number)) = line.as_mut().zip(number) {
            line.left(number, bytes, !is_sound, now);
        }
        true
    }

    /// Repeats a packet: the same behind the number it had (RFC 4588, 4).
    fn send_again(&mut self, asked: Asked, now: Instant, out: &mut Vec<u8>) -> Option<()> {
        let (packet, rewrite) = self.egress.streams.get(&asked.mid)?.repeats.sent(asked.number)?;
        let payload_type = self.chosen(&packet, asked.mid)?.repeats?;
        self.egress.repeat(&packet, &rewrite, *payload_type, now, out)
    }

    /// Fills the line, if it is to be tried how much it carries.
    fn pad(&mut self, now: Instant, out: &mut Vec<u8>) -> Option<()> {
        let egress = &mut self.egress;
        if !egress.line.as_mut()?.may_pad(PADDING, now) || !egress.can_pad() {
            return None;
        }
        let newest = egress.streams.iter().filter_map(|(mid, stream)| {
            let (packet, rewrite) = stream.repeats.newest(now)?;
            Some((*mid, stream.repeats_type?, packet, rewrite))
        });
        // What may be of use, if it was lost.
        if let Some((_, payload_type, packet, rewrite)) = newest.max_by_key(|(_, _, packet, _)| packet.payload.len()) {
            return egress.repeat(&packet, &rewrite, *payload_type, now, out);
        }
        egress.fill(now, out)
    }
}

/// How a packet went to the library.
pub(in crate::peer) struct LibrarysWay {
    pub(in crate::peer) source: u32,
    pub(in crate::peer) repeats_source: Option<u32>,
    /// The library does not repeat it.
    pub(in crate::peer) is_repeatable: bool,
    pub(in crate::peer) chosen: Chosen,
}

impl Egress {
    /// Whether a packet of a picture with so many bytes may leave now.
    fn may_leave(&mut self, bytes: usize, now: Instant) -> bool {
        if !self.queue.is_empty() {
            return false;
        }
        self.is_time(bytes, now)
    }

    fn is_time(&mut self, bytes: usize, now: Instant) -> bool {
        let is_paced = self.is_paced;
        match &mut self.line {
            Some(line) if is_paced || line.is_probing() => line.may(bytes, now),
            _ => true,
        }
    }

    fn next_asked(&mut self, now: Instant) -> Option<Asked> {
        let is_due = |asked: Option<&Asked>| asked.is_some_and(|asked| asked.at <= now);
        let (first, second) = (is_due(self.asked.front()), is_due(self.again.front()));
        if !first && !second || !self.is_time(AROUND, now) {
            return None;
        }
        if first { self.asked.pop_front() } else { self.again.pop_front() }
    }

    fn next_queued(&mut self, now: Instant) -> Option<(Arc<Packet>, Rewrite)> {
        let bytes = self.queue.front()?.0.payload.len();
        if !self.is_time(bytes + AROUND, now) {
            return None;
        }
        self.queued_bytes -= bytes;
        self.queue.pop_front()
    }

    fn repeat(
        &mut self,
        packet: &Packet,
        rewrite: &Rewrite,
        payload_type: u8,
        now: Instant,
        out: &mut Vec<u8>,
    ) -> Option<()> {
        let (header, number) = self.repeat_header(rewrite.mid, payload_type, |stream, number, is_named| {
            extensions(packet, rewrite.mid, stream.numbers, number, is_named)
        })?;
        let header = Header { marker: rewrite.marker, timestamp: rewrite.timestamp, ..header };
        let [.., high, low] = rewrite.sequence.to_be_bytes();
        self.content.clear();
        self.content.extend([high, low]);
        if !rewrite.is_filler {
            self.content.extend_from_slice(&packet.payload);
            if let Some(patch) = rewrite.vp8 {
                vp8::write(&mut self.content[2..], patch);
            }
        }
        self.send(&header, number, now, out)
    }

    /// A packet of nothing, in the name of some stream.
    fn fill(&mut self, now: Instant, out: &mut Vec<u8>) -> Option<()> {
        let (mid, payload_type) = self.streams.iter().find_map(|(mid, stream)| Some((*mid, stream.repeats_type?)))?;
        let (header, number) = self.repeat_header(mid, *payload_type, |stream, number, is_named| Extensions {
            number: stream.numbers.transport.zip(number.map(low)),
            mid: stream.numbers.mid.filter(|_| is_named).map(|id| (id, mid)),
            ..Extensions::default()
        })?;
        self.content.clear();
        self.content.resize(PADDING, 0);
        self.content[PADDING - 1] = PADDING as u8;
        self.send(&Header { is_padded: true, ..header }, number, now, out)
    }

    fn repeat_header<'p>(
        &mut self,
        mid: Mid,
        payload_type: u8,
        extensions: impl FnOnce(&Stream, Option<u64>, bool) -> Extensions<'p>,
    ) -> Option<(Header<'p>, Option<u64>)> {
        let stream = self.streams.get_mut(&mid)?;
        let source = stream.repeats_source?;
        let numbering = self.numbering.as_mut()?;
        let sequence = numbering.take_repeat(source)?;
        let number = if stream.numbers.transport.is_some() { numbering.take() } else { None };
        let is_named = stream.is_repeat_named();
        let extensions = extensions(stream, number, is_named);
        let timestamp = stream.timestamp;
        let header = Header { payload_type, marker: false, is_padded: false, sequence, timestamp, source, extensions };
        Some((header, number))
    }

    fn send(&mut self, header: &Header<'_>, number: Option<u64>, now: Instant, out: &mut Vec<u8>) -> Option<()> {
        let Learning::Done(seal) = &mut self.learning else { return None };
        let before = out.len();
        if !seal.seal(header, &self.content, out) {
            return None;
        }
        let bytes = out.len() - before;
        self.sealed_bytes += bytes as u64;
        if let Some((line, number)) = self.line.as_mut().zip(number) {
            line.left(number, bytes, true, now);
        }
        Some(())
    }

    /// A packet of the library's leaves.
    pub(in crate::peer) fn librarys_left(&mut self, datagram: &mut [u8]) {
        let Some(numbering) = &mut self.numbering else { return };
        numbering.correct(datagram);
        let Some(number) = numbering.of_packet(datagram) else { return };
        if let Some(line) = self.line.as_mut().filter(|_| self.with_pictures) {
            line.left(number, datagram.len(), false, self.now);
        }
    }
}

fn extensions(packet: &Packet, mid: Mid, numbers: Numbers, number: Option<u64>, is_named: bool) -> Extensions<'_> {
    let values = &packet.carried.extensions;
    let level = |level: i8| {
        let voice = u8::from(values.voice_activity == Some(true)) << 7;
        voice | (level.unsigned_abs() & 0x7f)
    };
    Extensions {
        level: numbers.level.zip(values.audio_level.map(level)),
        orientation: numbers.orientation.zip(values.video_orientation.map(|orientation| orientation as u8)),
        number: numbers.transport.zip(number.map(low)),
        mid: numbers.mid.filter(|_| is_named).map(|id| (id, mid)),
        descriptor: numbers.descriptor.zip(packet.carried.dependency_descriptor()),
    }
}

/// The part of a number that a packet carries.
fn low(number: u64) -> u16 {
    let [.., high, low] = number.to_be_bytes();
    u16::from_be_bytes([high, low])
}
