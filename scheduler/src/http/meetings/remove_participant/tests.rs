use std::time::Duration;

use cluster::{Command, NodeId, TokenFacts};
use domain::{Clock as _, Identity, MeetingName, Role};
use futures_util::StreamExt as _;
use serde_json::{Value, json};

use crate::testing::{Bench, Caller};

async fn running(bench: &Bench, anna: &Caller, people: Value) -> Value {
    let changes = json!({ "people": people, "guests": [{ "name": "Gast" }], "guests_wait": false });
    let shown = bench.booked(anna, changes).await;
    bench.clock.set("2026-11-24T09:00:00Z");
    shown
}

fn text(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}

#[tokio::test]
async fn a_removed_guest_never_comes_back_whatever_is_tried() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    let shown = running(&bench, &anna, json!([])).await;
    let anna = bench.signed_in(anna.id).await;
    let meeting: MeetingName = text(&shown["meeting_id"]).parse().expect("a name");
    let node = NodeId("one".into());
    bench.cluster.directory.claim(&meeting, &node, Duration::from_secs(60)).await.expect("a directory");
    let mut commands = bench.cluster.bus.commands(&node).await.expect("a bus");

    let guest = &shown["guests"][0];
    let identity: Identity = format!("guest-{}", text(&guest["id"])).parse().expect("a name");
    let secret = text(&guest["link"]).split('#').nth(1).expect("a secret").to_owned();
    let join = format!("/meetings/{meeting}/join");
    bench.post(&join).json(&json!({ "secret": secret })).await.is(200);
    let token = TokenFacts {
        meeting: meeting.clone(),
        identity: identity.clone(),
        token_id: None,
        issued_at: bench.clock.now(),
    };

    let path = format!("/meetings/{meeting}/participants/{identity}/remove");
    for _ in 0..2 {
        bench.post(&path).by(&anna).send().await.is(204);
        let expected = Command::RemoveParticipant { meeting: meeting.clone(), identity: identity.clone() };
        assert_eq!(commands.next().await, Some(expected));
    }
    assert!(bench.cluster.revocations.is_revoked(&token, bench.clock.now()).await.expect("a list"));
    bench.post(&join).json(&json!({ "secret": secret })).await.is_problem(403, "removed");
    // The link is over, too: it cannot be renewed.
    let renew = format!("/bookings/{}/guests/{}/link", text(&shown["id"]), text(&guest["id"]));
    bench.post(&renew).by(&anna).send().await.is_problem(404, "not_found");
    assert!(bench.audit().await.iter().any(|entry| entry.action == "participant.removed"));
}

#[tokio::test]
async fn a_removed_colleague_is_outside_also_by_waiting() {
    let bench = Bench::new().await;
    let (anna, stranger) = (bench.person("Anna", &[]).await, bench.person("Stranger", &[]).await);
    let shown = running(&bench, &anna, json!([])).await;
    let (anna, stranger) = (bench.signed_in(anna.id).await, bench.signed_in(stranger.id).await);
    let meeting = text(&shown["meeting_id"]);
    let join = format!("/meetings/{meeting}/join");
    bench.post(&join).by(&stranger).json(&json!({})).await.is(200);
    let waiting = bench.get(&format!("/meetings/{meeting}/waiting")).by(&anna).send().await;
    let admit = format!("/meetings/{meeting}/waiting/{}/admit", text(&waiting.body["items"][0]["id"]));
    let path = format!("/meetings/{meeting}/participants/{}/remove", stranger.id);
    bench.post(&path).by(&anna).send().await.is(204);
    bench.post(&admit).by(&anna).send().await.is_problem(404, "not_found");
    bench.post(&join).by(&stranger).json(&json!({})).await.is_problem(403, "removed");
}

#[tokio::test]
async fn moderators_and_administrators_remove_others_do_not() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    let (moderator, participant) = (bench.person("Mod", &[]).await, bench.person("Part", &[]).await);
    let (admin, stranger) = (bench.person("Admin", &[Role::Administrator]).await, bench.person("S", &[]).await);
    let people = json!([
        { "person": moderator.id, "role": "moderator" },
        { "person": participant.id, "role": "participant" },
    ]);
    let shown = running(&bench, &anna, people).await;
    let path = |identity: &str| format!("/meetings/{}/participants/{identity}/remove", text(&shown["meeting_id"]));
    let somebody = path("guest-019ab000-0000-7000-8000-000000000000");
    let organiser = path(&anna.id.to_string());
    let again = async |caller: &Caller| bench.signed_in(caller.id).await;
    bench.post(&somebody).by(&again(&stranger).await).send().await.is_problem(404, "not_found");
    bench.post(&somebody).by(&again(&participant).await).send().await.is_problem(403, "not_allowed");
    bench.post(&somebody).by(&again(&moderator).await).send().await.is(204);
    bench.post(&organiser).by(&again(&moderator).await).send().await.is_problem(403, "not_allowed");
    bench.post(&organiser).by(&again(&admin).await).send().await.is(204);
}

#[tokio::test]
async fn administrators_intervene_in_meetings_without_a_booking() {
    let bench = Bench::new().await;
    let (admin, anna) = (bench.person("Admin", &[Role::Administrator]).await, bench.person("Anna", &[]).await);
    let (meeting, node): (MeetingName, _) = ("daily".parse().expect("a name"), NodeId("one".into()));
    let path = "/meetings/daily/participants/bot/remove";
    bench.post(path).by(&admin).send().await.is_problem(404, "not_found");
    bench.cluster.directory.claim(&meeting, &node, Duration::from_secs(60)).await.expect("a directory");
    let mut commands = bench.cluster.bus.commands(&node).await.expect("a bus");
    bench.post(path).by(&anna).send().await.is_problem(404, "not_found");
    bench.post(path).by(&admin).send().await.is(204);
    let identity = "bot".parse().expect("a name");
    assert_eq!(commands.next().await, Some(Command::RemoveParticipant { meeting: meeting.clone(), identity }));
    bench.post("/meetings/daily/end").by(&admin).send().await.is(204);
    assert_eq!(commands.next().await, Some(Command::EndMeeting { meeting }));
}
