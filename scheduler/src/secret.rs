use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::Private;
use sha2::{Digest as _, Sha256};

use crate::Randomness;

/// Sessions, API tokens and set-up links: 256 bits.
pub(crate) const SESSION_BYTES: usize = 32;
/// Guests' links and waiting tickets: 128 bits.
pub(crate) const LINK_BYTES: usize = 16;

/// A drawn secret: the text goes out once, the hash is stored.
pub(crate) struct Secret {
    pub(crate) text: Private<String>,
    pub(crate) hash: [u8; 32],
}

impl Secret {
    /// Draws a new one.
    pub(crate) fn draw(randomness: &dyn Randomness, bytes: usize) -> Self {
        let mut drawn = vec![0; bytes];
        randomness.fill(&mut drawn);
        let text = URL_SAFE_NO_PAD.encode(drawn);
        Self { hash: hash(&text), text: Private::new(text) }
    }
}

/// What is stored of a secret. A plain hash is enough: nobody guesses 128 random bits.
pub(crate) fn hash(text: &str) -> [u8; 32] {
    Sha256::digest(text.as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SystemRandomness;

    #[test]
    fn secrets_differ_and_their_hash_is_found_again() {
        let (one, other) = (Secret::draw(&SystemRandomness, LINK_BYTES), Secret::draw(&SystemRandomness, LINK_BYTES));
        assert_ne!(one.hash, other.hash);
        assert_eq!(one.text.expose().len(), 22);
        assert_eq!(hash(one.text.expose()), one.hash);
    }
}
