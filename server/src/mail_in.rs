//! Answers to invitations, one message at a time, from whatever program the mail server starts.
#![allow(clippy::print_stderr, reason = "mail servers quote what a command says")]

use std::io::Read as _;
use std::process::ExitCode;
use std::sync::Arc;

use anyhow::{Context as _, ensure};
use cluster::Cluster;
use scheduler::{REPLY_LIMIT, ReplyRefused, Scheduler, SchedulerConfig, SystemRandomness};

use crate::cli::MailIn;
use crate::clock::SystemClock;
use crate::{compose, config, token_secret};

/// The message cannot be read, or holds no answer (`EX_DATAERR` of sysexits.h): sent back.
const UNREADABLE: u8 = 65;
/// It belongs to no invitation, or is too late (`EX_NOPERM`): sent back.
const REFUSED: u8 = 77;
/// The database or the settings (`EX_TEMPFAIL`): the mail server tries again later.
const LATER: u8 = 75;

/// Reads one message from standard input and notes the answer.
pub async fn command(arguments: &MailIn) -> ExitCode {
    match take(arguments).await {
        Ok(Ok(())) => ExitCode::SUCCESS,
        Ok(Err(refused)) => {
            eprintln!("{refused}");
            ExitCode::from(match refused {
                ReplyRefused::TooLarge | ReplyRefused::Unreadable(_) => UNREADABLE,
                ReplyRefused::Unknown | ReplyRefused::TooLate | ReplyRefused::Cancelled => REFUSED,
                ReplyRefused::Storage(_) => LATER,
            })
        }
        Err(error) => {
            eprintln!("Error: {error:#}");
            ExitCode::from(LATER)
        }
    }
}

async fn take(arguments: &MailIn) -> anyhow::Result<Result<(), ReplyRefused>> {
    let mut message = Vec::new();
    // One byte more says that it is too large; the rest is not read.
    std::io::stdin().lock().take(REPLY_LIMIT as u64 + 1).read_to_end(&mut message).context("no message")?;
    let config = config::load(arguments.settings.config.as_deref())?;
    // Both are made where they are missing, which here means: the wrong folder.
    let is_embedded = config.storage.url.or_file(&config.storage.url_file, "storage.url")?.is_none();
    let database = config.data.dir.join("rennsteig.db");
    ensure!(!is_embedded || database.exists(), "there is no {}: is `data.dir` right?", database.display());
    let has_secret = config.tokens.secret.or_file(&config.tokens.secret_file, "tokens.secret")?.is_some();
    let secret = config.data.dir.join("token.secret");
    ensure!(has_secret || secret.exists(), "there is no {}: is `data.dir` right?", secret.display());
    let store = compose::open_store(&config).await?;
    // Nothing is sent to browsers from here: their addresses do not matter.
    let settings = SchedulerConfig::new("http://localhost", "ws://localhost", token_secret::key(&config)?)?;
    let clock = Arc::new(SystemClock);
    let scheduler = Scheduler::new(settings, store, Cluster::in_process(), clock, Arc::new(SystemRandomness));
    Ok(scheduler.take_reply(&message, arguments.recipient.as_deref()).await)
}
