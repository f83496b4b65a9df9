//! Meetings, nodes and reports to try things with, and waiting for what must come.

use std::future::Future;
use std::time::Duration;

use cluster::{
    Burden, Command, DownloadReport, Event, Held, LayerReport, LayerSize, Limited, MeetingReport, NodeId, NodeRecord,
    ParticipantReport, PathKind, TrackReport,
};
use domain::{BookingId, Identity, MeetingName, MeetingRole, Private};
use futures_util::{Stream, StreamExt};
use jiff::Timestamp;
use tokio::time::Instant;
use uuid::Uuid;

/// How long something may take to come true on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);
/// A lease nobody expects to run out.
pub(super) const LONG: Duration = Duration::from_secs(60);
/// A life short enough to wait for its end.
pub(super) const SHORT: Duration = Duration::from_millis(150);

pub(super) fn node(name: &str) -> NodeId {
    NodeId(name.into())
}

pub(super) fn meeting(name: &str) -> MeetingName {
    name.parse().expect("it is short and printable")
}

pub(super) fn identity(name: &str) -> Identity {
    name.parse().expect("it is short and printable")
}

pub(super) fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).expect("a small offset stays in range")
}

pub(super) fn record(name: &str) -> NodeRecord {
    NodeRecord { id: node(name), url: format!("ws://{name}:7880"), draining: false, participants: 3 }
}

pub(super) fn end(name: &str) -> Command {
    Command::EndMeeting { meeting: meeting(name) }
}

pub(super) fn changed() -> Event {
    Event::BookingChanged { booking: BookingId::from_uuid(Uuid::from_u128(7)) }
}

pub(super) fn report(name: &str, bitrate_up_bps: u64) -> MeetingReport {
    MeetingReport {
        meeting: meeting(name),
        run: format!("RM_{name}"),
        node: node("a"),
        started_at: at(0),
        measured_at: at(1),
        burden: Burden::Shedding,
        is_unmoderated: false,
        recorded_by: Vec::new(),
        captioned_by: Vec::new(),
        participants: vec![ParticipantReport {
            identity: identity("guest-1"),
            name: Private::from("Gast Müller"),
            role: MeetingRole::Guest,
            joined_at: at(0),
            path: Some(PathKind::Udp),
            rtt_ms: Some(12.5),
            loss_up: None,
            loss_down: Some(0.25),
            site: None,
            bitrate_up_bps,
            bitrate_down_bps: 2,
            download: DownloadReport { estimate_bps: Some(3), limited: Limited::Estimate, ..DownloadReport::default() },
            upload_limit_bps: Some(4),
            tracks: vec![TrackReport {
                sid: "TR_1".into(),
                source: "camera".into(),
                codec: "video/VP8".into(),
                muted: false,
                bitrate_bps: 1,
                loss: Some(0.5),
                jitter_ms: None,
                layers: vec![LayerReport { size: LayerSize::Small, bitrate_bps: 1 }],
                held: Held::Sender,
            }],
        }],
    }
}

/// The next item, which must come.
pub(super) async fn next<T>(stream: &mut (impl Stream<Item = T> + Unpin)) -> T {
    let item = tokio::time::timeout(PATIENCE, stream.next()).await.expect("it comes in time");
    item.expect("the stream goes on")
}

/// Asks again and again until the answer is yes.
pub(super) async fn until<F: Future<Output = bool>>(what: &str, mut ask: impl FnMut() -> F) {
    let deadline = Instant::now() + PATIENCE;
    while !ask().await {
        assert!(Instant::now() < deadline, "{what}: not within {PATIENCE:?}");
        tokio::time::sleep(Duration::from_millis(10)).await; // asks again
    }
}

/// Whatever comes of it, it must not take longer than a little over two seconds.
pub(super) async fn bounded<T>(what: &str, work: impl Future<Output = T>) -> T {
    let limit = Duration::from_secs(6);
    tokio::time::timeout(limit, work).await.unwrap_or_else(|_| panic!("{what}: took longer than {limit:?}"))
}
