//! Many lose their connection at once, and come back: soon, and nothing that was said is missing
//! or said twice.

mod house;

use std::time::{Duration, Instant};

use futures_util::future::join_all;
use house::{Client, House};
use protocol::livekit::signal_request::Message as Request;
use protocol::livekit::signal_response::Message as Said;
use protocol::livekit::{AddTrackRequest, JoinRequest, Ping, TrackSource, TrackType};
use serde_json::json;

const PEOPLE: usize = 50;
/// Of 95 in a hundred.
const BACK_WITHIN: Duration = Duration::from_secs(1);

/// Comes in and publishes; the sids of participant and track.
async fn publish(house: &House, token: &str) -> (Client, String, String) {
    let mut client = Client::join(house.address, token).await;
    let wish = AddTrackRequest {
        cid: "microphone".into(),
        r#type: TrackType::Audio as i32,
        source: TrackSource::Microphone as i32,
        ..AddTrackRequest::default()
    };
    client.say(Request::AddTrack(wish)).await;
    let published = client.find(|said| match said {
        Said::TrackPublished(published) => published.track,
        _ => None,
    });
    let track = published.await.sid;
    client.offer(2).await;
    let own = client.own_sid().to_owned();
    client.find(|said| matches!(said, Said::Answer(answer) if answer.id == 2).then_some(())).await;
    (client, own, track)
}

#[tokio::test(flavor = "multi_thread")]
async fn fifty_who_are_cut_off_at_once_are_back_within_a_second_and_hear_each_word_once() {
    let house = House::open().await;
    let tokens: Vec<(String, String)> = (0..PEOPLE)
        .map(|number| {
            let identity = format!("person-{number}");
            let mut claims = house.claims(&identity);
            claims.room_config = None;
            let token = house.sign(&claims);
            (identity, token)
        })
        .collect();
    let inside = join_all(tokens.iter().map(|(_, token)| publish(&house, token))).await;
    // What was said until now has arrived.
    house.clock.advance(60);
    let inside = join_all(inside.into_iter().map(async |(mut client, own, track)| {
        client.say(Request::PingReq(Ping { timestamp: 1, rtt: 0 })).await;
        client.find(|said| matches!(said, Said::PongResp(_)).then_some(())).await;
        drop(client);
        (own, track)
    }))
    .await;
    // All lines broke; meanwhile everybody is muted from outside, which only the one concerned is told.
    let mut claims = house.claims("server");
    (claims.video.room_admin, claims.sub) = (true, String::new());
    let admin = house.sign(&claims);
    for ((identity, _), (_, track)) in tokens.iter().zip(&inside) {
        let wish = json!({"room": house::MEETING, "identity": identity, "track_sid": track, "muted": true});
        let path = "/twirp/livekit.RoomService/MutePublishedTrack";
        let (status, answer) = house.post(path, &admin, "application/json", &wish.to_string()).await;
        assert_eq!(status, 200, "{answer}");
    }

    let back = tokens.iter().zip(&inside).map(async |((_, token), (own, track))| {
        let began = Instant::now();
        let again = JoinRequest { reconnect: true, participant_sid: own.clone(), ..JoinRequest::default() };
        let mut client = Client::connect(house.address, token, &again).await.expect("the token is good");
        let Said::Reconnect(_) = client.next().await else { panic!("the first word is a second welcome") };
        let mut muted = 0;
        client
            .find(|said| {
                muted += usize::from(matches!(&said, Said::Mute(mute) if mute.sid == *track));
                matches!(said, Said::RoomUpdate(_)).then_some(())
            })
            .await;
        let took = began.elapsed();
        assert_eq!(muted, 1, "it is told what it missed, once");
        house.clock.advance(1);
        client.say(Request::PingReq(Ping { timestamp: 1, rtt: 0 })).await;
        client.find(|said| matches!(said, Said::PongResp(_)).then_some(())).await;
        drop(client);

        // Once more, to hear whether it is said again.
        let mut client = Client::connect(house.address, token, &again).await.expect("the token is good");
        let mut muted = 0;
        client
            .find(|said| {
                muted += usize::from(matches!(&said, Said::Mute(mute) if mute.sid == *track));
                matches!(said, Said::RoomUpdate(_)).then_some(())
            })
            .await;
        (took, muted)
    });
    let (mut took, again): (Vec<Duration>, Vec<usize>) = join_all(back).await.into_iter().unzip();
    took.sort();
    let p95 = took[PEOPLE * 95 / 100 - 1];
    assert!(p95 <= BACK_WITHIN, "p95 of coming back: {p95:?}");
    assert_eq!(again.iter().sum::<usize>(), 0, "nobody hears twice that it was muted");
}
