//! The load: joins a server as the scenario says, sends, receives, counts, prints one line of JSON.
//! Signalling runs on the main thread, all media on another; both on the core this process was given.

mod client;
mod flow;
mod janus;
mod livekit;
mod stage;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use client::Client;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use self::stage::Stage;
use crate::account;
use crate::result::{Outcome, at};
use crate::scenario::{Media, Scenario};

/// Joins at the same time where not all join at once.
const TOGETHER: usize = 4;
/// How long the senders' media paths may take.
const SENDERS_WITHIN: Duration = Duration::from_secs(8);
/// How long the first packets may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// What settles before the window: late joins, keyframes, estimates.
const SETTLING: Duration = Duration::from_secs(2);

/// One participant, as the servers' protocols need to know it.
#[derive(Clone, Debug)]
pub struct Role {
    pub number: usize,
    pub meeting: usize,
    /// What it sends, if anything.
    pub media: Option<Media>,
    /// What the streams it receives are made of.
    pub receives: Media,
    /// How many of them.
    pub streams: usize,
}

/// The server, as it was started.
#[derive(Clone, Debug)]
pub struct Target {
    /// `rennsteig`, `janus` or `floor`.
    pub server: String,
    /// Where it listens: a URL, or an address for the floor.
    pub url: String,
    pub process: u32,
    pub local: IpAddr,
}

/// `SERVER URL PROCESS LOCAL SECONDS SCENARIO`.
pub fn run(words: &[String]) -> Result<()> {
    let [server, url, process, local, seconds, scenario] = words else { bail!("six words are needed") };
    let target = Target { server: server.clone(), url: url.clone(), process: process.parse()?, local: local.parse()? };
    let scenario = Scenario::find(scenario).context("no such scenario")?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let outcome = runtime.block_on(load(&target, scenario, seconds.parse()?))?;
    println!("{}", serde_json::to_string(&outcome)?);
    // Threads and connections end with the process.
    std::process::exit(0)
}

async fn load(target: &Target, scenario: &Scenario, seconds: f64) -> Result<Outcome> {
    let memory_before = account::memory_kib(target.process)?;
    // What is decrypted is also reported back; servers that estimate need that for video.
    let stage = Stage::start(scenario.media != Media::Audio)?;
    let began = Instant::now();
    let publishers = (0..scenario.meetings).flat_map(|meeting| (0..scenario.publishers).map(move |_| (meeting, true)));
    let subscribers =
        (0..scenario.meetings).flat_map(|meeting| (0..scenario.subscribers).map(move |_| (meeting, false)));
    let roles: Vec<Role> = publishers
        .chain(subscribers)
        .enumerate()
        .map(|(number, (meeting, publishes))| Role {
            number,
            meeting,
            media: publishes.then_some(scenario.media),
            receives: scenario.media,
            streams: scenario.streams(publishes),
        })
        .collect();
    let (senders, receivers): (Vec<Role>, Vec<Role>) = roles.iter().cloned().partition(|role| role.media.is_some());
    let mut failed = join(target, &stage, senders, TOGETHER).await?;
    let give_up = Instant::now() + SENDERS_WITHIN;
    while !stage.all(|clients, _| clients.iter().all(|client| client.is_connected)).await? {
        ensure!(Instant::now() < give_up, "not all senders have a media path");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    failed += join(target, &stage, receivers, if scenario.burst { usize::MAX >> 4 } else { TOGETHER }).await?;
    let joining_seconds = began.elapsed().as_secs_f64();

    let expected = scenario.all_streams();
    let give_up = Instant::now() + PATIENCE;
    let mut streams = 0;
    while streams < expected && Instant::now() < give_up {
        tokio::time::sleep(Duration::from_millis(50)).await;
        streams = stage.all(|clients, _| clients.iter().map(|client| client.streams.len()).sum()).await?;
    }
    tokio::time::sleep(SETTLING).await;

    stage
        .all(|clients, measuring| {
            *measuring = true;
            clients.iter_mut().for_each(|client| client.streams.open_window());
        })
        .await?;
    let own = std::process::id();
    let before = (account::cpu_seconds(target.process)?, account::cpu_seconds(own)?, Instant::now());
    tokio::time::sleep(Duration::from_secs_f64(seconds)).await;
    let cpu_seconds = account::cpu_seconds(target.process)? - before.0;
    let own_cpu_seconds = account::cpu_seconds(own)? - before.1;
    let seconds = before.2.elapsed().as_secs_f64();
    let memory = account::memory_kib(target.process)?;
    let participants = roles.len() - failed;
    let mut outcome = stage
        .all(|clients, measuring| {
            *measuring = false;
            count(clients)
        })
        .await?;
    outcome.failed = failed.max(outcome.failed);
    if streams < expected {
        eprintln!("only {streams} of {expected} streams came");
    }
    ensure!(outcome.packets > 0, "nothing was forwarded");
    Ok(Outcome {
        seconds,
        cpu_seconds,
        own_cpu_seconds,
        participants,
        joining_seconds,
        memory_kib: memory - memory_before,
        ..outcome
    })
}

/// Joins everybody, some at a time; answers how many did not get in.
async fn join(target: &Target, stage: &Stage, roles: Vec<Role>, together: usize) -> Result<usize> {
    let permits = Arc::new(Semaphore::new(together.min(Semaphore::MAX_PERMITS)));
    let mut joins = JoinSet::new();
    for role in roles {
        let (target, stage, permits) = (target.clone(), stage.clone(), Arc::clone(&permits));
        joins.spawn(async move {
            let _permit = permits.acquire_owned().await?;
            match target.server.as_str() {
                "rennsteig" => livekit::join(&target, &stage, &role).await,
                "janus" => janus::join(&target, &stage, &role).await,
                "floor" => {
                    let server: SocketAddr = target.url.parse()?;
                    let client = stage.add(Client::plain(target.local, server)?).await?;
                    stage.with(client, move |client| client.take_part(role.media)).await
                }
                other => bail!("no such server: {other}"),
            }
        });
    }
    let mut failed = 0;
    while let Some(joined) = joins.join_next().await {
        if let Err(error) = joined? {
            eprintln!("a join failed: {error:#}");
            failed += 1;
        }
    }
    Ok(failed)
}

fn count(clients: &mut [Client]) -> Outcome {
    let mut outcome = Outcome::default();
    let mut delays = Vec::new();
    for client in clients.iter_mut() {
        let (packets, expected) = client.streams.window();
        outcome.packets += packets;
        outcome.lost += expected.saturating_sub(packets);
        delays.append(&mut client.streams.delays);
        match client.first_packet {
            Some(first) => {
                outcome.first_packet_ms.push(first.saturating_duration_since(client.began).as_secs_f64() * 1_000.0);
            }
            None if client.sends.is_none() => outcome.failed += 1,
            None => {}
        }
    }
    delays.sort_unstable();
    let delays: Vec<f64> = delays.into_iter().map(|ticks| f64::from(ticks) / 48.0).collect();
    outcome.delay_ms = [at(&delays, 0.5), at(&delays, 0.99), at(&delays, 1.0)];
    outcome.first_packet_ms.sort_unstable_by(f64::total_cmp);
    outcome
}
