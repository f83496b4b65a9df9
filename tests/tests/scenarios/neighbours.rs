//! Whatever somebody does in one meeting, the meeting next door hears and sees on.

use std::time::Duration;

use protocol::livekit;
use protocol::livekit::signal_request;
use rennsteig::probe::client::{Socket, join_request};
use tests::{Client, JoinOptions, Media, SOON, Server, TokenIn, gets, meet, shows, token};
use tokio::net::UdpSocket;

async fn enters(server: &Server, meeting: &str, name: &str) -> Client {
    let token = token(&server.key(), meeting, name, |_| {});
    let client = Client::join(&server.base, &token, JoinOptions::default()).await.expect("the meeting is open");
    client.until("media path", SOON, |seen| seen.connected).await.expect("media can flow");
    client
}

#[tokio::test(flavor = "multi_thread")]
async fn a_meeting_does_not_notice_abuse_next_door() {
    let server = Server::start().await;
    let (anna, ben) = (enters(&server, "quiet", "anna").await, enters(&server, "quiet", "ben").await);
    tokio::join!(shows(&anna), shows(&ben));
    meet(&anna, &ben).await;
    let heard_before = ben.seen().from("anna", Media::Audio);

    let abuse = async {
        floods_the_media_port(&server).await;
        floods_signalling(&server).await;
        breaks_off(&server).await;
        sends_nonsense(&server).await;
    };
    tokio::time::timeout(Duration::from_secs(60), abuse).await.expect("the abuse ends");

    meet(&anna, &ben).await;
    let heard = ben.seen().from("anna", Media::Audio);
    assert!(heard.lost() * 100 <= heard.expected, "{} of {} packets are lost", heard.lost(), heard.expected);
    // Nothing stood still meanwhile. The limit leaves room for a machine that tests a lot at once.
    let worst = heard.delays[heard_before.delays.len().min(heard.delays.len() - 1)..].iter().max();
    assert!(worst.is_none_or(|worst| *worst < Duration::from_secs(3)), "{worst:?}");
    assert!(!anna.seen().closed && !ben.seen().closed);
    server.stop().await;
}

/// Packets of every kind from an address nobody knows.
async fn floods_the_media_port(server: &Server) {
    let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a free port");
    let hello = [0x16, 0xfe, 0xfd, 0, 0, 0, 0, 0, 0, 0, 0, 0, 60, 1];
    let stun = [0, 1, 0, 0, 0x21, 0x12, 0xa4, 0x42, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12];
    let media = [0x80, 111, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 1, 2, 3, 4];
    let address = server.media_address();
    for _ in 0..2_000 {
        for packet in [hello.as_slice(), &stun, &media, &[], &[255; 1_400]] {
            // A full queue is what a flood meets.
            let _ = socket.try_send_to(packet, address);
        }
        tokio::task::yield_now().await;
    }
    let mut answer = [0; 2_000];
    assert!(socket.try_recv(&mut answer).is_err(), "an unknown address gets no answer");
}

/// Far more messages than anybody needs, until the server has had enough.
async fn floods_signalling(server: &Server) {
    let eve = enters(server, "loud", "eve").await;
    for number in 0..5_000 {
        let metadata = livekit::UpdateParticipantMetadata { name: format!("eve {number}"), ..Default::default() };
        if eve.request(signal_request::Message::UpdateMetadata(metadata)).is_err() {
            break;
        }
    }
    eve.until("being sent away", SOON, |seen| seen.closed).await.expect("a flood ends the session");
}

/// Joins and vanishes, many times.
async fn breaks_off(server: &Server) {
    for number in 0..40 {
        let token = token(&server.key(), "loud", &format!("passer-by {number}"), |_| {});
        let request = join_request(true, None);
        let (socket, _) = Socket::open(&server.base, &token, TokenIn::Query, &request).await.expect("let in");
        drop(socket);
    }
}

/// Offers and frames that are none.
async fn sends_nonsense(server: &Server) {
    for nonsense in ["v=0", "m=audio 0 RTP/AVP 0\r\n", "\u{0}\u{0}", "v=0\r\na=fingerprint:\r\na=ice-ufrag:\r\n"] {
        let token = token(&server.key(), "loud", "eve", |_| {});
        let offer =
            livekit::SessionDescription { r#type: "offer".into(), sdp: nonsense.into(), id: 1, ..Default::default() };
        let request = join_request(true, Some(offer));
        let opened = Socket::open(&server.base, &token, TokenIn::Query, &request).await;
        let Ok((mut socket, _)) = opened else { continue };
        while socket.next().await.is_ok() {}
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_attacker_without_the_key_cannot_take_a_place_in_the_media_path() {
    let server = Server::start().await;
    let (anna, ben) = (enters(&server, "quiet", "anna").await, enters(&server, "quiet", "ben").await);
    tokio::join!(shows(&anna), shows(&ben));
    meet(&anna, &ben).await;
    // A stranger sends what looks like media, with every source number, and hears nothing back.
    let stranger = UdpSocket::bind("127.0.0.1:0").await.expect("a free port");
    for source in 0..500_u32 {
        let mut packet = vec![0x80, 111, 0, 1, 0, 0, 0, 1];
        packet.extend(source.to_be_bytes());
        packet.extend([7; 60]);
        let _ = stranger.try_send_to(&packet, server.media_address());
    }
    gets(&ben, "anna", Media::Audio).await;
    gets(&anna, "ben", Media::Video).await;
    assert!(stranger.try_recv(&mut [0; 2_000]).is_err());
    server.stop().await;
}
