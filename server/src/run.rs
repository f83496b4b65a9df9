//! Runs the commands of the command line.
#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command line program speaks to its terminal")]

use std::process::ExitCode;

use anyhow::Context;
use http_body_util::{BodyExt, Empty};
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;

use crate::cli::{Cli, Command, ConfigShow, Serve, Settings};
use crate::config::{self, Config};
use crate::{compose, demo, descriptors, doctor, logging, mail_in, person, probe};

/// Runs one command to its end; the exit code says whether it went well.
pub fn run(cli: Cli) -> ExitCode {
    let runtime = match tokio::runtime::Builder::new_multi_thread().enable_all().build() {
        Ok(runtime) => runtime,
        Err(error) => {
            eprintln!("The program cannot start its threads: {error}");
            return ExitCode::FAILURE;
        }
    };
    match runtime.block_on(command(cli.command)) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("Error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn command(command: Command) -> anyhow::Result<ExitCode> {
    match command {
        Command::Serve(serve) => self::serve(serve).await,
        Command::Probe(arguments) => Ok(probe::command(arguments).await),
        Command::Doctor(settings) => doctor::examine(&read(&settings)?).await,
        Command::MailIn(arguments) => Ok(mail_in::command(&arguments).await),
        Command::Person(command) => person::command(command).await,
        Command::Deletions(arguments) => person::deletions(arguments).await,
        Command::Health(health) => self::health(&health.url).await,
        Command::Config(config) => {
            match config.show {
                ConfigShow::Schema => println!("{}", serde_json::to_string_pretty(&Config::schema())?),
                ConfigShow::Show(settings) => println!("{}", toml::to_string_pretty(&read(&settings)?)?),
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn read(settings: &Settings) -> anyhow::Result<Config> {
    Ok(config::load(settings.config.as_deref())?)
}

async fn serve(serve: Serve) -> anyhow::Result<ExitCode> {
    let config = read(&serve.settings)?;
    logging::start(&config.log)?;
    tracing::info!(files = descriptors::raise(), "connections are limited by the open files this process may have");
    let running = compose::start(&config, &serve.roles).await?;
    println!("Rennsteig is running: {}", running.base_url);
    if let Some(address) = running.media_address {
        println!("Media:                UDP {address}");
    }
    if serve.demo {
        for line in demo::fill(&running).await? {
            println!("{line}");
        }
    } else if let Some(link) = &running.setup_link {
        println!("First administrator:  {link}");
        println!("                      (works once, for 24 hours)");
    }
    until_told_to_stop().await?;
    println!("Stopping.");
    running.stop().await;
    Ok(ExitCode::SUCCESS)
}

/// A node that is being emptied takes nobody new, and is as well as any other: a supervisor must not end it.
fn is_only_emptied(body: &[u8]) -> bool {
    let Ok(state) = serde_json::from_slice::<serde_json::Value>(body) else { return false };
    state["draining"] == true && state["database"] != "away" && state["cluster"] != "away"
}

async fn until_told_to_stop() -> anyhow::Result<()> {
    let mut terminate = tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate())?;
    tokio::select! {
        interrupted = tokio::signal::ctrl_c() => interrupted?,
        _ = terminate.recv() => {}
    }
    Ok(())
}

async fn health(url: &str) -> anyhow::Result<ExitCode> {
    let client = Client::builder(TokioExecutor::new()).build_http::<Empty<Bytes>>();
    let address = format!("{}/health/ready", url.trim_end_matches('/')).parse().context("not an address")?;
    let answer = tokio::time::timeout(std::time::Duration::from_secs(5), client.get(address))
        .await
        .context("no answer within 5 seconds")??;
    let is_ready = answer.status().is_success();
    let body = answer.into_body().collect().await?.to_bytes();
    println!("{}", String::from_utf8_lossy(&body));
    let is_well = is_ready || is_only_emptied(&body);
    Ok(if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

#[cfg(test)]
mod tests {
    use super::is_only_emptied;

    #[test]
    fn a_node_that_is_only_emptied_is_well() {
        let said = |text: &str| is_only_emptied(text.as_bytes());
        assert!(said(r#"{"ready":false,"database":"not used","cluster":"reachable","draining":true}"#));
        assert!(!said(r#"{"ready":false,"database":"away","cluster":"reachable","draining":true}"#));
        assert!(!said(r#"{"ready":false,"database":"reachable","cluster":"away","draining":true}"#));
        assert!(!said(r#"{"ready":false,"database":"reachable","cluster":"away","draining":false}"#));
        assert!(!said("no answer of ours"));
    }
}
