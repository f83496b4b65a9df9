//! The VP9 payload descriptor (RFC 9628, section 4.2): which of the layers inside one stream a
//! packet belongs to, and where a receiver can begin with a layer.

/// What the descriptor of a packet says about its layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Layer {
    /// The size, 0 the smallest. Each builds on the smaller ones of its picture.
    pub(crate) spatial: u8,
    /// The frame rate, 0 the lowest.
    pub(crate) temporal: u8,
    /// Begins a frame of its spatial layer (the B bit).
    pub(crate) begins: bool,
    /// Ends a frame of its spatial layer (the E bit).
    pub(crate) ends: bool,
    /// Needs earlier pictures (the P bit).
    pub(crate) predicted: bool,
    /// From here on higher temporal layers need nothing from before of above this one (the U bit).
    pub(crate) lifts: bool,
}

impl Layer {
    /// `None` if the descriptor cannot be read or names no layers.
    pub(crate) fn read(payload: &[u8]) -> Option<Self> {
        let first = *payload.first()?;
        let (has_picture_id, has_layers) = (first & 0x80 != 0, first & 0x20 != 0);
        if !has_layers {
            return None;
        }
        let picture_id_length = match payload.get(1) {
            _ if !has_picture_id => 0,
            Some(byte) if byte & 0x80 != 0 => 2,
            _ => 1,
        };
        let layer = *payload.get(1 + picture_id_length)?;
        Some(Self {
            spatial: (layer >> 1) & 0x07,
            temporal: layer >> 5,
            begins: first & 0x08 != 0,
            ends: first & 0x04 != 0,
            predicted: first & 0x40 != 0,
            lifts: layer & 0x10 != 0,
        })
    }

    /// Begins a picture: whatever changes for a receiver may change here.
    pub(crate) fn begins_picture(&self) -> bool {
        self.begins && self.spatial == 0
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_descriptor_says_which_layer_and_where_it_begins() {
        // I P L F B E V Z, a long picture number, then TID U SID D.
        let second = Layer::read(&[0b1110_1100, 0x81, 0x02, 0b0101_0011, 7, 0]).expect("it names layers");
        let expected = Layer { spatial: 1, temporal: 2, begins: true, ends: true, predicted: true, lifts: true };
        assert_eq!(second, expected);
        let first = Layer::read(&[0b1010_1000, 0x05, 0b0000_0000, 7]).expect("a short picture number");
        assert_eq!((first.spatial, first.temporal, first.predicted, first.ends), (0, 0, false, false));
        assert!(first.begins_picture() && !second.begins_picture());
        assert_eq!(Layer::read(&[0b0010_1000, 0b0000_0100]).map(|layer| layer.spatial), Some(2));
        assert_eq!(Layer::read(&[0b1000_1000, 0x05, 0]), None, "no layers");
        assert_eq!(Layer::read(&[0b1010_1000, 0x85, 0]), None, "cut off");
        assert_eq!(Layer::read(&[]), None);
    }

    proptest! {
        #[test]
        fn any_bytes_are_read_or_refused(payload in prop::collection::vec(any::<u8>(), 0..8)) {
            if let Some(layer) = Layer::read(&payload) {
                prop_assert!(layer.spatial < 8 && layer.temporal < 8);
            }
        }
    }
}
