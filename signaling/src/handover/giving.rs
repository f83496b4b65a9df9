//! Hands one meeting over.

use std::fmt;

use axum::body::Bytes;
use cluster::{Command, Lease, NodeRecord};
use domain::MeetingName;
use http::{Request, StatusCode, header};
use http_body_util::Full;
use protocol::errand::{DIGEST, HEADER, digest, seal};
use tokio::sync::oneshot;
use tokio::time::{Instant, sleep, timeout};

use super::bequest::{Bequest, LIMIT, PATH, PURPOSE};
use crate::actor::Input;
use crate::config::{ASK_AGAIN, CLUSTER_PATIENCE, UNCLEAR};
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

/// Hands a meeting to another node. If that fails it goes on here. It must not be cancelled.
pub async fn hand_over(registry: &Registry, meeting: &MeetingName, heir: &NodeRecord) -> Result<(), Stays> {
    let around = &registry.around;
    // Before anything stands still: would the heir take it?
    let bequest = |epoch, legacy| Bequest { heir: heir.id.clone(), meeting: meeting.clone(), epoch, legacy };
    bequeath(around, heir, bequest(0, None)).await?;
    // Nobody comes in meanwhile; whoever asks waits, and then goes the right way.
    let Some(mut place) = registry.hold(meeting).await else { return Ok(()) };
    let Some(handle) = place.clone().filter(|handle| !handle.is_closed()) else { return Ok(()) };
    let (legacy, is_done) = (oneshot::channel(), oneshot::channel());
    let asked = handle.send(Input::HandOver { legacy: legacy.0, is_done: is_done.1 });
    timeout(CLUSTER_PATIENCE, asked).await.map_err(|_| Stays::Silent)?;
    let legacy = timeout(CLUSTER_PATIENCE, legacy.1).await.ok().and_then(Result::ok).ok_or(Stays::Silent)?;
    bequeath(around, heir, bequest(handle.epoch, Some(legacy))).await?;
    let lease = Lease { meeting: meeting.clone(), owner: around.config.node.clone(), epoch: handle.epoch };
    if !is_given(around, &lease, heir).await {
        return Err(Stays::NotOurs);
    }
    *place = None;
    registry.note_end(meeting);
    // The meeting may have closed by itself in this moment.
    let _ = is_done.0.send(());
    drop(place);
    metrics::counter!("rennsteig_signaling_handovers_total").increment(1);
    tracing::info!(meeting.id = %meeting, node.id = %heir.id, "meeting {meeting} was handed over to {}", heir.id);
    // If it does not come: the first one who asks opens the meeting there.
    let take_over = around.cluster.bus.send(&heir.id, Command::TakeOver { meeting: meeting.clone() });
    let _ = timeout(CLUSTER_PATIENCE, take_over).await;
    Ok(())
}

/// Gives the lease away. If the answer is lost, it may have been given all the same: then it is asked
/// until somebody knows, because both would act otherwise.
async fn is_given(around: &Surroundings, lease: &Lease, heir: &NodeRecord) -> bool {
    let directory = &around.cluster.directory;
    let began = Instant::now();
    loop {
        let given = directory.hand_over(lease, &heir.id, around.config.lease);
        match timeout(CLUSTER_PATIENCE, given).await {
            Ok(Ok(given)) => return given.is_some(),
            Ok(Err(_)) | Err(_) if began.elapsed() < UNCLEAR => sleep(ASK_AGAIN).await,
            // A directory that is away for so long is away for the heir as well, as far as can be told.
            Ok(Err(_)) | Err(_) => return false,
        }
    }
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
    let digest = digest(&body);
    let seal = seal(key, PURPOSE, around.clock.now().as_second(), digest.as_bytes());
    let request = Request::post(format!("{}{PATH}", heir.url.replacen("ws", "http", 1)))
        .header(header::CONTENT_TYPE, "application/json")
        .header(HEADER, seal)
        .header(DIGEST, digest)
        .body(Full::new(Bytes::from(body)))
        .map_err(|_| Stays::Unwanted)?;
    match errand::run(request, None, CLUSTER_PATIENCE, ANSWER_LIMIT).await {
        Some((head, _)) if head.status == StatusCode::NO_CONTENT => Ok(()),
        _ => Err(Stays::Unwanted),
    }
}
