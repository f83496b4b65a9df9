//! What is sent and how it is recognised: every packet carries the moment it was sent, once in its
//! content and once as its RTP timestamp. Servers move timestamps by a constant, so after a stream's
//! first packets, which are decrypted, the clear header is enough.

use std::collections::HashMap;
use std::time::{Duration, Instant};

use crate::scenario::Media;

/// Where the moment stands in the content: behind everything servers rewrite.
const STAMP_AT: usize = 8;
const MARK: [u8; 4] = *b"rnst";
/// What the library's padding comes from before there are pictures; no stream.
const PADDING: u32 = 0;

/// The moments of one run, in ticks of the RTP clock of what is sent.
#[derive(Clone, Copy, Debug)]
pub struct Clock {
    start: Instant,
    per_second: u32,
}

impl Clock {
    /// Begins now.
    pub fn start(media: Media) -> Self {
        Self { start: Instant::now(), per_second: ticks_per_ms(media) * 1_000 }
    }

    pub fn ticks(&self, now: Instant) -> u32 {
        // Wraps after a day.
        (now.saturating_duration_since(self.start).as_nanos() * u128::from(self.per_second) / 1_000_000_000) as u32
    }
}

impl Clock {
    /// How long ago a moment was.
    pub fn since(&self, ticks: u32, now: Instant) -> Duration {
        // A reading of the clock may lie a tick back.
        let passed = (self.ticks(now).wrapping_sub(ticks) as i32).max(0);
        Duration::from_secs_f64(f64::from(passed) / f64::from(self.per_second))
    }
}

/// Ticks of the RTP clock in a millisecond.
pub fn ticks_per_ms(media: Media) -> u32 {
    if media.is_sound() { 48 } else { 90 }
}

/// Writes a moment into a payload.
pub fn stamp(payload: &mut [u8], ticks: u32) {
    payload[STAMP_AT..STAMP_AT + 4].copy_from_slice(&MARK);
    payload[STAMP_AT + 4..STAMP_AT + 8].copy_from_slice(&ticks.to_be_bytes());
}

/// Reads it.
pub fn stamped(payload: &[u8]) -> Option<u32> {
    let stamp = payload.get(STAMP_AT..STAMP_AT + 8)?;
    (stamp[..4] == MARK).then(|| u32::from_be_bytes([stamp[4], stamp[5], stamp[6], stamp[7]]))
}

/// The fields of an RTP header that are never encrypted (RFC 3550, 5.1).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Header {
    pub sequence: u16,
    pub timestamp: u32,
    pub source: u32,
}

/// Reads the header of a media packet; `None` for reports, handshakes and checks.
pub fn header(datagram: &[u8]) -> Option<Header> {
    let number = |at: usize| Some(u32::from_be_bytes(datagram.get(at..at + 4)?.try_into().ok()?));
    if !matches!(datagram.first()?, 0x80..=0xbf) || matches!(datagram.get(1)?, 192..=223) {
        return None;
    }
    Some(Header {
        sequence: u16::from_be_bytes([*datagram.get(2)?, *datagram.get(3)?]),
        timestamp: number(4)?,
        source: number(8)?,
    })
}

/// The streams one participant receives.
#[derive(Debug, Default)]
pub struct Streams {
    of: HashMap<u32, Stream>,
    /// Delays in the window, in ticks.
    pub delays: Vec<u32>,
}

#[derive(Debug)]
struct Stream {
    /// What the server adds to timestamps.
    shift: Option<u32>,
    newest: u64,
    packets: u64,
    /// `newest` and `packets` when the window began.
    since: (u64, u64),
}

impl Streams {
    /// A packet arrived; answers whether its content is needed to tell when it was sent.
    pub fn arrived(&mut self, header: Header, ticks: u32, measuring: bool) -> bool {
        if header.source == PADDING {
            return true;
        }
        let stream = self.of.entry(header.source).or_insert_with(|| Stream {
            shift: None,
            newest: u64::from(header.sequence) + (1 << 16) - 1,
            packets: 0,
            since: (0, 0),
        });
        // The nearest number to the newest.
        let ahead = header.sequence.wrapping_sub(stream.newest as u16) as i16;
        stream.newest = stream.newest.max(stream.newest.wrapping_add_signed(i64::from(ahead)));
        stream.packets += 1;
        match stream.shift {
            Some(shift) if measuring => {
                let sent = header.timestamp.wrapping_sub(shift);
                // A reading of the clock may lie a tick back.
                self.delays.push((ticks.wrapping_sub(sent) as i32).max(0) as u32);
                false
            }
            Some(_) => false,
            None => true,
        }
    }

    /// What the server does to this source's timestamps, from a packet whose content was read.
    pub fn calibrate(&mut self, source: u32, timestamp: u32, sent: u32) {
        if let Some(stream) = self.of.get_mut(&source) {
            stream.shift.get_or_insert(timestamp.wrapping_sub(sent));
        }
    }

    /// The server does nothing to timestamps.
    pub fn calibrate_all(&mut self) {
        self.of.values_mut().for_each(|stream| stream.shift = Some(0));
    }

    /// Streams whose packets carry the moment they were sent; repeats and padding have their own
    /// source and do not.
    fn genuine(&self) -> impl Iterator<Item = &Stream> {
        self.of.values().filter(|stream| stream.shift.is_some())
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.genuine().count()
    }

    pub fn open_window(&mut self) {
        self.delays.clear();
        self.of.values_mut().for_each(|stream| stream.since = (stream.newest, stream.packets));
    }

    /// Packets that arrived since the window was opened, and that should have.
    pub fn window(&self) -> (u64, u64) {
        let each = self.genuine().map(|stream| (stream.packets - stream.since.1, stream.newest - stream.since.0));
        each.fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1.max(one.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn packet(sequence: u16, timestamp: u32) -> Header {
        Header { sequence, timestamp, source: 9 }
    }

    #[test]
    fn a_moment_is_found_again_in_the_content() {
        let mut payload = [0; 16];
        stamp(&mut payload, 77);
        assert_eq!(stamped(&payload), Some(77));
        assert_eq!(stamped(&[0; 16]), None);
        assert_eq!(stamped(&[]), None);
    }

    #[test]
    fn only_media_has_a_header() {
        let media = [0x80, 111, 1, 2, 0, 0, 0, 3, 0, 0, 0, 4, 9, 9];
        assert_eq!(header(&media), Some(Header { sequence: 258, timestamp: 3, source: 4 }));
        assert_eq!(header(&[0x80, 201, 0, 1, 0, 0, 0, 3, 0, 0, 0, 4]), None);
        assert_eq!(header(&[0, 1, 0, 0]), None);
        assert_eq!(header(&media[..11]), None);
    }

    #[test]
    fn what_never_says_when_it_was_sent_is_no_stream() {
        let mut streams = Streams::default();
        streams.arrived(packet(1, 0), 0, true);
        streams.open_window();
        streams.arrived(packet(9_000, 0), 0, true);
        assert_eq!((streams.len(), streams.window()), (0, (0, 0)));
    }

    #[test]
    fn gaps_are_counted_over_the_wrap_and_delays_from_the_shifted_timestamp() {
        let mut streams = Streams::default();
        assert!(streams.arrived(packet(65_533, 5_000), 1_010, true), "nothing is known of the stream yet");
        streams.calibrate(9, 5_000, 1_000);
        streams.open_window();
        for (sequence, ticks) in [(65_534, 1_100), (65_535, 1_200), (1, 1_300), (2, 1_400)] {
            assert!(!streams.arrived(packet(sequence, 4_000 + ticks), ticks + 48, true));
        }
        assert_eq!(streams.window(), (4, 5));
        assert_eq!(streams.delays, [48; 4]);
        assert!(!streams.arrived(packet(0, 4_250), 1_350, false), "late, and outside of the measurement");
        assert_eq!(streams.window(), (5, 5));
    }
}
