use super::*;

fn offered(sections: &[(&str, Kind, Direction)]) -> Vec<OfferedSection> {
    let read = |(name, kind, direction): &(&str, Kind, Direction)| OfferedSection {
        mid: mid(name),
        kind: *kind,
        direction: *direction,
        cid: None,
    };
    sections.iter().map(read).collect()
}

fn mid(name: &str) -> Mid {
    Mid::new(name).expect("it is short")
}

fn wanted(track: &str, kind: Kind) -> Wanted {
    Wanted { track: TrackSid(track.into()), kind, stream: "PA_1|camera".to_owned() }
}

fn used(slots: &Slots) -> Vec<(String, String)> {
    slots.used().map(|(mid, wanted)| (mid.as_str().to_owned(), wanted.track.to_string())).collect()
}

fn pair(mid: &str, track: &str) -> (String, String) {
    (mid.to_owned(), track.to_owned())
}

const ROOM: usize = 100;
const TWO: [(&str, Kind, Direction); 2] =
    [("0", Kind::Audio, Direction::RecvOnly), ("1", Kind::Video, Direction::RecvOnly)];

#[test]
fn nobody_is_asked_before_the_first_offer() {
    let mut slots = Slots::default();
    slots.subscribe(wanted("TR_a", Kind::Audio));
    assert_eq!(slots.take_need(Instant::now()), None);
    let mut slots = slots.answer(&offered(&TWO), ROOM);
    assert_eq!(used(&slots), [pair("0", "TR_a")]);
    assert_eq!(slots.take_need(Instant::now()), None);
}

#[test]
fn a_new_track_needs_an_offer_even_if_a_section_is_free() {
    let now = Instant::now();
    let mut slots = Slots::default().answer(&offered(&TWO), ROOM);
    slots.subscribe(wanted("TR_v", Kind::Video));
    assert_eq!(slots.take_need(now), Some(Need { audios: 0, videos: 0 }));
    assert_eq!(slots.take_need(now), None, "said once");
    slots.subscribe(wanted("TR_w", Kind::Video));
    assert_eq!(slots.take_need(now), Some(Need { audios: 0, videos: 1 }), "only what is missing on top");
    assert_eq!(slots.take_need(now + ASK_AGAIN), Some(Need { audios: 0, videos: 1 }), "nothing came");
}

#[test]
fn a_section_whose_track_is_gone_is_seen_empty_before_it_carries_another() {
    let now = Instant::now();
    let mut slots = Slots::default();
    slots.subscribe(wanted("TR_a", Kind::Audio));
    let mut slots = slots.answer(&offered(&TWO), ROOM);
    slots.unsubscribe(&TrackSid("TR_a".into()));
    slots.subscribe(wanted("TR_b", Kind::Audio));
    assert_eq!(used(&slots), []);
    assert_eq!(slots.take_need(now), Some(Need::default()));
    let mut slots = slots.answer(&offered(&TWO), ROOM);
    assert_eq!(used(&slots), [], "empty in this answer");
    assert_eq!(slots.take_need(now), Some(Need::default()), "and one more offer fills it");
    let slots = slots.answer(&offered(&TWO), ROOM);
    assert_eq!(used(&slots), [pair("0", "TR_b")]);
}

#[test]
fn a_section_the_client_takes_back_gives_its_track_to_another() {
    let mut slots = Slots::default();
    slots.subscribe(wanted("TR_v", Kind::Video));
    let slots = slots.answer(&offered(&TWO), ROOM);
    let moved = slots
        .answer(&offered(&[("1", Kind::Video, Direction::Inactive), ("2", Kind::Video, Direction::RecvOnly)]), ROOM);
    assert_eq!(used(&moved), [pair("2", "TR_v")]);
}

#[test]
fn subscribing_twice_or_to_what_is_no_longer_wanted_changes_nothing() {
    let mut slots = Slots::default();
    for _ in 0..2 {
        slots.subscribe(wanted("TR_a", Kind::Audio));
    }
    slots.subscribe(wanted("TR_x", Kind::Video));
    slots.unsubscribe(&TrackSid("TR_x".into()));
    slots.unsubscribe(&TrackSid("TR_unknown".into()));
    let mut slots = slots.answer(&offered(&TWO), ROOM);
    slots.subscribe(wanted("TR_a", Kind::Audio));
    assert_eq!(used(&slots), [pair("0", "TR_a")]);
    assert_eq!(slots.take_need(Instant::now()), None);
}

#[test]
fn sections_that_send_never_carry_a_received_track() {
    let mut slots = Slots::default();
    slots.subscribe(wanted("TR_a", Kind::Audio));
    let slots = slots
        .answer(&offered(&[("0", Kind::Audio, Direction::SendOnly), ("1", Kind::Audio, Direction::Inactive)]), ROOM);
    assert_eq!(used(&slots), []);
}

#[test]
fn no_more_is_asked_than_an_offer_may_hold_and_hearing_comes_first() {
    let now = Instant::now();
    let mut slots = Slots::default();
    for number in 0..4 {
        slots.subscribe(wanted(&format!("TR_v{number}"), Kind::Video));
        slots.subscribe(wanted(&format!("TR_a{number}"), Kind::Audio));
    }
    let mut slots = slots.answer(&offered(&TWO), 4);
    assert_eq!(slots.take_need(now), Some(Need { audios: 3, videos: 1 }));
    let mut slots = slots.answer(&offered(&TWO), 0);
    assert_eq!(slots.take_need(now), None, "full: the others wait");
    slots.unsubscribe(&TrackSid("TR_v0".into()));
    assert_eq!(slots.take_need(now), Some(Need::default()), "a section gets free for them");
    let mut slots = slots.answer(&offered(&TWO), 0);
    assert_eq!(slots.take_need(now), Some(Need::default()));
    let slots = slots.answer(&offered(&TWO), 0);
    assert_eq!(used(&slots), [pair("0", "TR_a0"), pair("1", "TR_v1")]);
}

#[test]
fn where_the_server_offers_a_track_has_a_section_of_its_own_until_there_are_many() {
    let mut slots = Slots::offering();
    let mut sections: Vec<OfferedSection> = Vec::new();
    for number in 0..FRESH_SECTIONS + 3 {
        slots.subscribe(wanted(&format!("TR_{number}"), Kind::Video));
        for _ in 0..slots.need().expect("a track waits").videos {
            sections.push(OfferedSection::receiving(mid(&sections.len().to_string()), Kind::Video));
        }
        slots = slots.answer(&sections, ROOM);
        let (_, carried) = slots.used().next().expect("it has a section");
        let is_fresh = number < FRESH_SECTIONS;
        let stream = if is_fresh { "PA_1|camera".to_owned() } else { format!("PA_1|TR_{number}") };
        assert_eq!(carried.stream, stream);
        slots.unsubscribe(&TrackSid(format!("TR_{number}").into()));
        slots = slots.answer(&sections, ROOM);
        assert_eq!(slots.need(), None, "nothing is left to say");
    }
    assert_eq!(sections.len(), FRESH_SECTIONS);
}
