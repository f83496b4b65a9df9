//! Answers to invitations, one message at a time, from whatever program the mail server starts.
#![allow(clippy::print_stderr, reason = "mail servers quote what a command says")]

use std::io::Read as _;
use std::process::ExitCode;

use anyhow::Context as _;
use cluster::Cluster;
use scheduler::{REPLY_LIMIT, ReplyRefused};

use crate::cli::MailIn;
use crate::{beside, config};

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
    let scheduler = beside::scheduler(&config, Cluster::in_process()).await?;
    Ok(scheduler.take_reply(&message, arguments.recipient.as_deref()).await)
}
