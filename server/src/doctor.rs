//! Checks what most often keeps a server from working, and says how to mend it.
#![allow(clippy::print_stdout, reason = "the findings are for the person at the terminal")]

use std::net::{TcpListener, UdpSocket};
use std::process::ExitCode;

use cluster::Cluster;
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
