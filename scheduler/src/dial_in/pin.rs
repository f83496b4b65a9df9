use domain::Private;
use protocol::token::TokenKey;

/// Ten digits: of a hundred thousand bookings to come, one guess in a hundred thousand hits one.
const DIGITS: usize = 10;
const NUMBERS: u64 = 10_u64.pow(10);

/// The PIN that belongs to what was drawn.
pub(super) fn of(key: &TokenKey, drawn: &[u8; 32]) -> Private<String> {
    let derived = key.derive("dial-in pin", drawn);
    let [a, b, c, d, e, f, g, h, ..] = derived;
    // That some numbers are likelier by one in a thousand million helps nobody.
    let number = u64::from_be_bytes([a, b, c, d, e, f, g, h]) % NUMBERS;
    Private::new(format!("{number:0DIGITS$}"))
}

/// By what a PIN is found. Without the key all of them could be tried in an hour.
pub(super) fn look_up(key: &TokenKey, pin: &str) -> [u8; 32] {
    key.derive("dial-in look-up", pin.as_bytes())
}

/// What somebody typed, if it could be a PIN.
pub(super) fn read(typed: &str) -> Option<String> {
    let typed = typed.strip_suffix('#').unwrap_or(typed);
    let digits: String = typed.chars().filter(|letter| *letter != ' ').collect();
    (digits.len() == DIGITS && digits.bytes().all(|digit| digit.is_ascii_digit())).then_some(digits)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    fn key(text: &str) -> TokenKey {
        TokenKey::new("k", text.repeat(32)).expect("long enough")
    }

    #[test]
    fn pins_have_ten_digits_and_neighbours_in_what_was_drawn_have_nothing_in_common() {
        let pins: BTreeSet<String> = (0..=255).map(|drawn| of(&key("a"), &[drawn; 32]).into_inner()).collect();
        assert_eq!(pins.len(), 256);
        assert!(pins.iter().all(|pin| read(pin).as_ref() == Some(pin)));
        // Were they in order, or near each other, the first digits would not be all of them.
        let first: BTreeSet<_> = pins.iter().map(|pin| &pin[..1]).collect();
        assert_eq!(first.len(), 10);
    }

    #[test]
    fn another_key_makes_and_finds_others() {
        assert_ne!(of(&key("a"), &[7; 32]), of(&key("b"), &[7; 32]));
        assert_ne!(look_up(&key("a"), "0123456789"), look_up(&key("b"), "0123456789"));
    }

    #[test]
    fn what_is_typed_is_read_as_people_type_it() {
        assert_eq!(read("012 345 6789#").as_deref(), Some("0123456789"));
        for typed in ["", "#", "012345678", "01234567890", "012345678a", "0123456789##", "٠١٢٣٤٥٦٧٨٩"] {
            assert_eq!(read(typed), None, "{typed}");
        }
    }
}
