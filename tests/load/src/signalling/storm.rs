//! The server is killed while many are inside, and starts again; all come back by themselves, with
//! the patience of stock clients.

use std::time::Duration;

use anyhow::{Context, Result};
use tokio::sync::watch;
use tokio::task::LocalSet;
use tokio::time::{Instant, sleep, timeout};

use super::peer::Peer;
use super::visitor::{Visitor, Who};
use super::{Ground, Shown};
use crate::result::at;

const PEOPLE: usize = 2_000;
/// In one meeting.
const MEETING: usize = 20;
/// Joins at the same time, before.
const TOGETHER: usize = 24;
const PING_EVERY: Duration = Duration::from_secs(5);
/// Stock clients wait so long between attempts, milliseconds, from the third on up to a second more, and give up then.
const WAITS_MS: [u64; 10] = [0, 300, 1_200, 2_700, 4_800, 7_000, 7_000, 7_000, 7_000, 7_000];
const JITTER_MS: f64 = 1_000.0;
/// Somebody who is not back by then never is.
const PATIENCE: Duration = Duration::from_secs(60);

/// Everybody `has_media`, or nobody.
pub async fn run(ground: &Ground, has_media: bool) -> Result<Shown> {
    let server = ground.serve()?;
    let people = ground.scaled(PEOPLE);
    let all = LocalSet::new();
    let (killed, kill) = watch::channel(None::<Instant>);
    let permits = std::rc::Rc::new(tokio::sync::Semaphore::new(TOGETHER));
    let (inside, mut came) = tokio::sync::mpsc::unbounded_channel();
    let (back, mut returned) = tokio::sync::mpsc::unbounded_channel();
    for number in 0..people {
        let who = Who { number, meeting: number / MEETING };
        let (url, local, mut kill) = (server.url.clone(), ground.local, kill.clone());
        let (permits, inside, back) = (permits.clone(), inside.clone(), back.clone());
        all.spawn_local(async move {
            let permit = permits.acquire().await.expect("the semaphore is never closed");
            let entered = enter(&url, who, local, has_media).await;
            drop(permit);
            let _ = inside.send(entered.as_ref().map(|_| ()).map_err(|error| format!("{error:#}")));
            let Ok((mut visitor, peer)) = entered else { return };
            // The line breaks: that is what everybody waits for.
            let _ = visitor.stay(Instant::now() + PATIENCE, PING_EVERY).await;
            drop(peer);
            let Ok(Some(since)) = kill.wait_for(Option::is_some).await.map(|since| *since) else { return };
            if let Some(inside) = come_back(&url, who, &visitor.sid, local, has_media).await {
                let _ = back.send(since.elapsed());
                let (mut visitor, _peer) = inside;
                let _ = visitor.stay(Instant::now() + PATIENCE, PING_EVERY).await;
            }
        });
    }
    drop((inside, back));
    let (server, mut took) = all
        .run_until(async {
            for _ in 0..people {
                came.recv().await.context("everybody tells")?.map_err(anyhow::Error::msg)?;
            }
            eprintln!("{people} inside");
            killed.send_replace(Some(Instant::now()));
            // Starting takes a while, in which all keep trying.
            let (program, local) = (ground.program.clone(), ground.local);
            let server = tokio::task::spawn_blocking(move || server.again("rennsteig", &program, local, 1)).await??;
            let mut took = Vec::new();
            let _ = timeout(PATIENCE, async {
                while took.len() < people
                    && let Some(after) = returned.recv().await
                {
                    took.push(after.as_secs_f64());
                }
            })
            .await;
            anyhow::Ok((server, took))
        })
        .await?;
    drop(server);
    let failed = people - took.len();
    took.resize(people, f64::INFINITY);
    took.sort_unstable_by(f64::total_cmp);
    let name = if has_media { "media_storm" } else { "storm" };
    let p99 = at(&took, 0.99).min(PATIENCE.as_secs_f64());
    Ok(Shown::from([(format!("{name}.p99"), p99), (format!("{name}.failed"), failed as f64)]))
}

type Inside = (Visitor, Option<Peer>);

async fn enter(url: &str, who: Who, local: std::net::IpAddr, has_media: bool) -> Result<Inside> {
    let (mut visitor, _) = Visitor::join(url, who).await?;
    let peer = if has_media { Some(Peer::connect(local, &mut visitor, None).await?) } else { None };
    Ok((visitor, peer))
}

/// First to go on, then to join anew, as often as a stock client would.
async fn come_back(url: &str, who: Who, sid: &str, local: std::net::IpAddr, has_media: bool) -> Option<Inside> {
    let mut may_resume = true;
    for (attempt, wait) in WAITS_MS.into_iter().enumerate() {
        let jitter = if attempt > 1 { rand::random::<f64>() * JITTER_MS } else { 0.0 };
        sleep(Duration::from_millis(wait + jitter as u64)).await;
        if may_resume {
            match Visitor::resume(url, who, sid).await {
                Ok(Some(_)) => unreachable!("the server that knew this participant was killed"),
                Ok(None) => may_resume = false,
                Err(_) => continue,
            }
        }
        match enter(url, who, local, has_media).await {
            Ok(inside) => return Some(inside),
            Err(error) if attempt + 1 == WAITS_MS.len() => eprintln!("given up: {error:#}"),
            Err(_) => {}
        }
    }
    None
}
