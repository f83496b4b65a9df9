use std::collections::{BTreeMap, BTreeSet};

use cluster::Moderation;
use domain::GivenRole;
use media::{Channel, Event, PeerId};
use proptest::prelude::*;
use prost::Message as _;
use protocol::data::SERVER_TOPIC;
use protocol::livekit::signal_request::Message as Request;
use protocol::livekit::{DataPacket, LeaveRequest, UserPacket, data_packet};
use serde_json::{Value, json};

use super::legacy::moved;
use super::stage::Stage;
use crate::meeting::notes::{BLOCK_CHARS, BLOCKS};
use crate::meeting::{Command, Effect, Order, Reply};

/// What the server says to whom on its own topic.
fn said(effects: &[Effect]) -> Vec<(Vec<PeerId>, Value)> {
    let read = |effect: &Effect| {
        let Effect::Media(media::Command::SendData { to, channel: Channel::Reliable, payload }) = effect else {
            return None;
        };
        let packet = DataPacket::decode(&payload[..]).expect("the server sends data packets");
        let Some(data_packet::Value::User(user)) = packet.value else { panic!("a user packet") };
        Some((to.clone(), serde_json::from_slice(&user.payload).expect("JSON")))
    };
    effects.iter().filter_map(read).collect()
}

struct Desk {
    stage: Stage,
    sequence: u32,
}

impl Desk {
    fn new() -> Self {
        Self { stage: Stage::new(), sequence: 0 }
    }

    fn moderator(&mut self, who: &str) -> PeerId {
        self.stage.join_with(who, |claims, _| drop(claims.attributes.insert("role".into(), "moderator".into())))
    }

    fn ask(&mut self, peer: PeerId, what: &Value) -> Vec<(Vec<PeerId>, Value)> {
        self.sequence += 1;
        let user =
            UserPacket { payload: what.to_string().into(), topic: Some(SERVER_TOPIC.into()), ..UserPacket::default() };
        let value = Some(data_packet::Value::User(user));
        let packet = DataPacket { sequence: self.sequence, value, ..DataPacket::default() };
        let payload = packet.encode_to_vec().into();
        let heard = said(&self.stage.hear("a word", Event::Data { peer, channel: Channel::Reliable, payload }));
        // Nobody is held up by the limit but where a test is about it.
        self.stage.now += jiff::SignedDuration::from_millis(500);
        heard
    }

    /// All paragraphs in their order, as somebody who begins to read gets them.
    fn read(&mut self, peer: PeerId) -> Vec<(u64, String)> {
        let pages = self.ask(peer, &json!({ "ask": "notes" }));
        assert!(pages.iter().all(|(to, page)| *to == [peer] && page["event"] == "notes"), "{pages:?}");
        let blocks = pages.iter().flat_map(|(_, page)| page["blocks"].as_array().expect("a list").clone());
        blocks.map(|block| (block["block"].as_u64().expect("a number"), text(&block))).collect()
    }

    fn add(&mut self, peer: PeerId, key: &str, after: u64, text: &str) -> Vec<(Vec<PeerId>, Value)> {
        self.ask(peer, &json!({ "ask": "note", "key": key, "after": after, "text": text }))
    }

    fn change(&mut self, peer: PeerId, key: &str, block: u64, base: &str, text: &str) -> Vec<(Vec<PeerId>, Value)> {
        self.ask(peer, &json!({ "ask": "note", "key": key, "block": block, "base": base, "text": text }))
    }

    fn decide(&mut self, act: Moderation) {
        self.stage.run("the moderation decides", Command::Moderate(act));
    }

    fn board(&mut self) -> Value {
        let Ok(Reply::Room(room)) = self.stage.meeting.order(Order::Show, self.stage.now).0 else {
            panic!("it is there")
        };
        serde_json::from_str(&room.metadata).unwrap_or_default()
    }
}

fn text(said: &Value) -> String {
    said["text"].as_str().expect("a text").to_owned()
}

/// The answer to the one who wrote: the reason, or the paragraph.
fn answer(heard: &[(Vec<PeerId>, Value)]) -> Result<u64, String> {
    let (_, last) = heard.last().expect("an answer");
    match last["event"].as_str() {
        Some("note_kept") => Ok(last["block"].as_u64().expect("a number")),
        Some("note_refused") => Err(last["reason"].as_str().expect("a reason").to_owned()),
        _ => panic!("no answer: {last}"),
    }
}

#[test]
fn who_reads_hears_each_paragraph_as_it_is_written_and_others_nothing() {
    let mut desk = Desk::new();
    let (mia, anna, ben) = (desk.moderator("mia"), desk.stage.join("anna"), desk.stage.join("ben"));
    assert_eq!(desk.read(anna), []);
    assert_eq!(desk.board(), json!(null));
    let heard = desk.add(mia, "k1", 0, "TOP 1: Haushalt");
    let written = json!({ "event": "note", "revision": 1, "block": 1, "after": 0, "text": "TOP 1: Haushalt", "name": "Name of mia" });
    let kept =
        json!({ "event": "note_kept", "key": "k1", "revision": 1, "block": 1, "after": 0, "text": "TOP 1: Haushalt" });
    assert_eq!(heard, [(vec![anna], written), (vec![mia], kept)]);
    assert_eq!(desk.board()["notes"], json!({ "everybody": false }), "everybody sees that there are some");
    assert_eq!(answer(&desk.add(mia, "k2", 1, "TOP 3")), Ok(2));
    assert_eq!(answer(&desk.add(mia, "k3", 1, "TOP 2")), Ok(3));
    let all = [(1, "TOP 1: Haushalt"), (3, "TOP 2"), (2, "TOP 3")].map(|(block, text)| (block, text.to_owned()));
    assert_eq!(desk.read(ben), all);

    let writing = desk.ask(mia, &json!({ "ask": "note_writing", "block": 3 }));
    assert_eq!(writing, [(vec![anna, ben], json!({ "event": "note_writing", "block": 3, "name": "Name of mia" }))]);
    let heard = desk.change(mia, "k4", 3, "TOP 2", "");
    assert_eq!([&heard[0].1["text"], &heard[1].1["text"]], ["", ""], "taken away");
    assert_eq!(desk.read(ben).len(), 2);
    assert!(desk.ask(mia, &json!({ "ask": "note_writing", "block": 3 })).is_empty());
}

#[test]
fn only_those_write_whom_the_moderation_lets() {
    let mut desk = Desk::new();
    let (mia, anna) = (desk.moderator("mia"), desk.stage.join("anna"));
    let guest =
        desk.stage.join_with("gerda", |claims, _| drop(claims.attributes.insert("role".into(), "guest".into())));
    let refused = Err("not_allowed".to_owned());
    assert_eq!(answer(&desk.add(anna, "a", 0, "von mir")), refused);
    let anna_id = "anna".parse().expect("valid");
    desk.decide(Moderation::GiveRole { identity: anna_id, role: GivenRole::Presenter });
    assert_eq!(answer(&desk.add(anna, "a", 0, "von mir")), Ok(1));
    assert_eq!(answer(&desk.add(guest, "b", 0, "vom Gast")), refused);
    desk.decide(Moderation::OpenNotes { everybody: true });
    assert_eq!(desk.board()["notes"]["everybody"], true);
    assert_eq!(answer(&desk.add(guest, "b", 0, "vom Gast")), Ok(2));
    desk.decide(Moderation::OpenNotes { everybody: false });
    assert_eq!(answer(&desk.change(guest, "c", 1, "von mir", "")), refused);
    assert_eq!(answer(&desk.change(mia, "d", 2, "vom Gast", "vom Gast, gekürzt")), Ok(2));
}

#[test]
fn two_who_write_in_one_paragraph_lose_nothing() {
    let mut desk = Desk::new();
    let (mia, mo) = (desk.moderator("mia"), desk.moderator("mo"));
    desk.add(mia, "1", 0, "Der Rat beschließt.");
    desk.change(mia, "2", 1, "Der Rat beschließt.", "Der Rat beschließt einstimmig.");
    desk.change(mo, "3", 1, "Der Rat beschließt.", "Der Rat der Stadt beschließt.");
    assert_eq!(desk.read(mia), [(1, "Der Rat der Stadt beschließt einstimmig.".to_owned())]);
    desk.change(mia, "4", 1, "Der Rat der Stadt beschließt einstimmig.", "");
    assert_eq!(answer(&desk.change(mo, "5", 1, "Der Rat der Stadt beschließt.", "Der Rat der Stadt vertagt.")), Ok(2));
    assert_eq!(desk.read(mia), [(2, "Der Rat der Stadt vertagt.".to_owned())], "written after it was taken away");
}

#[test]
fn what_is_sent_again_after_coming_back_counts_once_also_on_another_node() {
    let mut desk = Desk::new();
    let mia = desk.moderator("mia");
    assert_eq!(answer(&desk.add(mia, "k1", 0, "Einmal")), Ok(1));
    let mut desk = Desk { stage: moved(desk.stage), sequence: 0 };
    let (mia, anna) = (desk.moderator("mia"), desk.stage.join("anna"));
    assert_eq!(answer(&desk.add(mia, "k1", 0, "Einmal")), Ok(1));
    assert_eq!(desk.read(anna), [(1, "Einmal".to_owned())]);
    assert_eq!(desk.board()["notes"], json!({ "everybody": false }));
}

#[test]
fn limits_are_told_and_change_nothing() {
    let mut desk = Desk::new();
    let mia = desk.moderator("mia");
    let long = "ä".repeat(BLOCK_CHARS);
    assert_eq!(answer(&desk.add(mia, "1", 0, &long)), Ok(1));
    assert_eq!(answer(&desk.add(mia, "2", 0, &format!("{long}x"))), Err("too_long".to_owned()));
    assert_eq!(answer(&desk.change(mia, "3", 1, "", "noch mehr")), Err("too_long".to_owned()), "together too long");
    assert_eq!(answer(&desk.add(mia, "4", 0, "a\u{7}b")), Err("unreadable".to_owned()));
    assert_eq!(answer(&desk.add(mia, "5", 0, " \n")), Err("unreadable".to_owned()));
    assert!(desk.add(mia, &"k".repeat(65), 0, "x").is_empty(), "what is no key is no question");
    assert_eq!(desk.read(mia).len(), 1);
    for number in 1..BLOCKS {
        assert!(answer(&desk.add(mia, &format!("n{number}"), 0, "Absatz")).is_ok());
    }
    assert_eq!(answer(&desk.add(mia, "6", 0, "zu viel")), Err("full".to_owned()));
    assert_eq!(desk.read(mia).len(), BLOCKS);

    let now = desk.stage.now;
    let mut answers = Vec::new();
    for number in 0..12 {
        desk.stage.now = now + jiff::SignedDuration::from_secs(60);
        answers.push(answer(&desk.change(mia, &format!("fast{number}"), 2, "Absatz", "Absatz!")));
    }
    assert_eq!(answers[9], Ok(2));
    assert_eq!(answers[10], Err("too_fast".to_owned()));
    assert_eq!(answer(&desk.change(mia, "later", 2, "Absatz", "Absatz!")), Err("too_fast".to_owned()));
    desk.stage.now += jiff::SignedDuration::from_secs(1);
    assert_eq!(answer(&desk.change(mia, "later", 2, "Absatz", "Absatz!")), Ok(2));
}

#[test]
fn how_many_took_part_is_counted_once_each() {
    let mut desk = Desk::new();
    let mia = desk.moderator("mia");
    let anna = desk.stage.join("anna");
    desk.stage.say("leaves", anna, Request::Leave(LeaveRequest::default()));
    desk.stage.join("anna");
    let ben = desk.stage.join("ben");
    desk.stage.say("leaves", ben, Request::Leave(LeaveRequest::default()));
    desk.stage.join_with("ear", |claims, _| claims.video.hidden = true);
    assert_eq!(desk.ask(mia, &json!({ "ask": "notes" }))[0].1["attended"], 3);
}

const PEOPLE: [&str; 3] = ["anna", "ben", "cleo"];

#[derive(Clone, Debug)]
enum Step {
    /// Writes a new word into a paragraph as one saw it, at this place.
    Insert {
        who: usize,
        block: usize,
        place: usize,
    },
    /// Takes a word away.
    Take {
        who: usize,
        block: usize,
        place: usize,
    },
    /// A new paragraph.
    Add {
        who: usize,
        block: usize,
    },
    /// Takes a whole paragraph away.
    Clear {
        who: usize,
        block: usize,
    },
    /// Hears what happened since.
    Hear(usize),
    /// Sends the last change once more.
    Again(usize),
    Rejoin(usize),
    Move,
}

fn step() -> impl Strategy<Value = Step> {
    let (who, block, place) = (0..PEOPLE.len(), 0..4_usize, 0..6_usize);
    prop_oneof![
        6 => (who.clone(), block.clone(), place.clone()).prop_map(|(who, block, place)| Step::Insert { who, block, place }),
        3 => (who.clone(), block.clone(), place).prop_map(|(who, block, place)| Step::Take { who, block, place }),
        3 => (who.clone(), block.clone()).prop_map(|(who, block)| Step::Add { who, block }),
        1 => (who.clone(), block).prop_map(|(who, block)| Step::Clear { who, block }),
        4 => who.clone().prop_map(Step::Hear),
        2 => who.clone().prop_map(Step::Again),
        1 => who.prop_map(Step::Rejoin),
        1 => Just(Step::Move),
    ]
}

/// The notes as one client has them.
#[derive(Clone, Default)]
struct View {
    blocks: Vec<(u64, String)>,
    /// What came and was not looked at yet.
    unheard: Vec<Value>,
    last: Option<Value>,
}

impl View {
    fn hear(&mut self) {
        for said in std::mem::take(&mut self.unheard) {
            let number = said["block"].as_u64().expect("a number");
            self.blocks.retain(|(block, _)| *block != number || !text(&said).is_empty());
            if let Some(known) = self.blocks.iter_mut().find(|(block, _)| *block == number) {
                known.1 = text(&said);
            } else if !text(&said).is_empty() {
                let after = said["after"].as_u64().expect("a number");
                let at = self.blocks.iter().position(|(block, _)| *block == after).map_or(0, |at| at + 1);
                self.blocks.insert(at, (number, text(&said)));
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn no_acknowledged_word_is_lost_and_all_see_the_same(steps in proptest::collection::vec(step(), 1..60)) {
        let mut desk = Desk::new();
        desk.decide(Moderation::OpenNotes { everybody: true });
        let mut peers: Vec<PeerId> = PEOPLE.iter().map(|who| desk.stage.join(who)).collect();
        let mut views: BTreeMap<usize, View> = BTreeMap::new();
        for (who, peer) in peers.iter().enumerate() {
            views.insert(who, View { blocks: desk.read(*peer), ..View::default() });
        }
        let mut kept = BTreeSet::new();
        let mut count = 0;
        for step in steps {
            count += 1;
            let word = format!("w{count}");
            let at = |who: usize, block: usize| views[&who].blocks.get(block).cloned();
            let change = |block: (u64, String), text: String| {
                json!({ "ask": "note", "key": word, "block": block.0, "base": block.1, "text": text })
            };
            let (who, asked, written, taken) = match step {
                Step::Insert { who, block, place } => {
                    let Some(block) = at(who, block) else { continue };
                    let mut words: Vec<&str> = block.1.split(' ').filter(|each| !each.is_empty()).collect();
                    words.insert(place.min(words.len()), &word);
                    let text = words.join(" ");
                    (who, change(block, text), Some(word), Vec::new())
                }
                Step::Take { who, block, place } => {
                    let Some(block) = at(who, block) else { continue };
                    let mut words: Vec<&str> = block.1.split(' ').filter(|each| !each.is_empty()).collect();
                    let taken = words.remove(place.min(words.len() - 1)).to_owned();
                    let text = words.join(" ");
                    (who, change(block, text), None, vec![taken])
                }
                Step::Add { who, block } => {
                    let after = at(who, block).map_or(0, |(block, _)| block);
                    (who, json!({ "ask": "note", "key": word, "after": after, "text": word }), Some(word), Vec::new())
                }
                Step::Clear { who, block } => {
                    let Some(block) = at(who, block) else { continue };
                    let taken = block.1.split(' ').map(ToOwned::to_owned).collect();
                    (who, change(block, String::new()), None, taken)
                }
                Step::Again(who) => {
                    let Some(last) = views[&who].last.clone() else { continue };
                    (who, last, None, Vec::new())
                }
                Step::Hear(who) => {
                    views.get_mut(&who).expect("somebody").hear();
                    continue;
                }
                Step::Rejoin(who) => {
                    peers[who] = desk.stage.join(PEOPLE[who]);
                    let blocks = desk.read(peers[who]);
                    let view = views.get_mut(&who).expect("somebody");
                    (view.blocks, view.unheard) = (blocks, Vec::new());
                    continue;
                }
                Step::Move => {
                    desk = Desk { stage: moved(desk.stage), sequence: 0 };
                    for (who, view) in &mut views {
                        peers[*who] = desk.stage.join(PEOPLE[*who]);
                        (view.blocks, view.unheard) = (desk.read(peers[*who]), Vec::new());
                    }
                    continue;
                }
            };
            let heard = desk.ask(peers[who], &asked);
            prop_assert!(answer(&heard).is_ok(), "{heard:?}");
            views.get_mut(&who).expect("somebody").last = Some(asked);
            kept.extend(written);
            kept.retain(|word| !taken.contains(word));
            for (to, said) in heard {
                for (who, view) in &mut views {
                    if to.contains(&peers[*who]) {
                        view.unheard.push(said.clone());
                    }
                }
            }
            let stands: BTreeSet<String> = desk.read(peers[0]).iter()
                .flat_map(|(_, text)| text.split(' ').map(ToOwned::to_owned).collect::<Vec<_>>()).collect();
            let lost: Vec<_> = kept.difference(&stands).collect();
            prop_assert!(lost.is_empty(), "lost {lost:?}");
        }
        let truth = desk.read(peers[0]);
        for view in views.values_mut() {
            view.hear();
            prop_assert_eq!(&view.blocks, &truth);
        }
    }
}
