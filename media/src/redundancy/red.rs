//! Sound that brings earlier sound along (RED, RFC 2198).

/// How far back a repeated block may reach: 14 bits, a third of a second of Opus.
pub(super) const FARTHEST_TICKS: u32 = (1 << 14) - 1;
/// The longest repeated block: 10 bits.
pub(super) const LONGEST_REPEATED: usize = (1 << 10) - 1;
/// More repeated blocks than this nobody sends; whoever does is not read.
const MOST_REPEATED: usize = 8;
/// Header of a repeated block, and of the last one.
const REPEATED_HEADER: usize = 4;
const LAST_HEADER: usize = 1;
/// Another header follows.
const FOLLOWED: u8 = 0x80;

/// A piece of sound, as the payload of a packet of its own would be.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Block<'a> {
    pub(super) payload_type: u8,
    /// How much earlier than the packet's own piece, in ticks; 0 for that one itself.
    pub(super) ticks_before: u32,
    pub(super) content: &'a [u8],
}

/// The pieces of a packet, its own one last; `None` if it cannot be read.
pub(super) fn read(payload: &[u8]) -> Option<Vec<Block<'_>>> {
    let (mut headers, mut repeated) = (payload, Vec::new());
    let last = loop {
        let first = *headers.first()?;
        if first & FOLLOWED == 0 {
            break first;
        }
        let ([first, high, middle, low], rest) = headers.split_first_chunk::<REPEATED_HEADER>()?;
        if repeated.len() == MOST_REPEATED {
            return None;
        }
        let ticks_before = u32::from(*high) << 6 | u32::from(middle >> 2);
        let length = usize::from(u16::from_be_bytes([middle & 3, *low]));
        repeated.push((first & !FOLLOWED, ticks_before, length));
        headers = rest;
    };
    let mut contents = &headers[LAST_HEADER..];
    let mut blocks = Vec::with_capacity(repeated.len() + 1);
    for (payload_type, ticks_before, length) in repeated {
        let (content, rest) = contents.split_at_checked(length)?;
        blocks.push(Block { payload_type, ticks_before, content });
        contents = rest;
    }
    blocks.push(Block { payload_type: last, ticks_before: 0, content: contents });
    Some(blocks)
}

/// What a packet with these repeated pieces and its own takes.
pub(super) fn length(repeated: &[Block<'_>], own: &Block<'_>) -> usize {
    let each = |block: &Block<'_>| REPEATED_HEADER + block.content.len();
    repeated.iter().map(each).sum::<usize>() + LAST_HEADER + own.content.len()
}

/// A packet with these repeated pieces, oldest first, and its own. Those that do not fit into the
/// fields of a header are left out.
pub(super) fn write(repeated: &[Block<'_>], own: &Block<'_>) -> Vec<u8> {
    let mut payload = Vec::with_capacity(length(repeated, own));
    let fits = |block: &&Block<'_>| block.ticks_before <= FARTHEST_TICKS && block.content.len() <= LONGEST_REPEATED;
    for block in repeated.iter().filter(fits) {
        let length = u32::try_from(block.content.len()).expect("it fits into ten bits");
        let [_, high, middle, low] = (block.ticks_before << 10 | length).to_be_bytes();
        payload.extend([FOLLOWED | block.payload_type, high, middle, low]);
    }
    payload.push(own.payload_type & !FOLLOWED);
    repeated.iter().filter(fits).for_each(|block| payload.extend(block.content));
    payload.extend(own.content);
    payload
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn block(ticks_before: u32, content: &[u8]) -> Block<'_> {
        Block { payload_type: 111, ticks_before, content }
    }

    #[test]
    fn what_a_browser_sends_is_read() {
        // One repeated block, 960 ticks before, three bytes; then two bytes of its own.
        let payload = [0x80 | 111, 0x0f, 0x00, 3, 111, 1, 2, 3, 8, 9];
        assert_eq!(read(&payload), Some(vec![block(960, &[1, 2, 3]), block(0, &[8, 9])]));
        assert_eq!(read(&[111, 8, 9]), Some(vec![block(0, &[8, 9])]), "nothing is repeated");
        assert_eq!(read(&[111]), Some(vec![block(0, &[])]), "silence");
        assert_eq!(write(&[block(960, &[1, 2, 3])], &block(0, &[8, 9])), payload);
    }

    #[test]
    fn what_is_cut_off_or_piled_up_is_refused() {
        assert_eq!(read(&[]), None);
        assert_eq!(read(&[0x80 | 111, 0x0f, 0x00, 3, 111, 1, 2]), None, "longer than the packet");
        assert_eq!(read(&[0x80 | 111, 0x0f, 0x00]), None, "half a header");
        assert_eq!(read(&[0x80 | 111, 0x0f, 0x00, 0]), None, "no last header");
        let piled = |count: usize| [[0x80 | 111, 0, 4, 0].repeat(count), vec![111]].concat();
        assert!(read(&piled(MOST_REPEATED)).is_some());
        assert_eq!(read(&piled(MOST_REPEATED + 1)), None);
    }

    #[test]
    fn what_does_not_fit_into_a_header_is_left_out() {
        let long = [7; LONGEST_REPEATED + 1];
        let repeated = [block(FARTHEST_TICKS + 1, &[1]), block(FARTHEST_TICKS, &[2]), block(960, &long)];
        let written = write(&repeated, &block(0, &[9]));
        assert_eq!(read(&written), Some(vec![block(FARTHEST_TICKS, &[2]), block(0, &[9])]));
        let longest = write(&[block(1, &long[1..])], &block(0, &[]));
        assert_eq!(read(&longest).map(|blocks| blocks[0].content.len()), Some(LONGEST_REPEATED));
    }

    proptest! {
        #[test]
        fn what_was_read_is_written_as_it_was(payload in prop::collection::vec(any::<u8>(), 0..200)) {
            if let Some(blocks) = read(&payload) {
                let (own, repeated) = blocks.split_last().expect("its own is always there");
                prop_assert_eq!(length(repeated, own), payload.len());
                prop_assert_eq!(write(repeated, own), payload);
            }
        }
    }
}
