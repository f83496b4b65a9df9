use cluster::{Claim, Happening, Lease, MeetingReport, NodeId};
use domain::MeetingName;
use protocol::livekit::Room;
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
