//! Which quarters of an hour are taken, a bit for each: for searches that look at years of hundreds of rooms.

/// The length of a quarter of an hour, seconds. They begin at full quarters UTC.
pub(super) const QUARTER: i64 = 900;
const BITS: i64 = u64::BITS as i64;
/// How many are known from the first one on: six years, 26 KiB. What is held later has no bits.
const MOST: i64 = 6 * 366 * 96;

/// A quarter that is touched at all is taken.
#[derive(Clone, Debug)]
pub(super) struct Quarters {
    /// The quarter of the first bit, since 1970.
    first: i64,
    /// As long as is needed for the last that is taken.
    words: Vec<u64>,
}

impl Quarters {
    /// None is taken; knows those from this second on.
    pub(super) fn since(second: i64) -> Self {
        Self { first: second.div_euclid(QUARTER), words: Vec::new() }
    }

    /// The seconds that a span takes of whole quarters.
    pub(super) fn outwards(start: i64, end: i64) -> (i64, i64) {
        (start.div_euclid(QUARTER) * QUARTER, (end + QUARTER - 1).div_euclid(QUARTER) * QUARTER)
    }

    /// Takes what a span touches, in seconds since 1970.
    pub(super) fn take(&mut self, start: i64, end: i64) {
        let last = self.places(start, end).last().map_or(0, |(place, _)| place + 1);
        self.words.resize(last.max(self.words.len()), 0);
        self.places(start, end).for_each(|(place, mask)| self.words[place] |= mask);
    }

    /// Gives back what a span touches; whoever shares a quarter with it has to take it again.
    pub(super) fn free(&mut self, start: i64, end: i64) {
        for (place, mask) in self.places(start, end) {
            if let Some(word) = self.words.get_mut(place) {
                *word &= !mask;
            }
        }
    }

    /// So many quarters (up to 64) from this second on, the first one lowest; none if they do not begin with a full quarter,
    /// or not all of them are known.
    pub(super) fn from(&self, second: i64, count: u32) -> Option<u64> {
        let bit = second.div_euclid(QUARTER) - self.first;
        if second.rem_euclid(QUARTER) != 0 || bit < 0 || bit + i64::from(count) > MOST {
            return None;
        }
        let (place, shift) = (usize::try_from(bit / BITS).ok()?, (bit % BITS) as u32);
        let word = |place: usize| self.words.get(place).copied().unwrap_or(0);
        let high = if shift == 0 { 0 } else { word(place + 1) << (u64::BITS - shift) };
        Some((word(place) >> shift | high) & below(count))
    }

    /// About how much memory it has, in bytes.
    pub(super) fn bytes(&self) -> usize {
        self.words.capacity() * size_of::<u64>()
    }

    /// The words a span lies in, each with the bits that it touches.
    fn places(&self, start: i64, end: i64) -> impl Iterator<Item = (usize, u64)> + use<> {
        let (start, end) = Self::outwards(start, end);
        let place = |second: i64| (second / QUARTER - self.first).clamp(0, MOST);
        let (from, until) = (place(start), place(end));
        let words = if from < until { from / BITS..(until + BITS - 1) / BITS } else { 0..0 };
        words.filter_map(move |word| {
            let bits = (from - word * BITS).max(0) as u32..(until - word * BITS).min(BITS) as u32;
            Some((usize::try_from(word).ok()?, below(bits.end) & !below(bits.start)))
        })
    }
}

/// So many bits, from the lowest on.
pub(super) fn below(bits: u32) -> u64 {
    if bits >= u64::BITS { u64::MAX } else { (1 << bits) - 1 }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_it_does_not_know_it_does_not_answer() {
        let mut quarters = Quarters::since(10 * QUARTER + 1);
        quarters.take(0, 11 * QUARTER);
        assert_eq!(quarters.from(10 * QUARTER, 3), Some(0b001), "only what it knows of the span");
        assert_eq!(quarters.from(9 * QUARTER, 3), None, "earlier");
        assert_eq!(quarters.from(10 * QUARTER + 60, 3), None, "within a quarter");
        let last = (10 + MOST) * QUARTER;
        quarters.take(last - 1, last + QUARTER);
        assert_eq!(quarters.from(last - 64 * QUARTER, 64), Some(1 << 63));
        assert_eq!(quarters.from(last - 63 * QUARTER, 64), None, "later");
        assert!(quarters.bytes() < 27_000, "{}", quarters.bytes());
    }
}
