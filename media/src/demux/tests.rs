use rand::SeedableRng;
use rand::rngs::StdRng;

use super::*;

/// A binding request with the given attributes.
fn stun(attributes: &[(u16, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (kind, value) in attributes {
        body.extend(kind.to_be_bytes());
        body.extend((value.len() as u16).to_be_bytes());
        body.extend(*value);
        body.resize(body.len().next_multiple_of(4), 0);
    }
    let mut message = vec![0, 1];
    message.extend((body.len() as u16).to_be_bytes());
    message.extend(MAGIC);
    message.extend([7; 12]);
    message.extend(body);
    message
}

#[test]
fn credentials_lead_back_to_their_owner() {
    let owner = Owner { worker: 3, slot: 4_711 };
    let credentials = owner.credentials(&mut StdRng::seed_from_u64(1));
    assert!(credentials.ufrag.starts_with("w3s4711x") && credentials.password.len() >= 22);
    let name = format!("{}:theirs", credentials.ufrag);
    assert_eq!(super::owner(&stun(&[(0x8022, b"abc"), (USERNAME, name.as_bytes())])), Some(owner));
}

#[test]
fn anything_else_has_no_owner() {
    let good = stun(&[(USERNAME, b"w0s1xabc:def")]);
    assert!(owner(&good).is_some());
    for end in 0..good.len() {
        assert_eq!(owner(&good[..end]), None, "cut after {end}");
    }
    for name in ["", ":", "w0s1", "ws1x:a", "w0s-1xa:b", "x0s1xa:b", "w0s99999999999999999999xa:b", "\u{fffd}:a"] {
        assert_eq!(owner(&stun(&[(USERNAME, name.as_bytes())])), None, "{name}");
    }
    assert_eq!(owner(&stun(&[])), None);
    assert_eq!(owner(&[0x80; 40]), None);
    assert_eq!(owner(&[22; 40]), None);
}

proptest::proptest! {
    #[test]
    fn no_datagram_confuses_it(mut datagram in proptest::collection::vec(proptest::num::u8::ANY, 0..80), as_stun: bool) {
        if as_stun && datagram.len() >= 8 {
            datagram[0] = 0;
            datagram[4..8].copy_from_slice(&MAGIC);
        }
        let _ = owner(&datagram);
    }
}

fn source(port: u16) -> SocketAddr {
    SocketAddr::from(([10, 0, 0, 1], port))
}

/// A check with a transaction id of its own.
fn check(number: u8) -> [u8; HEADER] {
    [number; HEADER]
}

#[test]
fn old_sources_are_forgotten_and_those_of_the_gone_too() {
    let now = Instant::now();
    let mut addresses = Addresses::default();
    for port in 1..=9 {
        addresses.prove(source(port), PeerId(2), &check(port as u8), now);
    }
    assert_eq!(addresses.peer(source(1), now), None);
    assert_eq!(addresses.peer(source(9), now), Some(PeerId(2)));
    addresses.forget(PeerId(2));
    assert_eq!(addresses.peer(source(9), now), None);
}

#[test]
fn a_source_in_use_is_taken_over_by_nobody_and_a_silent_one_by_whoever_proves_it() {
    let start = Instant::now();
    let at = |seconds| start + Duration::from_secs(seconds);
    let mut addresses = Addresses::default();
    addresses.prove(source(1), PeerId(1), &check(1), start);
    assert_eq!(addresses.peer(source(1), at(5)), Some(PeerId(1)));
    assert!(!addresses.admits(source(1), PeerId(2), &check(2), at(14)), "heard from nine seconds ago");
    assert!(addresses.admits(source(1), PeerId(1), &check(3), at(14)), "the holder itself may check");
    assert!(addresses.admits(source(1), PeerId(2), &check(2), at(16)));
    addresses.prove(source(1), PeerId(2), &check(2), at(16));
    assert_eq!(addresses.peer(source(1), at(16)), Some(PeerId(2)));
    addresses.forget(PeerId(1));
    assert_eq!(addresses.peer(source(1), at(16)), Some(PeerId(2)), "it is not the first one's any more");
}

#[test]
fn a_recorded_check_proves_no_second_source() {
    let now = Instant::now();
    let mut addresses = Addresses::default();
    for number in 0..=255 {
        addresses.prove(source(1), PeerId(1), &check(number), now);
    }
    assert!(addresses.admits(source(1), PeerId(1), &check(7), now), "sent again from where it came");
    assert!(!addresses.admits(source(2), PeerId(1), &check(7), now));
    let mut fresh = check(7);
    fresh[HEADER - 1] = 8;
    assert!(addresses.admits(source(2), PeerId(1), &fresh, now), "a new check from a new place: the client moved");
}
