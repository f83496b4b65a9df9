use std::time::Duration;

use cluster::{Burden, DownloadReport, MeetingReport, NodeId, ParticipantReport};
use domain::{Clock as _, MeetingRole, Private, RoomKind};
use protocol::token::{self, TokenKey};
use serde_json::{Value, json};

use crate::testing::{Answer, Bench, Caller};

/// A meeting whose door is open, with what people know of it.
struct Open {
    bench: Bench,
    anna: Caller,
    shown: Value,
    join: String,
    secret: String,
}

async fn open(changes: Value) -> Open {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    let mut all = json!({ "guests": [{ "name": "Gast" }] });
    for (name, value) in changes.as_object().expect("fields") {
        all[name] = value.clone();
    }
    let shown = bench.booked(&anna, all).await;
    bench.clock.set("2026-11-24T09:00:00Z");
    let anna = bench.signed_in(anna.id).await;
    let join = format!("/meetings/{}/join", shown["meeting_id"].as_str().expect("an id"));
    let secret = shown["guests"][0]["link"].as_str().and_then(|link| link.split('#').nth(1)).expect("a secret");
    Open { secret: secret.to_owned(), bench, anna, shown, join }
}

impl Open {
    async fn by(&self, caller: &Caller) -> Answer {
        self.bench.post(&self.join).by(caller).json(&json!({})).await
    }

    async fn by_guest(&self, more: Value) -> Answer {
        let mut body = json!({ "secret": self.secret });
        for (name, value) in more.as_object().expect("fields") {
            body[name] = value.clone();
        }
        self.bench.post(&self.join).json(&body).await
    }

    fn door(&self, rest: &str) -> String {
        self.join.replace("/join", rest)
    }

    async fn waiting(&self) -> Vec<Value> {
        let list = self.bench.get(&self.door("/waiting")).by(&self.anna).send().await;
        list.is(200).body["items"].as_array().expect("items").clone()
    }

    async fn decide(&self, decision: &str) {
        let waiting = self.waiting().await;
        let id = waiting[0]["id"].as_str().expect("an id");
        let path = self.door(&format!("/waiting/{id}/{decision}"));
        self.bench.post(&path).by(&self.anna).send().await.is(204);
    }
}

#[tokio::test]
async fn the_token_opens_one_meeting_for_one_identity_for_minutes() {
    let open = open(json!({})).await;
    let answer = open.by(&open.anna).await;
    let body = &answer.is(200).body;
    assert_eq!((&body["state"], &body["role"]), (&json!("admitted"), &json!("moderator")));
    assert_eq!((&body["url"], &body["expires_at"]), (&json!("wss://meet.example.org"), &json!("2026-11-24T09:05:00Z")));
    assert_eq!(body["identity"], json!(open.anna.id));
    assert_eq!(body["meeting_id"], open.shown["meeting_id"]);

    let key = TokenKey::new("rennsteig", b"a secret of at least 32 bytes....".to_vec()).expect("long enough");
    let now = open.bench.clock.now().as_second();
    let claims = token::verify(body["token"].as_str().expect("a token"), &[key], now).expect("our own token");
    assert_eq!(claims.sub, open.anna.id.to_string());
    assert_eq!((claims.nbf, claims.exp), (now, now + 300));
    assert_eq!((claims.name.as_str(), claims.attributes["role"].as_str()), ("Anna", "moderator"));
    assert_eq!(claims.video.room, open.shown["meeting_id"].as_str().expect("an id"));
    assert!(claims.video.room_join && !claims.video.room_admin && !claims.video.hidden);
    assert!(claims.video.can_update_own_metadata);
    assert_eq!(claims.room_config.map(|config| config.max_participants), Some(500));
    let again = open.by(&open.anna).await;
    let jti = |token: &Value| {
        let key = TokenKey::new("rennsteig", b"a secret of at least 32 bytes....".to_vec()).expect("long enough");
        token::verify(token.as_str().expect("a token"), &[key], now).expect("our own token").jti.expect("an id")
    };
    assert_ne!(jti(&again.body["token"]), jti(&body["token"]));
}

#[tokio::test]
async fn who_is_too_early_learns_when_the_door_opens() {
    let open = open(json!({})).await;
    open.bench.clock.set("2026-11-24T08:40:00Z");
    let answer = open.by_guest(json!({})).await;
    answer.is_problem(403, "too_early");
    assert_eq!(answer.body["starts_at"], "2026-11-24T09:00:00Z");
    assert_eq!(answer.body["opens_at"], "2026-11-24T08:45:00Z");
    // Moderators prepare.
    let anna = open.bench.signed_in(open.anna.id).await;
    open.by(&anna).await.is(200);
}

#[tokio::test]
async fn a_guest_waits_is_admitted_and_comes_back_after_a_reload() {
    let open = open(json!({})).await;
    let waits = open.by_guest(json!({})).await;
    assert_eq!(waits.is(200).body["state"], "waiting");
    let ticket = waits.body["ticket"].as_str().expect("a ticket");
    assert_eq!(ticket.len(), 22, "128 bits");
    let again = open.by_guest(json!({ "ticket": ticket })).await;
    assert_eq!(again.body["ticket"], ticket, "who asks again keeps the ticket");
    let waiting = open.waiting().await;
    assert_eq!(waiting.len(), 1);
    assert_eq!((&waiting[0]["name"], &waiting[0]["trust"]), (&json!("Gast"), &json!("guest")));

    open.decide("admit").await;
    assert!(open.waiting().await.is_empty());
    let guest = format!("guest-{}", open.shown["guests"][0]["id"].as_str().expect("an id"));
    // With the ticket alone, and after a reload with the link alone.
    let by_ticket = open.bench.post(&open.join).json(&json!({ "ticket": ticket })).await;
    for answer in [by_ticket, open.by_guest(json!({})).await] {
        assert_eq!(answer.is(200).body["state"], "admitted");
        assert_eq!((&answer.body["identity"], &answer.body["role"]), (&json!(guest), &json!("guest")));
    }
}

#[tokio::test]
async fn a_rejected_guest_stays_outside() {
    let open = open(json!({})).await;
    let ticket = open.by_guest(json!({})).await.body["ticket"].clone();
    open.decide("reject").await;
    open.by_guest(json!({})).await.is_problem(403, "rejected");
    open.by_guest(json!({ "ticket": ticket })).await.is_problem(403, "rejected");
    assert!(open.waiting().await.is_empty());
}

#[tokio::test]
async fn guests_walk_in_where_they_need_not_wait_and_invited_staff_never_wait() {
    let open = open(json!({ "guests_wait": false })).await;
    assert_eq!(open.by_guest(json!({})).await.is(200).body["state"], "admitted");
    let path = format!("/bookings/{}", open.shown["id"].as_str().expect("an id"));
    let invited = open.bench.person("Invited", &[]).await;
    let body = crate::testing::booking(json!({ "people": [{ "person": invited.id, "role": "participant" }] }));
    open.bench.put(&path).by(&open.anna).header("if-match", "\"1\"").json(&body).await.is(200);
    let answer = open.by(&invited).await;
    assert_eq!((&answer.is(200).body["state"], &answer.body["role"]), (&json!("admitted"), &json!("participant")));
}

#[tokio::test]
async fn staff_who_only_know_the_link_wait_like_guests() {
    let open = open(json!({ "guests_wait": false })).await;
    let stranger = open.bench.person("Stranger", &[]).await;
    assert_eq!(open.by(&stranger).await.is(200).body["state"], "waiting");
    assert_eq!(open.waiting().await[0]["trust"], "signed_in");
    open.decide("admit").await;
    let answer = open.by(&stranger).await;
    assert_eq!((&answer.is(200).body["state"], &answer.body["role"]), (&json!("admitted"), &json!("participant")));
}

#[tokio::test]
async fn a_guest_without_a_name_says_one_and_nobody_takes_another() {
    let open = open(json!({ "guests": [{ "name": "" }], "guests_wait": false })).await;
    open.by_guest(json!({})).await.is_problem(422, "name_required");
    open.by_guest(json!({ "name": "a\u{202e}b" })).await.is_problem(422, "name_required");
    let named = open.by_guest(json!({ "name": " Eve " })).await;
    let claims = named.is(200).body["token"].as_str().expect("a token").to_owned();
    assert_eq!(name_in(&open, &claims), "Eve");

    let fixed = self::open(json!({ "guests_wait": false })).await;
    let answer = fixed.by_guest(json!({ "name": "Ministerin" })).await;
    assert_eq!(name_in(&fixed, answer.is(200).body["token"].as_str().expect("a token")), "Gast");
}

fn name_in(open: &Open, token: &str) -> String {
    let key = TokenKey::new("rennsteig", b"a secret of at least 32 bytes....".to_vec()).expect("long enough");
    token::verify(token, &[key], open.bench.clock.now().as_second()).expect("our own token").name
}

#[tokio::test]
async fn nobody_unknown_gets_a_token() {
    let open = open(json!({})).await;
    open.bench.post(&open.join).json(&json!({})).await.is_problem(401, "sign_in_required");
    open.bench.post(&open.join).json(&json!({ "secret": "guessed" })).await.is_problem(404, "link_invalid");
    open.bench.post(&open.join).json(&json!({ "ticket": "guessed" })).await.is_problem(404, "link_invalid");
    let nothing = "/meetings/019ab000-0000-7000-8000-000000000000/join";
    open.bench.post(nothing).by(&open.anna).json(&json!({})).await.is_problem(404, "not_found");
    open.bench.post(nothing).json(&json!({})).await.is_problem(401, "sign_in_required");
    open.bench.post(&open.join).by(&open.anna).json(&json!({ "secret": 5 })).await.is_problem(400, "malformed");
}

#[tokio::test]
async fn a_ticket_of_one_meeting_opens_no_other() {
    let open = open(json!({})).await;
    let ticket = open.by_guest(json!({})).await.body["ticket"].clone();
    open.decide("admit").await;
    let other = open.bench.booked(&open.anna, json!({})).await;
    let path = format!("/meetings/{}/join", other["meeting_id"].as_str().expect("an id"));
    open.bench.post(&path).json(&json!({ "ticket": ticket })).await.is_problem(404, "link_invalid");
    open.bench.post(&path).json(&json!({ "secret": open.secret })).await.is_problem(404, "link_invalid");
}

#[tokio::test]
async fn a_full_meeting_takes_nobody_new_but_those_inside_come_back() {
    let open = open(json!({ "guests_wait": false, "guests": [{ "name": "Gast" }] })).await;
    let room = open.bench.room(RoomKind::Virtual, "Klein", 2).await;
    let path = format!("/bookings/{}", open.shown["id"].as_str().expect("an id"));
    let guest = &open.shown["guests"][0];
    let body = crate::testing::booking(json!({
        "rooms": [room], "guests_wait": false, "guests": [{ "id": guest["id"], "name": "Gast" }],
    }));
    open.bench.put(&path).by(&open.anna).header("if-match", "\"1\"").json(&body).await.is(200);
    inside(&open, &[open.anna.id.to_string(), "somebody".into()]).await;
    let answer = open.by_guest(json!({})).await;
    assert_eq!(answer.is_problem(409, "full").body["capacity"], 2);
    open.by(&open.anna).await.is(200);
    inside(&open, &["somebody".into()]).await;
    open.by_guest(json!({})).await.is(200);
}

#[tokio::test]
async fn nobody_comes_into_a_recorded_meeting_without_agreeing() {
    let open = open(json!({ "guests_wait": false })).await;
    runs(&open, &[], &["Aufzeichnung"], &[]).await;
    let shown = open.bench.get(&open.door("")).by(&open.anna).send().await;
    assert_eq!(shown.is(200).body["recorded_by"], json!(["Aufzeichnung"]));
    assert_eq!(shown.body["captioned_by"], json!([]));

    // Who moderates as well as who is invited by link.
    let refused = [open.by(&open.anna).await, open.by_guest(json!({})).await];
    for answer in refused {
        answer.is_problem(403, "consent_required");
        assert_eq!((&answer.body["field"], &answer.body["to"]), (&json!("agrees_to"), &json!(["recording"])));
        assert_eq!(answer.body["recorded_by"], json!(["Aufzeichnung"]));
    }
    open.by_guest(json!({ "agrees_to": ["captions"] })).await.is_problem(403, "consent_required");
    open.by_guest(json!({ "agrees_to": ["everything"] })).await.is_problem(400, "malformed");
    let agreed = open.by_guest(json!({ "agrees_to": ["recording"] })).await;
    assert_eq!(agreed.is(200).body["state"], "admitted");
    // Nothing of it is kept: the next time the person is asked again, also while inside.
    let identity = agreed.body["identity"].as_str().expect("an identity").to_owned();
    runs(&open, &[identity], &["Aufzeichnung"], &[]).await;
    open.by_guest(json!({})).await.is_problem(403, "consent_required");
}

#[tokio::test]
async fn who_waits_is_asked_when_let_in_and_captions_need_a_word_of_their_own() {
    let open = open(json!({})).await;
    let ticket = open.by_guest(json!({})).await.is(200).body["ticket"].clone();
    runs(&open, &[], &["Aufzeichnung"], &["Schriftdolmetschung"]).await;
    // Waiting is not being inside.
    assert_eq!(open.by_guest(json!({ "ticket": ticket })).await.is(200).body["state"], "waiting");
    open.decide("admit").await;
    let only_one = open.by_guest(json!({ "ticket": ticket, "agrees_to": ["recording"] })).await;
    assert_eq!(only_one.is_problem(403, "consent_required").body["to"], json!(["captions"]));
    let both = open.by_guest(json!({ "ticket": ticket, "agrees_to": ["captions", "recording"] })).await;
    assert_eq!(both.is(200).body["state"], "admitted");
}

/// Says that these are inside.
async fn inside(open: &Open, identities: &[String]) {
    runs(open, identities, &[], &[]).await;
}

/// Says who is inside, and what programs record and transcribe.
async fn runs(open: &Open, identities: &[String], recorded_by: &[&str], captioned_by: &[&str]) {
    publish(open, report(open, identities, recorded_by, captioned_by)).await;
}

async fn publish(open: &Open, report: MeetingReport) {
    let lease = cluster::Lease { meeting: report.meeting.clone(), owner: report.node.clone(), epoch: 1 };
    open.bench.cluster.directory.publish_report(&lease, &report, Duration::from_secs(60)).await.expect("a directory");
}

fn report(open: &Open, identities: &[String], recorded_by: &[&str], captioned_by: &[&str]) -> MeetingReport {
    let named = |names: &[&str]| names.iter().map(|name| Private::from(*name)).collect();
    let now = open.bench.clock.now();
    let participant = |identity: &String| ParticipantReport {
        identity: identity.parse().expect("a name"),
        name: Private::from("Name"),
        role: MeetingRole::Participant,
        joined_at: now,
        path: None,
        rtt_ms: None,
        loss_up: None,
        loss_down: None,
        site: None,
        bitrate_up_bps: 0,
        bitrate_down_bps: 0,
        download: DownloadReport::default(),
        upload_limit_bps: None,
        tracks: Vec::new(),
    };
    MeetingReport {
        meeting: open.shown["meeting_id"].as_str().expect("an id").parse().expect("a name"),
        node: NodeId("one".into()),
        run: "RM_1".into(),
        started_at: now,
        measured_at: now,
        burden: Burden::Calm,
        is_unmoderated: false,
        recorded_by: named(recorded_by),
        captioned_by: named(captioned_by),
        participants: identities.iter().map(participant).collect(),
    }
}

#[tokio::test]
async fn a_locked_door_takes_nobody_new_until_it_is_unlocked() {
    let open = open(json!({ "guests_wait": false })).await;
    let invited = open.bench.person("Invited", &[]).await;
    open.bench.post(&open.door("/lock")).by(&invited).send().await.is_problem(404, "not_found");
    for _ in 0..2 {
        open.bench.post(&open.door("/lock")).by(&open.anna).send().await.is(204);
    }
    open.by_guest(json!({})).await.is_problem(423, "locked");
    let lobby = open.bench.get(&open.door("")).header("x-guest-secret", &open.secret).send().await;
    assert_eq!(lobby.is(200).body["state"], "locked");
    open.by(&open.anna).await.is(200);
    open.bench.post(&open.door("/unlock")).by(&open.anna).send().await.is(204);
    open.by_guest(json!({})).await.is(200);
}

#[tokio::test]
async fn a_lock_that_nobody_inside_could_open_lets_invited_colleagues_in() {
    let open = open(json!({ "guests_wait": false })).await;
    open.bench.post(&open.door("/lock")).by(&open.anna).send().await.is(204);
    let unmoderated = |is_unmoderated| MeetingReport { is_unmoderated, ..report(&open, &[], &[], &[]) };
    publish(&open, unmoderated(true)).await;
    open.by_guest(json!({})).await.is_problem(423, "locked");
    let path = format!("/bookings/{}", open.shown["id"].as_str().expect("an id"));
    let (invited, stranger) = (open.bench.person("Invited", &[]).await, open.bench.person("Stranger", &[]).await);
    let body = crate::testing::booking(json!({ "people": [{ "person": invited.id, "role": "participant" }] }));
    open.bench.put(&path).by(&open.anna).header("if-match", "\"1\"").json(&body).await.is(200);
    for (is_unmoderated, state) in [(false, "locked"), (true, "open")] {
        publish(&open, unmoderated(is_unmoderated)).await;
        let lobby = open.bench.get(&open.door("")).by(&invited).send().await;
        assert_eq!(lobby.is(200).body["state"], state);
        open.by(&stranger).await.is_problem(423, "locked");
        let answer = open.by(&invited).await;
        if is_unmoderated {
            assert_eq!(answer.is(200).body["state"], "admitted");
        } else {
            answer.is_problem(423, "locked");
        }
    }
}

#[tokio::test]
async fn who_waits_hears_whether_somebody_is_inside_who_could_decide() {
    let open = open(json!({})).await;
    let waits = open.by_guest(json!({})).await;
    let ticket = waits.is(200).body["ticket"].as_str().expect("a ticket");
    let path = open.door("/waiting/self/events");
    for role in [None, Some(MeetingRole::Participant), Some(MeetingRole::Moderator)] {
        if let Some(role) = role {
            let mut report = report(&open, &[open.anna.id.to_string()], &[], &[]);
            report.participants[0].role = role;
            publish(&open, report).await;
        }
        let mut events = open.bench.get(&path).header("x-waiting-ticket", ticket).stream().await;
        let (_, said) = events.next().await.expect("how it stands");
        assert_eq!(said["is_moderated"], role == Some(MeetingRole::Moderator), "{role:?} is inside");
    }
}

#[tokio::test]
async fn a_decision_made_while_a_guest_asks_again_stands() {
    let open = open(json!({})).await;
    open.by_guest(json!({})).await.is(200);
    let (asks, _) = tokio::join!(open.by_guest(json!({})), open.decide("admit"));
    assert!(asks.is(200).body["state"].is_string());
    assert_eq!(open.by_guest(json!({})).await.is(200).body["state"], "admitted");
}

#[tokio::test]
async fn a_meeting_booked_with_sound_first_is_held_to_it_by_the_token() {
    let key = || TokenKey::new("rennsteig", b"a secret of at least 32 bytes....".to_vec()).expect("long enough");
    for (profile, expected) in [("normal", None), ("audio_first", Some("audio_first"))] {
        let open = open(json!({ "profile": profile })).await;
        let answer = open.by(&open.anna).await;
        let token = answer.is(200).body["token"].as_str().expect("a token");
        let claims = token::verify(token, &[key()], open.bench.clock.now().as_second()).expect("our own token");
        assert_eq!(claims.attributes.get("meeting.profile").map(String::as_str), expected);
    }
}
