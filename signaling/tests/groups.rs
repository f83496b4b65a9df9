//! Groups, over real WebSockets: a track is taken away at the wall and comes back when it falls.

mod house;

use cluster::{Command, Moderation};
use domain::groups::{Division, Seat};
use house::{Client, House, identity, meeting};
use protocol::livekit::signal_request::Message as Request;
use protocol::livekit::signal_response::Message as Response;
use protocol::livekit::{AddTrackRequest, TrackSource, TrackType};

/// Waits until a client is told whether it may have this track, and says so.
async fn may_have(client: &mut Client, track: &str) -> bool {
    client
        .find(|response| match response {
            Response::SubscriptionPermissionUpdate(update) if update.track_sid == track => Some(update.allowed),
            _ => None,
        })
        .await
}

#[tokio::test]
async fn a_wall_takes_a_track_away_and_gives_it_back_when_it_falls() {
    let house = House::open().await;
    let mut anna = house.join("anna").await;
    let mut ben = house.join("ben").await;
    let camera = AddTrackRequest {
        cid: "cam".into(),
        r#type: TrackType::Video as i32,
        source: TrackSource::Camera as i32,
        ..AddTrackRequest::default()
    };
    anna.say(Request::AddTrack(camera)).await;
    anna.offer(2).await;
    let tracks = house.engine.subscribed(1).await;
    let seats = vec![Seat { identity: identity("ben"), group: 1 }];
    let titles = vec!["Haushalt".into(), "Personal".into()];
    let act = Moderation::OpenGroups { titles, division: Division::Hand { seats }, minutes: None, may_return: true };
    house.send(Command::Moderate { meeting: meeting(), act }).await;
    assert!(!may_have(&mut ben, &tracks[0].to_string()).await);
    assert_eq!(house.engine.unsubscribed().await.1, tracks[0]);
    house.send(Command::Moderate { meeting: meeting(), act: Moderation::CloseGroups { seconds: 0 } }).await;
    assert!(may_have(&mut ben, &tracks[0].to_string()).await);
    assert_eq!(house.engine.subscribed(2).await[1], tracks[0]);
}
