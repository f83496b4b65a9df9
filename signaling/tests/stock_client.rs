//! The signalling of the stock native clients, unmodified, in both shapes of the protocol.

mod house;

use std::collections::HashMap;
use std::time::Duration;

use house::House;
use livekit_signaling::{SignalClient, SignalEvent, SignalEvents, SignalOptions};
use protocol::livekit::participant_info::State;
use protocol::livekit::signal_request::Message as Request;
use protocol::livekit::signal_response::Message as Said;
use protocol::livekit::{
    AddTrackRequest, JoinResponse, LeaveRequest, ReconnectReason, SessionDescription, SyncState, TrackSource,
    TrackType, UpdateParticipantMetadata,
};

const PATIENCE: Duration = Duration::from_secs(20);

fn options(single_peer_connection: bool) -> SignalOptions {
    let mut options = SignalOptions::default();
    (options.single_peer_connection, options.region_failover) = (single_peer_connection, false);
    options
}

async fn join(house: &House, who: &str, single: bool) -> (SignalClient, JoinResponse, SignalEvents) {
    let (url, token) = (format!("ws://{}", house.address), house.token(who));
    let joined = SignalClient::connect(&url, &token, options(single), None);
    joined.await.expect("the stock client is welcomed")
}

/// The next message the test looks for.
async fn find<T>(events: &mut SignalEvents, mut wanted: impl FnMut(Said) -> Option<T>) -> T {
    let search = async {
        loop {
            match events.recv().await.expect("the client goes on") {
                SignalEvent::Message(message) => {
                    if let Some(found) = wanted(*message) {
                        return found;
                    }
                }
                // Of the connection it left to come back.
                SignalEvent::Close(_) => {}
            }
        }
    };
    tokio::time::timeout(PATIENCE, search).await.expect("it is said in time")
}

async fn takes_part(single: bool) {
    let house = House::open().await;
    let mut ben = house.join("ben").await;
    let (client, welcome, mut events) = join(&house, "anna", single).await;
    assert_eq!(client.is_single_pc_mode_active(), single);
    assert_eq!(welcome.subscriber_primary, !single);
    assert_eq!(welcome.other_participants.len(), 1);
    find(&mut events, |said| matches!(said, Said::RefreshToken(_)).then_some(())).await;

    let wish = AddTrackRequest {
        cid: "camera".into(),
        r#type: TrackType::Video as i32,
        source: TrackSource::Camera as i32,
        ..AddTrackRequest::default()
    };
    client.send(Request::AddTrack(wish)).await;
    let published = find(&mut events, |said| match said {
        Said::TrackPublished(published) => Some(published),
        _ => None,
    });
    let sid = published.await.track.expect("a track").sid;
    let offer = SessionDescription { r#type: "offer".into(), sdp: "sdp".into(), ..SessionDescription::default() };
    client.send(Request::Offer(offer)).await;
    find(&mut events, |said| matches!(said, Said::Answer(_)).then_some(())).await;
    ben.sees("anna", State::Active).await;

    let attributes = HashMap::from([("hand".to_owned(), "up".to_owned())]);
    let update = UpdateParticipantMetadata { attributes, ..UpdateParticipantMetadata::default() };
    client.send(Request::UpdateMetadata(update)).await;
    find(&mut events, |said| match said {
        Said::Update(update) => {
            let raised = |person: &&protocol::livekit::ParticipantInfo| person.attributes.contains_key("hand");
            update.participants.iter().find(raised).map(drop)
        }
        _ => None,
    })
    .await;

    // The line breaks; the client goes on where it was.
    let back = client.restart(ReconnectReason::RrSignalDisconnected).await.expect("the stock client may go on");
    assert!(back.server_info.is_some());
    client.set_reconnected().await;
    client.send(Request::SyncState(SyncState::default())).await;
    find(&mut events, |said| match said {
        Said::Update(update) => {
            let own = |person: &&protocol::livekit::ParticipantInfo| {
                person.identity == "anna" && person.tracks.iter().any(|track| track.sid == sid)
            };
            update.participants.iter().find(own).map(drop)
        }
        _ => None,
    })
    .await;
    client.send(Request::Leave(LeaveRequest::default())).await;
    ben.sees("anna", State::Disconnected).await;
    client.close().await;
}

#[tokio::test]
async fn a_native_client_takes_part_over_one_connection() {
    takes_part(true).await;
}

#[tokio::test]
async fn a_native_client_takes_part_over_two_connections() {
    takes_part(false).await;
}
