//! Media and reports under a wrong key (A3).

use super::{Dice, Stranger, Talk, is_media, is_report};

#[test]
fn media_under_a_wrong_key_is_counted_and_ends_no_call() {
    let mut talk = Talk::begin();
    talk.meeting.clients[talk.anna].tape = Some(Vec::new());
    talk.flows(10, |_| {});
    let taped = talk.meeting.clients[talk.anna].tape.take().expect("it was put in");
    let genuine: Vec<Vec<u8>> = taped.into_iter().filter(|datagram| is_media(datagram)).collect();
    assert!(genuine.len() >= 5, "{}", genuine.len());
    let stranger = Stranger::new();
    let mut dice = Dice(3);
    let engine = talk.engine();
    let mut forged = 0;
    talk.flows(100, |talk| {
        for _ in 0..10 {
            // Her source identifier, a number that comes soon or far from now, and no key.
            let mut datagram = genuine[dice.below(genuine.len())].clone();
            let sequence = u16::from_be_bytes([datagram[2], datagram[3]]);
            let ahead = [1, 5, 200, 20_000, 40_000][dice.below(5)];
            datagram[2..4].copy_from_slice(&sequence.wrapping_add(ahead).to_be_bytes());
            let last = datagram.len() - 1;
            datagram[last] ^= 1;
            talk.meeting.clients[talk.anna].send_raw(engine, &datagram);
            stranger.send(engine, &datagram);
            forged += 1;
        }
    });
    assert!(forged > 100, "a hundred bad packets end other servers' calls: {forged}");
    assert_eq!(stranger.got(), 0);
    talk.is_unharmed();
}

#[test]
fn reports_under_a_wrong_key_change_nothing() {
    let mut talk = Talk::begin();
    talk.meeting.clients[talk.bert].tape = Some(Vec::new());
    let mut genuine: Vec<Vec<u8>> = Vec::new();
    talk.flows(200, |talk| {
        let tape = talk.meeting.clients[talk.bert].tape.as_mut().expect("it was put in");
        genuine.extend(tape.drain(..).filter(|datagram| is_report(datagram)));
    });
    let (bert, engine) = (talk.bert, talk.engine());
    talk.meeting.until("Bert reported something", |meeting| {
        let tape = meeting.clients[bert].tape.as_mut().expect("it was put in");
        genuine.extend(tape.drain(..).filter(|datagram| is_report(datagram)));
        !genuine.is_empty()
    });
    let mut dice = Dice(4);
    talk.flows(100, |talk| {
        let mut datagram = genuine[dice.below(genuine.len())].clone();
        let at = dice.below(datagram.len());
        datagram[at] ^= 1 << dice.below(8);
        // A goodbye (RFC 3550, 6.6) with a key of its own invention.
        let mut goodbye = vec![0x81, 203, 0, 1];
        goodbye.extend(&genuine[0][4..8]);
        goodbye.extend(dice.bytes(20));
        for forged in [&datagram, &goodbye] {
            talk.meeting.clients[talk.bert].send_raw(engine, forged);
        }
    });
    talk.is_unharmed();
}
