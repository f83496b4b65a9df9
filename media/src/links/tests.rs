use super::*;
use crate::io::Wait;

fn pair() -> (Link, Link) {
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").expect("loopback can be bound");
    let bell = || Bell::new(Wait::on(&socket).expect("it can be watched").nudge());
    Link::pair(bell(), bell())
}

fn source(port: u16) -> SocketAddr {
    SocketAddr::from(([10, 0, 0, 1], port))
}

#[test]
fn what_is_handed_over_arrives_in_order_and_the_batch_comes_back() {
    let (mut one, mut other) = pair();
    for round in 0..1_000_u16 {
        assert!(one.datagram(source(round), None, &round.to_be_bytes()));
        one.word(Word::Forgotten { source: source(round) });
        one.hand_over();
        let batch = other.take().expect("it was handed over");
        assert_eq!(batch.words, [Word::Forgotten { source: source(round) }]);
        assert_eq!(batch.datagrams.get(0), (source(round), None, round.to_be_bytes().as_slice()));
        other.give_back(batch);
        assert!(other.take().is_none());
    }
    assert_eq!(one.used.slots(), 1, "there were never more than two batches");
}

#[test]
fn a_worker_that_does_not_keep_up_loses_packets_but_no_word() {
    let (mut one, mut other) = pair();
    let mut dropped = 0;
    for round in 0..2 * BATCHES {
        for _ in 0..MOST_PACKETS / 8 {
            dropped += usize::from(!one.datagram(source(1), None, &[0; 10]));
        }
        one.word(Word::Forgotten { source: source(u16::try_from(round).expect("it is small")) });
        one.hand_over();
    }
    assert!(dropped > 0);
    let mut words = 0;
    while let Some(batch) = other.take() {
        words += batch.words.len();
        other.give_back(batch);
        one.hand_over();
    }
    assert_eq!(words, 2 * BATCHES);
}

#[test]
fn every_worker_has_a_link_to_every_other() {
    let socket = std::net::UdpSocket::bind("127.0.0.1:0").expect("loopback can be bound");
    let bells: Vec<Bell> = (0..3).map(|_| Bell::new(Wait::on(&socket).expect("it can be watched").nudge())).collect();
    let mut mesh = mesh(&bells);
    for (from, links) in mesh.iter().enumerate() {
        for (to, link) in links.iter().enumerate() {
            assert_eq!(link.is_some(), from != to);
        }
    }
    mesh[0][2].as_mut().expect("it is there").word(Word::Forgotten { source: source(7) });
    mesh[0][2].as_mut().expect("it is there").hand_over();
    assert!(!mesh[1][2].as_ref().expect("it is there").has_something());
    assert!(mesh[2][0].as_ref().expect("it is there").has_something());
}
