//! A room that nobody came to is free for others; a room whose meeting somebody is in stays.

use std::time::Instant;

use http::Method;
use serde_json::{Value, json};
use tests::{Booked, NewBooking, Person, SOON, Server};

/// How often somebody looks again.
const PAUSE: std::time::Duration = std::time::Duration::from_millis(100);

/// A room that is released after ten minutes.
async fn strict_room(server: &Server, name: &str) -> String {
    let admin = server.admin().await;
    let room = admin.adds_room("physical", name, 10).await;
    let path = format!("/api/v1/rooms/{room}/policy");
    let rules = json!({ "release_after_minutes": 10 }).to_string().into_bytes();
    let headers = [("if-match", "\"1\""), ("content-type", "application/json")];
    let answer = admin.browser.clone().ask_raw(Method::PUT, &path, rules, &headers).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    room
}

/// Looks at the booking until it is as expected.
async fn until(who: &Person, booking: &Booked, what: &str, holds: impl Fn(&Value) -> bool) -> Value {
    let deadline = Instant::now() + SOON;
    loop {
        let seen = who.asks(Method::GET, &format!("/bookings/{}", booking.id()), Value::Null).await.ok();
        if holds(&seen) {
            return seen;
        }
        assert!(Instant::now() < deadline, "{what}: {seen}");
        tokio::time::sleep(PAUSE).await; // asks again
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_room_of_an_empty_meeting_is_released_and_that_of_a_real_one_stays() {
    let server = Server::start().await;
    let (anna, ben) = (server.person("Anna Vogt").await, server.person("Ben Roth").await);
    let (used, empty) = (strict_room(&server, "Benutzt").await, strict_room(&server, "Leer").await);
    let kept = anna.books(NewBooking::now("Haushalt").room(&used)).await;
    let lost = anna.books(NewBooking::now("Niemand").room(&empty)).await;

    // Real media from a real participant: that is all it takes.
    let at_anna = anna.joins(&kept).await.enters().await;
    until(&anna, &kept, "somebody was seen", |seen| seen["attendance"]["is_attended"] == true).await;

    server.clock.put_forward(12);
    let seen = until(&anna, &lost, "nobody was seen", |seen| seen["attendance"]["is_released"] == true).await;
    assert_eq!((&seen["state"], &seen["rooms"]), (&json!("active"), &json!([])), "the meeting itself stays");
    let seen = until(&anna, &kept, "the other", |_| true).await;
    assert_eq!(seen["rooms"][0]["name"], "Benutzt");

    let rest = NewBooking::local("Spontan", wall(&seen["start_local"], 15), wall(&seen["end_local"], 0)).room(&empty);
    ben.books(rest).await;
    drop(at_anna);
    server.stop().await;
}

fn wall(text: &Value, later_minutes: i64) -> jiff::civil::DateTime {
    let wall: jiff::civil::DateTime = text.as_str().expect("a wall time").parse().expect("a wall time");
    wall.saturating_add(jiff::SignedDuration::from_mins(later_minutes))
}
