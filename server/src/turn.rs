//! Relays for clients that reach no UDP port, as configured.

use std::time::Duration;

use anyhow::{Result, bail, ensure};
use domain::Private;
use signaling::Relays;

use crate::config::Turn;

/// The relays, or none. Half of a configuration is refused: nobody would be helped by it.
pub fn relays(config: &Turn) -> Result<Option<Relays>> {
    if config.urls.is_empty() {
        ensure!(*config == Turn::default(), "`turn.urls` is empty: the other keys of [turn] have no effect");
        return Ok(None);
    }
    let secret = config.secret.or_file(&config.secret_file, "turn.secret")?;
    if let Some(url) = config.urls.iter().find(|url| !url.starts_with("turn:") && !url.starts_with("turns:")) {
        bail!("`turn.urls`: {url} must begin with turn: or turns:");
    }
    let Some(secret) = secret.filter(|secret| !secret.is_empty()) else {
        bail!("`turn.secret` is missing: what the relays of `turn.urls` share with this program");
    };
    let lifetime = Duration::from_secs(config.lifetime_seconds.into());
    Ok(Some(Relays { urls: config.urls.clone(), secret: Private::new(secret), lifetime }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Secret;

    fn configured(urls: &[&str], secret: &str) -> Turn {
        let urls = urls.iter().map(|url| (*url).to_owned()).collect();
        Turn { urls, secret: Secret::new(secret), ..Turn::default() }
    }

    #[test]
    fn relays_need_an_address_and_a_secret() {
        assert_eq!(relays(&Turn::default()).expect("nothing is configured"), None);
        let made = relays(&configured(&["turns:relay.example.org:5349"], "geheim")).expect("valid").expect("a relay");
        assert_eq!(made.lifetime, Duration::from_secs(43_200));
        let refused = |urls: &[&str], secret| relays(&configured(urls, secret)).expect_err("refused").to_string();
        assert!(refused(&[], "geheim").contains("`turn.urls` is empty"));
        assert!(refused(&["turn:relay.example.org"], "").contains("`turn.secret`"));
        assert!(refused(&["https://relay.example.org"], "geheim").contains("`turn.urls`"));
    }
}
