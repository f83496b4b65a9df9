use cluster::{Claim, Happening, Lease, MeetingReport, NodeId};
use domain::MeetingName;
use protocol::livekit::{DisconnectReason, ParticipantInfo, Room, TrackInfo};
use storage::WebhookFilter;

use super::*;
use crate::testing::Bench;

const LIFE: Duration = Duration::from_secs(60);

fn meeting() -> MeetingName {
    "daily".parse().expect("a name")
}

/// What the owner of a run tells of it.
async fn tells(bench: &Bench, run: &str, sequence: u64, event: &str) {
    let room = Room { sid: run.into(), name: "daily".into(), num_participants: 2, ..Room::default() };
    let body = WebhookEvent { event: event.into(), room: Some(room), ..WebhookEvent::default() };
    let happening = Happening {
        meeting: meeting(),
        run: run.into(),
        sequence,
        event: event.into(),
        at: Timestamp::UNIX_EPOCH,
        body: Private::new(serde_json::to_string(&body).expect("JSON")),
    };
    bench.cluster.happenings.add(&[happening]).await.expect("in memory");
}

/// What it tells of one session of somebody.
async fn tells_of(bench: &Bench, sequence: u64, event: &str, sid: &str, track: &str) {
    let person = ParticipantInfo {
        sid: sid.into(),
        identity: format!("who-{sid}"),
        joined_at: sequence as i64,
        is_publisher: true,
        ..ParticipantInfo::default()
    };
    let track = (!track.is_empty()).then(|| TrackInfo { sid: track.into(), ..TrackInfo::default() });
    let room = Room { sid: "RM_1".into(), name: "daily".into(), num_participants: 2, ..Room::default() };
    let (room, participant) = (Some(room), Some(person));
    let body = WebhookEvent { event: event.into(), room, participant, track, ..WebhookEvent::default() };
    let happening = Happening {
        meeting: meeting(),
        run: "RM_1".into(),
        sequence,
        event: event.into(),
        at: Timestamp::UNIX_EPOCH,
        body: Private::new(serde_json::to_string(&body).expect("JSON")),
    };
    bench.cluster.happenings.add(&[happening]).await.expect("in memory");
}

/// A node that has the meeting and says which run of it.
async fn owns(bench: &Bench, node: &str, run: &str) -> Lease {
    let node = NodeId(node.into());
    let claim = bench.cluster.directory.claim(&meeting(), &node, LIFE).await.expect("in memory");
    let Claim::Ours(lease) = claim else { panic!("nobody else has it") };
    let report = MeetingReport {
        meeting: meeting(),
        node,
        run: run.into(),
        started_at: Timestamp::UNIX_EPOCH,
        measured_at: Timestamp::UNIX_EPOCH,
        burden: Default::default(),
        is_unmoderated: false,
        recorded_by: Vec::new(),
        captioned_by: Vec::new(),
        participants: Vec::new(),
    };
    bench.cluster.directory.publish_report(&lease, &report, LIFE).await.expect("in memory");
    lease
}

async fn kept(bench: &Bench) -> Vec<(String, u64, String)> {
    let mut unit = bench.store.read().await.expect("readable");
    let rows = unit.webhooks(&WebhookFilter::default(), 100).await.expect("readable");
    rows.into_iter().map(|row| (row.what.run, row.what.sequence, row.what.event)).collect()
}

fn row(run: &str, sequence: u64, event: &str) -> (String, u64, String) {
    (run.into(), sequence, event.into())
}

#[tokio::test]
async fn a_run_whose_owner_is_gone_is_finished_after_a_while_and_only_once() {
    let bench = Bench::with_webhooks(&["https://sink.example.org/"]).await;
    tells(&bench, "RM_1", 1, "room_started").await;
    bench.scheduler.keep_happenings().await.expect("a database");
    // Said, but not fetched yet when the owner died.
    tells(&bench, "RM_1", 2, "participant_joined").await;
    let (mut silent, began) = (SilentRuns::default(), Instant::now());
    let look = async |silent: &mut SilentRuns, after| {
        bench.scheduler.end_lost_runs(silent, began + after).await.expect("a database")
    };
    assert_eq!(look(&mut silent, Duration::ZERO).await, 0);
    assert_eq!(look(&mut silent, SILENT_FOR - Duration::from_millis(1)).await, 0);
    assert_eq!(look(&mut silent, SILENT_FOR).await, 1);
    assert_eq!(look(&mut silent, 2 * SILENT_FOR).await, 0);
    // The owner lives after all, and says it late.
    tells(&bench, "RM_1", 3, "participant_left").await;
    assert_eq!(bench.scheduler.keep_happenings().await.expect("a database"), 0);
    let rows = [row("RM_1", 1, "room_started"), row("RM_1", 2, "participant_joined"), row("RM_1", 3, "room_finished")];
    assert_eq!(kept(&bench).await, rows);

    let mut unit = bench.store.read().await.expect("readable");
    let last = unit.webhooks(&WebhookFilter::default(), 100).await.expect("readable").pop().expect("three rows");
    let body: WebhookEvent = serde_json::from_str(last.what.body.expose()).expect("an event");
    let room = body.room.expect("which meeting it was");
    assert_eq!((room.name.as_str(), room.num_participants, body.id.as_str()), ("daily", 0, "EV_1_3"));
}

#[tokio::test]
async fn a_run_whose_owner_holds_its_lease_goes_on_and_one_that_was_taken_over_ends_at_once() {
    let bench = Bench::with_webhooks(&["https://one.example.org/", "https://two.example.org/"]).await;
    let lease = owns(&bench, "here", "RM_1").await;
    tells(&bench, "RM_1", 1, "room_started").await;
    bench.scheduler.keep_happenings().await.expect("a database");
    let (mut silent, began) = (SilentRuns::default(), Instant::now());
    for number in 0..5 {
        let now = began + number * SILENT_FOR;
        assert_eq!(bench.scheduler.end_lost_runs(&mut silent, now).await.expect("a database"), 0);
    }
    // The lease runs out, and another node takes the meeting.
    bench.cluster.directory.claim(&meeting(), &lease.owner, Duration::ZERO).await.expect("in memory");
    owns(&bench, "there", "RM_2").await;
    tells(&bench, "RM_1", 2, "participant_left").await;
    tells(&bench, "RM_2", 1, "room_started").await;
    assert_eq!(bench.scheduler.end_lost_runs(&mut silent, began).await.expect("a database"), 1);
    let mut runs = kept(&bench).await;
    runs.sort();
    runs.dedup();
    let rows = [row("RM_1", 1, "room_started"), row("RM_1", 2, "room_finished"), row("RM_2", 1, "room_started")];
    assert_eq!(runs, rows, "at both endpoints");
}

#[tokio::test]
async fn whoever_was_inside_is_told_as_gone_before_the_end() {
    let bench = Bench::with_webhooks(&["https://one.example.org/", "https://two.example.org/"]).await;
    tells(&bench, "RM_1", 1, "room_started").await;
    tells_of(&bench, 2, "participant_joined", "PA_anna", "").await;
    tells_of(&bench, 3, "participant_joined", "PA_ben", "").await;
    tells_of(&bench, 4, "track_published", "PA_anna", "TR_kept").await;
    tells_of(&bench, 5, "track_published", "PA_anna", "TR_taken_back").await;
    tells_of(&bench, 6, "track_unpublished", "PA_anna", "TR_taken_back").await;
    tells_of(&bench, 7, "participant_joined", "PA_gone", "").await;
    tells_of(&bench, 8, "participant_left", "PA_gone", "").await;
    tells_of(&bench, 9, "participant_connection_aborted", "PA_never", "").await;
    bench.scheduler.keep_happenings().await.expect("a database");
    let (mut silent, began) = (SilentRuns::default(), Instant::now());
    for (now, ended) in [(began, 0), (began + SILENT_FOR, 1), (began + 2 * SILENT_FOR, 0)] {
        assert_eq!(bench.scheduler.end_lost_runs(&mut silent, now).await.expect("a database"), ended);
    }
    let mut unit = bench.store.read().await.expect("readable");
    for endpoint in ["https://one.example.org/", "https://two.example.org/"] {
        let rows = unit.webhooks_of_run(endpoint, "RM_1", 9, 100).await.expect("readable");
        let told: Vec<_> = rows
            .iter()
            .map(|row| {
                let body: WebhookEvent = serde_json::from_str(row.what.body.expose()).expect("an event");
                assert_eq!(
                    (body.event.as_str(), row.what.sequence),
                    (row.what.event.as_str(), body.id[5..].parse().expect("a number"))
                );
                let (person, room) = (body.participant.unwrap_or_default(), body.room.expect("which meeting it was"));
                let track = body.track.map(|track| track.sid).unwrap_or_default();
                let is_gone = person.disconnect_reason == DisconnectReason::ServerShutdown as i32;
                format!(
                    "{} {} {track} {is_gone} {} {}",
                    body.event, person.sid, room.num_participants, room.num_publishers
                )
            })
            .collect();
        assert_eq!(
            told,
            [
                "track_unpublished PA_anna TR_kept false 2 0",
                "participant_left PA_anna  true 1 0",
                "participant_left PA_ben  true 0 0",
                "room_finished   false 0 0",
            ]
        );
    }
}
