use cluster::Moderation;
use domain::Private;
use media::{Channel, Event, PeerId};
use prost::Message as _;
use protocol::data::SERVER_TOPIC;
use protocol::livekit::{DataPacket, UserPacket, data_packet};
use serde_json::{Value, json};

use super::legacy::moved;
use super::stage::Stage;
use crate::meeting::{Command, Effect};

fn question(roll_call: bool, with_guests: bool) -> Command {
    let options = ["Ja", "Nein", "Enthaltung"].map(Private::from).to_vec();
    Command::Moderate(Moderation::OpenPoll { question: "Beschluss 7?".into(), options, roll_call, with_guests })
}

fn close(poll: u32) -> Command {
    Command::Moderate(Moderation::ClosePoll { poll })
}

/// What the server says to whom on its own topic.
pub(super) fn said(effects: &[Effect]) -> Vec<(PeerId, Value)> {
    let read = |effect: &Effect| {
        let Effect::Media(media::Command::SendData { to, channel: Channel::Reliable, payload }) = effect else {
            return None;
        };
        let packet = DataPacket::decode(&payload[..]).expect("the server sends data packets");
        let Some(data_packet::Value::User(user)) = packet.value else { panic!("a user packet") };
        assert_eq!(user.topic.as_deref(), Some(SERVER_TOPIC));
        let [peer] = to[..] else { panic!("each is told for itself") };
        Some((peer, serde_json::from_slice(&user.payload).expect("JSON")))
    };
    effects.iter().filter_map(read).collect()
}

struct Hall {
    stage: Stage,
    sequence: u32,
}

impl Hall {
    fn new() -> Self {
        Self { stage: Stage::new(), sequence: 0 }
    }

    fn guest(&mut self, who: &str) -> PeerId {
        self.stage.join_with(who, |claims, _| {
            claims.attributes.insert("role".into(), "guest".into());
        })
    }

    /// What `peer` is told when it asks something.
    fn ask(&mut self, peer: PeerId, what: Value) -> Vec<Value> {
        self.sequence += 1;
        let answers = said(&self.send(peer, what.to_string().into_bytes(), self.sequence));
        assert!(answers.iter().all(|(to, _)| *to == peer), "only who asks is answered");
        answers.into_iter().map(|(_, answer)| answer).collect()
    }

    fn send(&mut self, peer: PeerId, payload: Vec<u8>, sequence: u32) -> Vec<Effect> {
        let user = UserPacket { payload, topic: Some(SERVER_TOPIC.into()), ..UserPacket::default() };
        let packet = DataPacket { sequence, value: Some(data_packet::Value::User(user)), ..DataPacket::default() };
        let payload = packet.encode_to_vec().into();
        self.stage.hear("a word to the server", Event::Data { peer, channel: Channel::Reliable, payload })
    }

    fn vote(&mut self, peer: PeerId, poll: u32, choice: usize) -> Vec<Value> {
        self.ask(peer, json!({ "ask": "vote", "poll": poll, "choice": choice }))
    }

    fn polls(&mut self, peer: PeerId) -> Vec<Value> {
        self.ask(peer, json!({ "ask": "polls" }))
    }
}

#[test]
fn everybody_hears_the_question_and_after_closing_the_sums() {
    let mut hall = Hall::new();
    let [anna, ben] = ["anna", "ben"].map(|who| hall.stage.join(who));
    let heard = said(&hall.stage.run("a poll", question(false, true)));
    assert_eq!(heard.iter().map(|(to, _)| *to).collect::<Vec<_>>(), [anna, ben]);
    assert_eq!(
        heard[0].1,
        json!({
            "event": "poll", "poll": 1, "question": "Beschluss 7?", "options": ["Ja", "Nein", "Enthaltung"],
            "roll_call": false, "with_guests": true, "opened_at": "2026-11-24T08:00:00Z",
            "voted": 0, "entitled": 2, "may_vote": true, "has_voted": false,
        })
    );
    let answer = hall.vote(anna, 1, 2);
    assert_eq!((answer.len(), &answer[0]["has_voted"], &answer[0]["may_vote"]), (1, &json!(true), &json!(false)));
    assert_eq!(answer[0].get("choice"), None, "what was voted is nowhere known");
    assert_eq!(answer[0].get("sums"), None, "nobody sees how it goes before the end");
    let heard = said(&hall.stage.run("it is closed", close(1)));
    assert_eq!(heard[1].1["sums"], json!([0, 0, 1]));
    assert_eq!((&heard[1].1["voted"], &heard[1].1["entitled"]), (&json!(1), &json!(2)));
    assert_eq!(hall.vote(ben, 1, 0)[0], json!({ "event": "vote_refused", "poll": 1, "reason": "closed" }));
    assert!(said(&hall.stage.run("and closed again", close(1))).is_empty());
    assert_eq!(hall.ask(ben, json!({ "ask": "roll", "poll": 1 }))[0]["of"], 0, "an anonymous poll has no roll");
}

#[test]
fn a_person_votes_once_also_on_another_connection_and_after_coming_back() {
    let mut hall = Hall::new();
    let anna = hall.stage.join("anna");
    hall.stage.run("a poll", question(false, true));
    hall.vote(anna, 1, 0);
    assert_eq!(hall.vote(anna, 1, 1)[0]["reason"], "already_voted");
    let again = hall.stage.join("anna");
    let polls = hall.polls(again);
    assert_eq!((polls.len(), &polls[0]["has_voted"], &polls[0]["voted"]), (1, &json!(true), &json!(1)));
    assert_eq!(hall.vote(again, 1, 1)[0]["reason"], "already_voted");
    hall.stage = moved(hall.stage);
    let elsewhere = hall.stage.join("anna");
    assert_eq!(hall.polls(elsewhere), polls, "on another node, too");
    assert_eq!(hall.vote(elsewhere, 1, 1)[0]["reason"], "already_voted");
    hall.stage.run("she leaves", Command::Remove { identity: "anna".parse().expect("an identity") });
    let ben = hall.stage.join("ben");
    let heard = said(&hall.stage.run("it is closed", close(1)));
    assert_eq!((heard[0].0, &heard[0].1["sums"]), (ben, &json!([1, 0, 0])), "a vote stays when its voter goes");
    assert_eq!(heard[0].1["entitled"], 2);
}

#[test]
fn what_a_client_that_came_back_says_twice_counts_once_and_is_not_answered_again() {
    let mut hall = Hall::new();
    let anna = hall.stage.join("anna");
    hall.stage.run("a poll", question(false, true));
    let vote = br#"{"ask":"vote","poll":1,"choice":0}"#.to_vec();
    assert_eq!(said(&hall.send(anna, vote.clone(), 7)).len(), 1);
    assert!(said(&hall.send(anna, vote, 7)).is_empty());
}

#[test]
fn guests_vote_only_where_they_may_and_hidden_ones_never() {
    let mut hall = Hall::new();
    let anna = hall.stage.join("anna");
    let guest = hall.guest("gerda");
    let silent = hall.stage.join_with("silent", |claims, _| claims.video.can_publish_data = Some(false));
    let hidden = hall.stage.join_with("hidden", |claims, _| claims.video.hidden = true);
    let heard = said(&hall.stage.run("a roll call without guests", question(true, false)));
    let may: Vec<_> = heard.iter().filter(|(_, poll)| poll["may_vote"] == true).map(|(to, _)| *to).collect();
    assert_eq!(may, [anna, silent]);
    assert_eq!(heard[0].1["entitled"], 2);
    assert_eq!(hall.vote(guest, 1, 0)[0]["reason"], "not_entitled");
    assert_eq!(hall.vote(hidden, 1, 0)[0]["reason"], "not_entitled");
    assert_eq!(hall.vote(anna, 1, 3)[0]["reason"], "no_such_choice");
    assert_eq!(hall.vote(anna, 2, 0)[0]["reason"], "closed");
    assert_eq!(hall.vote(silent, 1, 0)[0]["choice"], 0, "who may not write to others has a vote");
    hall.stage.run("it is closed", close(1));
    hall.stage.run("a poll with guests", question(false, true));
    assert_eq!(hall.vote(guest, 2, 0)[0]["has_voted"], true);
    assert_eq!(hall.vote(hidden, 2, 0)[0]["reason"], "not_entitled");
}

#[test]
fn a_roll_call_says_after_closing_who_voted_for_what_and_who_did_not() {
    let mut hall = Hall::new();
    let [cleo, ben, _anna] = ["cleo", "ben", "anna"].map(|who| hall.stage.join(who));
    hall.stage.run("a roll call", question(true, false));
    assert_eq!(hall.vote(cleo, 1, 1)[0]["choice"], 1, "one's own vote is shown");
    hall.vote(ben, 1, 0);
    let roll =
        |hall: &mut Hall, first: usize| hall.ask(cleo, json!({ "ask": "roll", "poll": 1, "first": first })).remove(0);
    assert_eq!(roll(&mut hall, 0)["lines"], json!([]), "nothing before the end");
    hall.stage.run("it is closed", close(1));
    let lines = json!([
        { "name": "Name of anna" }, { "name": "Name of ben", "choice": 0 }, { "name": "Name of cleo", "choice": 1 },
    ]);
    assert_eq!(roll(&mut hall, 0), json!({ "event": "poll_roll", "poll": 1, "first": 0, "of": 3, "lines": lines }));
    assert_eq!(roll(&mut hall, 2)["lines"], json!([lines[2]]));
    assert_eq!(roll(&mut hall, usize::MAX)["lines"], json!([]));
}

#[test]
fn a_long_roll_comes_in_pieces_that_fit() {
    let mut hall = Hall::new();
    let asker = hall.stage.join("asker");
    hall.stage.run("a roll call", question(true, false));
    for number in 0..120 {
        let peer = hall.stage.join_with(&format!("p{number}"), |claims, _| claims.name = "\u{1f5f3}".repeat(2000));
        hall.vote(peer, 1, 0);
    }
    hall.stage.run("it is closed", close(1));
    let piece = |hall: &mut Hall, first: usize| {
        let piece = hall.ask(asker, json!({ "ask": "roll", "poll": 1, "first": first })).remove(0);
        (piece["lines"].as_array().expect("lines").len(), piece["of"].clone())
    };
    assert_eq!(piece(&mut hall, 0), (100, json!(121)));
    assert_eq!(piece(&mut hall, 100), (21, json!(121)));
}

#[test]
fn turnout_is_told_once_a_second_and_only_when_it_changed() {
    let mut hall = Hall::new();
    let [anna, ben] = ["anna", "ben"].map(|who| hall.stage.join(who));
    hall.stage.run("a poll", question(false, true));
    hall.vote(anna, 1, 0);
    hall.vote(ben, 1, 0);
    let tick = |hall: &mut Hall| said(&hall.stage.run("a second later", Command::Tick));
    let heard = tick(&mut hall);
    assert_eq!(
        heard.iter().map(|(to, poll)| (*to, &poll["voted"])).collect::<Vec<_>>(),
        [(anna, &json!(2)), (ben, &json!(2))]
    );
    assert!(tick(&mut hall).is_empty());
    hall.stage.join("cleo");
    assert_eq!(tick(&mut hall)[0].1["entitled"], 3);
}

#[test]
fn one_poll_at_a_time_and_the_oldest_is_forgotten_in_the_end() {
    let mut hall = Hall::new();
    let anna = hall.stage.join("anna");
    hall.stage.run("a poll", question(false, true));
    assert!(said(&hall.stage.run("another one meanwhile", question(true, true))).is_empty());
    for number in 1..=21 {
        hall.stage.run("it is closed", close(number));
        hall.stage.run("the next one", question(false, true));
    }
    let numbers: Vec<_> = hall.polls(anna).iter().map(|poll| poll["poll"].as_u64()).collect();
    assert_eq!(numbers, (3..=22).map(Some).collect::<Vec<_>>());
}

#[test]
fn words_the_server_does_not_know_go_nowhere() {
    let mut hall = Hall::new();
    let anna = hall.stage.join("anna");
    hall.stage.join("ben");
    for (sequence, text) in [&b"hello"[..], br#"{"ask":"tea"}"#, &[0xff]].into_iter().enumerate() {
        assert!(hall.send(anna, text.to_vec(), 1 + u32::try_from(sequence).expect("three")).is_empty());
    }
}
