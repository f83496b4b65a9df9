//! How nodes know each other's words: a seal (HMAC-SHA256, RFC 2104) under the key they share anyway,
//! over what is asked, when, and the body. No token of a client is one.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, Mac as _};
use sha2::{Digest as _, Sha256};

use crate::token::{LEEWAY_SECONDS, TokenKey};

/// The header a seal stands in.
pub const HEADER: &str = "x-rennsteig-seal";

/// The header that says what is in a large body, so that its seal can be looked at before it is read.
pub const DIGEST: &str = "x-rennsteig-digest";

/// What is in a body: SHA-256 in base64url.
pub fn digest(body: &[u8]) -> String {
    URL_SAFE_NO_PAD.encode(Sha256::digest(body))
}

/// Seals a body that is sent at `now` (UTC seconds). `what` says what it is for: method and path, or
/// the seal that it answers.
pub fn seal(key: &TokenKey, what: &str, now: i64, body: &[u8]) -> String {
    format!("{now}.{}", URL_SAFE_NO_PAD.encode(mac(key, what, now, body).finalize().into_bytes()))
}

/// Was this sealed under one of the keys, for this, and at most [`LEEWAY_SECONDS`] from now?
pub fn is_sealed(keys: &[TokenKey], seal: &str, what: &str, now: i64, body: &[u8]) -> bool {
    let Some((at, code)) = seal.split_once('.') else { return false };
    let (Ok(at), Ok(code)) = (at.parse::<i64>(), URL_SAFE_NO_PAD.decode(code)) else { return false };
    now.abs_diff(at) <= LEEWAY_SECONDS && keys.iter().any(|key| mac(key, what, at, body).verify_slice(&code).is_ok())
}

fn mac(key: &TokenKey, what: &str, at: i64, body: &[u8]) -> Hmac<Sha256> {
    // A key of its own, so that nothing else made with the secret is a seal.
    let own = key.derive("seal between nodes", b"");
    let mut mac = Hmac::<Sha256>::new_from_slice(&own).expect("a key may have any length");
    for part in [what.as_bytes(), &at.to_be_bytes(), body] {
        // With its length: what belongs to which part stays unambiguous.
        mac.update(&(part.len() as u64).to_be_bytes());
        mac.update(part);
    }
    mac
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> TokenKey {
        TokenKey::new("rennsteig", text.repeat(32)).expect("32 bytes")
    }

    #[test]
    fn a_seal_holds_for_one_body_one_purpose_one_key_and_a_short_while() {
        let (keys, now) = ([key("a"), key("b")], 1_000_000);
        let made = seal(&keys[1], "POST /x", now, b"{}");
        let leeway = LEEWAY_SECONDS as i64;
        for at in [now - leeway, now, now + leeway] {
            assert!(is_sealed(&keys, &made, "POST /x", at, b"{}"));
        }
        assert!(!is_sealed(&keys, &made, "POST /x", now + leeway + 1, b"{}"));
        assert!(!is_sealed(&keys, &made, "POST /x", now - leeway - 1, b"{}"));
        assert!(!is_sealed(&keys, &made, "POST /x", now, b"{} "));
        assert!(!is_sealed(&keys, &made, "GET /x", now, b"{}"));
        assert!(!is_sealed(&keys[..1], &made, "POST /x", now, b"{}"));
        let later = made.replacen("1000000", "1000001", 1);
        assert!(!is_sealed(&keys, &later, "POST /x", now, b"{}"), "the time is part of it");
        for nonsense in ["", ".", "1000000", "1000000.", "x.y", "1000000.AAAA"] {
            assert!(!is_sealed(&keys, nonsense, "POST /x", now, b"{}"), "{nonsense}");
        }
    }
}
