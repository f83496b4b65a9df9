//! Handshakes that nobody asked for (A1, A2).

use super::{Dice, Stranger, Talk, is_handshake};

/// The opening of a DTLS 1.2 handshake (RFC 6347, 4.2.2), as a stranger makes it.
fn client_hello(dice: &mut Dice, ciphers: &[u16]) -> Vec<u8> {
    let mut body = vec![0xfe, 0xfd];
    body.extend(dice.bytes(32));
    body.extend([0, 0]);
    body.extend(((ciphers.len() * 2) as u16).to_be_bytes());
    body.extend(ciphers.iter().flat_map(|cipher| cipher.to_be_bytes()));
    body.extend([1, 0]);
    // use_srtp with one profile (RFC 5764, 4.1.1).
    body.extend([0, 9, 0, 14, 0, 5, 0, 2, 0, 7, 0]);
    let length = body.len() as u32;
    let mut message = vec![1];
    message.extend(&length.to_be_bytes()[1..]);
    message.extend([0, 0, 0, 0, 0]);
    message.extend(&length.to_be_bytes()[1..]);
    message.extend(body);
    record(22, &message)
}

/// One unencrypted record.
pub fn record(kind: u8, content: &[u8]) -> Vec<u8> {
    let mut record = vec![kind, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0];
    record.extend((content.len() as u16).to_be_bytes());
    record.extend(content);
    record
}

/// Null cipher, a usual one, nonsense, and a message cut into fragments that never end.
pub fn openings(dice: &mut Dice) -> Vec<Vec<u8>> {
    let mut fragment = client_hello(dice, &[0xc02b]);
    // The message is said to be 16 MiB long.
    fragment[14..17].copy_from_slice(&[0xff; 3]);
    vec![
        client_hello(dice, &[0x0000]),
        client_hello(dice, &[0xc02b, 0xc02c, 0xc02f]),
        client_hello(dice, &[0xffff; 200]),
        fragment,
        record(22, &[]),
        record(21, &[2, 40]),
        record(23, &[0; 64]),
    ]
}

#[test]
fn strangers_who_open_handshakes_stop_nobody_from_joining_and_hear_nothing() {
    let mut talk = Talk::begin();
    let mut dice = Dice(1);
    let openings = openings(&mut dice);
    let strangers: Vec<Stranger> = (0..100).map(|_| Stranger::new()).collect();
    let engine = talk.engine();
    for _ in 0..4 {
        // Before, and while somebody joins: a join takes many steps.
        let newcomer = talk.meeting.clients.len();
        for stranger in &strangers {
            openings.iter().for_each(|opening| stranger.send(engine, opening));
        }
        talk.meeting.join();
        talk.flows(20, |_| {
            strangers.iter().for_each(|stranger| stranger.send(engine, &openings[dice.below(openings.len())]));
        });
        talk.nobody_fell(&[newcomer]);
    }
    assert_eq!(strangers.iter().map(Stranger::got).sum::<usize>(), 0);
    talk.nobody_fell(&[talk.anna, talk.bert]);
}

#[test]
fn a_handshake_forged_in_the_clear_from_a_participants_own_address_changes_nothing() {
    let mut talk = Talk::begin();
    let mut dice = Dice(2);
    let openings = openings(&mut dice);
    // An end in the clear, and the same with the numbers of an encrypted one.
    let mut forged = openings.clone();
    forged.push(record(21, &[1, 0]));
    forged.push(record(21, &[2, 0]));
    let mut later = record(21, &dice.bytes(26));
    later[4] = 1;
    forged.push(later);
    assert!(forged.iter().all(|datagram| is_handshake(datagram)));
    let engine = talk.engine();
    talk.flows(100, |talk| {
        for at in [talk.anna, talk.bert] {
            talk.meeting.clients[at].send_raw(engine, &forged[dice.below(forged.len())]);
        }
    });
    talk.is_unharmed();
    // The channel over that handshake still works both ways.
    let (anna, bert) = (talk.anna, talk.bert);
    talk.meeting.clients[anna].send("_reliable", b"still here");
    talk.meeting.send_data(bert, media::Channel::Reliable, bytes::Bytes::from_static(b"still there"));
    talk.meeting.until("messages pass", |meeting| {
        let up = meeting.log.iter().any(|event| matches!(event, media::Event::Data { .. }));
        up && meeting.clients[bert].messages.iter().any(|(_, message)| message == b"still there")
    });
}
