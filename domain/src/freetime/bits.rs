use std::ops::Range;

const WORD: usize = u64::BITS as usize;

/// A set of slots.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Slots {
    words: Vec<u64>,
    slots: usize,
}

impl Slots {
    /// None of so many.
    pub fn none(slots: usize) -> Self {
        Self { words: vec![0; slots.div_ceil(WORD)], slots }
    }

    /// Adds these; those beyond the last are left out.
    pub fn set(&mut self, slots: Range<usize>) {
        self.each_word(slots, |word, mask| *word |= mask);
    }

    /// Is this one in it?
    pub fn has(&self, slot: usize) -> bool {
        slot < self.slots && self.words[slot / WORD] >> (slot % WORD) & 1 == 1
    }

    /// All that are in it, ascending.
    pub fn iter(&self) -> impl Iterator<Item = usize> + '_ {
        self.words.iter().enumerate().flat_map(|(place, word)| {
            let mut rest = *word;
            std::iter::from_fn(move || {
                let bit = (rest != 0).then(|| rest.trailing_zeros() as usize)?;
                rest &= rest - 1;
                Some(place * WORD + bit)
            })
        })
    }

    /// Where, among what is not in it, so many slots in a row begin. Doubles the length it knows of in
    /// each step: an hour takes four.
    pub fn beginnings(&self, length: usize) -> Self {
        let mut free = Self { words: self.words.iter().map(|word| !word).collect(), slots: self.slots };
        free.cut();
        if length == 0 || length > self.slots {
            return Self::none(self.slots);
        }
        let mut known = 1;
        while known < length {
            let step = known.min(length - known);
            free.keep_with(step);
            known += step;
        }
        free
    }

    /// Keeps those so many slots before another one.
    fn keep_with(&mut self, step: usize) {
        // Words to the right are always still those of before.
        if (1..WORD).contains(&step) {
            for place in 1..self.words.len() {
                self.words[place - 1] &= self.words[place - 1] >> step | self.words[place] << (WORD - step);
            }
            if let Some(last) = self.words.last_mut() {
                *last &= *last >> step;
            }
            return;
        }
        for place in 0..self.words.len() {
            self.words[place] &= self.shifted(place, step);
        }
    }

    /// The word at this place of the set moved down by so many slots.
    fn shifted(&self, place: usize, by: usize) -> u64 {
        let (words, bits) = (by / WORD, by % WORD);
        let word = |place: usize| self.words.get(place).copied().unwrap_or(0);
        let low = word(place + words) >> bits;
        if bits == 0 { low } else { low | word(place + words + 1) << (WORD - bits) }
    }

    /// Nothing lies beyond the last slot.
    fn cut(&mut self) {
        if let Some(last) = self.words.last_mut().filter(|_| !self.slots.is_multiple_of(WORD)) {
            *last &= (1 << (self.slots % WORD)) - 1;
        }
    }

    fn each_word(&mut self, slots: Range<usize>, change: impl Fn(&mut u64, u64)) {
        let end = slots.end.min(self.slots);
        masks(slots.start..end).for_each(|(place, mask)| change(&mut self.words[place], mask));
    }
}

/// The words a range lies in, each with the bits that belong to it.
fn masks(slots: Range<usize>) -> impl Iterator<Item = (usize, u64)> {
    let words = if slots.is_empty() { 0..0 } else { slots.start / WORD..slots.end.div_ceil(WORD) };
    words.map(move |place| {
        let from = slots.start.saturating_sub(place * WORD);
        let until = (slots.end - place * WORD).min(WORD);
        let below = if until == WORD { u64::MAX } else { (1 << until) - 1 };
        (place, below & (u64::MAX << from))
    })
}
