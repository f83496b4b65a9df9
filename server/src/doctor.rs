//! Checks what most often keeps a server from working, and says how to mend it.
#![allow(clippy::print_stdout, reason = "the findings are for the person at the terminal")]

use std::net::{TcpListener, UdpSocket};
use std::process::ExitCode;

use cluster::Cluster;
use scheduler::SmtpPostman;
use storage::{PostgresStore, SqliteStore, Store};

use crate::config::Config;
use crate::token_secret;

/// What a check found.
struct Finding {
    what: &'static str,
    trouble: Option<String>,
}

impl Finding {
    fn of<E: std::fmt::Display>(what: &'static str, result: Result<(), E>, mend: &str) -> Self {
        Self { what, trouble: result.err().map(|error| format!("{error}. {mend}")) }
    }
}

/// Looks at everything; fails if anything is wrong.
pub async fn examine(config: &Config) -> anyhow::Result<ExitCode> {
    let findings = [
        Finding::of(
            "web port",
            TcpListener::bind(config.http.bind).map(drop),
            "Stop the other program or set `http.bind` to a free port.",
        ),
        Finding::of(
            "media port",
            UdpSocket::bind(config.media.bind).map(drop),
            "Stop the other program or set `media.bind` to a free port.",
        ),
        Finding::of(
            "data folder",
            std::fs::create_dir_all(&config.data.dir),
            "Give this user the right to write there or set `data.dir`.",
        ),
        Finding::of(
            "token secret",
            token_secret::key(config).map(drop).map_err(|error| format!("{error:#}")),
            "Set `tokens.secret_file` to a file with at least 32 random bytes.",
        ),
        Finding::of("secure pages", secure_pages(config), "Browsers give cameras to https:// and localhost only."),
        Finding::of("database", database(config).await, "Check `storage.url` and that the database runs."),
        Finding::of("cluster", cluster(config).await, "Check `cluster.url` and that Redis runs."),
        Finding::of(
            "mail",
            mail(config).await,
            "Check the keys of [mail] and that the mail server takes mail from here.",
        ),
    ];
    for finding in &findings {
        match &finding.trouble {
            None => println!("ok       {}", finding.what),
            Some(trouble) => println!("TROUBLE  {}: {trouble}", finding.what),
        }
    }
    let all_well = findings.iter().all(|finding| finding.trouble.is_none());
    Ok(if all_well { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn secure_pages(config: &Config) -> Result<(), &'static str> {
    let url = config.http.base_url.as_str();
    let is_local = url.is_empty() || url.starts_with("http://localhost") || url.starts_with("http://127.0.0.1");
    if is_local || url.starts_with("https://") { Ok(()) } else { Err("`http.base_url` is plain http") }
}

async fn database(config: &Config) -> Result<(), String> {
    let url = config
        .storage
        .url
        .or_file(&config.storage.url_file, "storage.url")
        .map_err(|error| error.to_string())?
        .unwrap_or_else(|| format!("sqlite:{}", config.data.dir.join("rennsteig.db").display()));
    let reachable = match url.strip_prefix("sqlite:") {
        Some(path) => SqliteStore::open(path).await.map_err(|error| error.to_string())?.is_reachable().await,
        None => PostgresStore::connect(&url).await.map_err(|error| error.to_string())?.is_reachable().await,
    };
    if reachable { Ok(()) } else { Err("it does not answer".into()) }
}

async fn cluster(config: &Config) -> Result<(), String> {
    let url = config.cluster.url.or_file(&config.cluster.url_file, "cluster.url").map_err(|error| error.to_string())?;
    let Some(url) = url else { return Ok(()) };
    let cluster = Cluster::redis(&url).await.map_err(|error| error.to_string())?;
    if cluster.directory.is_reachable().await { Ok(()) } else { Err("it does not answer".into()) }
}

/// Without a configured mail server there is nothing to find.
async fn mail(config: &Config) -> Result<(), String> {
    let Some(smtp) = crate::mail::smtp(&config.mail).map_err(|error| format!("{error:#}"))? else { return Ok(()) };
    let postman = SmtpPostman::new(&smtp).map_err(|error| error.to_string())?;
    postman.try_line().await.map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use std::net::TcpListener;

    use super::*;
    use crate::config::{Mail, MailEncryption};

    #[tokio::test]
    async fn a_mail_server_that_is_not_there_is_found() {
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).expect("a free port").port();
        let (host, from) = ("127.0.0.1".to_owned(), "rennsteig@example.org".to_owned());
        let there = Mail { host, from, port, encryption: MailEncryption::None, ..Mail::default() };
        let trouble = mail(&Config { mail: there, ..Config::default() }).await.expect_err("nobody listens");
        assert!(trouble.contains("cannot be reached"), "{trouble}");
        assert_eq!(mail(&Config::default()).await, Ok(()), "no mail server is no trouble");
    }
}
