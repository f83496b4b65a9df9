//! Loads one server over loopback and prints the figures of `docs/performance.md`.
//!
//! `cargo run --release -p tests --bin load -- --server target/release/rennsteig`. The server runs
//! as its own process; CPU time and memory are the kernel's account of that process alone.
#![expect(clippy::print_stdout, reason = "the figures are for the person at the terminal")]

mod process;
mod scrape;

use std::path::PathBuf;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, ensure};
use protocol::token::{self, Claims, TokenKey, VideoGrants};
use rennsteig::probe::client::{Client, JoinOptions, Media};

use crate::process::Server;

/// What to load it with.
struct Load {
    server: PathBuf,
    publishers: usize,
    receivers: usize,
    window: Duration,
}

impl Load {
    fn from_arguments() -> Result<Self> {
        let mut load = Self {
            server: "target/release/rennsteig".into(),
            publishers: 4,
            receivers: 24,
            window: Duration::from_secs(20),
        };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            let value = words.next().with_context(|| format!("{word} needs a value"))?;
            match word.as_str() {
                "--server" => load.server = value.into(),
                "--publishers" => load.publishers = value.parse()?,
                "--receivers" => load.receivers = value.parse()?,
                "--seconds" => load.window = Duration::from_secs(value.parse()?),
                _ => anyhow::bail!("--server FILE --publishers N --receivers N --seconds N"),
            }
        }
        ensure!((1..=20).contains(&load.publishers) && load.receivers <= 200, "1..=20 publishers, up to 200 receivers");
        Ok(load)
    }
}

#[tokio::main]
async fn main() -> Result<()> {
    let load = Load::from_arguments()?;
    let server = Server::start(&load.server).await?;
    let idle = server.memory_kib()?;
    println!("idle server                 {:.1} MiB", f64::from(idle) / 1024.0);

    let mut joins = Vec::new();
    let mut clients = Vec::new();
    for number in 0..load.publishers + load.receivers {
        let begun = Instant::now();
        let client = Client::join(&server.url, &token(number), JoinOptions::default()).await?;
        client.until("media path", Duration::from_secs(10), |seen| seen.connected).await?;
        joins.push(begun.elapsed());
        clients.push(client);
    }
    joins.sort_unstable();
    println!(
        "join to media path          p50 {:.0} ms, p95 {:.0} ms ({} joins, one after another)",
        milliseconds(joins[joins.len() / 2]),
        milliseconds(joins[joins.len() * 95 / 100]),
        joins.len()
    );
    for publisher in &clients[..load.publishers] {
        publisher.publish(Media::Audio).await?;
        publisher.publish(Media::Video).await?;
    }
    let tracks = load.publishers * 2;
    let last = clients.last().context("at least one client")?;
    last.until("all tracks", Duration::from_secs(30), |seen| {
        seen.tracks.values().filter(|track| track.packets > 0).count() >= tracks
    })
    .await?;
    let before = (server.cpu_seconds()?, scrape::forwarded(&server.url).await?, Instant::now());
    tokio::time::sleep(load.window).await;
    let cpu = server.cpu_seconds()? - before.0;
    let forwarded = scrape::forwarded(&server.url).await? - before.1;
    let seconds = before.2.elapsed().as_secs_f64();
    ensure!(forwarded > 0.0, "nothing was forwarded");
    println!(
        "forwarding                  {:.1} µs of CPU per packet ({:.0} packets/s, {} publishers, {} clients, {:.0} % of a core)",
        cpu * 1e6 / forwarded,
        forwarded / seconds,
        load.publishers,
        clients.len(),
        cpu / seconds * 100.0
    );
    let seen = last.seen();
    let (lost, expected) =
        seen.tracks.values().fold((0, 0), |sum, track| (sum.0 + track.lost(), sum.1 + track.expected));
    let mut delays: Vec<Duration> = seen.tracks.values().flat_map(|track| track.delays.iter().copied()).collect();
    delays.sort_unstable();
    println!(
        "seen by the last client     {lost} of {expected} packets lost; delay p50 {:.1} ms, p99 {:.1} ms (both ends on this machine)",
        milliseconds(delays[delays.len() / 2]),
        milliseconds(delays[delays.len() * 99 / 100])
    );
    let busy = server.memory_kib()?;
    println!(
        "memory per participant      {:.2} MiB ({:.1} MiB with {})",
        f64::from(busy - idle) / 1024.0 / clients.len() as f64,
        f64::from(busy) / 1024.0,
        clients.len()
    );
    for client in clients {
        client.leave().await;
    }
    Ok(())
}

fn token(number: usize) -> String {
    let key = TokenKey::new("rennsteig", process::SECRET).expect("32 bytes");
    let now = jiff::Timestamp::now().as_second();
    let claims = Claims {
        iss: key.id().to_owned(),
        sub: format!("load-{number}"),
        jti: None,
        nbf: now,
        exp: now + 600,
        name: String::new(),
        metadata: String::new(),
        attributes: Default::default(),
        video: VideoGrants { room: "load".into(), room_join: true, ..VideoGrants::default() },
        room_config: None,
    };
    token::sign(&claims, &key)
}

fn milliseconds(duration: Duration) -> f64 {
    duration.as_secs_f64() * 1000.0
}
