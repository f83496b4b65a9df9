use std::fs;
use std::path::{Path, PathBuf};

use toml::Table;

use super::{Config, environment};

/// Why a configuration cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The file cannot be read.
    #[error("the configuration file {path} cannot be read: {source}")]
    Unreadable {
        /// Which file.
        path: PathBuf,
        /// Why.
        source: std::io::Error,
    },
    /// Not TOML, an unknown key or a value out of shape.
    #[error("the configuration is not valid: {0}")]
    Invalid(String),
    /// An environment variable that names no key.
    #[error("the environment variable {name} names no configuration key (RENNSTEIG__SECTION__KEY)")]
    UnknownVariable {
        /// Which.
        name: String,
    },
    /// An environment variable whose value does not fit its key.
    #[error("the environment variable {name} must be {allowed}")]
    VariableShape {
        /// Which.
        name: String,
        /// What it may be.
        allowed: &'static str,
    },
    /// A number out of its range.
    #[error("`{key}` must be in {allowed}")]
    OutOfRange {
        /// Which key.
        key: &'static str,
        /// The range.
        allowed: &'static str,
    },
}

/// Reads the file (if any), lays the process environment over it and checks the ranges.
pub fn load(file: Option<&Path>) -> Result<Config, ConfigError> {
    let text = match file {
        Some(path) => {
            fs::read_to_string(path).map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })?
        }
        None => String::new(),
    };
    read(&text, &environment::of_process())
}

fn read(text: &str, variables: &[(String, String)]) -> Result<Config, ConfigError> {
    let invalid = |error: &dyn std::fmt::Display| ConfigError::Invalid(error.to_string());
    let mut table: Table = text.parse().map_err(|error: toml::de::Error| invalid(&error.message()))?;
    let defaults = Table::try_from(Config::default()).expect("the defaults are plain TOML");
    environment::lay_over(&mut table, &defaults, variables)?;
    let config: Config = table.try_into().map_err(|error: toml::de::Error| invalid(&error))?;
    check(&config)?;
    Ok(config)
}

fn check(config: &Config) -> Result<(), ConfigError> {
    let out = |key, allowed| Err(ConfigError::OutOfRange { key, allowed });
    if config.media.workers > 64 {
        return out("media.workers", "0..=64");
    }
    if !(2..=1000).contains(&config.media.span_above) {
        return out("media.span_above", "2..=1000");
    }
    if config.media.loudest > 500 {
        return out("media.loudest", "0..=500");
    }
    if !matches!(config.media.busy_limit_percent, 0 | 50..=100) {
        return out("media.busy_limit_percent", "0 or 50..=100");
    }
    let signaling = &config.signaling;
    for (key, value, range, allowed) in [
        ("signaling.frame_kib", signaling.frame_kib, 16..=1024, "16..=1024"),
        ("signaling.participant_units", signaling.participant_units, 20..=10_000, "20..=10000"),
        ("signaling.participant_burst", signaling.participant_burst, 100..=100_000, "100..=100000"),
        ("signaling.address_units", signaling.address_units, 0..=1_000_000, "0..=1000000"),
        ("signaling.address_burst", signaling.address_burst, 1..=10_000_000, "1..=10000000"),
        ("signaling.address_joins", signaling.address_joins, 0..=100_000, "0..=100000"),
        ("signaling.address_joins_burst", signaling.address_joins_burst, 1..=1_000_000, "1..=1000000"),
    ] {
        if !range.contains(&value) {
            return out(key, allowed);
        }
    }
    if !(300..=86_400).contains(&config.turn.lifetime_seconds) {
        return out("turn.lifetime_seconds", "300..=86400");
    }
    if !(5..=300).contains(&config.cluster.lease_seconds) {
        return out("cluster.lease_seconds", "5..=300");
    }
    if config.cluster.handover_seconds > 600 {
        return out("cluster.handover_seconds", "0..=600");
    }
    if !(30..=3600).contains(&config.tokens.ttl_seconds) {
        return out("tokens.ttl_seconds", "30..=3600");
    }
    if !(1..=1440).contains(&config.sessions.idle_minutes) {
        return out("sessions.idle_minutes", "1..=1440");
    }
    if !(1..=720).contains(&config.sessions.absolute_hours) {
        return out("sessions.absolute_hours", "1..=720");
    }
    let retention = &config.retention;
    for (key, days) in [
        ("retention.bookings_days", retention.bookings_days),
        ("retention.closed_accounts_days", retention.closed_accounts_days),
        ("retention.audit_days", retention.audit_days),
        ("retention.deletions_days", retention.deletions_days),
        ("retention.pool_figures_days", retention.pool_figures_days),
    ] {
        if !(1..=3650).contains(&days) {
            return out(key, "1..=3650");
        }
    }
    for (key, url) in [("http.base_url", &config.http.base_url), ("http.signaling_url", &config.http.signaling_url)] {
        if url.ends_with('/') {
            return out(key, "a URL without a slash at the end");
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn variable(name: &str, text: &str) -> Vec<(String, String)> {
        vec![(name.to_owned(), text.to_owned())]
    }

    #[test]
    fn nothing_set_means_the_defaults() {
        assert_eq!(read("", &[]).expect("valid"), Config::default());
    }

    #[test]
    fn the_environment_wins_over_the_file() {
        let config =
            read("[tokens]\nttl_seconds = 60", &variable("RENNSTEIG__TOKENS__TTL_SECONDS", "90")).expect("valid");
        assert_eq!(config.tokens.ttl_seconds, 90);
        let config = read("", &variable("RENNSTEIG__MEDIA__ANNOUNCED", "10.77.0.1, ::1")).expect("valid");
        assert_eq!(config.media.announced.len(), 2);
    }

    #[test]
    fn unknown_keys_and_bad_values_are_named() {
        assert!(read("[http]\nport = 1", &[]).expect_err("unknown").to_string().contains("port"));
        assert!(matches!(
            read("", &variable("RENNSTEIG__HTTP__PORT", "1")),
            Err(ConfigError::UnknownVariable { name }) if name == "RENNSTEIG__HTTP__PORT"
        ));
        assert!(matches!(
            read("", &variable("RENNSTEIG__MEDIA__WORKERS", "many")),
            Err(ConfigError::VariableShape { allowed: "a whole number", .. })
        ));
        assert!(matches!(
            read("[media]\nworkers = 65", &[]),
            Err(ConfigError::OutOfRange { key: "media.workers", .. })
        ));
        let hasty = read("[media]\nbusy_limit_percent = 49", &[]);
        assert!(matches!(hasty, Err(ConfigError::OutOfRange { key: "media.busy_limit_percent", .. })));
        assert!(read("[media]\nbusy_limit_percent = 0", &[]).is_ok());
        let narrow = read("[signaling]\nframe_kib = 15", &[]);
        assert!(matches!(narrow, Err(ConfigError::OutOfRange { key: "signaling.frame_kib", .. })));
        assert!(read("[signaling]\naddress_joins = 0", &[]).is_ok());
        let hasty = read("[cluster]\nlease_seconds = 4", &[]);
        assert!(matches!(hasty, Err(ConfigError::OutOfRange { key: "cluster.lease_seconds", .. })));
        let endless = read("[cluster]\nhandover_seconds = 601", &[]);
        assert!(matches!(endless, Err(ConfigError::OutOfRange { key: "cluster.handover_seconds", .. })));
        let lonely = read("[media]\nspan_above = 1", &[]);
        assert!(matches!(lonely, Err(ConfigError::OutOfRange { key: "media.span_above", .. })));
    }

    #[test]
    fn a_shown_configuration_hides_its_secrets() {
        let config = read("[tokens]\nsecret = 'geheim-geheim-geheim-geheim-geheim'", &[]).expect("valid");
        let shown = toml::to_string(&config).expect("plain TOML");
        assert!(!shown.contains("geheim") && shown.contains("***"), "{shown}");
    }
}
