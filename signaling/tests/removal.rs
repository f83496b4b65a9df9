//! Who is sent away stays away; who is merely cut off comes back.

mod house;

use std::time::Duration;

use cluster::{Command, Revocation};
use domain::Clock as _;
use house::{Client, House};
use jiff::SignedDuration;
use protocol::livekit::participant_info::State;
use protocol::livekit::signal_response::Message as Response;
use protocol::livekit::{DisconnectReason, JoinRequest, leave_request};
use protocol::token::{Claims, VideoGrants};

#[tokio::test]
async fn a_removed_participant_hears_it_and_does_not_return_with_the_same_token() {
    let house = House::open().await;
    let token = house.token("ben");
    let mut anna = house.join("anna").await;
    let mut ben = Client::join(house.address, &token).await;
    let now = house.clock.now();
    let revocation = Revocation {
        meeting: house::meeting(),
        identity: Some(house::identity("ben")),
        token_id: None,
        in_use: false,
        everywhere: false,
        issued_until: now,
        for_good: false,
        forget_at: now + SignedDuration::from_hours(1),
    };
    house.cluster.revocations.revoke(revocation).await.expect("in-process");

    let leave = ben.leave().await;
    assert_eq!(leave.reason, DisconnectReason::ParticipantRemoved as i32);
    assert_eq!(leave.action, leave_request::Action::Disconnect as i32);
    anna.sees("ben", State::Disconnected).await;
    let refused = Client::connect(house.address, &token, &house::join_request()).await;
    assert_eq!(refused.err(), Some((403, "access token has been revoked".to_owned())));

    // A token issued later opens the meeting again: somebody let ben in anew.
    house.clock.advance(2);
    let later = house.claims("ben").nbf;
    let said = house.sign(&Claims { iat: Some(later), ..house.claims("ben") });
    Client::join(house.address, &said).await;
    // One that does not say when it was issued might have been there before, and been good already.
    let connect = async |token: String| Client::connect(house.address, &token, &house::join_request()).await;
    assert_eq!(connect(house.token("ben")).await.err().map(|(status, _)| status), Some(403));
    house.clock.advance(27);
    let ahead = house.sign(&Claims { nbf: later + 28, ..house.claims("ben") });
    assert_eq!(connect(ahead).await.err().map(|(status, _)| status), Some(403));
    house.clock.advance(2);
    house.join("ben").await;
}

#[tokio::test]
async fn a_removal_holds_for_tokens_that_were_issued_before_and_begin_later() {
    let house = House::open().await;
    let now = house.clock.now();
    let later = now.as_second() + 20;
    // Good already, because clocks may differ by half a minute.
    let in_advance = house.sign(&Claims { iat: Some(now.as_second()), nbf: later, ..house.claims("ben") });
    let unsaid = house.sign(&Claims { iat: None, nbf: later, ..house.claims("ben") });
    let not_yet = house.sign(&Claims { iat: None, nbf: now.as_second() + 31, ..house.claims("ben") });
    Client::join(house.address, &in_advance).await;
    let revocation = |for_good| Revocation {
        meeting: house::meeting(),
        identity: Some(house::identity("ben")),
        token_id: None,
        in_use: false,
        everywhere: false,
        issued_until: now,
        for_good,
        forget_at: now + SignedDuration::from_hours(1),
    };
    house.cluster.revocations.revoke(revocation(false)).await.expect("in-process");
    let refused = |token: String| {
        let address = house.address;
        async move { Client::connect(address, &token, &house::join_request()).await.err().map(|(status, _)| status) }
    };
    assert_eq!(refused(in_advance.clone()).await, Some(403));
    house.clock.advance(60);
    assert_eq!(refused(in_advance).await, Some(403), "also when it begins");
    // A token that does not say when it was issued counts from when it opens, unless it is for good.
    assert_eq!(refused(unsaid).await, Some(403));
    assert_eq!(refused(not_yet.clone()).await, None);
    house.cluster.revocations.revoke(revocation(true)).await.expect("in-process");
    assert_eq!(refused(not_yet).await, Some(403));
    assert_eq!(refused(house.token("ben")).await, Some(403));
    assert_eq!(refused(house.token("cleo")).await, None);
}

#[tokio::test]
async fn the_token_in_use_is_over_also_if_it_comes_from_a_clock_that_is_ahead() {
    let house = House::open().await;
    let now = house.clock.now();
    let token = |id: &str, ahead: i64| {
        let second = house.clock.now().as_second() + ahead;
        house.sign(&Claims { jti: Some(id.into()), iat: Some(second), nbf: second, ..house.claims("ben") })
    };
    let in_use = token("ahead", 20);
    let mut ben = Client::join(house.address, &in_use).await;
    let removal = Revocation {
        meeting: house::meeting(),
        identity: Some(house::identity("ben")),
        token_id: None,
        issued_until: now,
        for_good: false,
        in_use: true,
        everywhere: false,
        forget_at: now + SignedDuration::from_hours(1),
    };
    house.cluster.revocations.revoke(removal).await.expect("in-process");
    assert_eq!(ben.leave().await.reason, DisconnectReason::ParticipantRemoved as i32);
    let knock = async |token: String| {
        Client::connect(house.address, &token, &house::join_request()).await.err().map(|(status, _)| status)
    };
    assert_eq!(knock(in_use.clone()).await, Some(403));
    house.clock.advance(2);
    assert_eq!(knock(in_use.clone()).await, Some(403));
    assert_eq!(knock(token("let in anew", 0)).await, None, "though it is older than the one that is over");
    house.clock.advance(60);
    assert_eq!(knock(in_use).await, Some(403));
    assert_eq!(knock(token("ahead", 0)).await, None, "a maker that gives all its tokens one name");
}

#[tokio::test]
async fn a_command_alone_removes_as_well() {
    let house = House::open().await;
    let token = house.token("ben");
    let mut ben = Client::join(house.address, &token).await;
    house.send(Command::RemoveParticipant { meeting: house::meeting(), identity: house::identity("ben") }).await;
    assert_eq!(ben.leave().await.reason, DisconnectReason::ParticipantRemoved as i32);
    assert!(Client::connect(house.address, &token, &house::join_request()).await.is_err());
}

#[tokio::test]
async fn an_ended_meeting_sends_everybody_away_and_lets_nobody_back_with_an_old_token() {
    let house = House::open().await;
    let token = house.token("anna");
    let mut anna = Client::join(house.address, &token).await;
    let mut ben = house.join("ben").await;
    house.send(Command::EndMeeting { meeting: house::meeting() }).await;
    for client in [&mut anna, &mut ben] {
        assert_eq!(client.leave().await.reason, DisconnectReason::RoomDeleted as i32);
    }
    let refused = Client::connect(house.address, &token, &house::join_request()).await;
    assert_eq!(refused.err().map(|(status, _)| status), Some(403));
    house.until_released().await;
}

#[tokio::test]
async fn an_empty_meeting_is_given_back_after_a_while() {
    let house = House::open().await;
    let mut anna = house.join("anna").await;
    house.until_reported().await;
    anna.say(protocol::livekit::signal_request::Message::Leave(Default::default())).await;
    house.until_released().await;
    let report = house.cluster.directory.report(&house::meeting()).await.expect("in-process");
    assert_eq!(report, None, "nothing is said any more about a meeting that is over");
    house.join("anna").await;
}

#[tokio::test]
async fn who_was_cut_off_goes_on_where_the_connection_broke() {
    let house = House::open().await;
    let mut anna = house.join("anna").await;
    let ben = house.join("ben").await;
    let ben_sid = ben.own_sid().to_owned();
    let again = JoinRequest { reconnect: true, participant_sid: ben_sid.clone(), ..JoinRequest::default() };
    drop(ben);
    let mut ben = Client::connect(house.address, &house.token("ben"), &again).await.expect("the token is good");
    let Response::Reconnect(_) = ben.next().await else { panic!("the first word is a second welcome") };
    ben.sees("anna", State::Active).await;
    // For anna nothing happened: what she hears next is that ben says good-bye now.
    ben.say(protocol::livekit::signal_request::Message::Leave(Default::default())).await;
    let sids = anna
        .find(|response| match response {
            Response::Update(update) if update.participants[0].state == State::Disconnected as i32 => {
                Some(update.participants[0].sid.clone())
            }
            _ => None,
        })
        .await;
    assert_eq!(sids, ben_sid);
}

#[tokio::test]
async fn nobody_takes_over_anothers_connection() {
    let house = House::open().await;
    let anna = house.join("anna").await;
    for participant_sid in [anna.own_sid().to_owned(), "PA_unknown".to_owned(), String::new()] {
        let again = JoinRequest { reconnect: true, participant_sid, ..JoinRequest::default() };
        let mut mallory = Client::connect(house.address, &house.token("mallory"), &again).await.expect("a good token");
        let leave = mallory.leave().await;
        assert_eq!(leave.reason, DisconnectReason::StateMismatch as i32);
        assert_eq!(leave.action, leave_request::Action::Reconnect as i32);
    }
    assert_eq!(house.signaling.participants(), 1);
}

#[tokio::test]
async fn a_stopping_server_asks_everybody_to_come_back_and_takes_nobody_in() {
    let house = House::open().await;
    let mut anna = house.join("anna").await;
    let signaling = house.signaling.clone();
    let stopped = tokio::spawn(async move { signaling.stop().await });
    let leave = anna.leave().await;
    assert_eq!(leave.reason, DisconnectReason::ServerShutdown as i32);
    assert_eq!(leave.action, leave_request::Action::Reconnect as i32);
    drop(anna);
    tokio::time::timeout(Duration::from_secs(10), stopped).await.expect("it stops in time").expect("cleanly");
    let refused = Client::connect(house.address, &house.token("ben"), &house::join_request()).await;
    assert_eq!(refused.err(), Some((503, "the server is shutting down".to_owned())));
    assert_eq!(house.cluster.directory.owner(&house::meeting()).await.expect("in-process"), None);
}

#[tokio::test]
async fn who_has_no_account_any_more_leaves_every_meeting_and_opens_none() {
    let house = House::open().await;
    let now = house.clock.now();
    let other = house.sign(&Claims {
        video: VideoGrants { room: "another".into(), ..house.claims("ben").video },
        ..house.claims("ben")
    });
    let mut anna = house.join("anna").await;
    let mut inside = [house.join("ben").await, Client::join(house.address, &other).await];
    let closed = Revocation {
        meeting: house::meeting(),
        identity: Some(house::identity("ben")),
        token_id: None,
        issued_until: now,
        for_good: false,
        in_use: true,
        everywhere: true,
        forget_at: now + SignedDuration::from_hours(1),
    };
    house.cluster.revocations.revoke(closed).await.expect("in-process");
    for ben in &mut inside {
        assert_eq!(ben.leave().await.reason, DisconnectReason::ParticipantRemoved as i32);
    }
    anna.sees("ben", State::Disconnected).await;
    let connect = async |token: &str| Client::connect(house.address, token, &house::join_request()).await;
    let third = house.sign(&Claims {
        video: VideoGrants { room: "never opened".into(), ..house.claims("ben").video },
        ..house.claims("ben")
    });
    for token in [&house.token("ben"), &other, &third] {
        assert_eq!(connect(token).await.err().map(|(status, _)| status), Some(403));
    }
    assert!(connect(&house.token("cleo")).await.is_ok());
    // The account was opened again.
    house.clock.advance(2);
    let iat = Some(house.claims("ben").nbf);
    Client::join(house.address, &house.sign(&Claims { iat, ..house.claims("ben") })).await;
}
