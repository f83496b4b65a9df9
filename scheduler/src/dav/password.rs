//! The passwords that calendar programs get: drawn, never chosen, and easy to type on a telephone.

use domain::Private;

use crate::Randomness;
use crate::secret::{self, Secret};

/// Letters and digits that are not taken for each other: 32 of them, five bits each.
const LETTERS: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";
/// Groups of as many letters: 125 bits in all.
const GROUPS: usize = 5;
/// The longest that is looked at, in bytes; hyphens and blanks included.
const LONGEST: usize = 64;

/// Draws one.
pub(crate) fn draw(randomness: &dyn Randomness) -> Secret {
    let mut drawn = [0; GROUPS * GROUPS];
    randomness.fill(&mut drawn);
    let letters: Vec<char> = drawn.iter().map(|byte| char::from(LETTERS[usize::from(byte % 32)])).collect();
    let groups: Vec<String> = letters.chunks(GROUPS).map(|group| group.iter().collect()).collect();
    let text = groups.join("-");
    Secret { hash: hash(&text).expect("it is short"), text: Private::new(text) }
}

/// The hash of what somebody typed, with or without hyphens, in small or large letters.
pub(crate) fn hash(typed: &str) -> Option<[u8; 32]> {
    (typed.len() <= LONGEST).then(|| {
        let plain: String =
            typed.chars().filter(|c| *c != '-' && !c.is_whitespace()).map(|c| c.to_ascii_lowercase()).collect();
        secret::hash(&plain)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SystemRandomness;

    #[test]
    fn a_password_is_found_again_however_it_is_typed() {
        let (one, other) = (draw(&SystemRandomness), draw(&SystemRandomness));
        assert_ne!(one.hash, other.hash);
        let text = one.text.expose();
        assert_eq!(text.len(), 29);
        for typed in [text.clone(), text.replace('-', " "), text.replace('-', "").to_uppercase(), format!(" {text}\n")]
        {
            assert_eq!(hash(&typed), Some(one.hash), "{typed}");
        }
        assert_eq!(hash(&"a".repeat(65)), None);
    }
}
