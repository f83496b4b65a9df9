use std::time::Duration;

use cluster::{Command, Moderation, NodeId};
use domain::{Clock as _, GivenRole, MeetingName};
use futures_util::StreamExt as _;
use protocol::token::{self, Claims, TokenKey};
use serde_json::json;

use crate::http::meetings::ongoing::Ongoing;
use crate::testing::{Answer, Caller};

impl Ongoing {
    async fn make(&self, by: &Caller, whom: impl ToString, role: &str) -> Answer {
        let body = json!({ "act": "give_role", "identity": whom.to_string(), "role": role });
        self.bench.post(&self.path("moderate")).by(by).json(&body).await
    }

    async fn moderates(&self, who: &Caller) -> bool {
        self.bench.get(&self.path("waiting")).by(who).send().await.status == 200
    }

    /// What the next join token says.
    fn claims(&self, answer: &Answer) -> Claims {
        let key = TokenKey::new("rennsteig", b"a secret of at least 32 bytes....".to_vec()).expect("long enough");
        let token = answer.is(200).body["token"].as_str().expect("a token");
        token::verify(token, &[key], self.bench.clock.now().as_second()).expect("our own token")
    }

    async fn by(&self, who: &Caller) -> Claims {
        self.claims(&self.joins(who).await)
    }

    async fn by_guest(&self) -> Claims {
        self.claims(&self.guest_joins().await)
    }
}

fn shape(claims: &Claims) -> (&str, Option<&str>, Option<bool>) {
    (&claims.attributes["role"], claims.attributes.get("part").map(String::as_str), claims.video.can_publish)
}

#[tokio::test]
async fn a_role_reaches_the_meeting_and_whoever_reloads_comes_back_with_it() {
    let open = Ongoing::open().await;
    let meeting: MeetingName = open.meeting.parse().expect("a name");
    let node = NodeId("one".into());
    open.bench.cluster.directory.claim(&meeting, &node, Duration::from_secs(60)).await.expect("a directory");
    let mut commands = open.bench.cluster.bus.commands(&node).await.expect("a bus");
    open.make(&open.anna, &open.guest, "listener").await.is(204);
    let act = Moderation::GiveRole { identity: open.guest.clone(), role: GivenRole::Listener };
    assert_eq!(commands.next().await, Some(Command::Moderate { meeting, act }));
    assert_eq!(shape(&open.by_guest().await), ("guest", Some("listener"), Some(false)));
    open.make(&open.anna, &open.guest, "presenter").await.is(204);
    assert_eq!(shape(&open.by_guest().await), ("guest", Some("presenter"), Some(true)));
    open.make(&open.anna, &open.guest, "participant").await.is(204);
    assert_eq!(shape(&open.by_guest().await), ("guest", None, Some(true)));
    let entry = open.bench.audit().await.remove(0);
    assert_eq!((entry.action.as_str(), entry.actor), ("role.given", Some(open.anna.id)));
}

#[tokio::test]
async fn a_co_moderator_moderates_until_it_is_taken_back() {
    let open = Ongoing::open().await;
    assert!(!open.moderates(&open.paul).await);
    open.make(&open.paul, open.max.id, "listener").await.is_problem(403, "not_allowed");
    open.make(&open.max, open.paul.id, "moderator").await.is(204);
    assert!(open.moderates(&open.paul).await);
    assert_eq!(shape(&open.by(&open.paul).await), ("moderator", None, Some(true)));
    // Comes in where nobody new may, as every moderator does.
    open.bench.post(&open.path("lock")).by(&open.max).send().await.is(204);
    open.by(&open.paul).await;
    // Also of a moderator whom the booking names, and back again.
    open.make(&open.paul, open.max.id, "participant").await.is(204);
    assert!(!open.moderates(&open.max).await);
    open.make(&open.anna, open.max.id, "moderator").await.is(204);
    assert!(open.moderates(&open.max).await);
    open.make(&open.max, open.paul.id, "participant").await.is(204);
    assert!(!open.moderates(&open.paul).await);
    assert_eq!(open.bench.audit().await.iter().filter(|entry| entry.action == "role.given").count(), 4);
}

#[tokio::test]
async fn nobody_loses_the_last_hand_on_the_meeting() {
    let open = Ongoing::open().await;
    for role in ["moderator", "presenter", "participant", "listener"] {
        // Not one's own role, and nobody the organiser's.
        open.make(&open.max, open.max.id, role).await.is_problem(403, "not_allowed");
        open.make(&open.anna, open.anna.id, role).await.is_problem(403, "not_allowed");
        open.make(&open.max, open.anna.id, role).await.is_problem(403, "not_allowed");
    }
    // Nor of who books for the organiser.
    let assistant = open.bench.person("Assistant", &[]).await;
    open.bench.delegate(&open.anna, &assistant, &["book"]).await;
    open.make(&open.max, assistant.id, "listener").await.is_problem(403, "not_allowed");
    assert!(open.moderates(&open.anna).await);
}

#[tokio::test]
async fn moderators_have_an_account_and_belong_to_the_meeting() {
    let open = Ongoing::open().await;
    open.make(&open.anna, &open.guest, "moderator").await.is_problem(403, "not_allowed");
    let stranger = open.bench.person("Stranger", &[]).await;
    open.make(&open.anna, stranger.id, "moderator").await.is(204);
    assert!(!open.moderates(&stranger).await, "passed over: nobody knows the stranger here");
    open.make(&stranger, open.paul.id, "moderator").await.is_problem(404, "not_found");
    // At the door, though nobody invited the stranger: now the meeting knows who that is.
    let stranger = open.bench.signed_in(stranger.id).await;
    let waits = open.joins(&stranger).await;
    assert_eq!(waits.is(200).body["state"], "waiting");
    open.make(&open.anna, stranger.id, "moderator").await.is(204);
    assert!(open.moderates(&stranger).await);
    assert_eq!(shape(&open.by(&stranger).await), ("moderator", None, Some(true)));
    open.make(&open.anna, open.paul.id, "chair").await.is_problem(400, "malformed");
}

#[tokio::test]
async fn who_was_removed_moderates_no_longer() {
    let open = Ongoing::open().await;
    open.make(&open.anna, open.paul.id, "moderator").await.is(204);
    for gone in [&open.max, &open.paul] {
        let path = open.path(&format!("participants/{}/remove", gone.id));
        open.bench.post(&path).by(&open.anna).send().await.is(204);
        assert!(!open.moderates(gone).await);
    }
}
