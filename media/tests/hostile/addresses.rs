//! Who tries to get somebody's media, or to take somebody's place (A4).

use super::{Stranger, Talk, is_check, is_media};

/// What Bert sends until something of a kind is on the tape.
fn taped(talk: &mut Talk, at: usize, kind: fn(&[u8]) -> bool) -> Vec<Vec<u8>> {
    talk.meeting.clients[at].tape = Some(Vec::new());
    talk.flows(10, |_| {});
    let mut found = Vec::new();
    while found.is_empty() {
        talk.flows(10, |_| {});
        let tape = talk.meeting.clients[at].tape.as_mut().expect("it was put in");
        found.extend(tape.drain(..).filter(|datagram| kind(datagram)));
    }
    talk.meeting.clients[at].tape = None;
    found
}

#[test]
fn recorded_media_from_another_place_moves_nobodys_stream() {
    let mut talk = Talk::begin();
    let anna = talk.anna;
    let genuine = taped(&mut talk, anna, is_media);
    let stranger = Stranger::new();
    let engine = talk.engine();
    talk.flows(100, |_| genuine.iter().for_each(|datagram| stranger.send(engine, datagram)));
    assert_eq!(stranger.got(), 0);
    talk.is_unharmed();
}

#[test]
fn a_check_recorded_on_the_line_does_not_lead_media_to_whoever_plays_it_back() {
    let mut talk = Talk::begin();
    let bert = talk.bert;
    let checks = taped(&mut talk, bert, is_check);
    let stranger = Stranger::new();
    let engine = talk.engine();
    talk.flows(200, |_| checks.iter().for_each(|check| stranger.send(engine, check)));
    assert_eq!(stranger.got(), 0);
    talk.is_unharmed();
}

#[test]
fn a_check_whose_signature_is_spoilt_leads_nothing_anywhere() {
    let mut talk = Talk::begin();
    let bert = talk.bert;
    let checks = taped(&mut talk, bert, is_check);
    let strangers: Vec<Stranger> = (0..20).map(|_| Stranger::new()).collect();
    let engine = talk.engine();
    talk.flows(50, |_| {
        for (number, stranger) in strangers.iter().enumerate() {
            let mut check = checks[0].clone();
            // A fresh transaction, so that it is not merely known already.
            check[8 + number % 12] ^= 0x55;
            stranger.send(engine, &check);
        }
    });
    assert_eq!(strangers.iter().map(Stranger::got).sum::<usize>(), 0);
    talk.is_unharmed();
}

#[test]
fn a_participant_who_forges_anothers_source_takes_nothing_from_them() {
    let mut talk = Talk::begin();
    let mallory = talk.meeting.join();
    // Mallory signs checks that the engine has not seen yet, and has them come from Anna's place.
    talk.meeting.clients[mallory].is_cut_off = true;
    let checks = taped(&mut talk, mallory, is_check);
    talk.meeting.clients[mallory].is_cut_off = false;
    let engine = talk.engine();
    talk.flows(100, |talk| {
        for at in [talk.anna, talk.bert] {
            checks.iter().for_each(|check| talk.meeting.clients[at].send_raw(engine, check));
        }
    });
    talk.is_unharmed();
}

#[test]
fn a_participant_who_moves_is_found_at_the_new_place() {
    let mut talk = Talk::begin();
    let bert = talk.bert;
    talk.meeting.clients[bert].is_cut_off = true;
    let checks = taped(&mut talk, bert, is_check);
    talk.meeting.clients[bert].is_cut_off = false;
    // What was never seen counts from anywhere: that is how a change of the network looks.
    let new_place = Stranger::new();
    let engine = talk.engine();
    let mut got = 0;
    let give_up = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while got == 0 {
        assert!(std::time::Instant::now() < give_up, "no answer at the new place");
        checks.iter().for_each(|check| new_place.send(engine, check));
        talk.speak();
        talk.meeting.step();
        got += new_place.got();
    }
}
