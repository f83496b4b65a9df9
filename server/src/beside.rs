//! A scheduler for one command, beside the server that runs with the same settings and database.

use std::sync::Arc;

use anyhow::{Context as _, ensure};
use cluster::Cluster;
use jiff::SignedDuration;
use scheduler::{Scheduler, SchedulerConfig, SystemRandomness};

use crate::clock::SystemClock;
use crate::config::{Config, Retention};
use crate::{compose, token_secret};

/// Opens the database of the settings. Nothing is made that is missing: it would be the wrong folder.
pub async fn scheduler(config: &Config, cluster: Cluster) -> anyhow::Result<Scheduler> {
    let is_embedded = config.storage.url.or_file(&config.storage.url_file, "storage.url")?.is_none();
    let database = config.data.dir.join("rennsteig.db");
    ensure!(!is_embedded || database.exists(), "there is no {}: is `data.dir` right?", database.display());
    let has_secret = config.tokens.secret.or_file(&config.tokens.secret_file, "tokens.secret")?.is_some();
    let secret = config.data.dir.join("token.secret");
    ensure!(has_secret || secret.exists(), "there is no {}: is `data.dir` right?", secret.display());
    let store = compose::open_store(config).await?;
    // Links in letters are those of the server; without an address of its own it listens on this machine.
    let base_url = match config.http.base_url.as_str() {
        "" => format!("http://localhost:{}", config.http.bind.port()),
        url => url.to_owned(),
    };
    let mut settings =
        SchedulerConfig::new(&base_url, &base_url.replacen("http", "ws", 1), token_secret::key(config)?)?;
    if let Some(smtp) = crate::mail::smtp(&config.mail)? {
        settings.mail_from = Some(smtp.from);
        settings.answers_to = crate::mail::answers_to(&config.mail)?;
    }
    settings.periods = periods(&config.retention);
    Ok(Scheduler::new(settings, store, cluster, Arc::new(SystemClock), Arc::new(SystemRandomness)))
}

/// How the other nodes are reached; of a server that runs alone nothing is.
pub async fn cluster(config: &Config) -> anyhow::Result<Cluster> {
    match config.cluster.url.or_file(&config.cluster.url_file, "cluster.url")? {
        None => Ok(Cluster::in_process()),
        Some(url) => Cluster::redis(&url).await.context("`cluster.url` cannot be read"),
    }
}

/// The periods of the settings.
pub fn periods(retention: &Retention) -> domain::retention::Periods {
    let days = |days: u32| SignedDuration::from_hours(24 * i64::from(days));
    domain::retention::Periods {
        bookings: days(retention.bookings_days),
        closed_accounts: days(retention.closed_accounts_days),
        audit: days(retention.audit_days),
        deletions: days(retention.deletions_days),
        pool_figures: days(retention.pool_figures_days),
    }
}
