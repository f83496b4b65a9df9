//! One after another comes into a meeting in which a hundred publish, and offers to receive all.

use std::time::Duration;

use anyhow::{Result, ensure};
use tokio::time::Instant;

use super::peer::{Draft, Peer};
use super::visitor::{Visitor, Who};
use super::{Ground, Shown};
use crate::result::at;

const TRACKS: usize = 100;
const NEWCOMERS: usize = 20;
const PING_EVERY: Duration = Duration::from_secs(5);

/// Publishes, then measures one newcomer after another.
pub async fn run(ground: &Ground) -> Result<Shown> {
    let server = ground.serve()?;
    let tracks = ground.scaled(TRACKS);
    for number in 0..tracks {
        let (mut visitor, _) = Visitor::join(&server.url, Who { number, meeting: 0 }).await?;
        let peer = Peer::connect(ground.local, &mut visitor, Some(&format!("cid-{number}"))).await?;
        tokio::spawn(async move {
            let _ = visitor.stay(Instant::now() + Duration::from_secs(600), PING_EVERY).await;
            drop(peer);
        });
    }
    let mut took = Vec::new();
    for newcomer in 0..NEWCOMERS {
        let (mut visitor, join) = Visitor::join(&server.url, Who { number: tracks + newcomer, meeting: 0 }).await?;
        let published = join.other_participants.iter().map(|other| other.tracks.len()).sum::<usize>();
        ensure!(published == tracks, "{published} of {tracks} tracks are published");
        let draft = Draft::new(tracks, None)?;
        let began = Instant::now();
        let answer = draft.offer(&mut visitor).await?;
        took.push(began.elapsed().as_secs_f64() * 1_000.0);
        let sent = answer.matches("a=sendonly").count();
        ensure!(sent == tracks, "{sent} of {tracks} tracks are in the answer");
        visitor.leave().await;
    }
    took.sort_unstable_by(f64::total_cmp);
    Ok(Shown::from([("offers.p50".to_owned(), at(&took, 0.5)), ("offers.most".to_owned(), at(&took, 1.0))]))
}
