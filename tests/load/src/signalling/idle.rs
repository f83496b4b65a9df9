//! Many are inside and say nothing but that they are there.

use std::time::Duration;

use anyhow::{Context, Result};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::visitor::{Visitor, Who};
use super::{Ground, Shown, descriptors};
use crate::account;

const CONNECTIONS: usize = 20_000;
/// What the server has open besides.
const OTHER_FILES: usize = 200;
/// In one meeting.
const MEETING: usize = 20;
/// Joins at the same time.
const TOGETHER: usize = 48;
/// As the server asks for.
const PING_EVERY: Duration = Duration::from_secs(5);
const SETTLES: Duration = Duration::from_secs(10);
const WINDOW: Duration = Duration::from_secs(30);

/// Joins all, waits, looks.
pub async fn run(ground: &Ground) -> Result<Shown> {
    let server = ground.serve()?;
    let process = server.process();
    let allowed = usize::try_from(descriptors()).unwrap_or(usize::MAX).saturating_sub(OTHER_FILES);
    let connections = ground.scaled(CONNECTIONS).min(allowed);
    if allowed < CONNECTIONS {
        eprintln!(
            "this machine allows {allowed} connections instead of {CONNECTIONS}: raise the hard limit on open files"
        );
    }
    // The first meeting brings what all share.
    let mut warm = Visitor::join(&server.url, Who { number: connections, meeting: connections }).await?.0;
    warm.stay(Instant::now() + Duration::from_secs(2), PING_EVERY).await?;
    let before = account::memory_kib(process)?;
    let began = Instant::now();
    let mut inside: JoinSet<Result<()>> = JoinSet::new();
    let mut failed = 0;
    let mut joins = JoinSet::new();
    for number in 0..connections {
        let url = server.url.clone();
        joins.spawn(async move { Visitor::join(&url, Who { number, meeting: number / MEETING }).await });
        if joins.len() >= TOGETHER {
            enter(&mut joins, &mut inside, &mut failed).await?;
        }
    }
    while !joins.is_empty() {
        enter(&mut joins, &mut inside, &mut failed).await?;
    }
    eprintln!("{} inside after {:.1} s", inside.len(), began.elapsed().as_secs_f64());
    sleep(SETTLES).await;
    let cpu = account::cpu_seconds(process)?;
    let looked = Instant::now();
    sleep(if ground.quick { WINDOW / 6 } else { WINDOW }).await;
    let share = (account::cpu_seconds(process)? - cpu) / looked.elapsed().as_secs_f64();
    let memory = (account::memory_kib(process)? - before) / connections as f64;
    while let Some(ended) = inside.try_join_next() {
        if let Err(error) = ended? {
            eprintln!("somebody was lost: {error:#}");
        }
        failed += 1;
    }
    Ok(Shown::from([
        ("idle.connections".to_owned(), (connections - failed) as f64),
        ("idle.memory".to_owned(), memory),
        ("idle.cpu".to_owned(), share * 100.0),
        ("idle.failed".to_owned(), failed as f64),
    ]))
}

/// Waits for one join; whoever is in stays.
async fn enter(
    joins: &mut JoinSet<Result<(Visitor, protocol::livekit::JoinResponse)>>,
    inside: &mut JoinSet<Result<()>>,
    failed: &mut usize,
) -> Result<()> {
    match joins.join_next().await.context("somebody joins")?? {
        Ok((mut visitor, _)) => {
            let for_good = Instant::now() + Duration::from_secs(3_600);
            inside.spawn(async move { visitor.stay(for_good, PING_EVERY).await });
        }
        Err(error) => {
            eprintln!("a join failed: {error:#}");
            *failed += 1;
        }
    }
    Ok(())
}
