mod never;
mod opening;
mod steps;
mod walls;

use cluster::Moderation;
use domain::Private;
use domain::groups::{Division, Seat};
use media::{Channel, Event, PeerId};
use prost::Message as _;
use protocol::data::SERVER_TOPIC;
use protocol::livekit::{DataPacket, UserPacket, data_packet};
use serde_json::{Value, json};

use super::stage::Stage;
use crate::meeting::{Command, Effect, Order, Reply};

/// Two groups, people placed by hand.
pub fn two_groups(seats: &[(&str, u8)]) -> Moderation {
    open(by_hand(seats), None, true)
}

pub fn by_hand(seats: &[(&str, u8)]) -> Division {
    let seat = |(who, group): &(&str, u8)| Seat { identity: who.parse().expect("valid"), group: *group };
    Division::Hand { seats: seats.iter().map(seat).collect() }
}

pub fn open(division: Division, minutes: Option<u16>, may_return: bool) -> Moderation {
    let titles = ["Haushalt", "Personal"].map(Private::from).to_vec();
    Moderation::OpenGroups { titles, division, minutes, may_return }
}

/// A meeting in which one can go about.
pub struct House {
    pub stage: Stage,
    /// The number of the last message, and what it says.
    pub sequence: u32,
}

impl House {
    pub fn new() -> Self {
        Self { stage: Stage::new(), sequence: 0 }
    }

    pub fn moderator(&mut self, who: &str) -> PeerId {
        let peer = self.stage.join_with(who, |claims, _| {
            claims.attributes.insert("role".into(), "moderator".into());
        });
        self.stage.hear("media connects", Event::Connected { peer, path: media::PathKind::Udp });
        peer
    }

    pub fn moderate(&mut self, act: Moderation) -> Vec<Effect> {
        self.stage.run("the moderation decides", Command::Moderate(act))
    }

    /// What is said when somebody asks something.
    pub fn ask(&mut self, peer: PeerId, what: &Value) -> Vec<(PeerId, Value)> {
        said(&self.step(peer, what))
    }

    pub fn step(&mut self, peer: PeerId, what: &Value) -> Vec<Effect> {
        self.sequence += 1;
        let user =
            UserPacket { payload: what.to_string().into(), topic: Some(SERVER_TOPIC.into()), ..UserPacket::default() };
        let packet = DataPacket {
            sequence: self.sequence,
            value: Some(data_packet::Value::User(user)),
            ..DataPacket::default()
        };
        let payload = packet.encode_to_vec().into();
        self.stage.hear("a word to the server", Event::Data { peer, channel: Channel::Reliable, payload })
    }

    pub fn enter(&mut self, peer: PeerId, group: u8) -> Vec<(PeerId, Value)> {
        self.ask(peer, &json!({ "ask": "enter_group", "group": group }))
    }

    pub fn leave(&mut self, peer: PeerId) -> Vec<(PeerId, Value)> {
        self.ask(peer, &json!({ "ask": "leave_group" }))
    }

    /// The groups as one person is told.
    pub fn groups(&mut self, peer: PeerId) -> Value {
        let answers = self.ask(peer, &json!({ "ask": "groups" }));
        let [(to, groups)] = &answers[..] else { panic!("one answer, not {answers:?}") };
        assert_eq!(*to, peer);
        groups.clone()
    }

    /// Where everybody reads that somebody is.
    pub fn place(&mut self, who: &str) -> Option<String> {
        place(&mut self.stage, who)
    }

    /// Says something to everybody, and who gets it.
    pub fn chat(&mut self, peer: PeerId, to: &[&str]) -> Vec<PeerId> {
        self.sequence += 1;
        let user = UserPacket { payload: self.sequence.to_string().into(), ..UserPacket::default() };
        let packet = DataPacket {
            sequence: self.sequence,
            destination_identities: to.iter().map(|who| (*who).to_owned()).collect(),
            value: Some(data_packet::Value::User(user)),
            ..DataPacket::default()
        };
        let payload = packet.encode_to_vec().into();
        let effects = self.stage.hear("a message", Event::Data { peer, channel: Channel::Reliable, payload });
        receivers_of_data(&effects)
    }
}

pub fn place(stage: &mut Stage, who: &str) -> Option<String> {
    let order = Order::Get(who.parse().expect("valid"));
    let Ok(Reply::Participant(person)) = stage.meeting.order(order, stage.now).0 else { panic!("{who} is inside") };
    person.attributes.get("group").cloned()
}

pub fn is_inside(stage: &mut Stage, who: &str) -> bool {
    stage.meeting.order(Order::Get(who.parse().expect("valid")), stage.now).0.is_ok()
}

pub fn receivers_of_data(effects: &[Effect]) -> Vec<PeerId> {
    let to = effects.iter().filter_map(|effect| match effect {
        Effect::Media(media::Command::SendData { to, .. }) => Some(to.clone()),
        _ => None,
    });
    to.flatten().collect()
}

/// The numbers that somebody's messages say.
pub fn numbers(effects: &[Effect]) -> Vec<u32> {
    let number = |effect: &Effect| {
        let Effect::Media(media::Command::SendData { payload, .. }) = effect else { return None };
        match DataPacket::decode(&payload[..]).expect("a data packet").value {
            Some(data_packet::Value::User(user)) => String::from_utf8(user.payload).ok()?.parse().ok(),
            _ => None,
        }
    };
    effects.iter().filter_map(number).collect()
}

/// What the server says to whom on its own topic.
pub fn said(effects: &[Effect]) -> Vec<(PeerId, Value)> {
    let mut said = Vec::new();
    for effect in effects {
        let Effect::Media(media::Command::SendData { to, payload, .. }) = effect else { continue };
        let packet = DataPacket::decode(&payload[..]).expect("the server sends data packets");
        let Some(data_packet::Value::User(user)) = packet.value else { panic!("a user packet") };
        assert_eq!(user.topic.as_deref(), Some(SERVER_TOPIC));
        let value: Value = serde_json::from_slice(&user.payload).expect("JSON");
        said.extend(to.iter().map(|peer| (*peer, value.clone())));
    }
    said
}

/// Those of one kind, by name of the event.
pub fn of_kind(said: &[(PeerId, Value)], event: &str) -> Vec<(PeerId, Value)> {
    said.iter().filter(|(_, value)| value["event"] == event).cloned().collect()
}
