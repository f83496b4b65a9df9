use std::time::Duration;

use cluster::{Command, NodeId, TokenFacts};
use domain::{MeetingName, RoomKind};
use futures_util::StreamExt as _;
use serde_json::{Value, json};

use crate::testing::{Answer, Bench, Caller, booking};

async fn put(bench: &Bench, by: &Caller, shown: &Value, tag: &str, changes: Value) -> Answer {
    let path = format!("/bookings/{}", shown["id"].as_str().expect("an id"));
    bench.put(&path).by(by).header("if-match", tag).json(&booking(changes)).await
}

#[tokio::test]
async fn a_change_keeps_the_meeting_and_the_links_of_guests_named_by_id() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    let shown = bench.booked(&anna, json!({ "guests": [{ "name": "Gast" }] })).await;
    let guest = &shown["guests"][0];
    let changes = json!({
        "title": "Neu", "start": "2026-11-24T12:00", "end": "2026-11-24T13:00",
        "guests": [{ "id": guest["id"], "name": "Gast, Dr." }, { "name": "Neuer Gast" }],
    });
    let changed = put(&bench, &anna, &shown, "\"1\"", changes).await;
    assert_eq!(changed.is(200).etag(), "\"2\"");
    assert_eq!(changed.body["meeting_id"], shown["meeting_id"]);
    assert_eq!(changed.body["start"], "2026-11-24T11:00:00Z");
    let kept = changed.body["guests"].as_array().expect("guests").iter().find(|one| one["id"] == guest["id"]);
    assert_eq!(kept.map(|one| (&one["name"], one.get("link"))), Some((&json!("Gast, Dr."), None)));

    let secret = guest["link"].as_str().and_then(|link| link.split('#').nth(1)).expect("a secret");
    let path = format!("/meetings/{}", shown["meeting_id"].as_str().expect("an id"));
    let lobby = bench.get(&path).header("x-guest-secret", secret).send().await;
    assert_eq!(lobby.is(200).body["guest_name"], "Gast, Dr.");
}

#[tokio::test]
async fn two_who_change_at_once_do_not_overwrite_each_other() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    let shown = bench.booked(&anna, json!({})).await;
    put(&bench, &anna, &shown, "\"1\"", json!({ "title": "Erste" })).await.is(200);
    put(&bench, &anna, &shown, "\"1\"", json!({ "title": "Zweite" })).await.is_problem(412, "changed_meanwhile");
    let path = format!("/bookings/{}", shown["id"].as_str().expect("an id"));
    bench.put(&path).by(&anna).json(&booking(json!({}))).await.is_problem(428, "if_match_required");
    assert_eq!(bench.get(&path).by(&anna).send().await.body["title"], "Erste");
}

#[tokio::test]
async fn invited_people_see_but_do_not_change_and_strangers_see_nothing() {
    let bench = Bench::new().await;
    let (anna, invited) = (bench.person("Anna", &[]).await, bench.person("Invited", &[]).await);
    let stranger = bench.person("Stranger", &[]).await;
    let people = json!([{ "person": invited.id, "role": "moderator" }]);
    let shown = bench.booked(&anna, json!({ "people": people })).await;
    put(&bench, &invited, &shown, "\"1\"", json!({})).await.is_problem(403, "not_allowed");
    put(&bench, &stranger, &shown, "\"1\"", json!({})).await.is_problem(404, "not_found");
    // Nobody gives a booking away to somebody they may not book for.
    put(&bench, &anna, &shown, "\"1\"", json!({ "organiser": stranger.id })).await.is_problem(403, "not_allowed");
}

#[tokio::test]
async fn a_booking_does_not_stand_in_its_own_way_but_others_do() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    let room = bench.room(RoomKind::Physical, "Sitzungszimmer", 12).await;
    let shown = bench.booked(&anna, json!({ "rooms": [room] })).await;
    let later = json!({ "rooms": [room], "start": "2026-11-24T13:00", "end": "2026-11-24T14:00" });
    bench.booked(&anna, later).await;
    let longer = json!({ "rooms": [room], "end": "2026-11-24T12:00" });
    put(&bench, &anna, &shown, "\"1\"", longer).await.is(200);
    let too_long = json!({ "rooms": [room], "end": "2026-11-24T13:30" });
    let answer = put(&bench, &anna, &shown, "\"2\"", too_long).await;
    assert_eq!(answer.is_problem(409, "room_taken").body["until"], "2026-11-24T13:00:00Z");
}

#[tokio::test]
async fn a_running_meeting_can_be_extended_a_past_one_not_touched() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    let shown = bench.booked(&anna, json!({})).await;
    bench.clock.set("2026-11-24T09:50:00Z");
    let anna = bench.signed_in(anna.id).await;
    put(&bench, &anna, &shown, "\"1\"", json!({ "end": "2026-11-24T11:30" })).await.is(200);
    bench.clock.set("2026-11-24T10:30:00Z");
    let anna = bench.signed_in(anna.id).await;
    put(&bench, &anna, &shown, "\"2\"", json!({ "end": "2026-11-24T11:30" })).await.is_problem(422, "in_the_past");
}

#[tokio::test]
async fn cancelled_and_ended_bookings_stay_as_they_are() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    let cancelled = bench.booked(&anna, json!({})).await;
    let path = format!("/bookings/{}/cancel", cancelled["id"].as_str().expect("an id"));
    bench.post(&path).by(&anna).header("if-match", "\"1\"").send().await.is(200);
    put(&bench, &anna, &cancelled, "\"2\"", json!({})).await.is_problem(410, "cancelled");

    let ended = bench.booked(&anna, json!({})).await;
    let path = format!("/meetings/{}/end", ended["meeting_id"].as_str().expect("an id"));
    bench.post(&path).by(&anna).send().await.is(204);
    put(&bench, &anna, &ended, "\"1\"", json!({})).await.is_problem(410, "ended");
}

#[tokio::test]
async fn who_is_left_out_is_sent_out_of_a_running_meeting() {
    let bench = Bench::new().await;
    let (anna, jonas) = (bench.person("Anna", &[]).await, bench.person("Jonas", &[]).await);
    let people = json!([{ "person": jonas.id, "role": "participant" }]);
    let shown = bench.booked(&anna, json!({ "people": people })).await;
    let meeting: MeetingName = shown["meeting_id"].as_str().expect("an id").parse().expect("a name");
    let node = NodeId("one".into());
    bench.cluster.directory.claim(&meeting, &node, Duration::from_secs(60)).await.expect("a directory");
    let mut commands = bench.cluster.bus.commands(&node).await.expect("a bus");

    put(&bench, &anna, &shown, "\"1\"", json!({})).await.is(200);
    let identity = domain::Identity::from(jonas.id);
    let expected = Command::RemoveParticipant { meeting: meeting.clone(), identity: identity.clone() };
    assert_eq!(commands.next().await, Some(expected));
    let now = domain::Clock::now(bench.clock.as_ref());
    let token = TokenFacts { meeting, identity, token_id: None, issued_at: now };
    assert!(bench.cluster.revocations.is_revoked(&token, now).await.expect("a list"));
}
