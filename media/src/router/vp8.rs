//! The VP8 payload descriptor (RFC 7741): its counters must run on when the layer changes.

/// What the descriptor of a packet says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Descriptor {
    /// The picture number and whether it has 15 bits instead of 7.
    pub(crate) picture_id: Option<(u16, bool)>,
    pub(crate) tl0_pic_idx: Option<u8>,
    /// The temporal layer, 0 the lowest, where the publisher says.
    pub(crate) temporal: Option<u8>,
    /// Needs nothing but the lowest temporal layer (the Y bit): the layers above may begin here.
    pub(crate) syncs: bool,
    /// Begins a keyframe.
    pub(crate) keyframe: bool,
}

/// The counters to write instead.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Patch {
    pub(crate) picture_id: Option<u16>,
    pub(crate) tl0_pic_idx: Option<u8>,
}

impl Descriptor {
    pub(crate) fn read(payload: &[u8]) -> Option<Self> {
        let required = *payload.first()?;
        let mut at = 1;
        let mut next = || {
            let byte = payload.get(at).copied();
            at += 1;
            byte
        };
        let (mut picture_id, mut tl0_pic_idx) = (None, None);
        let (mut temporal, mut syncs) = (None, false);
        if required & 0x80 != 0 {
            let present = next()?;
            if present & 0x80 != 0 {
                let high = next()?;
                picture_id = Some(if high & 0x80 != 0 {
                    (u16::from_be_bytes([high & 0x7f, next()?]), true)
                } else {
                    (u16::from(high), false)
                });
            }
            if present & 0x40 != 0 {
                tl0_pic_idx = Some(next()?);
            }
            if present & 0x30 != 0 {
                let layer = next()?;
                if present & 0x20 != 0 {
                    (temporal, syncs) = (Some(layer >> 6), layer & 0x20 != 0);
                }
            }
        }
        let begins = required & 0x10 != 0 && required & 0x07 == 0;
        // The inverse key frame flag of the picture header.
        let keyframe = begins && payload.get(at).is_some_and(|header| header & 0x01 == 0);
        Some(Self { picture_id, tl0_pic_idx, temporal, syncs, keyframe })
    }
}

/// Writes other counters into a payload, in the length that is there.
pub(crate) fn write(payload: &mut [u8], patch: Patch) {
    let [required, present, rest @ ..] = payload else { return };
    if *required & 0x80 == 0 {
        return;
    }
    let mut at = 0;
    if *present & 0x80 != 0 {
        let is_long = rest.first().is_some_and(|high| high & 0x80 != 0);
        let length = if is_long { 2 } else { 1 };
        if let Some((place, id)) = rest.get_mut(..length).zip(patch.picture_id) {
            let [high, low] = id.to_be_bytes();
            if is_long {
                place.copy_from_slice(&[high | 0x80, low]);
            } else {
                place[0] = low & 0x7f;
            }
        }
        at = length;
    }
    if *present & 0x40 != 0
        && let Some((place, index)) = rest.get_mut(at).zip(patch.tl0_pic_idx)
    {
        *place = index;
    }
}

/// Keeps a receiver's counters gapless over changes of the source.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Counters {
    picture_offset: u16,
    tl0_offset: u8,
    /// The highest numbers sent.
    last: Option<(u16, u8)>,
}

impl Counters {
    /// The next packet comes from another source: let its first picture follow the last one sent.
    pub(super) fn follow(&mut self, first: &Descriptor) {
        let Some((picture, tl0)) = self.last else { return };
        if let Some((id, _)) = first.picture_id {
            self.picture_offset = picture.wrapping_add(1).wrapping_sub(id) & 0x7fff;
        }
        if let Some(index) = first.tl0_pic_idx {
            self.tl0_offset = tl0.wrapping_add(1).wrapping_sub(index);
        }
    }

    /// The counters of a packet, when so many pictures of its source were left out before it.
    pub(super) fn patch(&mut self, descriptor: &Descriptor, left_out: u16) -> Option<Patch> {
        let (id, long) = descriptor.picture_id?;
        let mask = if long { 0x7fff } else { 0x7f };
        let picture = id.wrapping_add(self.picture_offset).wrapping_sub(left_out) & mask;
        let tl0 = descriptor.tl0_pic_idx.map(|index| index.wrapping_add(self.tl0_offset));
        let (last_picture, last_tl0) = self.last.unwrap_or((picture, tl0.unwrap_or(0)));
        // A late packet must not turn the counters back.
        let is_newer = picture.wrapping_sub(last_picture) & 0x7fff < 0x4000;
        self.last = Some(if is_newer { (picture, tl0.unwrap_or(last_tl0)) } else { (last_picture, last_tl0) });
        let unchanged = self.picture_offset == 0 && self.tl0_offset == 0 && left_out == 0;
        (!unchanged).then_some(Patch { picture_id: Some(picture), tl0_pic_idx: tl0 })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_is_read_again_and_nothing_else_changes() {
        let patch = Patch { picture_id: Some(0x1234), tl0_pic_idx: Some(9) };
        let mut long = [0x90, 0xe0, 0x80, 1, 2, 0x60, 7];
        write(&mut long, patch);
        assert_eq!(long, [0x90, 0xe0, 0x92, 0x34, 9, 0x60, 7]);
        let read = Descriptor::read(&long).expect("it is whole");
        assert_eq!((read.picture_id, read.tl0_pic_idx), (Some((0x1234, true)), Some(9)));
        let mut short = [0x90, 0xc0, 5, 2, 7];
        write(&mut short, patch);
        assert_eq!(short, [0x90, 0xc0, 0x34, 9, 7]);
        for mut bare in [[0x10, 1, 2, 3], [0x90, 0x20, 2, 3]] {
            let before = bare;
            write(&mut bare, patch);
            assert_eq!(bare, before);
        }
        (0..long.len()).for_each(|length| write(&mut { long }[..length], patch));
    }
}
