//! Numbers that the library and we give in turn. Packets to a receiver are numbered across all its
//! streams (transport-wide), and so are the repeats of a stream. The library counts its own and
//! knows of no others; so what it writes is renumbered where it is sealed. What receivers report
//! of arrivals is ours alone to read: the library is told of none. Both happen in the ciphers,
//! which are wrapped (see `replay` and `sealing`): before a packet is sealed and after a report was
//! opened.

use std::cell::RefCell;

use super::feedback::{self, Kind};
use super::header::find;
use super::sealing::mix;

/// Media with more header than this does not exist.
const LONGEST_HEADER: usize = 512;

thread_local! {
    /// The numbering of the connection that is being called.
    static DESK: RefCell<Option<Box<Numbering>>> = const { RefCell::new(None) };
}

/// Lets the library act, with the numbering within reach of the ciphers.
pub(super) fn lend<T>(numbering: &mut Option<Box<Numbering>>, act: impl FnOnce() -> T) -> T {
    DESK.set(numbering.take());
    let outcome = act();
    *numbering = DESK.take();
    outcome
}

/// Seals a packet of the library's, under other numbers if need be.
pub(super) fn renumbered<T>(nonce: &[u8; 12], header: &[u8], seal: impl FnOnce(&[u8; 12], &[u8]) -> T) -> T {
    DESK.with_borrow_mut(|desk| {
        if let Some(desk) = desk
            && desk.renumber(nonce, header)
        {
            return seal(&desk.nonce, &desk.header);
        }
        seal(nonce, header)
    })
}

/// A report was opened: the first eight bytes, and what follows, which the library reads next.
pub(super) fn opened(first: &[u8], content: &mut [u8]) {
    DESK.with_borrow_mut(|desk| {
        if let Some(desk) = desk {
            desk.read(first, content);
        }
    });
}

/// Of one connection.
#[derive(Default)]
pub(super) struct Numbering {
    /// The extension with the transport-wide number; 0: none.
    extension: u8,
    /// The next of these, once the library has given one. Never wraps.
    next: Option<u64>,
    /// How many of them were ours.
    ahead: u16,
    repeats: Vec<Repeats>,
    /// The report that was opened last.
    pub(super) report: Vec<u8>,
    nonce: [u8; 12],
    header: Vec<u8>,
    /// Where the packet sealed last has another number than the library wrote.
    changed: Vec<(usize, [u8; 2])>,
}

/// The repeats of one stream, which have a source of their own.
struct Repeats {
    source: u32,
    /// The next number; 0 if none was given.
    next: u64,
    /// The library's last one.
    librarys: Option<u64>,
    /// From the library's numbers to those that are sent, wrapping.
    shift: Option<u64>,
}

impl Numbering {
    /// The extension with the transport-wide number.
    pub(super) fn go_by(&mut self, extension: u8) {
        self.extension = extension;
    }

    /// Before the first repeat of a stream is written.
    pub(super) fn follow(&mut self, source: u32) {
        if self.repeats.iter().all(|known| known.source != source) {
            self.repeats.push(Repeats { source, next: 0, librarys: None, shift: None });
        }
    }

    /// The transport-wide number of a packet of ours.
    pub(super) fn take(&mut self) -> Option<u64> {
        let number = self.next?;
        self.next = Some(number + 1);
        self.ahead = self.ahead.wrapping_add(1);
        Some(number)
    }

    /// The number of a repeat of ours.
    pub(super) fn take_repeat(&mut self, source: u32) -> Option<u64> {
        let repeats = self.repeats.iter_mut().find(|known| known.source == source)?;
        let number = repeats.next.max(1);
        repeats.next = number + 1;
        repeats.shift = repeats.shift.map(|shift| shift.wrapping_add(1));
        Some(number)
    }

    /// The number that ends like this and is nearest to the next one.
    pub(super) fn whole(&self, number: u16) -> u64 {
        let Some(next) = self.next else { return u64::from(number) + (1 << 16) };
        let step = number.wrapping_sub(low(next)).cast_signed();
        next.saturating_add_signed(i64::from(step))
    }

    /// The number of a packet of the library's that leaves.
    pub(super) fn of_packet(&mut self, datagram: &[u8]) -> Option<u64> {
        let at = find(datagram, self.extension)?;
        let number = self.whole(u16::from_be_bytes(*datagram.get(at..)?.first_chunk()?));
        self.next = self.next.max(Some(number + 1));
        Some(number)
    }

    /// Makes the packet sealed last say what it was sealed with.
    pub(super) fn correct(&mut self, datagram: &mut [u8]) {
        for (at, bytes) in self.changed.drain(..) {
            if let Some(place) = datagram.get_mut(at..at + 2) {
                place.copy_from_slice(&bytes);
            }
        }
    }

    /// Whether a packet gets other numbers than the library gave it.
    fn renumber(&mut self, nonce: &[u8; 12], header: &[u8]) -> bool {
        self.changed.clear();
        if header.len() < 12 || header.len() > LONGEST_HEADER || matches!(header[1], 192..=223) {
            return false;
        }
        self.nonce = *nonce;
        let word = |at: usize| u16::from_be_bytes([header[at], header[at + 1]]);
        if let Some(at) = find(header, self.extension) {
            let number = word(at).wrapping_add(self.ahead);
            self.next = Some(self.whole(number) + 1);
            if self.ahead != 0 {
                self.changed.push((at, number.to_be_bytes()));
            }
        }
        let source = u32::from_be_bytes([header[8], header[9], header[10], header[11]]);
        if let Some(repeats) = self.repeats.iter_mut().find(|known| known.source == source) {
            let (librarys, number) = repeats.written(word(2));
            if librarys != number {
                self.nonce = mix(mix(*nonce, source, librarys), source, number);
                let [.., high, low] = number.to_be_bytes();
                self.changed.push((2, [high, low]));
            }
        }
        if self.changed.is_empty() {
            return false;
        }
        self.header.clear();
        self.header.extend_from_slice(header);
        for (at, bytes) in &self.changed {
            self.header[*at..at + 2].copy_from_slice(bytes);
        }
        true
    }

    /// Keeps a report for us; to the library it says nothing of arrivals.
    fn read(&mut self, first: &[u8], content: &mut [u8]) {
        self.report.clear();
        self.report.extend_from_slice(first);
        self.report.extend_from_slice(content);
        for part in feedback::parts(&self.report).filter(|part| part.kind == Kind::Arrivals) {
            // A report on no packets.
            if let Some(place) = content.get_mut(part.at + 6..part.at + 8) {
                place.fill(0);
            }
        }
    }
}

impl Repeats {
    /// The library writes a repeat with this number: the whole number, and the one it gets.
    fn written(&mut self, low: u16) -> (u64, u64) {
        let librarys = match self.librarys {
            Some(last) => {
                let step = low.wrapping_sub(self::low(last));
                last + u64::from(step)
            }
            None => u64::from(low),
        };
        self.librarys = Some(librarys);
        let behind = if self.next == 0 { 0 } else { self.next.wrapping_sub(librarys) };
        let number = librarys.wrapping_add(*self.shift.get_or_insert(behind));
        self.next = number + 1;
        (librarys, number)
    }
}

/// The part of a number that a packet carries.
fn low(number: u64) -> u16 {
    let [.., high, low] = number.to_be_bytes();
    u16::from_be_bytes([high, low])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn header(source: u32, sequence: u16, number: u16) -> Vec<u8> {
        let mut header = vec![0x90, 96];
        header.extend(sequence.to_be_bytes());
        header.extend([0, 0, 0, 1]);
        header.extend(source.to_be_bytes());
        header.extend([0xbe, 0xde, 0, 2, 0x40, 7, 0x31]);
        header.extend(number.to_be_bytes());
        header.extend([0, 0, 0]);
        header
    }

    /// What a packet of the library's is sent as.
    fn sent(numbering: &mut Numbering, source: u32, sequence: u16, number: u16) -> (u16, u16) {
        let mut header = header(source, sequence, number);
        let nonce = mix([0; 12], source, u64::from(sequence));
        if numbering.renumber(&nonce, &header) {
            let sealed = numbering.header.clone();
            numbering.correct(&mut header);
            assert_eq!(header, sealed, "what is sealed is what is sent");
        }
        let word = |at: usize| u16::from_be_bytes([header[at], header[at + 1]]);
        let salt = mix(numbering.nonce, source, u64::from(word(2)));
        assert_eq!(salt, [0; 12], "the nonce goes with the number");
        (word(2), word(19))
    }

    #[test]
    fn no_number_is_given_twice_and_none_left_out() {
        let mut numbering = Numbering { extension: 3, ..Numbering::default() };
        assert_eq!(numbering.take(), None, "the library begins");
        assert_eq!(sent(&mut numbering, 7, 1, 65_534), (1, 65_534));
        let mut taken = || numbering.take().map(low);
        assert_eq!([taken(), taken()], [Some(65_535), Some(0)]);
        assert_eq!(sent(&mut numbering, 7, 2, 65_535), (2, 1));
        let number = numbering.take().expect("it is known");
        assert_eq!((low(number), numbering.whole(0), numbering.whole(65_530)), (2, number - 2, number - 8));
        assert_eq!(sent(&mut numbering, 7, 4, 0), (4, 3));
        assert_eq!(numbering.of_packet(&header(7, 4, 3)), Some(number + 1));
    }

    #[test]
    fn repeats_go_on_where_the_other_stopped() {
        let mut numbering = Numbering { extension: 3, ..Numbering::default() };
        numbering.follow(9);
        assert_eq!(sent(&mut numbering, 9, 500, 0).0, 500);
        assert_eq!([numbering.take_repeat(9), numbering.take_repeat(9)], [Some(501), Some(502)]);
        assert_eq!(sent(&mut numbering, 9, 501, 1).0, 503);
        assert_eq!(numbering.take_repeat(9), Some(504));
        assert_eq!(numbering.take_repeat(8), None, "nobody's");
    }

    #[test]
    fn repeats_of_ours_may_be_the_first() {
        let mut numbering = Numbering { extension: 3, ..Numbering::default() };
        numbering.follow(9);
        assert_eq!([numbering.take_repeat(9), numbering.take_repeat(9)], [Some(1), Some(2)]);
        assert_eq!(sent(&mut numbering, 9, 30_000, 1).0, 3);
        assert_eq!(numbering.take_repeat(9), Some(4));
        assert_eq!(sent(&mut numbering, 9, 30_001, 2).0, 5);
    }

    #[test]
    fn a_report_on_arrivals_is_kept_from_the_library_and_others_are_not() {
        let mut numbering = Numbering { extension: 3, ..Numbering::default() };
        let missing = [0x81, 205, 0, 3, 0, 0, 0, 1, 0, 0, 0, 2, 0, 7, 0, 0];
        let arrivals = [0x8f, 205, 0, 5, 0, 0, 0, 1, 0, 0, 0, 2, 0, 9, 0, 1, 0, 0, 0, 0, 0x20, 1, 4, 0];
        let mut report = [missing.as_slice(), &arrivals].concat();
        let came = report.clone();
        let (first, content) = report.split_at_mut(8);
        numbering.read(first, content);
        assert_eq!(numbering.report, came, "ours is as it came");
        let mut changed = came;
        changed[30..32].fill(0);
        assert_eq!(report, changed);
    }
}
