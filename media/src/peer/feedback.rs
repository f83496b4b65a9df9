//! What receivers say of what they were sent, read from an opened report (RTCP): which packets
//! came and when, and which are missing. Everything else in it is the library's to read.

/// More than this in one report is nothing a receiver could mean.
const MOST_ARRIVALS: usize = 4_096;
/// Up to the first packet described.
const FIXED: usize = 20;
/// Unit of the time from one arrival to the next, in microseconds.
const TICK_US: i64 = 250;
/// Unit of the time a report begins with.
const REFERENCE_US: i64 = 64_000;

/// A part of a compound report.
pub(super) struct Part<'r> {
    /// Where it begins.
    pub(super) at: usize,
    pub(super) kind: Kind,
    pub(super) bytes: &'r [u8],
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    /// Transport-wide feedback (draft-holmer-rmcat-transport-wide-cc-extensions-01, 3.1).
    Arrivals,
    /// Generic negative acknowledgements (RFC 4585, 6.2.1).
    Missing,
    Other,
}

/// The number of a packet and when it came, in microseconds of the receiver's clock; `None`: it
/// did not come yet.
pub(crate) type Arrival = (u16, Option<i64>);

/// The parts of a report, as far as they are whole.
pub(super) fn parts(report: &[u8]) -> impl Iterator<Item = Part<'_>> {
    let mut at = 0;
    std::iter::from_fn(move || {
        let [first, kind, high, low] = *report.get(at..)?.first_chunk()?;
        let length = 4 * (usize::from(u16::from_be_bytes([high, low])) + 1);
        let bytes = report.get(at..at + length)?;
        let kind = match (kind, first & 0x1f) {
            (205, 15) if length >= FIXED => Kind::Arrivals,
            (205, 1) => Kind::Missing,
            _ => Kind::Other,
        };
        let part = Part { at, kind, bytes };
        at += length;
        Some(part)
    })
}

/// The source whose packets are missing, and their numbers.
pub(super) fn missing(part: &[u8]) -> Option<(u32, impl Iterator<Item = u16> + '_)> {
    let source = u32::from_be_bytes(*part.get(8..)?.first_chunk()?);
    let (items, _) = part.get(12..)?.as_chunks::<4>();
    let numbers = items.iter().flat_map(|[high, low, more @ ..]| {
        let first = u16::from_be_bytes([*high, *low]);
        let following = u16::from_be_bytes(*more);
        let others = (0..16).filter(move |bit| following & (1 << bit) != 0);
        std::iter::once(first).chain(others.map(move |bit| first.wrapping_add(bit + 1)))
    });
    Some((source, numbers))
}

/// Reads which packets came and when. Returns the number of the report, which goes up by one each
/// time; `None` if it is not well formed.
pub(super) fn arrivals(part: &[u8], out: &mut Vec<Arrival>) -> Option<u8> {
    out.clear();
    let fixed: &[u8; FIXED] = part.first_chunk()?;
    let base = u16::from_be_bytes([fixed[12], fixed[13]]);
    let count = usize::from(u16::from_be_bytes([fixed[14], fixed[15]]));
    if count > MOST_ARRIVALS {
        return None;
    }
    // Signed, of three bytes.
    let reference = i32::from_be_bytes([fixed[16], fixed[17], fixed[18], 0]) >> 8;
    let mut at = FIXED;
    let mut number = base;
    let mut note = |symbol: u16, out: &mut Vec<Arrival>| {
        if out.len() < count {
            // Until the deltas are read, the symbol stands in for the time.
            out.push((number, matches!(symbol, 1 | 2).then_some(i64::from(symbol))));
            number = number.wrapping_add(1);
        }
    };
    while out.len() < count {
        let chunk = u16::from_be_bytes(*part.get(at..)?.first_chunk()?);
        at += 2;
        match (chunk >> 15, (chunk >> 14) & 1) {
            (0, _) => (0..chunk & 0x1fff).for_each(|_| note((chunk >> 13) & 3, out)),
            (_, 0) => (0..14).for_each(|at| note((chunk >> (13 - at)) & 1, out)),
            _ => (0..7).for_each(|at| note((chunk >> (12 - 2 * at)) & 3, out)),
        }
        // A run of nothing would never end.
        if chunk & 0x9fff == 0 {
            return None;
        }
    }
    let mut time = i64::from(reference) * REFERENCE_US;
    for (_, arrived) in out.iter_mut() {
        let ticks = match arrived {
            None => continue,
            Some(1) => {
                at += 1;
                i64::from(*part.get(at - 1)?)
            }
            Some(_) => {
                at += 2;
                i64::from(i16::from_be_bytes(*part.get(at - 2..)?.first_chunk()?))
            }
        };
        time += ticks * TICK_US;
        *arrived = Some(time);
    }
    Some(fixed[19])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn report(base: u16, count: u16, chunks: &[u16], deltas: &[u8]) -> Vec<u8> {
        let mut bytes = vec![0x8f, 205, 0, 0, 0, 0, 0, 1, 0, 0, 0, 2];
        bytes.extend(base.to_be_bytes());
        bytes.extend(count.to_be_bytes());
        bytes.extend([0, 0, 2, 9]);
        chunks.iter().for_each(|chunk| bytes.extend(chunk.to_be_bytes()));
        bytes.extend(deltas);
        bytes.resize(bytes.len().next_multiple_of(4), 0);
        bytes[3] = u8::try_from(bytes.len() / 4 - 1).expect("it is short");
        bytes
    }

    #[test]
    fn every_kind_of_chunk_is_read() {
        let mut out = Vec::new();
        // A run of two that came, then 0 1 in single bits, then large, none, small in pairs.
        let chunks = [0x2002, 0x9000, 0xc000 | 2 << 12 | 1 << 8];
        assert_eq!(arrivals(&report(65_534, 19, &chunks, &[4, 8, 1, 0xff, 0xfc, 2]), &mut out), Some(9));
        let came: Vec<_> = out.iter().filter_map(|(number, at)| Some((*number, (*at)?))).collect();
        assert_eq!(came, [(65_534, 129_000), (65_535, 131_000), (1, 131_250), (14, 130_250), (16, 130_750)]);
        assert_eq!(out.len(), 19);
    }

    #[test]
    fn what_is_cut_or_endless_is_refused() {
        let mut out = Vec::new();
        let whole = report(7, 3, &[0x2003], &[1, 2, 3]);
        assert!(arrivals(&whole, &mut out).is_some());
        for length in 0..whole.len() - 3 {
            assert!(arrivals(&whole[..length], &mut out).is_none(), "{length} bytes");
        }
        assert!(arrivals(&report(7, 3, &[0, 0, 0], &[]), &mut out).is_none(), "a run of nothing");
        assert!(arrivals(&report(7, 60_000, &[0x3fff; 8], &[]), &mut out).is_none(), "too many");
    }

    #[test]
    fn the_parts_of_a_compound_are_found_and_what_is_missing() {
        let mut compound = vec![0x80, 201, 0, 1, 0, 0, 0, 1];
        compound.extend([0x81, 205, 0, 3, 0, 0, 0, 1, 0, 0, 0, 9, 0xff, 0xff, 0x80, 0x01]);
        compound.extend(report(1, 1, &[0x2001], &[1]));
        compound.extend([0x81, 205, 0, 9]);
        let kinds: Vec<_> = parts(&compound).map(|part| (part.at, part.kind)).collect();
        assert_eq!(kinds, [(0, Kind::Other), (8, Kind::Missing), (24, Kind::Arrivals)]);
        let (source, numbers) = missing(&compound[8..24]).expect("it is whole");
        assert_eq!((source, numbers.collect::<Vec<_>>()), (9, vec![65_535, 0, 15]));
    }
}
