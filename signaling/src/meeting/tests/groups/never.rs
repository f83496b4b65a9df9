//! Whatever happens in whatever order, nothing passes a wall.

use std::collections::{BTreeMap, BTreeSet};

use cluster::Moderation;
use domain::groups::Division;
use media::{PeerId, TrackSid};
use proptest::prelude::*;
use protocol::livekit::signal_request::Message as Request;
use protocol::livekit::{LeaveRequest, SyncState, TrackSource, UpdateSubscription};

use super::super::stage::{owner, receiver};
use super::{House, by_hand, is_inside, numbers, open, place};
use crate::meeting::{Command, Shape};

const PEOPLE: [&str; 4] = ["anna", "ben", "cleo", "dora"];

#[derive(Clone, Debug)]
enum Step {
    Join { who: usize, older: bool },
    Publish(usize),
    Subscribe(usize),
    Say(usize),
    Open { seats: [u8; 4], minutes: Option<u16>, by_lot: bool },
    Move { who: usize, group: Option<u8> },
    Enter { who: usize, group: u8 },
    Back(usize),
    Close(u8),
    Lost(usize),
    Resume(usize),
    Leave(usize),
    Wait(i64),
}

impl Step {
    /// Who must be inside for it.
    fn by(&self) -> Option<usize> {
        match *self {
            Self::Publish(who)
            | Self::Subscribe(who)
            | Self::Say(who)
            | Self::Enter { who, .. }
            | Self::Back(who)
            | Self::Lost(who)
            | Self::Resume(who) => Some(who),
            _ => None,
        }
    }
}

fn step() -> impl Strategy<Value = Step> {
    let who = 0..PEOPLE.len();
    prop_oneof![
        4 => (who.clone(), any::<bool>()).prop_map(|(who, older)| Step::Join { who, older }),
        4 => who.clone().prop_map(Step::Publish),
        2 => who.clone().prop_map(Step::Subscribe),
        4 => who.clone().prop_map(Step::Say),
        3 => ([0..3_u8, 0..3_u8, 0..3_u8, 0..3_u8], proptest::option::of(1..3_u16), any::<bool>())
            .prop_map(|(seats, minutes, by_lot)| Step::Open { seats, minutes, by_lot }),
        2 => (who.clone(), proptest::option::of(1..4_u8)).prop_map(|(who, group)| Step::Move { who, group }),
        3 => (who.clone(), 0..4_u8).prop_map(|(who, group)| Step::Enter { who, group }),
        2 => who.clone().prop_map(Step::Back),
        1 => prop_oneof![Just(0), Just(10)].prop_map(Step::Close),
        1 => who.clone().prop_map(Step::Lost),
        1 => who.clone().prop_map(Step::Resume),
        1 => who.prop_map(Step::Leave),
        2 => (1..40_i64).prop_map(Step::Wait),
    ]
}

/// Who is where, as everybody reads it.
fn places(house: &mut House, inside: &BTreeMap<PeerId, usize>) -> BTreeMap<PeerId, Option<String>> {
    inside.iter().map(|(peer, who)| (*peer, place(&mut house.stage, PEOPLE[*who]))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn nobody_ever_gets_a_track_or_a_packet_from_behind_a_wall(steps in proptest::collection::vec(step(), 1..80)) {
        let mut house = House::new();
        let mut inside: BTreeMap<PeerId, usize> = BTreeMap::new();
        let mut tracks: Vec<TrackSid> = Vec::new();
        // Who was in the same place when a message was said.
        let mut near: BTreeMap<u32, BTreeSet<PeerId>> = BTreeMap::new();
        for step in steps {
            let at = |who: usize| inside.iter().find(|(_, person)| **person == who).map_or(PeerId(99), |(peer, _)| *peer);
            match step {
                Step::Join { who, older } => {
                    house.stage.shape =
                        if older { |peer| Shape::Two { receiving: receiver(peer) } } else { |_| Shape::One };
                    let peer = house.stage.join(PEOPLE[who]);
                    inside.retain(|_, person| *person != who);
                    inside.insert(peer, who);
                }
                Step::Leave(who) => {
                    house.stage.say("leaves", at(who), Request::Leave(LeaveRequest::default()));
                    inside.retain(|_, person| *person != who);
                }
                step if step.by().is_some_and(|who| at(who) == PeerId(99)) => continue,
                Step::Publish(who) => tracks.push(house.stage.publish(at(who), TrackSource::Camera)),
                Step::Subscribe(who) => {
                    let track_sids = tracks.iter().map(ToString::to_string).collect();
                    let wish = UpdateSubscription { track_sids, subscribe: true, participant_tracks: Vec::new() };
                    house.stage.say("chooses", at(who), Request::Subscription(wish));
                }
                Step::Say(who) => {
                    let (peer, places) = (at(who), places(&mut house, &inside));
                    let receivers = house.chat(peer, &[]);
                    let here: BTreeSet<_> = places.keys().copied().filter(|other| places[other] == places[&peer]).collect();
                    prop_assert!(receivers.iter().all(|to| here.contains(&owner(*to))), "a packet passed a wall");
                    near.insert(house.sequence, here);
                }
                Step::Open { seats, minutes, by_lot } => {
                    let seats: Vec<_> = PEOPLE.into_iter().zip(seats).filter(|(_, group)| *group > 0).collect();
                    let division = if by_lot { Division::Chance { seed: 3 } } else { by_hand(&seats) };
                    house.moderate(open(division, minutes, true));
                }
                Step::Move { who, group } => {
                    let identity = PEOPLE[who].parse().expect("valid");
                    house.moderate(Moderation::MoveToGroup { identity, group });
                }
                Step::Enter { who, group } => drop(house.enter(at(who), group)),
                Step::Back(who) => drop(house.leave(at(who))),
                Step::Close(seconds) => drop(house.moderate(Moderation::CloseGroups { seconds })),
                Step::Lost(who) => drop(house.stage.run("is cut off", Command::SocketLost { peer: at(who) })),
                Step::Resume(who) => {
                    let peer = at(who);
                    house.stage.run("is back", Command::Resume { peer, offer: None });
                    let replayed = house.stage.say("compares", peer, Request::SyncState(SyncState::default()));
                    for number in numbers(&replayed) {
                        prop_assert!(near[&number].contains(&peer), "a packet passed a wall later");
                    }
                }
                Step::Wait(seconds) => {
                    house.stage.wait(seconds);
                    // Whoever was away for too long is gone.
                    inside.retain(|_, who| is_inside(&mut house.stage, PEOPLE[*who]));
                }
            }
            let places = places(&mut house, &inside);
            for ((to, track), publisher) in &house.stage.sent {
                prop_assert_eq!(&places[to], &places[publisher], "{} passed a wall", track);
            }
        }
    }
}
