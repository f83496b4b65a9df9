//! A booking that cannot be is refused with a stable code, and nothing of it stays.

use http::Method;
use jiff::civil::date;
use jiff::{SignedDuration, Timestamp};
use serde_json::{Value, json};
use tests::{NewBooking, Server};

#[tokio::test(flavor = "multi_thread")]
async fn impossible_bookings_have_stable_codes() {
    let server = Server::start().await;
    let anna = server.person("Anna Vogt").await;
    let (ben, cem) = (server.person("Ben Roth").await, server.person("Cem Kaya").await);
    let small = server.admin().await.adds_room("virtual", "Kleine Runde", 2).await;
    let tomorrow = Timestamp::now() + SignedDuration::from_hours(24);
    let fine = || NewBooking::at("Besprechung", tomorrow, 60);
    let spring = |hour| date(2027, 3, 28).at(hour, 30, 0, 0);
    let start = fine().0["start"].clone();
    let yesterday = Timestamp::now() - SignedDuration::from_hours(24);
    let unknown = uuid::Uuid::new_v4().to_string();
    let cases = [
        ("yesterday", NewBooking::at("Besprechung", yesterday, 60), 422, "in_the_past"),
        ("no length", fine().set("end", start), 422, "end_before_start"),
        ("backwards", NewBooking::at("Besprechung", tomorrow, -30), 422, "end_before_start"),
        ("too long", NewBooking::at("Besprechung", tomorrow, 60 * 25), 422, "too_long"),
        ("unknown zone", fine().set("zone", "Europe/Rennsteig"), 422, "unknown_zone"),
        ("over capacity", fine().room(&small).invites(&ben).invites(&cem), 422, "over_capacity"),
        ("gap", NewBooking::local("Besprechung", spring(2), spring(4)), 422, "time_does_not_exist"),
        ("no title", fine().set("title", ""), 422, "invalid"),
        ("no such time", fine().set("start", "2027-13-45T99:99"), 400, "malformed"),
        ("unknown room", fine().set("rooms", json!([unknown])), 422, "invalid"),
        ("unknown person", fine().set("people", json!([{"person": unknown, "role": "participant"}])), 422, "invalid"),
        ("title as number", fine().set("title", 7), 400, "malformed"),
    ];
    for (name, booking, status, code) in cases {
        let answer = anna.tries_to_book(&booking).await;
        assert_eq!(answer.refusal(), (status, code.to_owned()), "{name}: {}", answer.text);
        assert!(answer.header("content-type").starts_with("application/problem+json"), "{name}");
        assert!(answer.json()["request_id"].is_string(), "{name}: {}", answer.text);
    }
    let over = anna.tries_to_book(&fine().room(&small).invites(&ben).invites(&cem)).await.json();
    assert_eq!((over["capacity"].as_u64(), over["people"].as_u64()), (Some(2), Some(3)), "{over}");
    let gap = anna.tries_to_book(&NewBooking::local("Besprechung", spring(2), spring(4))).await.json();
    assert_eq!(gap["next_valid"].as_str().map(|time| &time[..16]), Some("2027-03-28T03:00"), "{gap}");

    let list = anna.asks(Method::GET, "/bookings?from=2020-01-01T00:00:00Z&to=2030-01-01T00:00:00Z", Value::Null).await;
    assert_eq!(list.ok()["items"], json!([]), "nothing of a refused booking stays");
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_change_on_top_of_somebody_elses_is_refused() {
    let server = Server::start().await;
    let anna = server.person("Anna Vogt").await;
    let booking = anna.books(NewBooking::now("Haushalt")).await;
    let path = format!("/api/v1/bookings/{}", booking.id());
    let change = NewBooking::now("Haushalt, zweiter Entwurf").0.to_string().into_bytes();
    let put = |etag: Option<String>| {
        let (mut browser, path, change) = (anna.browser.clone(), path.clone(), change.clone());
        async move {
            let headers: Vec<(&str, &str)> = etag.iter().map(|etag| ("if-match", etag.as_str())).collect();
            browser.ask_raw(Method::PUT, &path, change, &headers).await
        }
    };
    assert_eq!(put(None).await.refusal(), (428, "if_match_required".into()));
    let first = put(Some(booking.etag.clone())).await;
    assert_eq!(first.status, 200, "{}", first.text);
    assert_eq!(put(Some(booking.etag.clone())).await.refusal(), (412, "changed_meanwhile".into()));
    assert_eq!(put(Some(first.header("etag").to_owned())).await.status, 200);
    server.stop().await;
}
