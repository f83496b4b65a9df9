//! Hands one meeting over.

use std::fmt;

use axum::body::Bytes;
use cluster::{Command, Lease, NodeRecord};
use domain::MeetingName;
use http::{Request, StatusCode, header};
use http_body_util::Full;
use protocol::errand::{HEADER, seal};
use tokio::sync::oneshot;
use tokio::time::timeout;

use super::bequest::{Bequest, LIMIT, PATH, PURPOSE};
use crate::actor::Input;
use crate::config::CLUSTER_PATIENCE;
use crate::errand;
use crate::registry::{Registry, Surroundings};

/// Longest answer of an heir that is read, bytes.
const ANSWER_LIMIT: usize = 1024;

/// Why a meeting stays where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stays {
    /// It is closing, or does not answer.
    Silent,
    /// The heir does not take it, or is out of reach.
    Unwanted,
    /// The directory is away, or the lease is not ours any more.
    NotOurs,
}

impl fmt::Display for Stays {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Silent => "it does not answer",
            Self::Unwanted => "the other node does not take it",
            Self::NotOurs => "the directory does not answer, or somebody else has it",
        })
    }
}

/// Hands a meeting to another node. If that fails it goes on here, after a few seconds at most.
pub async fn hand_over(registry: &Registry, meeting: &MeetingName, heir: &NodeRecord) -> Result<(), Stays> {
    // Nobody comes in meanwhile; whoever asks waits, and then goes the right way.
    let Some(mut place) = registry.hold(meeting).await else { return Ok(()) };
    let Some(handle) = place.clone().filter(|handle| !handle.is_closed()) else { return Ok(()) };
    let around = &registry.around;
    let (legacy, is_done) = (oneshot::channel(), oneshot::channel());
    let asked = handle.send(Input::HandOver { legacy: legacy.0, is_done: is_done.1 });
    timeout(CLUSTER_PATIENCE, asked).await.map_err(|_| Stays::Silent)?;
    let legacy = timeout(CLUSTER_PATIENCE, legacy.1).await.ok().and_then(Result::ok).ok_or(Stays::Silent)?;
    let lease = Lease { meeting: meeting.clone(), owner: around.config.node.clone(), epoch: handle.epoch };
    let bequest = Bequest { heir: heir.id.clone(), meeting: meeting.clone(), epoch: lease.epoch, legacy: Some(legacy) };
    bequeath(around, heir, bequest).await?;
    let given = around.cluster.directory.hand_over(&lease, &heir.id, around.config.lease);
    match timeout(CLUSTER_PATIENCE, given).await {
        Ok(Ok(Some(_))) => {}
        _ => return Err(Stays::NotOurs),
    }
    *place = None;
    registry.note_end(meeting);
    // If it does not come: the first one who asks opens the meeting there.
    let take_over = around.cluster.bus.send(&heir.id, Command::TakeOver { meeting: meeting.clone() });
    let _ = timeout(CLUSTER_PATIENCE, take_over).await;
    drop(place);
    // The meeting may have closed by itself in this moment.
    let _ = is_done.0.send(());
    metrics::counter!("rennsteig_signaling_handovers_total").increment(1);
    tracing::info!(meeting.id = %meeting, node.id = %heir.id, "meeting {meeting} was handed over to {}", heir.id);
    Ok(())
}

/// Tells the heir what it will get.
async fn bequeath(around: &Surroundings, heir: &NodeRecord, mut bequest: Bequest) -> Result<(), Stays> {
    let mut body = serde_json::to_vec(&bequest).expect("a bequest is plain JSON");
    if body.len() > LIMIT {
        tracing::warn!(meeting.id = %bequest.meeting, "a meeting is too large to take everything along");
        bequest.legacy = None;
        body = serde_json::to_vec(&bequest).expect("a bequest is plain JSON");
    }
    let key = around.config.token_keys.first().ok_or(Stays::Unwanted)?;
    let seal = seal(key, PURPOSE, around.clock.now().as_second(), &body);
    let request = Request::post(format!("{}{PATH}", heir.url.replacen("ws", "http", 1)))
        .header(header::CONTENT_TYPE, "application/json")
        .header(HEADER, seal)
        .body(Full::new(Bytes::from(body)))
        .map_err(|_| Stays::Unwanted)?;
    match errand::run(request, None, CLUSTER_PATIENCE, ANSWER_LIMIT).await {
        Some((head, _)) if head.status == StatusCode::NO_CONTENT => Ok(()),
        _ => Err(Stays::Unwanted),
    }
}
