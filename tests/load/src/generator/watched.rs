//! What a viewer sees on a bad line: which pictures could be shown, and when.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Where a picture's number, the packet's place, how many there are, whether it begins anew and
/// the step stand in a packet.
const PLACE: usize = 16;
/// From the next picture on this is a freeze: three times the pause between two is less than
/// the pause and 150 ms (as the statistics of WebRTC have it).
const FREEZE: Duration = Duration::from_millis(190);
/// Pictures wait this long after the quickest one's time for what comes late or is repeated, as in a
/// browser on a bad line.
const BUFFER: Duration = Duration::from_millis(200);
const PICTURE_EVERY: Duration = Duration::from_millis(40);
/// Nothing to show for so long: only a keyframe helps. Asked for again after as long.
const STUCK: Duration = Duration::from_millis(300);
/// Bytes are added up in pieces of this length.
pub const BUCKET: Duration = Duration::from_millis(500);
/// Pictures that wait for a packet; older ones are given up.
const WAITING: usize = 100;

/// The place of a packet in the pictures.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Part {
    pub picture: u32,
    pub at: u8,
    pub of: u8,
    pub is_keyframe: bool,
    pub step: u8,
}

impl Part {
    /// Writes it into a packet.
    pub fn write(self, payload: &mut [u8]) {
        payload[PLACE..PLACE + 4].copy_from_slice(&self.picture.to_be_bytes());
        payload[PLACE + 4..PLACE + 8].copy_from_slice(&[self.at, self.of, u8::from(self.is_keyframe), self.step]);
    }

    fn read(payload: &[u8]) -> Option<Self> {
        let number = payload.get(PLACE..PLACE + 4)?.try_into().ok()?;
        let [at, of, is_keyframe, step] = *payload.get(PLACE + 4..PLACE + 8)?.first_chunk()?;
        let is_sound = (1..=8).contains(&of) && at < of;
        is_sound.then_some(Self { picture: u32::from_be_bytes(number), at, of, is_keyframe: is_keyframe == 1, step })
    }
}

/// One picture of one step, as far as it has come.
#[derive(Debug, Default)]
struct Picture {
    packets: u8,
    /// When it was sent.
    sent: Option<Instant>,
    is_whole: bool,
    is_keyframe: bool,
}

/// A viewer.
#[derive(Debug)]
pub struct Watched {
    since: Instant,
    pictures: BTreeMap<(u32, u8), Picture>,
    /// The last one shown, its step and when.
    shown: Option<(u32, u8)>,
    shown_at: Instant,
    /// When it was whole.
    whole_at: Instant,
    asked_at: Option<Instant>,
    frozen: Duration,
    window_from: Option<Instant>,
    quickest: Option<Duration>,
    /// Bytes received, by time since the beginning.
    pub buckets: Vec<u64>,
}

impl Watched {
    /// Times count from `since`.
    pub fn new(since: Instant) -> Self {
        let pictures = BTreeMap::new();
        Self {
            since,
            pictures,
            shown: None,
            shown_at: since,
            whole_at: since,
            asked_at: None,
            frozen: Duration::ZERO,
            window_from: None,
            quickest: None,
            buckets: Vec::new(),
        }
    }

    /// A packet arrived that took so long, repeats included.
    pub fn packet(&mut self, payload: &[u8], now: Instant, took: Duration) {
        let bucket = (now.saturating_duration_since(self.since).as_millis() / BUCKET.as_millis()) as usize;
        self.buckets.resize(self.buckets.len().max(bucket + 1), 0);
        self.buckets[bucket] += payload.len() as u64;
        let Some(part) = Part::read(payload) else { return };
        let picture = self.pictures.entry((part.picture, part.step)).or_default();
        picture.packets |= 1 << part.at;
        picture.sent = picture.sent.or(now.checked_sub(took));
        self.quickest = Some(self.quickest.map_or(took, |quickest| quickest.min(took)));
        picture.is_keyframe = part.is_keyframe;
        picture.is_whole = u32::from(picture.packets).count_ones() == u32::from(part.of);
        self.show(now);
        while self.pictures.len() > WAITING {
            self.pictures.pop_first();
        }
    }

    /// Shows whatever can be.
    fn show(&mut self, now: Instant) {
        loop {
            let next = self.pictures.iter().find(|((number, step), picture)| {
                picture.is_whole
                    && match self.shown {
                        None => picture.is_keyframe,
                        Some((last, same)) if same == *step => {
                            *number == last + 1 || (picture.is_keyframe && *number > last)
                        }
                        Some((last, _)) => picture.is_keyframe && *number >= last,
                    }
            });
            let Some((&shown, picture)) = next else { return };
            // Its time has not come as long as it is within the buffer.
            let late = picture.sent.map_or(Duration::ZERO, |sent| now.saturating_duration_since(sent));
            let early = (self.quickest.unwrap_or_default() + BUFFER).saturating_sub(late);
            let at = now + early;
            if self.shown.is_some() {
                self.gap(at);
            }
            self.shown = Some(shown);
            self.shown_at = at;
            self.whole_at = now;
            self.asked_at = None;
            self.pictures.retain(|(number, _), _| *number >= shown.0);
            self.pictures.remove(&shown);
        }
    }

    /// Whether to ask for a keyframe now.
    pub fn needs_keyframe(&mut self, now: Instant) -> bool {
        let since = self.asked_at.unwrap_or(self.whole_at);
        let is_stuck = !self.pictures.is_empty() && now.saturating_duration_since(since) > STUCK;
        if is_stuck {
            self.asked_at = Some(now);
        }
        is_stuck
    }

    fn gap(&mut self, now: Instant) {
        let Some(from) = self.window_from else { return };
        let gap = now.saturating_duration_since(self.shown_at.max(from));
        if gap > FREEZE {
            self.frozen += gap - PICTURE_EVERY;
        }
    }

    /// Counts from now on.
    pub fn open_window(&mut self, now: Instant) {
        self.window_from = Some(now);
        self.frozen = Duration::ZERO;
    }

    /// How long the picture stood still since the window was opened.
    pub fn frozen(&mut self, now: Instant) -> Duration {
        self.gap(now);
        std::mem::take(&mut self.frozen)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Pictures of two packets, 40 ms apart; `lost` names pictures whose second packet is lost.
    fn watch(lost: &[u32], keyframes: &[u32]) -> (Duration, bool) {
        let start = Instant::now();
        let mut watched = Watched::new(start);
        watched.open_window(start);
        let mut asked = false;
        for picture in 1..=50 {
            let now = start + PICTURE_EVERY * picture;
            for at in 0..2 {
                let is_keyframe = picture == 1 || keyframes.contains(&picture);
                let mut payload = vec![0; 40];
                Part { picture, at, of: 2, is_keyframe, step: 0 }.write(&mut payload);
                if at == 0 || !lost.contains(&picture) {
                    watched.packet(&payload, now, Duration::ZERO);
                }
            }
            asked |= watched.needs_keyframe(now);
        }
        (watched.frozen(start + PICTURE_EVERY * 50 + BUFFER), asked)
    }

    #[test]
    fn a_picture_that_lacks_a_packet_freezes_until_the_next_keyframe() {
        assert_eq!(watch(&[], &[]), (Duration::ZERO, false));
        assert_eq!(watch(&[10], &[12]), (Duration::ZERO, false), "three pauses are no freeze yet");
        // From the ninth to the twentieth.
        assert_eq!(watch(&[10], &[20]), (PICTURE_EVERY * 10, true));
        assert_eq!(watch(&[10], &[]), (PICTURE_EVERY * 40, true));
    }
}
