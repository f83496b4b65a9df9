//! The program is killed while bookings come in: what was acknowledged is there afterwards.

use std::collections::BTreeSet;
use std::sync::{Arc, Mutex};

use http::Method;
use jiff::{SignedDuration, Timestamp};
use serde_json::Value;
use tests::{NewBooking, Process};
use tokio::sync::watch;

/// Clients that book at the same time.
const CLIENTS: i64 = 8;
/// Bookings acknowledged before each cut.
const ACKNOWLEDGED: usize = 24;
/// Cuts in a row, on one database.
const CUTS: i64 = 3;

#[tokio::test(flavor = "multi_thread")]
async fn no_acknowledged_booking_is_lost_when_the_program_is_killed() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let acknowledged = Arc::new(Mutex::new(BTreeSet::new()));
    for cut in 0..CUTS {
        let server = Process::serve(folder.path(), None, &[]).await;
        let anna = match cut {
            0 => server.person_with("Anna Vogt", &["room_manager"]).await,
            _ => server.signs_in("anna.vogt@example.org").await,
        };
        let before = acknowledged.lock().expect("nobody panics with it").len();
        let (told, mut count) = watch::channel(0);
        let told = Arc::new(told);
        for client in 0..CLIENTS {
            let mut anna = anna.clone();
            anna.browser = anna.browser.on_its_own();
            let (acknowledged, told) = (Arc::clone(&acknowledged), Arc::clone(&told));
            tokio::spawn(async move {
                // Until the connection breaks: that ends the task, and with it nothing is said.
                for number in 0.. {
                    let day = Timestamp::now() + SignedDuration::from_hours(24 * (1 + number + 50 * cut));
                    let booking = NewBooking::at("Besprechung", day + SignedDuration::from_mins(client * 10), 5);
                    let Some(answer) = anna.browser.clone().tries(Method::POST, "/api/v1/bookings", &booking.0).await
                    else {
                        return;
                    };
                    assert_eq!(answer.status, 201, "{}", answer.text);
                    let id = answer.json()["id"].as_str().expect("an id").to_owned();
                    acknowledged.lock().expect("nobody panics with it").insert(id);
                    told.send_modify(|count| *count += 1);
                }
            });
        }
        count.wait_for(|count| *count >= ACKNOWLEDGED).await.expect("the clients book");
        server.kill().await;
        let after = acknowledged.lock().expect("nobody panics with it").len();
        assert!(after >= before + ACKNOWLEDGED);
    }

    let server = Process::serve(folder.path(), None, &[]).await;
    let anna = server.signs_in("anna.vogt@example.org").await;
    let list = anna.asks(Method::GET, "/bookings?from=2020-01-01T00:00:00Z&to=2040-01-01T00:00:00Z", Value::Null).await;
    let list = list.ok();
    let there: BTreeSet<String> = list["items"]
        .as_array()
        .expect("a list")
        .iter()
        .map(|item| item["id"].as_str().expect("an id").to_owned())
        .collect();
    let acknowledged = acknowledged.lock().expect("nobody panics with it");
    let lost: Vec<_> = acknowledged.difference(&there).collect();
    assert!(lost.is_empty(), "{} of {} acknowledged bookings are lost", lost.len(), acknowledged.len());
}
