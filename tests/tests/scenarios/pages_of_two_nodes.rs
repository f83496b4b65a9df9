//! A page that is open at one node shows what somebody books at another.

use http::Method;
use serde_json::{Value, json};
use tests::servers::postgres::PostgresServer;
use tests::servers::redis::RedisServer;
use tests::{NewBooking, Process};

#[tokio::test(flavor = "multi_thread")]
async fn a_page_open_at_one_node_is_told_what_is_booked_at_another() {
    let redis = RedisServer::start().expect("Redis starts");
    let postgres = PostgresServer::start().expect("PostgreSQL starts");
    let (address, url) = (postgres.create_database("pages").expect("a database"), redis.url());
    let settings = [
        ("TOKENS__SECRET", "one-secret-for-both-nodes-of-over-32-bytes"),
        ("CLUSTER__URL", url.as_str()),
        ("STORAGE__URL", address.as_str()),
    ];
    let folders: Vec<_> = (0..2).map(|_| tempfile::tempdir().expect("a folder")).collect();
    let page = Process::serve(folders[0].path(), None, &settings).await;
    let desk = Process::serve(folders[1].path(), None, &settings).await;

    // Of two that find an empty database, the later one's link to set it up is the good one.
    let (anna, ben) = (desk.person("Anna Vogt").await, desk.person("Ben Roth").await);
    desk.person("Clara Lenz").await;
    let bens_page = page.signs_in("ben.roth@example.org").await;
    let claras_page = page.signs_in("clara.lenz@example.org").await;
    let mut at_ben = bens_page.listens("/changes").await;
    let mut at_clara = claras_page.listens("/changes").await;
    // The first event says that the stream listens.
    let nothing = json!({ "bookings": [], "rooms": false });
    assert_eq!((at_ben.next().await.1, at_clara.next().await.1), (nothing.clone(), nothing));

    let booking = anna.books(NewBooking::now("Haushalt").invites(&ben)).await;
    let told = at_ben.until(|changed| changed["bookings"] == json!([booking.id()])).await;
    assert_eq!(told["rooms"], json!(true));
    let seen = bens_page.asks(Method::GET, &format!("/bookings/{}", booking.id()), Value::Null).await.ok();
    assert_eq!(seen["title"], "Haushalt");
    // Others learn that rooms may be free or taken now, and of whom nothing.
    assert_eq!(at_clara.next().await.1, json!({ "bookings": [], "rooms": true }));
    let hidden = claras_page.asks(Method::GET, &format!("/bookings/{}", booking.id()), Value::Null).await;
    assert_eq!(hidden.status, 404);
}
