//! Keeps what is stored unreadable for everybody who has the database alone: AES-256-GCM.

use aws_lc_rs::aead::{AES_256_GCM, Aad, LessSafeKey, NONCE_LEN, Nonce, UnboundKey};

use crate::Randomness;

/// The nonce, then the sealed text with its tag. `context` must be the same to open it again.
pub(super) fn seal(key: &[u8; 32], randomness: &dyn Randomness, context: &[u8], mut text: Vec<u8>) -> Vec<u8> {
    let mut nonce = [0; NONCE_LEN];
    randomness.fill(&mut nonce);
    cipher(key)
        .seal_in_place_append_tag(Nonce::assume_unique_for_key(nonce), Aad::from(context), &mut text)
        .expect("an answer is far shorter than the cipher's limit");
    [nonce.as_slice(), &text].concat()
}

/// The text, unless key or context is another or something was changed.
pub(super) fn open(key: &[u8; 32], context: &[u8], mut sealed: Vec<u8>) -> Option<Vec<u8>> {
    let (nonce, text) = sealed.split_at_mut_checked(NONCE_LEN)?;
    let nonce = Nonce::try_assume_unique_for_key(nonce).ok()?;
    cipher(key).open_in_place(nonce, Aad::from(context), text).ok().map(|text| text.to_vec())
}

fn cipher(key: &[u8; 32]) -> LessSafeKey {
    LessSafeKey::new(UnboundKey::new(&AES_256_GCM, key).expect("the key has 32 bytes"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SystemRandomness;

    #[test]
    fn only_the_same_key_and_context_open_it() {
        let sealed = seal(&[1; 32], &SystemRandomness, b"context", b"a guest's link".to_vec());
        assert_eq!(open(&[1; 32], b"context", sealed.clone()).as_deref(), Some(b"a guest's link".as_slice()));
        assert_eq!(open(&[2; 32], b"context", sealed.clone()), None);
        assert_eq!(open(&[1; 32], b"another", sealed.clone()), None);
        assert_eq!(open(&[1; 32], b"context", sealed[..10].to_vec()), None);
        let mut changed = sealed;
        *changed.last_mut().expect("not empty") ^= 1;
        assert_eq!(open(&[1; 32], b"context", changed), None);
    }
}
