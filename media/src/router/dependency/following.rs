use super::structure::Indication;
use super::{Dependencies, Frame};

/// How many of the latest frames are remembered: no stream refers farther back.
const REMEMBERED: u64 = 128;

/// Which of the layers of a stream one receiver gets. Changes only where the stream says that it
/// can be decoded from there, and where the receiver has what it needs for that.
#[derive(Debug, Default)]
pub(crate) struct Following {
    /// The way of decoding it, within a generation of the structure.
    target: Option<(u32, usize)>,
    spatial: u8,
    sent: Sent,
}

/// What becomes of a packet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Verdict {
    pub(crate) is_needed: bool,
    /// The receiver has what it should have.
    pub(crate) is_settled: bool,
    /// The picture ends with this packet, as the receiver gets it.
    pub(crate) ends_picture: bool,
}

impl Following {
    /// Nothing was sent for a while: only a keyframe helps.
    pub(crate) fn cut(&mut self) {
        *self = Self::default();
    }

    /// A packet of a frame, and the layers the receiver should have at most. `None` until it has begun.
    pub(crate) fn packet(
        &mut self,
        stream: &Dependencies,
        frame: &Frame,
        spatial: u8,
        temporal: u8,
    ) -> Option<Verdict> {
        let (wanted, target) = stream.target(spatial, temporal)?;
        let wanted = (stream.generation, wanted);
        if frame.begins && self.target != Some(wanted) && self.may_turn(frame, wanted.1) {
            (self.target, self.spatial) = (Some(wanted), target.spatial);
        }
        let (generation, current) = self.target?;
        // A late packet may be of an older structure, or a keyframe of the new one was lost.
        let is_needed = generation != stream.generation || frame.indication(current) != Indication::NotPresent;
        if is_needed {
            self.sent.note(frame.number);
        }
        let ends_picture = is_needed && frame.ends && frame.spatial == self.spatial;
        Some(Verdict { is_needed, is_settled: self.target == Some(wanted), ends_picture })
    }

    fn may_turn(&self, frame: &Frame, target: usize) -> bool {
        if frame.is_key {
            return true;
        }
        let is_late = frame.number < self.sent.newest;
        if self.target.is_none() || is_late || frame.indication(target) != Indication::Switch {
            return false;
        }
        let has = |before: u16| frame.number.checked_sub(before.into()).is_some_and(|number| self.sent.has(number));
        let before = u16::from(frame.chains[target]);
        frame.references.all().iter().all(|before| has(*before)) && (before == 0 || has(before))
    }
}

/// The numbers of the latest frames that were sent.
#[derive(Debug, Default)]
struct Sent {
    newest: u64,
    /// One bit for each, the newest the lowest.
    latest: u128,
}

impl Sent {
    fn note(&mut self, number: u64) {
        match number.checked_sub(self.newest) {
            Some(ahead) => {
                let shifted = u32::try_from(ahead).ok().and_then(|ahead| self.latest.checked_shl(ahead));
                (self.newest, self.latest) = (number, shifted.unwrap_or(0) | 1);
            }
            None if self.newest - number < REMEMBERED => self.latest |= 1 << (self.newest - number),
            None => {}
        }
    }

    fn has(&self, number: u64) -> bool {
        let behind = self.newest.checked_sub(number).filter(|behind| *behind < REMEMBERED);
        behind.is_some_and(|behind| self.latest >> behind & 1 == 1)
    }
}
