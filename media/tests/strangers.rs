//! What comes from nobody gets no answer and disturbs nobody.

mod harness;

use std::net::{SocketAddr, UdpSocket};
use std::time::{Duration, Instant};

use harness::Meeting;
use media::Kind;

/// A connectivity check with some user name and no valid signature.
fn check(username: &str) -> Vec<u8> {
    let mut body = Vec::new();
    let mut attribute = |kind: u16, value: &[u8]| {
        body.extend(kind.to_be_bytes());
        body.extend(u16::try_from(value.len()).expect("it is short").to_be_bytes());
        body.extend(value);
        body.resize(body.len().next_multiple_of(4), 0);
    };
    attribute(0x0006, username.as_bytes());
    attribute(0x0024, &[0x6e, 0, 0, 1]);
    attribute(0x802a, &[0; 8]);
    attribute(0x0008, &[9; 20]);
    let mut message = vec![0, 1];
    message.extend(u16::try_from(body.len()).expect("it is short").to_be_bytes());
    message.extend([0x21, 0x12, 0xa4, 0x42]);
    message.extend([5; 12]);
    message.extend(body);
    message
}

/// Everything a stranger might try, the good user name of somebody among it.
fn attempts(ufrag: &str) -> Vec<Vec<u8>> {
    let mut client_hello = vec![22, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 60];
    client_hello.resize(73, 1);
    let mut media = vec![0x80, 111, 0, 1];
    media.resize(200, 3);
    let mut report = vec![0x81, 201, 0, 7];
    report.resize(32, 3);
    vec![
        check("nobody:nothing"),
        check("w0s999999xabcdefgh:theirs"),
        check("w7s100xabcdefgh:theirs"),
        check(&format!("{ufrag}:theirs")),
        check(&format!("{ufrag}:theirs"))[..30].to_vec(),
        client_hello,
        media,
        report,
        Vec::new(),
        vec![0],
        vec![0xff; 1_200],
        vec![0; 65_000],
    ]
}

#[test]
fn a_stranger_hears_nothing_even_with_somebodys_user_name() {
    let mut meeting = Meeting::open();
    let anna = meeting.join();
    let ufrag = meeting.clients[anna].server_ufrag();
    let stranger = UdpSocket::bind("127.0.0.1:0").expect("loopback can be bound");
    stranger.set_read_timeout(Some(Duration::from_millis(1))).expect("a millisecond is allowed");
    let engine = meeting.engine.local_addr();
    for attempt in attempts(&ufrag) {
        stranger.send_to(&attempt, engine).expect("loopback takes everything");
    }
    // The engine works off one socket in order: once Anna's later message was taken, it has
    // seen all of that.
    meeting.clients[anna].send("_reliable", b"still here");
    meeting.until("Anna's message came", |meeting| {
        meeting.log.iter().any(|event| matches!(event, media::Event::Data { .. }))
    });
    let mut buffer = [0; 2_000];
    let heard: Result<(usize, SocketAddr), _> = stranger.recv_from(&mut buffer);
    assert!(heard.is_err(), "{heard:?}");
}

#[test]
fn a_flood_of_garbage_does_not_disturb_a_running_meeting() {
    let mut meeting = Meeting::open();
    let (anna, bert) = (meeting.join(), meeting.join());
    let audio = meeting.publish(anna, Kind::Audio);
    meeting.subscribe(bert, anna, &audio, Kind::Audio);
    meeting.until("the track has a section", |meeting| meeting.clients[bert].tracks.len() == 1);
    let attempts = attempts(&meeting.clients[anna].server_ufrag());
    let engine = meeting.engine.local_addr();
    let sockets: Vec<UdpSocket> =
        (0..20).map(|_| UdpSocket::bind("127.0.0.1:0").expect("loopback can be bound")).collect();
    let mut tick = 0_u32;
    let mut next = Instant::now();
    meeting.until("a hundred packets came through", |meeting| {
        for socket in &sockets {
            for attempt in &attempts {
                // The flood may exceed what the kernel takes; that is the point of it.
                let _ = socket.send_to(attempt, engine);
            }
        }
        if Instant::now() >= next {
            next = Instant::now() + Duration::from_millis(5);
            tick += 1;
            meeting.clients[anna].write(&audio, &[1; 80], tick * 960);
        }
        meeting.clients[bert].heard.len() >= 100
    });
    let lost = tick as usize - meeting.clients[bert].heard.len();
    assert!(lost <= 20, "{lost} of {tick} were lost or are still on their way");
}
