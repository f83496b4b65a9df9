//! Headers of packets that leave without the library (RFC 3550, 5.1, and RFC 8285).

use str0m::rtp::{Extension, ExtensionMap};

use super::dependency::{DEPENDENCY_DESCRIPTOR, DependencyDescriptors};
use crate::mid::Mid;

/// The longest value and the highest number the short form of extensions has (RFC 8285, 4.2).
const LONGEST_SHORT: usize = 16;
const HIGHEST_SHORT: u8 = 14;
/// What the length of a value in the long form goes up to.
const LONGEST: usize = 255;

/// What the header of a packet says.
#[derive(Clone, Copy, Debug)]
pub(super) struct Header<'p> {
    pub(super) payload_type: u8,
    pub(super) marker: bool,
    /// It ends with so many bytes of nothing.
    pub(super) is_padded: bool,
    pub(super) sequence: u64,
    pub(super) timestamp: u32,
    pub(super) source: u32,
    pub(super) extensions: Extensions<'p>,
}

/// Values of header extensions, each under the number the receiver gave it.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Extensions<'p> {
    /// How loud it is and whether it is a voice (RFC 6464).
    pub(super) level: Option<(u8, u8)>,
    pub(super) orientation: Option<(u8, u8)>,
    /// The transport-wide number.
    pub(super) number: Option<(u8, u16)>,
    pub(super) mid: Option<(u8, Mid)>,
    pub(super) descriptor: Option<(u8, &'p [u8])>,
}

/// The numbers a receiver gave to extensions of a section.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Numbers {
    pub(super) level: Option<u8>,
    pub(super) orientation: Option<u8>,
    pub(super) transport: Option<u8>,
    pub(super) mid: Option<u8>,
    pub(super) descriptor: Option<u8>,
}

impl Numbers {
    pub(super) fn of(map: &ExtensionMap) -> Self {
        let descriptor = Extension::with_serializer(DEPENDENCY_DESCRIPTOR, DependencyDescriptors);
        Self {
            level: map.id_of(Extension::AudioLevel),
            orientation: map.id_of(Extension::VideoOrientation),
            transport: map.id_of(Extension::TransportSequenceNumber),
            mid: map.id_of(Extension::RtpMid),
            descriptor: map.id_of(descriptor),
        }
    }
}

impl Header<'_> {
    /// Writes it behind what is in `out`.
    pub(super) fn write(&self, out: &mut Vec<u8>) {
        let [.., high, low] = self.sequence.to_be_bytes();
        let start = out.len();
        let mut fixed = [0; 12];
        fixed[0] = 0x80 | (u8::from(self.is_padded) << 5);
        fixed[1] = self.payload_type | (u8::from(self.marker) << 7);
        fixed[2..4].copy_from_slice(&[high, low]);
        fixed[4..8].copy_from_slice(&self.timestamp.to_be_bytes());
        fixed[8..].copy_from_slice(&self.source.to_be_bytes());
        out.extend_from_slice(&fixed);
        if self.extensions.write(out) {
            out[start] |= 0x10;
        }
    }
}

impl Extensions<'_> {
    /// `false` and nothing if there are none.
    fn write(&self, out: &mut Vec<u8>) -> bool {
        let start = out.len();
        let form = if self.are_short() { [0xbe, 0xde] } else { [0x10, 0] };
        let is_short = form[0] == 0xbe;
        out.extend([form[0], form[1], 0, 0]);
        let mut add = |id: u8, value: &[u8]| {
            let Some(value) = value.get(..value.len().min(LONGEST)).filter(|value| id > 0 && !value.is_empty()) else {
                return;
            };
            if is_short {
                out.push((id << 4) | (value.len() as u8 - 1));
            } else {
                out.extend([id, value.len() as u8]);
            }
            out.extend_from_slice(value);
        };
        if let Some((id, level)) = self.level {
            add(id, &[level]);
        }
        if let Some((id, orientation)) = self.orientation {
            add(id, &[orientation]);
        }
        if let Some((id, number)) = self.number {
            add(id, &number.to_be_bytes());
        }
        if let Some((id, mid)) = self.mid {
            add(id, mid.as_str().as_bytes());
        }
        if let Some((id, descriptor)) = self.descriptor {
            add(id, descriptor);
        }
        let values = out.len() - start - 4;
        if values == 0 {
            out.truncate(start);
            return false;
        }
        let padded = values.next_multiple_of(4);
        out.resize(start + 4 + padded, 0);
        let [high, low] = ((padded / 4) as u16).to_be_bytes();
        out[start + 2..start + 4].copy_from_slice(&[high, low]);
        true
    }

    fn are_short(&self) -> bool {
        let ids = [
            self.level.map(|(id, _)| id),
            self.orientation.map(|(id, _)| id),
            self.number.map(|(id, _)| id),
            self.mid.map(|(id, _)| id),
            self.descriptor.map(|(id, _)| id),
        ];
        ids.into_iter().flatten().all(|id| id <= HIGHEST_SHORT)
            && self.descriptor.is_none_or(|(_, descriptor)| descriptor.len() <= LONGEST_SHORT)
    }
}

/// Where the value of an extension begins in a header.
pub(super) fn find(header: &[u8], extension: u8) -> Option<usize> {
    let mut at = 12 + 4 * usize::from(header.first()? & 0x0f);
    if header[0] & 0x10 == 0 {
        return None;
    }
    let is_short = match *header.get(at..)?.first_chunk()? {
        [0xbe, 0xde] => true,
        [0x10, _] => false,
        _ => return None,
    };
    at += 4;
    while let Some(first) = header.get(at) {
        if *first == 0 {
            at += 1;
            continue;
        }
        let (id, from, length) = if is_short {
            (first >> 4, at + 1, usize::from(first & 0x0f) + 1)
        } else {
            (*first, at + 2, usize::from(*header.get(at + 1)?))
        };
        if id == extension {
            return (length >= 2 && from + 2 <= header.len()).then_some(from);
        }
        at = from + length;
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(extensions: Extensions<'_>) -> Vec<u8> {
        let mut out = b"before".to_vec();
        let (marker, is_padded) = (true, false);
        let header =
            Header { payload_type: 96, marker, is_padded, sequence: 0x1_0005, timestamp: 960, source: 7, extensions };
        header.write(&mut out);
        out.split_off(6)
    }

    #[test]
    fn a_header_without_extensions_has_twelve_bytes() {
        assert_eq!(written(Extensions::default()), [0x80, 0xe0, 0, 5, 0, 0, 3, 192, 0, 0, 0, 7]);
    }

    #[test]
    fn extensions_are_found_again_in_both_forms() {
        let mid = Mid::new("v1").expect("it is short");
        let short = Extensions {
            level: Some((1, 0x9e)),
            orientation: Some((13, 3)),
            number: Some((3, 0x0102)),
            mid: Some((4, mid)),
            descriptor: Some((12, &[9; 16])),
        };
        let header = written(short);
        assert_eq!((header[0], &header[12..16]), (0x90, [0xbe, 0xde, 0, 7].as_slice()));
        assert_eq!(header[16..26], [0x10, 0x9e, 0xd0, 3, 0x31, 1, 2, 0x41, b'v', b'1']);
        assert_eq!((find(&header, 3), find(&header, 4), find(&header, 5)), (Some(21), Some(24), None));
        let long = written(Extensions { descriptor: Some((12, &[9; 40])), ..short });
        assert_eq!(long[12..14], [0x10, 0]);
        assert_eq!(find(&long, 3).map(|at| long[at..at + 2].to_vec()), Some(vec![1, 2]));
        assert_eq!(find(&long, 12).map(|at| long[at..at + 40].to_vec()), Some(vec![9; 40]));
        assert!(long.len().is_multiple_of(4) && header.len().is_multiple_of(4));
        let high = written(Extensions { number: Some((15, 9)), ..Extensions::default() });
        assert_eq!(high[12..], [0x10, 0, 0, 1, 15, 2, 0, 9]);
    }

    #[test]
    fn of_what_is_cut_nothing_is_found() {
        let header = written(Extensions { number: Some((3, 9)), ..Extensions::default() });
        for length in 0..header.len() - 1 {
            assert_eq!(find(&header[..length], 3), None, "{length} bytes");
        }
    }
}
