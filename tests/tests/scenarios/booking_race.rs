//! Sixty-four clients want one room at one time: one gets it.

use std::sync::Arc;
use std::time::Duration;

use futures_util::future::join_all;
use jiff::{SignedDuration, Timestamp};
use sqlx::Row;
use tests::servers::postgres::PostgresServer;
use tests::{Answer, Database, NewBooking, Person, Server};
use tokio::sync::Barrier;
use tokio::time::Instant;

const CLIENTS: usize = 64;

/// Races; leaves the server running for the caller to look into its database.
async fn race(server: &Server) {
    let anna = server.person("Anna Vogt").await;
    let room = server.admin().await.adds_room("physical", "Sitzungszimmer 2.14", 20).await;
    let tomorrow = Timestamp::now() + SignedDuration::from_hours(24);
    let start = Arc::new(Barrier::new(CLIENTS));
    let clients = (0..CLIENTS).map(|number| {
        // Each has its own connections; half of them overlap the others only in part.
        let mut anna = anna.clone();
        anna.browser = anna.browser.on_its_own();
        let shift = SignedDuration::from_mins(if number % 2 == 0 { 0 } else { 15 });
        let booking = NewBooking::at(&format!("Besprechung {number}"), tomorrow + shift, 60).room(&room);
        let start = Arc::clone(&start);
        tokio::spawn(async move {
            // Connected before the race begins.
            anna.asks(http::Method::GET, "/session", serde_json::Value::Null).await.ok();
            start.wait().await;
            books_at_last(&anna, &booking).await
        })
    });
    let answers: Vec<_> = join_all(clients).await.into_iter().map(|answer| answer.expect("no client panics")).collect();
    let made = answers.iter().filter(|answer| answer.status == 201).count();
    let taken = answers.iter().filter(|answer| answer.refusal() == (409, "room_taken".into())).count();
    let others: Vec<_> = answers.iter().filter(|answer| !matches!(answer.status, 201 | 409)).collect();
    assert_eq!((made, taken), (1, CLIENTS - 1), "{others:?}");
    let lost = answers.iter().find(|answer| answer.status == 409).expect("63 of them").json();
    assert_eq!(lost["room"]["id"], room.as_str(), "{lost}");
    assert!(lost["until"].is_string(), "{lost}");
}

/// Books; tries again when the server says that it is too busy, as it asks for.
async fn books_at_last(person: &Person, booking: &NewBooking) -> Answer {
    let deadline = Instant::now() + Duration::from_secs(60);
    loop {
        let answer = person.tries_to_book(booking).await;
        if answer.status != 503 || Instant::now() > deadline {
            return answer;
        }
        tokio::time::sleep(Duration::from_millis(200)).await; // asks again until the deadline
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_64_clients_gets_the_room_on_sqlite() {
    let server = Server::start().await;
    race(&server).await;
    let file = format!("sqlite:{}", server.database_file().display());
    let pool = sqlx::SqlitePool::connect(&file).await.expect("the database can be read");
    let row = sqlx::query("SELECT count(*) FROM bookings").fetch_one(&pool).await.expect("a count");
    assert_eq!(row.get::<i64, _>(0), 1);
    pool.close().await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn one_of_64_clients_gets_the_room_on_postgresql() {
    let postgres = PostgresServer::start().expect("PostgreSQL starts");
    let url = postgres.create_database("race").expect("a database can be made");
    let server = Server::with(Database::Postgres(url.clone())).await;
    race(&server).await;
    let pool = sqlx::PgPool::connect(&url).await.expect("the database can be read");
    let row = sqlx::query("SELECT count(*) FROM bookings").fetch_one(&pool).await.expect("a count");
    assert_eq!(row.get::<i64, _>(0), 1);
    pool.close().await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn meetings_back_to_back_do_not_collide() {
    let server = Server::start().await;
    let anna = server.person("Anna Vogt").await;
    let room = server.admin().await.adds_room("physical", "Sitzungszimmer 2.14", 20).await;
    let tomorrow = Timestamp::now() + SignedDuration::from_hours(24);
    let hour = |number: i64| tomorrow + SignedDuration::from_hours(number);
    anna.books(NewBooking::at("Mitte", hour(1), 60).room(&room)).await;
    anna.books(NewBooking::at("Davor", hour(0), 60).room(&room)).await;
    anna.books(NewBooking::at("Danach", hour(2), 60).room(&room)).await;
    let over = anna.tries_to_book(&NewBooking::at("Dazwischen", hour(1), 61).room(&room)).await;
    assert_eq!(over.refusal(), (409, "room_taken".into()));
    server.stop().await;
}
