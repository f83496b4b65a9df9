use media::{Answer, Event, OfferRefused, TrackSid};
use protocol::livekit::SessionDescription;
use protocol::livekit::TrackSource;
use protocol::livekit::signal_request::Message as Request;

use super::stage::{Stage, offer};

#[test]
fn an_answer_carries_the_number_of_its_offer_and_what_is_in_which_section() {
    let mut stage = Stage::new();
    let anna = stage.join("anna");
    stage.curtain();
    stage.say("offers", anna, Request::Offer(offer(0)));
    let mid_to_track = vec![("4".to_owned(), TrackSid("TR_1".into()))];
    stage.hear(
        "it is answered",
        Event::Answered { peer: anna, answer: Answer { offer_id: 0, sdp: "answer".into(), mid_to_track } },
    );
    insta::assert_snapshot!(stage.script);
}

#[test]
fn missing_sections_are_asked_for_even_none_of_them() {
    let mut stage = Stage::new();
    let anna = stage.join("anna");
    stage.curtain();
    stage.hear("two videos wait", Event::SectionsNeeded { peer: anna, audios: 0, videos: 2 });
    stage.hear("one is to be freed", Event::SectionsNeeded { peer: anna, audios: 0, videos: 0 });
    insta::assert_snapshot!(stage.script);
}

#[test]
fn what_is_there_already_comes_with_the_first_answer() {
    let mut stage = Stage::new();
    let anna = stage.join("anna");
    stage.publish(anna, TrackSource::Camera);
    stage.curtain();
    let ben = stage.join_with("ben", |_, request| request.publisher_offer = None);
    stage.say("offers a little later", ben, Request::Offer(offer(1)));
    insta::assert_snapshot!(stage.script);
}

#[test]
fn an_offer_that_cannot_be_answered_ends_in_a_good_bye() {
    let mut stage = Stage::new();
    let anna = stage.join("anna");
    let ben = stage.join("ben");
    let cleo = stage.join("cleo");
    stage.curtain();
    stage.hear(
        "anna's offer is nonsense",
        Event::OfferRefused { peer: anna, offer_id: 2, reason: OfferRefused::Malformed },
    );
    let endless = SessionDescription { sdp: "x".repeat(media::LONGEST_OFFER + 1), ..offer(2) };
    stage.say("offers a book", ben, Request::Offer(endless));
    stage.say(
        "says an answer is an offer",
        cleo,
        Request::Offer(SessionDescription { r#type: "answer".into(), ..offer(2) }),
    );
    insta::assert_snapshot!(stage.script);
    assert!(stage.meeting.is_empty());
}
