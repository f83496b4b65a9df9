//! Passwords for relays (TURN) that end by themselves: who shares the secret with the relay makes them
//! without asking it. As `use-auth-secret` of coturn checks them (draft-uberti-behave-turn-rest-00, 2.2).

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, Mac as _};
use sha1::Sha1;

/// The name and password that open a relay until an instant (UTC seconds). `name` tells users apart in
/// the relay's books; take nothing personal.
pub fn turn_credentials(secret: &str, name: &str, until: i64) -> (String, String) {
    let user = format!("{until}:{name}");
    let mut mac = Hmac::<Sha1>::new_from_slice(secret.as_bytes()).expect("a key may have any length");
    mac.update(user.as_bytes());
    let password = STANDARD.encode(mac.finalize().into_bytes());
    (user, password)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `printf '1750000000:PA_anna' | openssl dgst -sha1 -hmac geheim -binary | base64`
    #[test]
    fn a_password_is_what_another_program_makes_of_the_same_secret() {
        let (user, password) = turn_credentials("geheim", "PA_anna", 1_750_000_000);
        assert_eq!((user.as_str(), password.as_str()), ("1750000000:PA_anna", "x8YF3ONVepNfWIJVgSkXeXHT0uU="));
    }
}
