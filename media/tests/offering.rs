//! Clients of the older shape: what they receive comes on a connection on which the server offers.

mod harness;

use std::collections::BTreeSet;

use bytes::Bytes;
use harness::Meeting;
use media::{Channel, Command, Event, Kind, Port, TrackSid};

/// What a receiver heard in the section of a track.
fn heard(meeting: &Meeting, at: usize, track: &TrackSid) -> usize {
    let client = &meeting.clients[at];
    let mids: BTreeSet<&String> = client.tracks.iter().filter(|(_, sid)| *sid == track).map(|(mid, _)| mid).collect();
    client.heard.iter().filter(|packet| mids.contains(&packet.mid)).count()
}

/// Lets a publisher talk until a receiver has heard some more of it.
fn talk_until_heard(meeting: &mut Meeting, from: usize, track: &TrackSid, at: usize) {
    let before = heard(meeting, at, track);
    meeting.until("the receiver hears it", |meeting| {
        let tick = meeting.clients[from].ticks(track);
        meeting.clients[from].write(track, &[1; 20], tick * 960);
        heard(meeting, at, track) > before + 20
    });
}

fn offers(meeting: &Meeting) -> Vec<&str> {
    let offers = meeting.log.iter().filter_map(|event| match event {
        Event::Offered { offer, .. } => Some(offer.sdp.as_str()),
        _ => None,
    });
    offers.collect()
}

fn value<'a>(sdp: &'a str, name: &str) -> &'a str {
    sdp.lines().find_map(|line| line.strip_prefix(name)).expect("it is in every offer")
}

#[test]
fn tracks_and_data_come_by_the_servers_offers() {
    let mut meeting = Meeting::open();
    let anna = meeting.join();
    let first = meeting.publish(anna, Kind::Audio);
    let bert = meeting.join_receiver();
    assert!(offers(&meeting)[0].contains("a=ice-lite"), "the client chooses the way");
    meeting.subscribe(bert, anna, &first, Kind::Audio);
    talk_until_heard(&mut meeting, anna, &first, bert);
    assert!(meeting.clients[bert].last_answer.contains(&format!("a=msid:PA_0|camera {first}")));

    // Another one, while the first goes on.
    let second = meeting.publish(anna, Kind::Audio);
    meeting.subscribe(bert, anna, &second, Kind::Audio);
    talk_until_heard(&mut meeting, anna, &second, bert);
    talk_until_heard(&mut meeting, anna, &first, bert);

    meeting.send_data(bert, Channel::Reliable, Bytes::from_static(b"news"));
    meeting.send_data(bert, Channel::Lossy, Bytes::from_static(b"level"));
    meeting.until("both messages came", |meeting| meeting.clients[bert].messages.len() == 2);
    let labels: BTreeSet<&str> = meeting.clients[bert].messages.iter().map(|(label, _)| label.as_str()).collect();
    assert_eq!(labels, BTreeSet::from(["_lossy", "_reliable"]));
}

#[test]
fn a_track_that_goes_leaves_its_section_empty_and_the_next_one_gets_another() {
    let mut meeting = Meeting::open();
    let anna = meeting.join();
    let bert = meeting.join_receiver();
    for _ in 0..3 {
        let track = meeting.publish(anna, Kind::Audio);
        meeting.subscribe(bert, anna, &track, Kind::Audio);
        talk_until_heard(&mut meeting, anna, &track, bert);
        let peer = meeting.clients[bert].peer;
        meeting.engine.send(Command::Unsubscribe { peer, track: track.clone() });
        meeting.until("the client was told", |meeting| meeting.clients[bert].tracks.is_empty());
        meeting.clients[bert].heard.clear();
    }
    let last = offers(&meeting).pop().expect("there were offers");
    assert_eq!((last.matches("m=audio").count(), last.matches("a=inactive").count()), (3, 3), "{last}");
}

#[test]
fn what_was_lost_on_the_way_is_offered_anew_and_the_way_is_sought_anew() {
    let mut meeting = Meeting::open();
    let anna = meeting.join();
    let track = meeting.publish(anna, Kind::Audio);
    let bert = meeting.join_receiver();
    let before = value(offers(&meeting)[0], "a=ice-ufrag:").to_owned();
    meeting.clients[bert].is_deaf = true;
    let known = offers(&meeting).len();
    meeting.subscribe(bert, anna, &track, Kind::Audio);
    meeting.until("an offer was made", |meeting| offers(meeting).len() > known);
    meeting.clients[bert].is_deaf = false;
    let peer = meeting.clients[bert].peer;
    meeting.engine.send(Command::OfferAnew { peer });
    talk_until_heard(&mut meeting, anna, &track, bert);
    let last = offers(&meeting).pop().expect("there were offers");
    assert_ne!(value(last, "a=ice-ufrag:"), before);
    assert_eq!(value(last, "a=ice-ufrag:").split('x').next(), before.split('x').next(), "it leads to the same place");
}

#[test]
fn an_answer_that_does_not_fit_is_refused_and_a_late_one_is_passed_over() {
    let mut meeting = Meeting::open();
    let bert = meeting.join_receiver();
    let peer = meeting.clients[bert].peer;
    // Nothing waits for an answer.
    meeting.engine.send(Command::Answer { peer, offer_id: 1, sdp: "late".to_owned() });
    meeting.clients[bert].is_deaf = true;
    meeting.engine.send(Command::OfferAnew { peer });
    meeting.until("a second offer was made", |meeting| offers(meeting).len() == 2);
    meeting.engine.send(Command::Answer { peer, offer_id: 1, sdp: "of the first".to_owned() });
    meeting.engine.send(Command::Answer { peer, offer_id: 2, sdp: "nonsense".to_owned() });
    let refused =
        |meeting: &Meeting| meeting.log.iter().filter(|event| matches!(event, Event::AnswerRefused { .. })).count();
    meeting.until("it is refused", |meeting| refused(meeting) == 1);
    assert_eq!(refused(&meeting), 1);
}

#[test]
fn the_sections_of_a_viewer_stay_open_and_carry_what_it_is_given() {
    let mut meeting = Meeting::open();
    let anna = meeting.join();
    let viewer = meeting.join_viewer();
    let answer = meeting.clients[viewer].last_answer.clone();
    assert_eq!((answer.matches("a=sendonly").count(), answer.matches("a=inactive").count()), (6, 0), "{answer}");
    let sections = meeting.clients[viewer].last_answer.matches("m=audio").count();
    assert_eq!(sections, 3);
    // One after the other in the same section, without a word.
    for _ in 0..2 {
        let track = meeting.publish(anna, Kind::Audio);
        meeting.clients[viewer].heard.clear();
        meeting.subscribe(viewer, anna, &track, Kind::Audio);
        meeting.until("the viewer hears it", |meeting| {
            let tick = meeting.clients[anna].ticks(&track);
            meeting.clients[anna].write(&track, &[1; 20], tick * 960);
            meeting.clients[viewer].heard.len() > 20
        });
        let mids: BTreeSet<&String> = meeting.clients[viewer].heard.iter().map(|packet| &packet.mid).collect();
        assert_eq!(mids.len(), 1);
        let peer = meeting.clients[viewer].peer;
        meeting.engine.send(Command::Unsubscribe { peer, track });
    }
    assert_eq!(meeting.clients[viewer].last_answer, answer, "nothing was negotiated");
}
