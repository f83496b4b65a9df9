use std::time::{Duration, Instant};

use crate::packet::Codec;

/// A layer's publisher is asked at most this often.
const AT_MOST_EVERY: Duration = Duration::from_millis(500);

/// Holds back keyframe requests: many receivers lose the picture at once, one keyframe serves
/// them all, and each costs the publisher a burst.
#[derive(Debug, Default)]
pub(super) struct Throttle {
    last: Option<Instant>,
    put_off: bool,
}

impl Throttle {
    /// Whether to ask now; if not, [`Throttle::due`] will say so later.
    pub(super) fn ask(&mut self, now: Instant) -> bool {
        if self.last.is_some_and(|last| now < last + AT_MOST_EVERY) {
            self.put_off = true;
            return false;
        }
        self.last = Some(now);
        self.put_off = false;
        true
    }

    /// A put-off request whose time has come.
    pub(super) fn due(&mut self, now: Instant) -> bool {
        self.put_off && self.ask(now)
    }

    /// A keyframe came: nobody needs to be asked any more.
    pub(super) fn satisfied(&mut self) {
        self.put_off = false;
    }
}

/// Whether a payload begins a picture that can be decoded without any before it. Looks only at
/// bytes that end-to-end encryption leaves clear, and answers `false` for what it cannot read.
pub(crate) fn starts_keyframe(codec: Codec, payload: &[u8]) -> bool {
    match codec {
        Codec::Opus => true,
        Codec::Vp8 => super::vp8::Descriptor::read(payload).is_some_and(|descriptor| descriptor.keyframe),
        Codec::Vp9 => vp9(payload),
        Codec::H264 => h264(payload),
        // The aggregation header's N bit: a new coded video sequence begins.
        Codec::Av1 => payload.first().is_some_and(|first| first & 0x08 != 0),
        Codec::Other => false,
    }
}

/// Not predicted from another picture, the beginning of a frame, and its lowest spatial layer.
fn vp9(payload: &[u8]) -> bool {
    let Some(&first) = payload.first() else { return false };
    let (picture_id, predicted, layered, begins) =
        (first & 0x80 != 0, first & 0x40 != 0, first & 0x20 != 0, first & 0x08 != 0);
    if predicted || !begins {
        return false;
    }
    if !layered {
        return true;
    }
    let mut at = 1;
    if picture_id {
        match payload.get(at) {
            Some(byte) if byte & 0x80 != 0 => at += 2,
            Some(_) => at += 1,
            None => return false,
        }
    }
    payload.get(at).is_some_and(|layer| (layer >> 1) & 0x07 == 0)
}

/// A sequence parameter set or an instantaneous refresh, alone, aggregated or as first fragment.
fn h264(payload: &[u8]) -> bool {
    const REFRESH: u8 = 5;
    const PARAMETERS: u8 = 7;
    let is_key = |unit: u8| matches!(unit & 0x1f, REFRESH | PARAMETERS);
    let Some(&first) = payload.first() else { return false };
    match first & 0x1f {
        24 => {
            let mut rest = &payload[1..];
            while let [high, low, unit @ ..] = rest {
                let length = usize::from(u16::from_be_bytes([*high, *low]));
                if unit.first().is_some_and(|byte| is_key(*byte)) {
                    return true;
                }
                let Some(next) = unit.get(length..) else { return false };
                rest = next;
            }
            false
        }
        28 => payload.get(1).is_some_and(|header| header & 0x80 != 0 && is_key(*header)),
        _ => is_key(first),
    }
}
