use std::collections::VecDeque;
use std::ops::Range;
use std::sync::Arc;

use super::red::{self, Block, FARTHEST_TICKS, LONGEST_REPEATED};

/// Which of the earlier pieces go along, counted back from the packet's own. One right before it
/// is there at once; the other one is farther away, because losses come in rows.
const GO_ALONG: [usize; 2] = [1, 3];
/// Pieces that are remembered: a few more than go along, for packets that come late.
const MOST_PIECES: usize = 6;
/// A packet does not become longer than this.
const LONGEST: usize = 1_150;
/// A timestamp this far from the others belongs to another stream.
const MOST_TICKS_APART: u32 = 4 * FARTHEST_TICKS;

/// The latest pieces of one stream of sound. Copies nothing: it keeps the packets they came in.
#[derive(Debug, Default)]
pub(super) struct History {
    /// Oldest first.
    pieces: VecDeque<Piece>,
    /// Repeated blocks are what they seem to be. Sound that is encrypted from end to end may go
    /// under the same number; what is read as headers then is none.
    is_understood: bool,
}

#[derive(Debug)]
struct Piece {
    timestamp: u32,
    payload_type: u8,
    packet: Arc<[u8]>,
    at: Range<usize>,
}

impl Piece {
    fn content(&self) -> &[u8] {
        &self.packet[self.at.clone()]
    }
}

impl History {
    /// Remembers a packet; the same with each piece sent three times, if that is possible. `alone`: it
    /// is one piece and nothing else, in the format of this number.
    pub(super) fn thrice(&mut self, timestamp: u32, packet: &Arc<[u8]>, alone: Option<u8>) -> Option<Arc<[u8]>> {
        let blocks = match alone {
            Some(payload_type) => Some(vec![Block { payload_type, ticks_before: 0, content: packet }]),
            None => red::read(packet),
        };
        let Some(blocks) = blocks else {
            self.is_understood = false;
            return None;
        };
        self.is_understood |= alone.is_some();
        self.compare(timestamp, &blocks);
        self.remember(timestamp, packet, &blocks);
        let (own, repeated) = blocks.split_last()?;
        // Who repeats that much by itself knows why.
        if !self.is_understood || repeated.len() >= GO_ALONG.len() {
            return None;
        }
        let mut earlier: Vec<Block<'_>> = self
            .pieces
            .iter()
            .map(|piece| Block {
                payload_type: piece.payload_type,
                ticks_before: timestamp.wrapping_sub(piece.timestamp),
                content: piece.content(),
            })
            .filter(|block| (1..=FARTHEST_TICKS).contains(&block.ticks_before))
            .filter(|block| block.content.len() <= LONGEST_REPEATED)
            .collect();
        // Newest first; where there are not so many, the last ones there are.
        earlier.reverse();
        let last = earlier.len().checked_sub(1)?;
        let mut along: Vec<Block<'_>> = GO_ALONG.iter().map(|back| earlier[(back - 1).min(last)]).collect();
        along.dedup();
        along.reverse();
        let adds = along.len() > repeated.len() && red::length(&along, own) <= LONGEST;
        adds.then(|| Arc::from(red::write(&along, own)))
    }

    /// Whether repeated blocks are as long as what they repeat.
    fn compare(&mut self, timestamp: u32, blocks: &[Block<'_>]) {
        for block in blocks.iter().filter(|block| block.ticks_before > 0) {
            let repeats = timestamp.wrapping_sub(block.ticks_before);
            if let Some(known) = self.pieces.iter().find(|piece| piece.timestamp == repeats) {
                self.is_understood = known.at.len() == block.content.len();
            }
        }
    }

    fn remember(&mut self, timestamp: u32, packet: &Arc<[u8]>, blocks: &[Block<'_>]) {
        let is_elsewhere = |piece: &Piece| {
            let apart = timestamp.wrapping_sub(piece.timestamp).cast_signed();
            apart.unsigned_abs() > MOST_TICKS_APART
        };
        if self.pieces.back().is_some_and(is_elsewhere) {
            self.pieces.clear();
        }
        let mut end = packet.len();
        for block in blocks.iter().rev() {
            let at = end - block.content.len()..end;
            end = at.start;
            let timestamp = timestamp.wrapping_sub(block.ticks_before);
            let later = |piece: &Piece| timestamp.wrapping_sub(piece.timestamp).cast_signed() < 0;
            let place = self.pieces.iter().position(later).unwrap_or(self.pieces.len());
            let is_known = place > 0 && self.pieces[place - 1].timestamp == timestamp;
            if !is_known {
                let packet = Arc::clone(packet);
                self.pieces.insert(place, Piece { timestamp, payload_type: block.payload_type, packet, at });
            }
        }
        while self.pieces.len() > MOST_PIECES {
            self.pieces.pop_front();
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const FRAME: u32 = 960;

    /// As a browser sends it: a piece and the one before it. A piece is its number, some times.
    fn packet(number: u8) -> Arc<[u8]> {
        let before = number.checked_sub(1).map(piece);
        let before = before.as_deref().map(|content| Block { payload_type: 111, ticks_before: FRAME, content });
        Arc::from(red::write(before.as_slice(), &Block { payload_type: 111, ticks_before: 0, content: &piece(number) }))
    }

    fn piece(number: u8) -> Vec<u8> {
        vec![number; 20 + usize::from(number % 3)]
    }

    /// Sends packets of these numbers; which pieces the last one then has.
    fn carried(numbers: &[u8]) -> Vec<(u32, u8)> {
        let mut history = History::default();
        let mut last = None;
        for number in numbers {
            let packet = packet(*number);
            last = Some(history.thrice(u32::from(*number) * FRAME, &packet, None).unwrap_or(packet));
        }
        let last = last.expect("something was sent");
        let blocks = red::read(&last).expect("it is readable");
        assert!(blocks.iter().all(|block| block.content == piece(block.content[0]) && block.payload_type == 111));
        blocks.iter().map(|block| (block.ticks_before / FRAME, block.content[0])).collect()
    }

    #[test]
    fn the_piece_before_and_one_farther_back_go_along() {
        assert_eq!(carried(&[1, 2, 3, 4, 5]), [(3, 2), (1, 4), (0, 5)]);
    }

    #[test]
    fn what_comes_alone_gets_the_same_along() {
        let mut history = History::default();
        let mut last = None;
        for number in 1..6_u8 {
            last = history.thrice(u32::from(number) * FRAME, &Arc::from(piece(number)), Some(111));
        }
        let last = last.expect("three pieces go");
        let blocks = red::read(&last).expect("it is readable");
        assert!(blocks.iter().all(|block| block.content == piece(block.content[0]) && block.payload_type == 111));
        let carried: Vec<_> = blocks.iter().map(|block| (block.ticks_before / FRAME, block.content[0])).collect();
        assert_eq!(carried, [(3, 2), (1, 4), (0, 5)]);
    }

    #[test]
    fn at_the_beginning_what_is_there_goes_along() {
        assert_eq!(carried(&[1]), [(1, 0), (0, 1)], "nothing is known of the stream");
        assert_eq!(carried(&[1, 2]), [(2, 0), (1, 1), (0, 2)]);
    }

    #[test]
    fn what_the_publisher_lost_is_taken_from_what_it_repeated() {
        // 3 never came; 4 brought it along.
        assert_eq!(carried(&[1, 2, 4, 5, 6]), [(3, 3), (1, 5), (0, 6)]);
        // 2 and 3 never came, and 2 is nowhere: the third there is stands in.
        assert_eq!(carried(&[0, 1, 4]), [(4, 0), (1, 3), (0, 4)]);
    }

    #[test]
    fn late_packets_find_their_place() {
        assert_eq!(carried(&[1, 2, 4, 3]), [(3, 0), (1, 2), (0, 3)]);
        assert_eq!(carried(&[1, 2, 4, 3, 5]), [(3, 2), (1, 4), (0, 5)]);
        assert_eq!(carried(&[1, 2, 3, 3]), [(3, 0), (1, 2), (0, 3)], "one that came twice");
    }

    #[test]
    fn pieces_beyond_the_reach_of_a_header_are_left_out() {
        // After silence: 20 frames are more than a third of a second.
        assert_eq!(carried(&[1, 2, 3, 24]), [(1, 23), (0, 24)]);
        assert_eq!(carried(&[1, 2, 3, 18]), [(16, 2), (1, 17), (0, 18)]);
    }

    #[test]
    fn a_stream_that_is_not_what_it_seems_is_left_alone() {
        let mut history = History::default();
        for number in 0..10_u32 {
            // Like headers, but what they announce is not what was there before.
            let cipher: Arc<[u8]> = Arc::from([vec![0x80 | 111, 0x0f, 0x00, number as u8 + 1], vec![111; 60]].concat());
            assert_eq!(history.thrice(number * FRAME, &cipher, None), None);
        }
        let noise: Arc<[u8]> = Arc::from([0xff; 40]);
        assert_eq!(history.thrice(10 * FRAME, &noise, None), None);
    }

    #[test]
    fn another_stream_in_the_same_place_begins_anew() {
        let mut history = History::default();
        for number in 1..5 {
            history.thrice(u32::from(number) * FRAME, &packet(number), None);
        }
        history.thrice(3_000_000_000, &packet(7), None);
        assert_eq!(history.pieces.len(), 2);
    }

    #[test]
    fn timestamps_may_wrap() {
        let mut history = History::default();
        let mut last = None;
        for number in 1..6_u8 {
            last = history.thrice((u32::from(number) * FRAME).wrapping_sub(4 * FRAME), &packet(number), None);
        }
        let blocks = red::read(last.as_deref().expect("each piece goes three times")).expect("it is readable").len();
        assert_eq!(blocks, 3);
    }

    #[test]
    fn a_packet_does_not_become_too_long() {
        let mut history = History::default();
        let mut before: Vec<u8> = Vec::new();
        for number in 0..5_u32 {
            let own = vec![number as u8; 500];
            let repeated = Block { payload_type: 111, ticks_before: FRAME, content: &before };
            let repeated: &[Block<'_>] = if before.is_empty() { &[] } else { &[repeated] };
            let packet = Arc::from(red::write(repeated, &Block { payload_type: 111, ticks_before: 0, content: &own }));
            assert_eq!(history.thrice(number * FRAME, &packet, None), None);
            before = own;
        }
    }

    proptest! {
        #[test]
        fn whatever_comes_its_own_piece_stays_and_memory_is_bounded(
            packets in prop::collection::vec((any::<u32>(), prop::collection::vec(any::<u8>(), 0..60)), 0..40)
        ) {
            let mut history = History::default();
            for (timestamp, payload) in packets {
                let packet: Arc<[u8]> = Arc::from(payload);
                if let Some(more) = history.thrice(timestamp % 20_000, &packet, None) {
                    let own = |packet: &[u8]| red::read(packet).and_then(|blocks| Some(blocks.last()?.content.to_vec()));
                    prop_assert_eq!(own(&more), own(&packet));
                    prop_assert!(more.len() <= LONGEST);
                }
                prop_assert!(history.pieces.len() <= MOST_PIECES);
            }
        }
    }
}
