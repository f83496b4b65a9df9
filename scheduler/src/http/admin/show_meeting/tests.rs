use std::time::Duration;

use cluster::{
    Burden, DownloadReport, Held, LayerReport, LayerSize, Limited, MeetingReport, NodeId, ParticipantReport, PathKind,
    TrackReport,
};
use domain::{Clock as _, Identity, MeetingRole, Private, Role};
use serde_json::{Value, json};

use crate::testing::{Bench, Caller};

/// A running meeting with a booking and one without; an administrator and somebody else.
pub(in crate::http::admin) async fn bench() -> (Bench, Caller, Caller, Value) {
    let bench = Bench::new().await;
    let (admin, anna) = (bench.person("Admin", &[Role::Administrator]).await, bench.person("Anna", &[]).await);
    let shown = bench.booked(&anna, json!({})).await;
    let now = bench.clock.now();
    let participant = |identity: Identity, rtt_ms, loss_down| ParticipantReport {
        identity,
        name: Private::from("Anna"),
        role: MeetingRole::Moderator,
        joined_at: now,
        path: Some(PathKind::Tcp),
        rtt_ms,
        loss_up: Some(0.01),
        loss_down,
        site: None,
        bitrate_up_bps: 1_000,
        bitrate_down_bps: 2_000,
        download: DownloadReport {
            estimate_bps: Some(3_000),
            wanted_bps: 5_000,
            granted_bps: 2_500,
            pictures: 3,
            reduced: 2,
            paused: 1,
            limited: Limited::Estimate,
            ..DownloadReport::default()
        },
        upload_limit_bps: Some(4_000),
        tracks: vec![TrackReport {
            sid: "TR_1".into(),
            source: "camera".into(),
            codec: "video/VP8".into(),
            muted: false,
            bitrate_bps: 900,
            loss: None,
            jitter_ms: Some(2.5),
            layers: vec![LayerReport { size: LayerSize::Small, bitrate_bps: 900 }],
            held: Held::Unwatched,
        }],
    };
    let booked = MeetingReport {
        meeting: shown["meeting_id"].as_str().expect("an id").parse().expect("a name"),
        node: NodeId("one".into()),
        run: "RM_1".into(),
        started_at: now,
        measured_at: now,
        burden: Burden::Full,
        recorded_by: Vec::new(),
        captioned_by: Vec::new(),
        participants: vec![
            participant(Identity::from(anna.id), Some(20.0), Some(0.5)),
            participant("guest-x".parse().expect("a name"), Some(70.5), None),
        ],
    };
    let foreign = MeetingReport {
        meeting: "daily".parse().expect("a name"),
        started_at: now - jiff::SignedDuration::from_secs(60),
        recorded_by: Vec::new(),
        captioned_by: Vec::new(),
        participants: Vec::new(),
        ..booked.clone()
    };
    // A browser tries its line there: nobody need look at that.
    let trial = MeetingReport { meeting: domain::MeetingName::trial(uuid::Uuid::nil()), ..foreign.clone() };
    for report in [booked, foreign, trial] {
        bench
            .cluster
            .directory
            .publish_report(&lease(&report.meeting), &report, Duration::from_secs(60))
            .await
            .expect("a directory");
    }
    (bench, admin, anna, shown)
}

fn lease(meeting: &domain::MeetingName) -> cluster::Lease {
    cluster::Lease { meeting: meeting.clone(), owner: NodeId("one".into()), epoch: 1 }
}

fn expected_list(shown: &Value) -> Value {
    json!({ "items": [
        {
            "meeting_id": "daily", "title": "daily", "organiser": { "name": "" },
            "started_at": "2026-11-23T07:59:00Z", "node": "one", "load": "full", "participants": 0,
            "bitrate_up_bps": 0, "bitrate_down_bps": 0, "worst_loss": null, "worst_rtt_ms": null,
        },
        {
            "meeting_id": shown["meeting_id"], "title": "Dienstberatung", "organiser": { "name": "Anna" },
            "started_at": "2026-11-23T08:00:00Z", "node": "one", "load": "full", "participants": 2,
            "bitrate_up_bps": 2_000, "bitrate_down_bps": 4_000, "worst_loss": 0.5, "worst_rtt_ms": 70.5,
        },
    ]})
}

#[tokio::test]
async fn administrators_see_running_meetings_with_titles_and_figures() {
    let (bench, admin, anna, shown) = bench().await;
    let list = bench.get("/admin/meetings").by(&admin).send().await;
    assert_eq!(list.is(200).body, expected_list(&shown));
    bench.get("/admin/meetings").by(&anna).send().await.is_problem(403, "not_allowed");
    assert!(bench.audit().await.iter().all(|entry| entry.action != "participants.seen"), "figures name nobody");
}

#[tokio::test]
async fn every_look_at_names_is_written_down() {
    let (bench, admin, anna, shown) = bench().await;
    let meeting = shown["meeting_id"].as_str().expect("an id");
    let path = format!("/admin/meetings/{meeting}");
    let seen = bench.get(&path).by(&admin).send().await;
    let expected = json!({
        "identity": anna.id, "name": "Anna", "role": "moderator", "joined_at": "2026-11-23T08:00:00Z",
        "path": "tcp", "rtt_ms": 20.0, "loss_up": 0.01, "loss_down": 0.5,
        "bitrate_up_bps": 1_000, "bitrate_down_bps": 2_000, "upload_limit_bps": 4_000,
        "download": {
            "estimate_bps": 3_000, "limit_bps": null, "share_bps": null, "wanted_bps": 5_000, "granted_bps": 2_500, "pictures": 3,
            "reduced": 2, "paused": 1, "limited": "estimate", "worst_loss": null, "jitter_ms": null,
        },
        "tracks": [{
            "sid": "TR_1", "source": "camera", "codec": "video/VP8", "muted": false, "bitrate_bps": 900,
            "loss": null, "jitter_ms": 2.5, "layers": [{ "size": "small", "bitrate_bps": 900 }], "held": "unwatched",
        }],
    });
    let first = &seen.is(200).body["participants"][0];
    for (name, value) in expected.as_object().expect("fields") {
        let close = |one: &Value, other: &Value| match (one.as_f64(), other.as_f64()) {
            (Some(one), Some(other)) => (one - other).abs() < 1e-6,
            _ => one == other,
        };
        assert!(close(&first[name], value), "{name}: {} is not {value}", first[name]);
    }
    let entry = bench.audit().await.remove(0);
    assert_eq!((entry.action.as_str(), entry.actor), ("participants.seen", Some(admin.id)));
    assert_eq!(entry.subject, format!("meeting {meeting}"));

    bench.get(&path).by(&anna).send().await.is_problem(403, "not_allowed");
    bench.get("/admin/meetings/nothing").by(&admin).send().await.is_problem(404, "not_found");
    assert_eq!(bench.audit().await[0].at, entry.at);
}

#[tokio::test]
async fn both_streams_say_the_same_as_the_lists_and_one_look_is_one_line() {
    let (bench, admin, anna, shown) = bench().await;
    let mut all = bench.get("/admin/meetings/events").by(&admin).stream().await;
    assert_eq!(all.next().await, Some(("meetings".into(), expected_list(&shown))));
    let path = format!("/admin/meetings/{}/events", shown["meeting_id"].as_str().expect("an id"));
    let mut one = bench.get(&path).by(&admin).stream().await;
    for _ in 0..2 {
        let (name, data) = one.next().await.expect("an event every second");
        assert_eq!((name.as_str(), data["participants"].as_array().map(Vec::len)), ("meeting", Some(2)));
    }
    let looks = bench.audit().await.iter().filter(|entry| entry.action == "participants.seen").count();
    assert_eq!(looks, 1);
    bench.get("/admin/meetings/events").by(&anna).send().await.is_problem(403, "not_allowed");
    bench.get(&path).by(&anna).send().await.is_problem(403, "not_allowed");

    let meeting = shown["meeting_id"].as_str().expect("an id").parse().expect("a name");
    bench.cluster.directory.withdraw_report(&lease(&meeting)).await.expect("a directory");
    assert_eq!(one.next().await, None, "it ends with the meeting");
}

#[tokio::test]
async fn of_a_private_meeting_an_administrator_sees_figures_only() {
    let (bench, admin, anna, shown) = bench().await;
    let path = format!("/bookings/{}", shown["id"].as_str().expect("an id"));
    let private = crate::testing::booking(json!({ "is_private": true }));
    bench.put(&path).by(&anna).header("if-match", "\"1\"").json(&private).await.is(200);
    let listed = bench.get("/admin/meetings").by(&admin).send().await;
    let meeting = shown["meeting_id"].as_str().expect("an id");
    let items = listed.is(200).body["items"].as_array().expect("items").clone();
    let item = items.iter().find(|item| item["meeting_id"] == meeting).expect("it runs");
    assert_eq!((&item["title"], &item["organiser"]["name"]), (&json!("Privater Termin"), &json!("")));
    assert_eq!(item["participants"], 2);
    let looked = bench.get(&format!("/admin/meetings/{meeting}")).by(&admin).send().await;
    assert_eq!(looked.is(200).body["participants"], json!([]));
    assert!(!looked.text.contains("Dienstberatung") && !looked.text.contains("Anna"), "{}", looked.text);
    let mut stream = bench.get(&format!("/admin/meetings/{meeting}/events")).by(&admin).stream().await;
    let (_, said) = stream.next().await.expect("it says how it stands");
    assert_eq!(said["participants"], json!([]));
}
