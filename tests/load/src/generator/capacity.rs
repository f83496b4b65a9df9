//! How much a server forwards before too much is lost or late.

use std::time::{Duration, Instant};

use anyhow::Result;

use super::client::AUDIO_EVERY;
use super::count;
use super::stage::Stage;
use crate::account;
use crate::report::{MOST_LOST, SLOWEST};
use crate::result::Outcome;
use crate::scenario::Media;

/// From one try to the next upwards.
const STEP: f64 = 1.1;
/// And downwards, until something holds.
const FALL: f64 = 1.5;
const LOOK: Duration = Duration::from_secs(5);
/// What was found must hold this long.
const HOLD: Duration = Duration::from_secs(30);
/// A change of the rate settles, and what an overload piled up goes.
const SETTLING: Duration = Duration::from_secs(3);
/// With more of its core in use than this the load may be what is late.
const LOAD_IS_FULL: f64 = 0.9;
/// Less of what should have been sent means that the load could not send it.
const SENT: f64 = 0.97;
const MOST_TRIES: usize = 25;

/// Of the first rate; what holds less than that holds nothing.
const LEAST: f64 = 0.02;
const MOST_HOLDS: usize = 8;

/// What a try showed.
struct Try {
    packets_per_second: f64,
    is_good: bool,
    is_load_full: bool,
}

/// The highest rate that holds, packets a second for all receivers together, and whether it was
/// the load that could not do more. `streams`: how many streams all receive together.
pub async fn find(stage: &Stage, streams: usize) -> Result<(f64, bool)> {
    let (mut pace, mut best, mut is_load_full, mut fallen) = (1.0, None, false, false);
    for _ in 0..MOST_TRIES {
        let tried = look(stage, streams, pace, LOOK).await?;
        if tried.is_good {
            best = Some(pace);
            pace *= STEP;
        } else if best.is_none() && !tried.is_load_full {
            fallen = true;
            pace /= FALL;
            if pace < LEAST {
                return Ok((0.0, false));
            }
        } else {
            is_load_full = tried.is_load_full && !fallen;
            break;
        }
    }
    let mut pace = best.unwrap_or(pace);
    for _ in 0..MOST_HOLDS {
        let held = look(stage, streams, pace, HOLD).await?;
        if held.is_good {
            return Ok((held.packets_per_second, is_load_full));
        }
        is_load_full |= held.is_load_full;
        pace /= STEP;
    }
    Ok((0.0, is_load_full))
}

async fn look(stage: &Stage, streams: usize, pace: f64, lasts: Duration) -> Result<Try> {
    let every = AUDIO_EVERY.div_f64(pace);
    let set = move |clients: &mut Vec<super::client::Client>, measuring: &mut bool, on: bool| {
        *measuring = on;
        for client in clients.iter_mut() {
            if let Some(sends) = &mut client.sends {
                sends.every = every;
            }
            if on {
                client.streams.open_window();
            }
        }
    };
    stage.all(move |clients, measuring| set(clients, measuring, false)).await?;
    tokio::time::sleep(SETTLING).await;
    stage.all(move |clients, measuring| set(clients, measuring, true)).await?;
    let own = std::process::id();
    let (cpu, began) = (account::cpu_seconds(own)?, Instant::now());
    tokio::time::sleep(lasts).await;
    let outcome: Outcome = stage
        .all(|clients, measuring| {
            *measuring = false;
            count(clients, Media::Audio)
        })
        .await?;
    let seconds = began.elapsed().as_secs_f64();
    let busy = (account::cpu_seconds(own)? - cpu) / seconds;
    let wanted = streams as f64 / every.as_secs_f64();
    let packets_per_second = outcome.packets as f64 / seconds;
    let was_sent = (outcome.packets + outcome.lost) as f64 / seconds >= wanted * SENT;
    let is_good = was_sent && outcome.loss() <= MOST_LOST && outcome.delay_ms[1] <= SLOWEST;
    eprintln!(
        "{packets_per_second:.0} packets/s of {wanted:.0}: {:.3} % lost, p99 {:.1} ms, load at {:.0} % of its core: {}",
        outcome.loss() * 100.0,
        outcome.delay_ms[1],
        busy * 100.0,
        if is_good { "holds" } else { "too much" }
    );
    Ok(Try { packets_per_second, is_good, is_load_full: busy >= LOAD_IS_FULL })
}
