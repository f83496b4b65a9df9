use std::time::Duration;

use argon2::password_hash::{PasswordHash, PasswordHasher as _, PasswordVerifier as _, SaltString};
use argon2::{Algorithm, Argon2, Params, Version};
use domain::Private;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::Randomness;

/// Shortest password, in characters.
pub(crate) const SHORTEST: usize = 12;
/// Longest password, in characters: what is longer only costs time.
pub(crate) const LONGEST: usize = 128;

/// At most this many are hashed at once: each takes 19 MiB and a core for a moment.
const AT_ONCE: usize = 2;
/// Who waits longer for a turn is asked to come back.
const PATIENCE: Duration = Duration::from_secs(15);

/// Verified when there is no such account, so that it takes as long as when there is.
const NOBODY: &str =
    "$argon2id$v=19$m=19456,t=2,p=1$AAAAAAAAAAAAAAAAAAAAAA$AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA";

/// Hashes and verifies passwords with Argon2id, off the threads that serve requests.
pub(crate) struct Passwords {
    turns: Semaphore,
    patience: Duration,
}

/// Too many people sign in at this moment.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("too many passwords wait to be verified")]
pub(crate) struct Busy;

/// The right to use one of the few places, see [`Passwords::turn`].
pub(crate) struct Turn<'a>(#[expect(dead_code, reason = "held for its drop")] SemaphorePermit<'a>);

impl Passwords {
    pub(crate) fn new() -> Self {
        Self { turns: Semaphore::new(AT_ONCE), patience: PATIENCE }
    }

    /// Waits for a place. Counting failed attempts while holding it bounds what a burst can try.
    pub(crate) async fn turn(&self) -> Result<Turn<'_>, Busy> {
        match tokio::time::timeout(self.patience, self.turns.acquire()).await {
            Ok(Ok(permit)) => Ok(Turn(permit)),
            Ok(Err(_)) | Err(_) => Err(Busy),
        }
    }

    /// The PHC string of a password.
    pub(crate) async fn hash(
        &self,
        _turn: &Turn<'_>,
        password: &Private<String>,
        randomness: &dyn Randomness,
    ) -> Private<String> {
        let (password, salt) = (password.clone(), salt(randomness));
        let hash = tokio::task::spawn_blocking(move || hash_now(password.expose().as_bytes(), salt));
        Private::new(hash.await.expect("hashing does not panic and is never aborted"))
    }

    /// Does the password fit? With no hash it takes as long and answers no.
    pub(crate) async fn verify(
        &self,
        _turn: &Turn<'_>,
        password: Private<String>,
        hash: Option<Private<String>>,
    ) -> bool {
        let is_known = hash.is_some();
        let hash = hash.map_or_else(|| NOBODY.to_owned(), Private::into_inner);
        let verified = tokio::task::spawn_blocking(move || {
            let hash = PasswordHash::new(&hash).ok()?;
            argon().verify_password(password.expose().as_bytes(), &hash).ok()
        });
        verified.await.expect("verifying does not panic and is never aborted").is_some() && is_known
    }
}

fn argon() -> Argon2<'static> {
    let params = Params::new(19 * 1024, 2, 1, None).expect("constants within the allowed range");
    Argon2::new(Algorithm::Argon2id, Version::V0x13, params)
}

fn salt(randomness: &dyn Randomness) -> SaltString {
    let mut bytes = [0; 16];
    randomness.fill(&mut bytes);
    SaltString::encode_b64(&bytes).expect("16 bytes are a valid salt")
}

fn hash_now(password: &[u8], salt: SaltString) -> String {
    argon().hash_password(password, &salt).expect("any password of bounded length can be hashed").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::SystemRandomness;

    #[tokio::test]
    async fn only_the_right_password_fits_and_nobody_has_none() {
        let passwords = Passwords::new();
        let turn = passwords.turn().await.expect("nobody else waits");
        let hash = passwords.hash(&turn, &Private::from("correct horse battery"), &SystemRandomness).await;
        assert!(hash.expose().starts_with("$argon2id$v=19$m=19456,t=2,p=1$"));
        assert!(passwords.verify(&turn, "correct horse battery".into(), Some(hash.clone())).await);
        assert!(!passwords.verify(&turn, "correct horse batter".into(), Some(hash)).await);
        assert!(!passwords.verify(&turn, "correct horse battery".into(), None).await);
        assert!(!passwords.verify(&turn, "x".into(), Some("not a hash".into())).await);
        // As costly as a real one, or addresses could be told by time.
        let nobody = PasswordHash::new(NOBODY).expect("a PHC string");
        let params = Params::try_from(&nobody).expect("parameters");
        assert_eq!((params.m_cost(), params.t_cost(), params.p_cost()), (19 * 1024, 2, 1));
        assert_eq!(nobody.hash.map(|hash| hash.len()), Some(32));
    }

    #[tokio::test]
    async fn a_long_queue_is_sent_away() {
        let passwords = Passwords { patience: Duration::ZERO, ..Passwords::new() };
        let _held = (passwords.turn().await.expect("free"), passwords.turn().await.expect("free"));
        assert_eq!(passwords.turn().await.err(), Some(Busy));
    }
}
