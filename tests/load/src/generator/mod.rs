//! The load: joins a server as the scenario says, sends, receives, counts, prints one line of JSON.
//! Signalling runs on the main thread, all media on another; both on the core this process was given.

mod attacker;
mod capacity;
mod client;
mod flow;
mod heard;
mod janus;
mod livekit;
mod stage;
mod watched;

use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use attacker::Attacker;
use client::Client;
use impairment::{Conditions, Relay};
use tokio::sync::Semaphore;
use tokio::task::JoinSet;

use self::heard::Heard;
use self::stage::Stage;
use self::watched::BUCKET;
use crate::account;
use crate::result::{Outcome, at};
use crate::scenario::{DIP, DIP_WATCHED, Impairment, Media, Scenario, Trial};

/// Joins at the same time where not all join at once.
const TOGETHER: usize = 4;
/// How long the senders' media paths may take.
const SENDERS_WITHIN: Duration = Duration::from_secs(8);
/// How long the first packets may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// How long strangers attack.
const ATTACK: Duration = Duration::from_secs(60);
/// The same losses in every run.
const SEED: u64 = 7;
/// How much before a dip is looked at, in pieces of half a second.
const BEFORE_DIP: usize = 10;
/// What settles before the window: late joins, keyframes, estimates.
const SETTLING: Duration = Duration::from_secs(2);
/// The same where sound alone comes over a bad line: clients report every five seconds what they lost of it.
const REPORTING: Duration = Duration::from_secs(12);

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
    /// The bad line they come over.
    pub line: Option<Line>,
}

/// A bad line: where it begins, and since when it is there.
#[derive(Clone, Debug)]
pub struct Line {
    pub address: SocketAddr,
    pub since: Instant,
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
    let stage = Stage::start(scenario.media)?;
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
            line: None,
        })
        .collect();
    let (senders, mut receivers): (Vec<Role>, Vec<Role>) = roles.iter().cloned().partition(|role| role.media.is_some());
    let sender_count = senders.len();
    let all_at_once = usize::MAX >> 4;
    let mut failed = 0;
    if scenario.trial == Trial::Storm {
        let everybody = senders.into_iter().chain(std::mem::take(&mut receivers)).collect();
        failed += join(target, &stage, everybody, all_at_once).await?;
    } else {
        failed += join(target, &stage, senders, TOGETHER).await?;
        let give_up = Instant::now() + SENDERS_WITHIN;
        while !stage.all(|clients, _| clients.iter().all(|client| client.is_connected)).await? {
            ensure!(Instant::now() < give_up, "not all senders have a media path");
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
    let senders_memory_kib = account::memory_kib(target.process)? - memory_before;
    let server = stage.all(|clients, _| clients.first().and_then(|client| client.server)).await?;
    let relay = match scenario.trial {
        Trial::Impaired(impairment) => {
            let server = server.context("the server says where it takes media")?;
            let since = Instant::now();
            let relay = Relay::start(server, Conditions::default(), impairment.conditions(), SEED)?;
            let line = Line { address: relay.address, since };
            receivers.iter_mut().for_each(|role| role.line = Some(line.clone()));
            Some((relay, line))
        }
        _ => None,
    };
    failed += join(target, &stage, receivers, if scenario.rushes() { all_at_once } else { TOGETHER }).await?;
    let joining_seconds = began.elapsed().as_secs_f64();

    let (expected, media) = (scenario.all_streams(), scenario.media);
    let give_up = Instant::now() + PATIENCE;
    let mut streams = 0;
    while streams < expected && Instant::now() < give_up {
        tokio::time::sleep(Duration::from_millis(50)).await;
        streams = stage.all(|clients, _| clients.iter().map(|client| client.streams.len()).sum()).await?;
    }
    let is_reported = media == Media::Redundant && relay.is_some();
    tokio::time::sleep(if is_reported { REPORTING } else { SETTLING }).await;

    if scenario.trial == Trial::Capacity {
        let (capacity, is_limited_by_load) = capacity::find(&stage, expected).await?;
        return Ok(Outcome {
            capacity: Some(capacity),
            is_limited_by_load,
            participants: roles.len(),
            ..Outcome::default()
        });
    }
    let attacker = match (scenario.trial, server) {
        (Trial::Hostile, Some(server)) => Some(Attacker::start(server)?),
        _ => None,
    };
    let lasts = match (scenario.trial, &relay) {
        (Trial::Hostile, _) => ATTACK,
        (Trial::Impaired(Impairment::Dips), Some((_, line))) => DIP_WATCHED.saturating_sub(line.since.elapsed()),
        _ => Duration::from_secs_f64(seconds),
    };
    stage
        .all(|clients, measuring| {
            *measuring = true;
            clients.iter_mut().for_each(Client::open_window);
        })
        .await?;
    let own = std::process::id();
    let before = (account::cpu_seconds(target.process)?, account::cpu_seconds(own)?, Instant::now());
    let memory = account::memory_kib(target.process)?;
    let hostile_before = attacker.as_ref().map_or(0, Attacker::sent);
    tokio::time::sleep(lasts).await;
    let cpu_seconds = account::cpu_seconds(target.process)? - before.0;
    let own_cpu_seconds = account::cpu_seconds(own)? - before.1;
    let seconds = before.2.elapsed().as_secs_f64();
    let growth_kib = account::memory_kib(target.process)? - memory;
    let hostile = attacker.as_ref().map_or(0, Attacker::sent) - hostile_before;
    let participants = roles.len() - failed;
    let mut outcome = stage
        .all(move |clients, measuring| {
            *measuring = false;
            count(clients, media)
        })
        .await?;
    outcome.failed = failed.max(outcome.failed);
    if streams < expected {
        eprintln!("only {streams} of {expected} streams came");
    }
    ensure!(outcome.packets > 0, "nothing was forwarded");
    if scenario.trial == Trial::Impaired(Impairment::Dips) {
        outcome.recovery_seconds = stage.all(|clients, _| recovery(clients)).await?;
    }
    Ok(Outcome {
        seconds,
        cpu_seconds,
        own_cpu_seconds,
        participants,
        joining_seconds,
        memory_kib: memory - memory_before,
        senders_memory_kib,
        senders: sender_count,
        growth_kib,
        hostile,
        ..outcome
    })
}

/// From the end of the dip until nine tenths of the rate before it are back, seconds; as long as
/// was looked if they are not.
fn recovery(clients: &[Client]) -> Option<f64> {
    let buckets = &clients.iter().find_map(|client| client.watched.as_ref())?.buckets;
    let at = |time: Duration| (time.as_millis() / BUCKET.as_millis()) as usize;
    let before = buckets.get(at(DIP.0) - BEFORE_DIP..at(DIP.0))?;
    let before = before.iter().sum::<u64>() as f64 / BEFORE_DIP as f64;
    let after = buckets.get(at(DIP.1)..)?;
    // Two in a row: one alone may be the burst of a keyframe.
    let back = after.windows(2).position(|pair| pair.iter().all(|bytes| *bytes as f64 >= before * 0.9));
    let looked = (DIP_WATCHED - DIP.1).as_secs_f64();
    Some(back.map_or(looked, |bucket| bucket as f64 * BUCKET.as_secs_f64()))
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

fn count(clients: &mut [Client], media: Media) -> Outcome {
    let mut outcome = Outcome::default();
    let mut delays = Vec::new();
    let now = Instant::now();
    let (mut concealed, mut frozen) = (Vec::new(), Vec::new());
    for client in clients.iter_mut() {
        let (packets, expected) = client.streams.window();
        outcome.packets += packets;
        outcome.lost += expected.saturating_sub(packets);
        delays.append(&mut client.streams.delays);
        concealed.extend(client.heard.as_ref().map(Heard::concealed));
        let seconds = client.window_from.map_or(0.0, |from| now.saturating_duration_since(from).as_secs_f64());
        frozen.extend(client.watched.as_mut().map(|watched| watched.frozen(now).as_secs_f64() / seconds));
        match client.first_packet {
            Some(first) => {
                outcome.first_packet_ms.push(first.saturating_duration_since(client.began).as_secs_f64() * 1_000.0);
            }
            None if client.sends.is_none() => outcome.failed += 1,
            None => {}
        }
    }
    let (made_up, all) = concealed.iter().fold((0, 0), |sum, one| (sum.0 + one.0, sum.1 + one.1));
    outcome.concealed = (all > 0).then(|| made_up as f64 / all as f64);
    outcome.frozen = (!frozen.is_empty()).then(|| frozen.iter().sum::<f64>() / frozen.len() as f64);
    delays.sort_unstable();
    let delays: Vec<f64> =
        delays.into_iter().map(|ticks| f64::from(ticks) / f64::from(flow::ticks_per_ms(media))).collect();
    outcome.delay_ms = [at(&delays, 0.5), at(&delays, 0.99), at(&delays, 1.0)];
    outcome.first_packet_ms.sort_unstable_by(f64::total_cmp);
    outcome
}
