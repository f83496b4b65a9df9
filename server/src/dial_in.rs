//! Telephones: from the configuration to the scheduler, and PINs for bookings that have none.

use std::time::Duration;

use anyhow::ensure;
use domain::Private;
use scheduler::{DialInConfig, Scheduler};
use tokio::time::sleep;

use crate::config::Config;

/// Most numbers: they stand in every invitation.
const MOST_NUMBERS: usize = 5;
/// Longest number, bytes.
const LONGEST_NUMBER: usize = 40;
/// Shortest secret of the gateway, bytes.
const SHORTEST_SECRET: usize = 32;
/// How soon bookings get their PIN that were made without one.
const LOOK_EVERY: Duration = Duration::from_secs(20);

/// What is configured, if telephones come in at all.
pub fn configured(config: &Config) -> anyhow::Result<Option<DialInConfig>> {
    let dial_in = &config.dial_in;
    if dial_in.numbers.is_empty() {
        ensure!(
            *dial_in == Default::default(),
            "`dial_in.numbers` is empty: the other keys of [dial_in] have no effect"
        );
        return Ok(None);
    }
    ensure!(dial_in.numbers.len() <= MOST_NUMBERS, "`dial_in.numbers` may name {MOST_NUMBERS} numbers at most");
    for number in &dial_in.numbers {
        ensure!(
            is_fine(number),
            "`dial_in.numbers`: `{number}` must be digits with spaces, `+ - / ( )`, at most {LONGEST_NUMBER} long"
        );
    }
    let gateway = dial_in.gateway_secret.or_file(&dial_in.gateway_secret_file, "dial_in.gateway_secret")?;
    ensure!(
        gateway.as_ref().is_none_or(|secret| secret.len() >= SHORTEST_SECRET),
        "`dial_in.gateway_secret` needs at least {SHORTEST_SECRET} bytes"
    );
    Ok(Some(DialInConfig { numbers: dial_in.numbers.clone(), gateway: gateway.map(Private::new) }))
}

fn is_fine(number: &str) -> bool {
    let fits = |letter: char| letter.is_ascii_digit() || " +-/()".contains(letter);
    number.len() <= LONGEST_NUMBER && number.chars().any(|letter| letter.is_ascii_digit()) && number.chars().all(fits)
}

/// Gives bookings that have none their PIN, for ever.
pub async fn give(scheduler: Scheduler) {
    loop {
        match scheduler.give_dial_in_pins().await {
            Ok(0) => sleep(LOOK_EVERY).await,
            Ok(given) => tracing::info!(given, "{given} bookings got a PIN for telephones"),
            Err(error) => {
                tracing::warn!(%error, "bookings cannot get their PINs; it will be tried again");
                sleep(LOOK_EVERY).await;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn with(change: impl FnOnce(&mut Config)) -> Result<Option<usize>, String> {
        let mut config = Config::default();
        change(&mut config);
        match configured(&config) {
            Ok(made) => Ok(made.map(|made| made.numbers.len())),
            Err(error) => Err(error.to_string()),
        }
    }

    #[test]
    fn nothing_is_configured_until_a_number_is_and_what_is_wrong_is_named() {
        assert_eq!(with(|_| {}), Ok(None));
        let number = || vec!["+49 (361) 555-0100".to_owned()];
        assert_eq!(with(|config| config.dial_in.numbers = number()), Ok(Some(1)));
        let wrong = |change: fn(&mut Config)| with(change).expect_err("refused");
        assert!(wrong(|config| config.dial_in.gateway_secret_file = "/x".into()).contains("dial_in.numbers"));
        assert!(wrong(|config| config.dial_in.numbers = vec!["call us".into()]).contains("call us"));
        assert!(wrong(|config| config.dial_in.numbers = vec!["1".repeat(41)]).contains("at most 40"));
        assert!(wrong(|config| config.dial_in.numbers = vec!["1".into(); 6]).contains("5 numbers"));
    }
}
