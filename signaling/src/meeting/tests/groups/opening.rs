//! Who comes where, and for how long.

use std::collections::BTreeMap;

use cluster::Moderation;
use domain::groups::Division;
use media::PeerId;
use serde_json::json;

use super::super::legacy::moved;
use super::{House, by_hand, of_kind, open, place, said, two_groups};
use crate::meeting::{Command, Effect};

#[test]
fn everybody_is_told_where_they_were_led() {
    let mut house = House::new();
    let mona = house.moderator("mona");
    let [anna, ben] = ["anna", "ben"].map(|who| house.stage.join(who));
    let effects = house.moderate(open(by_hand(&[("anna", 2)]), Some(15), true));
    let told: BTreeMap<PeerId, _> = of_kind(&said(&effects), "groups").into_iter().collect();
    assert_eq!(told.keys().copied().collect::<Vec<_>>(), [mona, anna, ben]);
    let all = json!({
        "event": "groups", "open": true, "titles": ["Haushalt", "Personal"], "may_choose": false, "may_return": true,
        "opened_at": "2026-11-24T08:00:00Z", "ends_at": "2026-11-24T08:15:00Z", "calling": [],
    });
    let mut annas = all.clone();
    (annas["place"], annas["own"]) = (json!(2), json!(2));
    assert_eq!((&told[&ben], &told[&anna]), (&all, &annas));
    assert_eq!((house.place("anna").as_deref(), house.place("ben"), house.place("mona")), (Some("2"), None, None));
    assert!(house.moderate(two_groups(&[("ben", 1)])).is_empty(), "while groups are open, no others are opened");
    let late = house.stage.join("cleo");
    assert_eq!((house.groups(late), house.place("cleo")), (all, None), "who comes later is in the main room");
}

#[test]
fn lots_are_drawn_for_all_but_the_moderation() {
    let mut house = House::new();
    house.moderator("mona");
    let names = ["anna", "ben", "cleo", "dora", "emil"];
    for who in names {
        house.stage.join(who);
    }
    house.stage.join_with("hidden", |claims, _| claims.video.hidden = true);
    house.moderate(open(Division::Chance { seed: 7 }, None, true));
    let mut sizes: BTreeMap<Option<String>, usize> = BTreeMap::new();
    for who in names {
        *sizes.entry(house.place(who)).or_default() += 1;
    }
    let mut sizes: Vec<_> = sizes.into_iter().map(|(group, size)| (group.is_some(), size)).collect();
    sizes.sort_unstable();
    assert_eq!(sizes, [(true, 2), (true, 3)]);
    assert_eq!((house.place("mona"), house.place("hidden")), (None, None));
}

#[test]
fn the_end_is_announced_a_minute_before_and_comes_by_itself() {
    let mut house = House::new();
    let [anna, ben] = ["anna", "ben"].map(|who| house.stage.join(who));
    house.moderate(open(by_hand(&[("anna", 1), ("ben", 2)]), Some(2), false));
    let tick = |house: &mut House, seconds: i64| {
        house.stage.now += jiff::SignedDuration::from_secs(seconds);
        house.stage.run("the clock", Command::Tick)
    };
    assert!(said(&tick(&mut house, 59)).is_empty());
    let warning = json!({ "event": "groups_ending", "seconds": 60 });
    assert_eq!(said(&tick(&mut house, 1)), [(anna, warning.clone()), (ben, warning)]);
    assert!(said(&tick(&mut house, 59)).is_empty(), "it is announced once");
    assert_eq!(house.place("anna").as_deref(), Some("1"));
    let over = said(&tick(&mut house, 1));
    assert!(of_kind(&over, "groups").iter().any(|(to, told)| *to == anna && told["open"] == false));
    assert_eq!((house.place("anna"), house.place("ben"), house.chat(anna, &[])), (None, None, vec![ben]));
}

#[test]
fn everybody_is_called_back_at_once_or_with_notice() {
    let mut house = House::new();
    let anna = house.stage.join("anna");
    house.moderate(two_groups(&[("anna", 1)]));
    let notice = said(&house.moderate(Moderation::CloseGroups { seconds: 30 }));
    assert_eq!(of_kind(&notice, "groups_ending"), [(anna, json!({ "event": "groups_ending", "seconds": 30 }))]);
    assert_eq!(of_kind(&notice, "groups")[0].1["ends_at"], "2026-11-24T08:00:30Z");
    assert!(house.moderate(Moderation::CloseGroups { seconds: 60 }).is_empty(), "a sooner end stays");
    house.stage.wait(29);
    assert_eq!(house.place("anna").as_deref(), Some("1"));
    house.stage.wait(1);
    assert_eq!(house.place("anna"), None);
    house.moderate(two_groups(&[("anna", 1)]));
    house.moderate(Moderation::CloseGroups { seconds: 0 });
    assert_eq!(house.place("anna"), None);
    assert!(house.moderate(Moderation::CloseGroups { seconds: 0 }).is_empty());
}

#[test]
fn a_word_reaches_every_group() {
    let mut house = House::new();
    let [anna, ben] = ["anna", "ben"].map(|who| house.stage.join(who));
    let word = || Moderation::TellGroups { text: "Noch zehn Minuten".into() };
    assert!(house.moderate(word()).is_empty(), "without groups it is nobody's business");
    house.moderate(two_groups(&[("anna", 1)]));
    let told = json!({ "event": "group_word", "text": "Noch zehn Minuten" });
    assert_eq!(said(&house.moderate(word())), [(anna, told.clone()), (ben, told)]);
}

#[test]
fn groups_go_along_to_another_node_and_end_there_in_time() {
    let mut house = House::new();
    for who in ["anna", "ben"] {
        house.stage.join(who);
    }
    house.moderate(open(by_hand(&[("anna", 1), ("ben", 2)]), Some(5), true));
    house.stage.wait(60);
    let mut there = moved(house.stage);
    let anna = there.join("anna");
    let ben = there.join("ben");
    assert_eq!((place(&mut there, "anna").as_deref(), place(&mut there, "ben").as_deref()), (Some("1"), Some("2")));
    let mut house = House { stage: there, sequence: 0 };
    assert_eq!(house.groups(anna)["ends_at"], "2026-11-24T08:05:00Z");
    assert_eq!(house.chat(anna, &[]), []);
    house.stage.wait(240);
    assert_eq!(house.chat(anna, &[]), [ben]);
}

#[test]
fn who_joins_anew_is_in_the_same_group_whatever_the_token_says() {
    let mut house = House::new();
    house.stage.join("anna");
    let ben = house.stage.join("ben");
    house.moderate(two_groups(&[("anna", 1)]));
    let anna = house.stage.join_with("anna", |claims, _| {
        claims.attributes.insert("group".into(), "2".into());
    });
    assert_eq!((house.place("anna").as_deref(), house.chat(anna, &[])), (Some("1"), vec![]));
    house.moderate(Moderation::CloseGroups { seconds: 0 });
    let anna = house.stage.join_with("anna", |claims, _| {
        claims.attributes.insert("group".into(), "2".into());
    });
    assert_eq!((house.place("anna"), house.chat(anna, &[])), (None, vec![ben]));
}

#[test]
fn who_was_removed_belongs_nowhere() {
    let mut house = House::new();
    house.stage.join("anna");
    house.moderate(two_groups(&[("anna", 1)]));
    house.stage.run("anna is removed", Command::Remove { identity: "anna".parse().expect("valid") });
    house.stage.join("anna");
    assert_eq!(house.place("anna"), None);
}

#[test]
fn only_those_who_are_near_are_switched_off_together() {
    let mut house = House::new();
    house.moderator("mona");
    let [anna, ben] = ["anna", "ben"].map(|who| house.stage.join(who));
    for who in [anna, ben] {
        house.stage.publish(who, protocol::livekit::TrackSource::Microphone);
    }
    house.moderate(two_groups(&[("anna", 1)]));
    let effects = house.moderate(Moderation::MuteAll { but: "mona".parse().expect("valid") });
    let muted: Vec<_> = effects
        .iter()
        .filter_map(|effect| match effect {
            Effect::Send { to, message } if matches!(message.message, Some(crate::meeting::Message::Mute(_))) => {
                Some(to[0])
            }
            _ => None,
        })
        .collect();
    assert_eq!(muted, [ben]);
}
