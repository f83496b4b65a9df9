use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;
use std::time::Duration;

use anyhow::{Context, bail};
use clap::Args;
use domain::Private;
use jiff::Timestamp;
use protocol::token::TokenKey;

use super::{Credentials, Options, Report, run};

/// How to probe a server.
#[derive(Clone, Debug, Args)]
pub struct Arguments {
    /// Where the server listens: http://host:port or ws://host:port, with any path prefix.
    pub address: String,
    /// A join token; give two, for the same meeting and different participants.
    #[arg(long, value_name = "TOKEN", conflicts_with = "secret_file")]
    pub token: Vec<String>,
    /// Name of the key that signs the probe's own tokens.
    #[arg(long, value_name = "NAME", default_value = "rennsteig")]
    pub key_id: String,
    /// A file with that key's secret.
    #[arg(long, value_name = "FILE")]
    pub secret_file: Option<PathBuf>,
    /// The whole probe must be done within this time.
    #[arg(long, value_name = "SECONDS", default_value_t = 15)]
    pub within: u16,
}

/// Probes and prints what it saw; fails if anything did not get through.
#[expect(clippy::print_stdout, clippy::print_stderr, reason = "this is a command for people and scripts")]
pub async fn command(arguments: Arguments) -> ExitCode {
    match probe(arguments).await {
        Ok(report) => {
            print!("{report}");
            ExitCode::SUCCESS
        }
        Err(error) => {
            eprintln!("The probe failed: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn probe(arguments: Arguments) -> anyhow::Result<Report> {
    let credentials = match (&arguments.secret_file, arguments.token.as_slice()) {
        (Some(file), []) => {
            let secret = fs::read_to_string(file).with_context(|| format!("{} cannot be read", file.display()))?;
            Credentials::Key { key: TokenKey::new(&arguments.key_id, secret.trim())?, now: Timestamp::now() }
        }
        (None, [one, other]) => Credentials::Tokens([one, other].map(|token| Private::new(token.clone()))),
        _ => bail!("give either --secret-file or --token twice"),
    };
    let within = Duration::from_secs(arguments.within.into());
    Ok(run(Options { address: arguments.address, credentials, within }).await?)
}
