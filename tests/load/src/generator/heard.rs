//! What a listener hears on a bad line: which pieces of sound were there in time.

use std::collections::HashMap;

/// A piece that comes this much later than the quickest is not heard: as much as a browser's
/// buffer grows to on a line that loses one packet in ten.
const BUFFER_TICKS: u32 = 120 * 48;
/// The last pieces may still be on their way.
const UNDER_WAY: u32 = 25;
/// Where number and moment stand in a piece.
const NUMBER_AT: usize = 40;
/// Length of the header of a repeated block, and of the last one (RFC 2198, 3).
const REPEATED_HEADER: usize = 4;
/// What its 14 bits can say.
const MOST_TICKS_APART: u32 = (1 << 14) - 1;

/// Pieces of sound by number, with how long they took.
#[derive(Debug, Default)]
pub struct Heard {
    delays: HashMap<u32, u32>,
}

/// A piece of sound that can be told apart.
pub fn piece(number: u32, ticks: u32, bytes: usize) -> Vec<u8> {
    let mut piece = vec![0; bytes];
    piece[NUMBER_AT..NUMBER_AT + 4].copy_from_slice(&number.to_be_bytes());
    piece[NUMBER_AT + 4..NUMBER_AT + 8].copy_from_slice(&ticks.to_be_bytes());
    piece
}

/// A packet with a piece and the one before it.
pub fn redundant(payload_type: u8, before: &[u8], piece: &[u8]) -> Vec<u8> {
    let ticks = |piece: &[u8]| piece.get(NUMBER_AT + 4..).and_then(|from| from.first_chunk()).copied();
    let apart = ticks(piece)
        .zip(ticks(before))
        .map(|(now, then)| u32::from_be_bytes(now).wrapping_sub(u32::from_be_bytes(then)).min(MOST_TICKS_APART));
    // How much earlier in 14 bits, then the length in 10.
    let length = u32::try_from(before.len()).expect("a piece is short");
    let header = (apart.unwrap_or_default() << 10) | length;
    let [_, high, middle, low] = header.to_be_bytes();
    let mut packet = vec![0x80 | payload_type, high, middle, low, payload_type];
    packet.extend(before);
    packet.extend(piece);
    packet
}

impl Heard {
    /// A packet arrived, with a piece and any number of earlier ones before it.
    pub fn packet(&mut self, payload: &[u8], ticks: u32) {
        let (mut headers, mut lengths) = (payload, Vec::new());
        while let Some(([0x80..=0xff, _, high, low], rest)) = headers.split_first_chunk::<REPEATED_HEADER>() {
            lengths.push(usize::from(u16::from_be_bytes([high & 3, *low])));
            headers = rest;
        }
        let mut blocks = headers.get(1..).unwrap_or_default();
        for length in lengths {
            let Some((before, rest)) = blocks.split_at_checked(length) else { return };
            self.piece(before, ticks);
            blocks = rest;
        }
        self.piece(blocks, ticks);
    }

    fn piece(&mut self, piece: &[u8], ticks: u32) {
        let number = |at: usize| Some(u32::from_be_bytes(piece.get(at..at + 4)?.try_into().ok()?));
        if let (Some(number), Some(sent)) = (number(NUMBER_AT), number(NUMBER_AT + 4)) {
            // Number 0 stands in for what was before the first one.
            if number > 0 {
                self.delays.entry(number).or_insert((ticks.wrapping_sub(sent) as i32).max(0) as u32);
            }
        }
    }

    /// Forgets what was.
    pub fn open_window(&mut self) {
        self.delays.clear();
    }

    /// Pieces that had to be made up, and all.
    pub fn concealed(&self) -> (u64, u64) {
        let quickest = self.delays.values().min().copied().unwrap_or(0);
        let (Some(first), Some(last)) = (self.delays.keys().min(), self.delays.keys().max()) else { return (0, 0) };
        let numbers = *first..last.saturating_sub(UNDER_WAY).max(*first);
        let all = u64::from(numbers.end - numbers.start);
        let in_time = |number: &u32| self.delays.get(number).is_some_and(|delay| *delay <= quickest + BUFFER_TICKS);
        (numbers.filter(|number| !in_time(number)).count() as u64, all)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn hear(lost: &[u32], late: &[u32]) -> (u64, u64) {
        let mut heard = Heard::default();
        let mut before = piece(0, 0, 80);
        for number in 1..=125 {
            let now = piece(number, number * 960, 80);
            let delay = if late.contains(&number) { BUFFER_TICKS + 49 } else { 48 };
            if !lost.contains(&number) {
                heard.packet(&redundant(111, &before, &now), number * 960 + delay);
            }
            before = now;
        }
        heard.concealed()
    }

    #[test]
    fn one_lost_packet_is_in_the_next_and_two_in_a_row_leave_a_hole() {
        assert_eq!(hear(&[], &[]), (0, 99));
        assert_eq!(hear(&[50], &[]), (0, 99));
        assert_eq!(hear(&[50, 51], &[]), (1, 99));
    }

    #[test]
    fn of_three_pieces_in_a_packet_all_are_heard() {
        let [first, second, third] = [1, 2, 3].map(|number| piece(number, number * 960, 80));
        let mut packet = redundant(111, &second, &third);
        // Two pieces back: 1,920 ticks, and the length.
        let [_, high, middle, low] = ((1_920_u32 << 10) | 80).to_be_bytes();
        packet.splice(0..0, [0x80 | 111, high, middle, low]);
        packet.splice(9..9, first);
        let mut heard = Heard::default();
        heard.packet(&packet, 4 * 960);
        assert_eq!(heard.delays, HashMap::from([(1, 3 * 960), (2, 2 * 960), (3, 960)]));
    }

    #[test]
    fn what_comes_too_late_was_not_heard() {
        // The earlier one of the late packet's pieces was there before.
        assert_eq!(hear(&[], &[70]), (1, 99));
    }
}
