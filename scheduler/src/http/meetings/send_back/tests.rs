use std::time::Duration;

use cluster::{Command, NodeId, TokenFacts};
use domain::{Clock as _, Identity, MeetingName};
use futures_util::StreamExt as _;
use jiff::Timestamp;
use protocol::token::{self, TokenKey};
use serde_json::{Value, json};

use crate::http::meetings::ongoing::Ongoing;
use crate::testing::{Answer, Caller, booking};

impl Ongoing {
    async fn sends_back(&self, by: &Caller, whom: &impl ToString) -> Answer {
        self.bench.post(&self.path(&format!("participants/{}/send-back", whom.to_string()))).by(by).send().await
    }

    async fn waiting(&self) -> Value {
        self.bench.get(&self.path("waiting")).by(&self.anna).send().await.is(200).body.clone()
    }

    async fn decide(&self, decision: &str) {
        let waiting = self.waiting().await;
        let id = waiting["items"][0]["id"].as_str().expect("somebody waits");
        let path = self.path(&format!("waiting/{id}/{decision}"));
        self.bench.post(&path).by(&self.anna).send().await.is(204);
    }

    async fn is_over(&self, identity: &Identity, issued_at: Timestamp) -> bool {
        let meeting = self.meeting.parse().expect("a name");
        let token = TokenFacts { meeting, identity: identity.clone(), token_id: None, issued_at };
        self.bench.cluster.revocations.is_revoked(&token, self.bench.clock.now()).await.expect("a list")
    }
}

fn issued_at(answer: &Answer) -> Timestamp {
    let key = TokenKey::new("rennsteig", b"a secret of at least 32 bytes....".to_vec()).expect("long enough");
    let (body, now) = (&answer.body, Ongoing::START.parse::<Timestamp>().expect("an instant"));
    let claims = token::verify(body["token"].as_str().expect("a token"), &[key], now.as_second());
    Timestamp::from_second(claims.expect("it opens at once").issued_at()).expect("an instant")
}

#[tokio::test]
async fn who_is_sent_back_leaves_at_once_waits_though_invited_and_comes_in_again_when_admitted() {
    let open = Ongoing::open().await;
    let (meeting, node): (MeetingName, _) = (open.meeting.parse().expect("a name"), NodeId("one".into()));
    open.bench.cluster.directory.claim(&meeting, &node, Duration::from_secs(60)).await.expect("a directory");
    let mut commands = open.bench.cluster.bus.commands(&node).await.expect("a bus");
    let paul = Identity::from(open.paul.id);
    for (identity, trust, name) in [(&paul, "signed_in", "Paul"), (&open.guest, "guest", "Gast")] {
        let joins = async || match identity.person() {
            Some(_) => open.joins(&open.paul).await,
            None => open.guest_joins().await,
        };
        let before = joins().await;
        assert_eq!(before.is(200).body["state"], "admitted");
        for _ in 0..2 {
            open.sends_back(&open.max, identity).await.is(204);
            let expected = Command::RemoveParticipant { meeting: meeting.clone(), identity: identity.clone() };
            assert_eq!(commands.next().await, Some(expected));
        }
        assert!(open.is_over(identity, issued_at(&before)).await, "the token from before opens nothing");

        // Neither at once nor after a reload.
        let waits = joins().await;
        assert_eq!(waits.is(200).body["state"], "waiting");
        assert_eq!(joins().await.is(200).body["state"], "waiting");
        let list = open.waiting().await;
        let seen: Vec<_> =
            list["items"].as_array().expect("items").iter().map(|one| (&one["name"], &one["trust"])).collect();
        assert_eq!(seen, [(&json!(name), &json!(trust))]);

        open.decide("admit").await;
        let again = joins().await;
        assert_eq!(again.is(200).body["state"], "admitted");
        assert!(!open.is_over(identity, issued_at(&again)).await, "also within the second of being sent back");
        assert_eq!(joins().await.is(200).body["state"], "admitted", "and it stays so");
    }
    assert!(open.bench.audit().await.iter().any(|entry| entry.action == "participant.sent_back"));
}

#[tokio::test]
async fn who_was_sent_back_can_be_turned_away_as_well() {
    let open = Ongoing::open().await;
    open.sends_back(&open.anna, &open.paul.id).await.is(204);
    assert_eq!(open.joins(&open.paul).await.is(200).body["state"], "waiting");
    open.decide("reject").await;
    open.joins(&open.paul).await.is_problem(403, "rejected");
}

#[tokio::test]
async fn a_locked_meeting_keeps_the_place_at_its_door() {
    let open = Ongoing::open().await;
    open.bench.post(&open.path("lock")).by(&open.anna).send().await.is(204);
    open.sends_back(&open.anna, &open.paul.id).await.is(204);
    assert_eq!(open.joins(&open.paul).await.is(200).body["state"], "waiting");
    open.decide("admit").await;
    assert_eq!(open.joins(&open.paul).await.is(200).body["state"], "admitted");
}

#[tokio::test]
async fn an_invitation_answers_who_stands_at_the_door() {
    let open = Ongoing::open().await;
    let eve = open.bench.person("Eve", &[]).await;
    assert_eq!(open.joins(&eve).await.is(200).body["state"], "waiting");
    let mut events = {
        let ticket = open.joins(&eve).await.body["ticket"].as_str().expect("a ticket").to_owned();
        open.bench.get(&open.path("waiting/self/events")).header("x-waiting-ticket", &ticket).stream().await
    };
    assert_eq!(events.next().await.expect("an event").1, json!({ "state": "waiting", "is_moderated": false }));
    let people =
        json!([{ "person": eve.id, "role": "participant" }, { "person": open.paul.id, "role": "participant" }]);
    let body = booking(json!({ "people": people }));
    let path = format!("/bookings/{}", open.booking);
    open.bench.put(&path).by(&open.anna).header("if-match", "\"1\"").json(&body).await.is(200);
    assert_eq!(events.next().await.expect("an event").1, json!({ "state": "admitted", "is_moderated": false }));
    assert_eq!(open.joins(&eve).await.is(200).body["state"], "admitted");

    // Who was invited before and sent back is not let in by a change of the booking.
    open.sends_back(&open.anna, &open.paul.id).await.is(204);
    open.bench.put(&path).by(&open.anna).header("if-match", "\"2\"").json(&body).await.is(200);
    assert_eq!(open.joins(&open.paul).await.is(200).body["state"], "waiting");
}

#[tokio::test]
async fn only_moderators_send_back_and_never_each_other_or_somebody_unknown() {
    let open = Ongoing::open().await;
    let stranger = open.bench.person("Stranger", &[]).await;
    open.sends_back(&stranger, &open.guest).await.is_problem(404, "not_found");
    open.sends_back(&open.paul, &open.guest).await.is_problem(403, "not_allowed");
    for (by, whom) in [(&open.anna, &open.anna), (&open.anna, &open.max), (&open.max, &open.anna)] {
        open.sends_back(by, &whom.id).await.is_problem(403, "not_allowed");
    }
    open.sends_back(&open.anna, &stranger.id).await.is_problem(404, "not_found");
    open.sends_back(&open.anna, &"recorder").await.is_problem(404, "not_found");
    assert_eq!(open.waiting().await["items"], json!([]));

    // Whose role was taken waits like everybody.
    let role = json!({ "act": "give_role", "identity": open.max.id, "role": "participant" });
    open.bench.post(&open.path("moderate")).by(&open.anna).json(&role).await.is(204);
    open.sends_back(&open.anna, &open.max.id).await.is(204);
    assert_eq!(open.joins(&open.max).await.is(200).body["state"], "waiting");
}
