/// Reads numbers of any length, first bit first.
pub(super) struct Bits<'a> {
    bytes: &'a [u8],
    at: usize,
}

impl<'a> Bits<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Self { bytes, at: 0 }
    }

    /// A flag; `None` behind the end.
    pub(super) fn flag(&mut self) -> Option<bool> {
        let byte = self.bytes.get(self.at / 8)?;
        let bit = byte >> (7 - self.at % 8) & 1;
        self.at += 1;
        Some(bit == 1)
    }

    /// A number of up to 32 bits.
    pub(super) fn number(&mut self, bits: u32) -> Option<u32> {
        (0..bits).try_fold(0, |number, _| Some(number << 1 | u32::from(self.flag()?)))
    }

    /// A number of up to seven bits.
    pub(super) fn small(&mut self, bits: u32) -> Option<u8> {
        u8::try_from(self.number(bits)?).ok()
    }

    /// A number below `bound`, which has no need of whole bits (the AV1 specification, 4.10.7).
    pub(super) fn below(&mut self, bound: u8) -> Option<u8> {
        let width = bound.checked_ilog2()? + 1;
        let short = (1_u32 << width) - u32::from(bound);
        let number = self.number(width - 1)?;
        let number = if number < short { number } else { (number << 1) - short + u32::from(self.flag()?) };
        u8::try_from(number).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_read_bit_by_bit_and_not_behind_the_end() {
        let mut bits = Bits::new(&[0b1010_0110, 0b1000_0000]);
        assert_eq!((bits.flag(), bits.number(3), bits.number(5)), (Some(true), Some(2), Some(0b01101)));
        assert_eq!(bits.number(8), None);
        assert_eq!(Bits::new(&[0xff; 4]).number(32), Some(u32::MAX));
        assert_eq!(Bits::new(&[]).flag(), None);
    }

    #[test]
    fn a_number_below_a_bound_takes_fewer_bits_if_it_is_small() {
        // Below five: 00, 01, 10, 110, 111.
        let mut bits = Bits::new(&[0b0001_1011, 0b0111_0000]);
        let read: Vec<Option<u8>> = (0..5).map(|_| bits.below(5)).collect();
        assert_eq!(read, [Some(0), Some(1), Some(2), Some(3), Some(4)]);
        assert_eq!(Bits::new(&[0]).below(1), Some(0), "needs none");
        assert_eq!(Bits::new(&[0]).below(0), None, "there is none");
    }
}
