//! Going about by oneself, and calling for help.

use cluster::Moderation;
use domain::groups::Division;
use serde_json::json;

use super::{House, by_hand, of_kind, open, two_groups};
use crate::meeting::Command;

fn refusal(said: &[(media::PeerId, serde_json::Value)]) -> Option<&str> {
    said.iter().find(|(_, value)| value["event"] == "group_refused").and_then(|(_, value)| value["reason"].as_str())
}

#[test]
fn people_go_to_the_main_room_and_into_their_group_again() {
    let mut house = House::new();
    house.moderator("mona");
    let anna = house.stage.join("anna");
    house.moderate(two_groups(&[("anna", 1)]));
    house.leave(anna);
    assert_eq!((house.place("anna"), &house.groups(anna)["own"]), (None, &json!(1)));
    assert_eq!(refusal(&house.enter(anna, 2)), Some("not_allowed"), "another group is not theirs to choose");
    house.enter(anna, 1);
    assert_eq!(house.place("anna").as_deref(), Some("1"));
    assert_eq!(refusal(&house.enter(anna, 3)), Some("no_such_group"));
    assert_eq!(refusal(&house.enter(anna, 0)), Some("no_such_group"));
}

#[test]
fn where_the_moderation_forbids_it_nobody_leaves_unless_there_is_no_moderator() {
    let mut house = House::new();
    let mona = house.moderator("mona");
    let anna = house.stage.join("anna");
    house.moderate(open(by_hand(&[("anna", 1)]), None, false));
    assert_eq!(refusal(&house.leave(anna)), Some("not_allowed"));
    assert_eq!(house.place("anna").as_deref(), Some("1"));
    let good_bye = protocol::livekit::LeaveRequest::default();
    house.stage.say("leaves", mona, protocol::livekit::signal_request::Message::Leave(good_bye));
    house.leave(anna);
    assert_eq!(house.place("anna"), None);
}

#[test]
fn everybody_chooses_where_that_is_allowed() {
    let mut house = House::new();
    let anna = house.stage.join("anna");
    house.moderate(open(Division::Choice, None, true));
    assert_eq!((house.place("anna"), &house.groups(anna)["may_choose"]), (None, &json!(true)));
    house.enter(anna, 2);
    assert_eq!(house.place("anna").as_deref(), Some("2"));
    house.enter(anna, 1);
    assert_eq!(house.place("anna").as_deref(), Some("1"));
    let late = house.stage.join("ben");
    house.enter(late, 1);
    assert_eq!(house.chat(late, &[]), [anna]);
}

#[test]
fn the_moderation_leads_people_elsewhere_and_goes_anywhere() {
    let mut house = House::new();
    let mona = house.moderator("mona");
    let anna = house.stage.join("anna");
    house.moderate(two_groups(&[("anna", 1)]));
    let to = |group| Moderation::MoveToGroup { identity: "anna".parse().expect("valid"), group };
    house.moderate(to(Some(2)));
    assert_eq!(house.place("anna").as_deref(), Some("2"));
    house.moderate(to(Some(9)));
    assert_eq!(house.place("anna").as_deref(), Some("2"), "there is no ninth group");
    house.enter(mona, 2);
    assert_eq!(house.chat(mona, &[]), [anna]);
    house.moderate(to(None));
    assert_eq!((house.place("anna"), house.groups(anna).get("own")), (None, None));
    let absent = Moderation::MoveToGroup { identity: "ben".parse().expect("valid"), group: Some(2) };
    house.moderate(absent);
    house.stage.join("ben");
    assert_eq!(house.place("ben").as_deref(), Some("2"), "who was led somewhere while away comes there");
}

#[test]
fn a_group_calls_until_a_moderator_comes() {
    let mut house = House::new();
    let mona = house.moderator("mona");
    let [anna, ben] = ["anna", "ben"].map(|who| house.stage.join(who));
    let help = json!({ "ask": "group_help" });
    assert_eq!(refusal(&house.ask(anna, &help)), Some("closed"));
    house.moderate(two_groups(&[("anna", 2)]));
    assert_eq!(refusal(&house.ask(ben, &help)), Some("not_in_a_group"));
    let called = house.ask(anna, &help);
    let words = json!({ "event": "group_help", "group": 2, "name": "Name of anna" });
    assert_eq!(of_kind(&called, "group_help"), [(mona, words)]);
    for who in [mona, anna] {
        assert_eq!(house.groups(who)["calling"], json!([2]));
    }
    assert_eq!(house.groups(ben)["calling"], json!([]), "others need not know");
    let again = house.ask(anna, &help);
    assert!(of_kind(&again, "group_help").is_empty(), "calling twice disturbs nobody twice");
    let late = house.moderator("moritz");
    assert_eq!(house.groups(late)["calling"], json!([2]), "who moderates later sees it, too");
    house.enter(late, 2);
    assert_eq!(house.groups(mona)["calling"], json!([]));
}

#[test]
fn without_a_moderator_nobody_can_be_called() {
    let mut house = House::new();
    let anna = house.stage.join("anna");
    house.moderate(two_groups(&[("anna", 2)]));
    assert_eq!(refusal(&house.ask(anna, &json!({ "ask": "group_help" }))), Some("no_moderator"));
}

#[test]
fn nobody_says_of_oneself_to_be_elsewhere() {
    use protocol::livekit::signal_request::Message as Request;
    let mut house = House::new();
    let anna = house.stage.join("anna");
    house.moderate(two_groups(&[("anna", 1)]));
    for value in ["2", ""] {
        let attributes = [("group".to_owned(), value.to_owned())].into();
        let update = protocol::livekit::UpdateParticipantMetadata { attributes, ..Default::default() };
        house.stage.say("claims to be elsewhere", anna, Request::UpdateMetadata(update));
        assert_eq!(house.place("anna").as_deref(), Some("1"));
    }
    let change = crate::meeting::Change {
        identity: "anna".into(),
        attributes: [("group".to_owned(), "2".to_owned())].into(),
        ..Default::default()
    };
    let order = crate::meeting::Order::Update(Box::new(change));
    house.stage.meeting.order(order, house.stage.now).0.expect("the rest of it is carried out");
    assert_eq!(house.place("anna").as_deref(), Some("1"));
}

#[test]
fn when_there_are_no_groups_everybody_hears_so() {
    let mut house = House::new();
    let anna = house.stage.join("anna");
    assert_eq!(house.groups(anna), json!({ "event": "groups", "open": false }));
    assert_eq!(refusal(&house.enter(anna, 1)), Some("closed"));
    assert_eq!(refusal(&house.leave(anna)), Some("closed"));
    house.stage.run("it ends", Command::Tick);
}
