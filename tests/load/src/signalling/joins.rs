//! One after another comes in, stays a moment and leaves, as many as the server lets in.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::time::Duration;

use anyhow::Result;
use tokio::task::LocalSet;
use tokio::time::Instant;

use super::peer::Peer;
use super::visitor::{Visitor, Who};
use super::{Ground, Shown};
use crate::result::at;

/// Who waits for a welcome at the same time.
const TOGETHER: usize = 48;
const TOGETHER_WITH_MEDIA: usize = 24;
/// In one meeting.
const MEETING: usize = 10;
const STAY: Duration = Duration::from_secs(2);
const PING_EVERY: Duration = Duration::from_secs(5);
const LASTS: Duration = Duration::from_secs(60);

#[derive(Default)]
struct Tally {
    next: Cell<usize>,
    failed: Cell<usize>,
    took_ms: RefCell<Vec<f64>>,
}

/// Everybody `has_media`, or nobody.
pub async fn run(ground: &Ground, has_media: bool) -> Result<Shown> {
    let server = ground.serve()?;
    let lasts = if ground.quick { LASTS / 6 } else { LASTS };
    let began = Instant::now();
    let tally = Rc::new(Tally::default());
    let all = LocalSet::new();
    for _ in 0..if has_media { TOGETHER_WITH_MEDIA } else { TOGETHER } {
        let (url, tally, local) = (server.url.clone(), tally.clone(), ground.local);
        all.spawn_local(async move {
            while began.elapsed() < lasts {
                let number = tally.next.replace(tally.next.get() + 1);
                let who = Who { number, meeting: number / MEETING };
                let knocked = Instant::now();
                let joined = async {
                    let (mut visitor, _) = Visitor::join(&url, who).await?;
                    let peer = if has_media { Some(Peer::connect(local, &mut visitor, None).await?) } else { None };
                    anyhow::Ok((visitor, peer))
                };
                match joined.await {
                    Ok((mut visitor, peer)) => {
                        tally.took_ms.borrow_mut().push(knocked.elapsed().as_secs_f64() * 1_000.0);
                        let tally = tally.clone();
                        tokio::task::spawn_local(async move {
                            if let Err(error) = visitor.stay(Instant::now() + STAY, PING_EVERY).await {
                                eprintln!("somebody was lost: {error:#}");
                                tally.failed.set(tally.failed.get() + 1);
                            }
                            visitor.leave().await;
                            drop(peer);
                        });
                    }
                    Err(error) => {
                        eprintln!("a join failed: {error:#}");
                        tally.failed.set(tally.failed.get() + 1);
                    }
                }
            }
        });
    }
    all.run_until(tokio::time::sleep_until(began + lasts)).await;
    let seconds = began.elapsed().as_secs_f64();
    let mut took = tally.took_ms.take();
    let rate = took.len() as f64 / seconds;
    // Who is on the way still gets in.
    let _ = tokio::time::timeout(2 * STAY, all).await;
    took.sort_unstable_by(f64::total_cmp);
    let name = if has_media { "media_joins" } else { "joins" };
    Ok(Shown::from([
        (format!("{name}.rate"), rate),
        (format!("{name}.p99"), at(&took, 0.99)),
        (format!("{name}.failed"), tally.failed.get() as f64),
    ]))
}
