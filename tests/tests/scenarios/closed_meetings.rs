//! Too early, locked, full, ended, cancelled: each says so, and lets nobody in.

use http::Method;
use jiff::{SignedDuration, Timestamp};
use rennsteig::probe::ProbeError;
use serde_json::Value;
use tests::{Client, JoinOptions, NewBooking, Person, SOON, Seen, Server, token};

/// Minutes pass, in which these people are not idle for so long that they would be signed out.
async fn time_passes(server: &Server, people: &[&Person], minutes: i64) {
    for _ in 0..minutes / 10 {
        server.clock.put_forward(10);
        for person in people {
            person.asks(Method::GET, "/session", Value::Null).await.ok();
        }
    }
    server.clock.put_forward(minutes % 10);
}

#[tokio::test(flavor = "multi_thread")]
async fn a_meeting_opens_a_quarter_of_an_hour_before_it_begins() {
    let server = Server::start().await;
    let (anna, ben) = (server.person("Anna Vogt").await, server.person("Ben Roth").await);
    let later = Timestamp::now() + SignedDuration::from_mins(60);
    let booking = anna.books(NewBooking::at("Haushalt", later, 60).invites(&ben)).await;
    let early = ben.tries_to_join(&booking).await;
    assert_eq!(early.refusal(), (403, "too_early".into()));
    assert!(early.json()["starts_at"].is_string() && early.json()["opens_at"].is_string(), "{}", early.text);
    // Moderators may prepare a little earlier.
    time_passes(&server, &[&anna, &ben], 35).await;
    assert_eq!(ben.tries_to_join(&booking).await.refusal(), (403, "too_early".into()));
    anna.joins(&booking).await;
    time_passes(&server, &[&anna, &ben], 12).await;
    ben.joins(&booking).await;
    time_passes(&server, &[&anna, &ben], 60 + 60 + 60).await;
    assert_eq!(ben.tries_to_join(&booking).await.refusal(), (410, "ended".into()));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_locked_meeting_lets_nobody_in_until_it_is_unlocked() {
    let server = Server::start().await;
    let (anna, ben) = (server.person("Anna Vogt").await, server.person("Ben Roth").await);
    let booking = anna.books(NewBooking::now("Haushalt").invites(&ben).guest("Renate Vogelsang")).await;
    let _at_anna = anna.joins(&booking).await.enters().await;
    anna.does("lock", &booking).await;
    assert_eq!(ben.tries_to_join(&booking).await.refusal(), (423, "locked".into()));
    let renate = server.guest(booking.link_of("Renate Vogelsang"), "Renate Vogelsang");
    assert_eq!(renate.knocks().await.refusal(), (423, "locked".into()));
    anna.does("unlock", &booking).await;
    ben.joins(&booking).await.enters().await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn an_ended_meeting_is_over_for_everybody_and_every_token() {
    let server = Server::start().await;
    let (anna, ben) = (server.person("Anna Vogt").await, server.person("Ben Roth").await);
    let booking = anna.books(NewBooking::now("Haushalt").invites(&ben)).await;
    let for_ben = ben.joins(&booking).await;
    let at_anna = anna.joins(&booking).await.enters().await;
    let at_ben = for_ben.enters().await;
    anna.does("end", &booking).await;
    for client in [&at_anna, &at_ben] {
        client.until("the end", SOON, |seen: &Seen| seen.closed).await.expect("the session ends");
        let leave = client.seen().leave.expect("the server says so");
        assert_eq!(format!("{leave:?}"), "(RoomDeleted, Disconnect)");
    }
    assert_eq!(ben.tries_to_join(&booking).await.refusal(), (410, "ended".into()));
    let again = for_ben.tries_to_enter().await.err().expect("the token is over");
    assert!(matches!(&again, ProbeError::Refused { status: 403, body } if body.contains("revoked")), "{again}");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_cancelled_meeting_says_so() {
    let server = Server::start().await;
    let (anna, ben) = (server.person("Anna Vogt").await, server.person("Ben Roth").await);
    let booking = anna.books(NewBooking::now("Haushalt").invites(&ben)).await;
    let path = format!("/api/v1/bookings/{}/cancel", booking.id());
    let headers = [("if-match", booking.etag.as_str())];
    let cancelled = anna.browser.clone().ask_raw(Method::POST, &path, Vec::new(), &headers).await;
    assert_eq!(cancelled.status, 200, "{}", cancelled.text);
    assert_eq!(ben.tries_to_join(&booking).await.refusal(), (410, "cancelled".into()));
    let shown = ben.asks(Method::GET, &format!("/meetings/{}", booking.meeting()), Value::Null).await.ok();
    assert_eq!(shown["state"], "cancelled");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_full_meeting_keeps_the_next_one_outside() {
    let server = Server::start().await;
    let key = server.key();
    let two = |claims: &mut protocol::token::Claims| {
        claims.room_config = Some(protocol::token::RoomConfig { max_participants: 2 });
    };
    let mut inside = Vec::new();
    for name in ["anna", "ben"] {
        let token = token(&key, "small", name, two);
        inside.push(Client::join(&server.base, &token, JoinOptions::default()).await.expect("there is a place"));
    }
    let third = token(&key, "small", "cem", two);
    let refused = Client::join(&server.base, &third, JoinOptions::default()).await.err().expect("no place is left");
    assert!(matches!(&refused, ProbeError::Left { reason, .. } if format!("{reason:?}") == "JoinFailure"), "{refused}");
    // Somebody leaves, and the place is free.
    inside.pop().expect("two are inside").leave().await;
    let left = |seen: &Seen| seen.others.is_empty();
    inside[0].until("ben's leaving", SOON, left).await.expect("ben is gone");
    Client::join(&server.base, &third, JoinOptions::default()).await.expect("a place is free");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booked_meeting_with_all_places_taken_is_full() {
    let server = Server::start().await;
    let (anna, ben, cem) =
        (server.person("Anna Vogt").await, server.person("Ben Roth").await, server.person("Cem Kaya").await);
    let room = server.admin().await.adds_room("virtual", "Kleine Runde", 2).await;
    let booking = anna.books(NewBooking::now("Haushalt").room(&room).invites(&ben)).await;
    let _at_anna = anna.joins(&booking).await.enters().await;
    let _at_ben = ben.joins(&booking).await.enters().await;
    // The neutral link leads a third colleague to the waiting room, and there is no place to admit to.
    let waiting = cem.tries_to_join(&booking).await;
    if waiting.status == 200 {
        assert_eq!(waiting.json()["state"], "waiting", "{}", waiting.text);
        anna.admits(&booking, "Cem Kaya").await;
    }
    let full = |said: &tests::Answer| said.refusal() == (409, "full".into());
    // The scheduler learns from the meeting's own report, once a second.
    let deadline = tokio::time::Instant::now() + SOON;
    loop {
        let said = cem.tries_to_join(&booking).await;
        if full(&said) {
            assert_eq!(said.json()["capacity"], 2, "{}", said.text);
            break;
        }
        assert!(tokio::time::Instant::now() < deadline, "{} {}", said.status, said.text);
        tokio::task::yield_now().await;
    }
    server.stop().await;
}
