//! Whoever is sent back to the waiting room is out at once, on every node, and comes in again when admitted.

use serde_json::{Value, json};
use tests::servers::postgres::PostgresServer;
use tests::servers::redis::RedisServer;
use tests::{NewBooking, Pass, Process, SOON, Seen, Server, meet, shows};

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_who_was_sent_back_waits_and_is_admitted_at_once() {
    let server = Server::start().await;
    let anna = server.person("Anna Vogt").await;
    let booking = anna.books(NewBooking::now("Anhörung").guest("Renate Vogelsang").set("guests_wait", false)).await;
    let at_anna = anna.joins(&booking).await.enters().await;
    let renate = server.guest(booking.link_of("Renate Vogelsang"), "Renate Vogelsang");
    let pass = renate.knocks().await.admitted();
    let at_renate = pass.enters().await;

    anna.sends_back(&booking, &pass.identity).await;
    pass.is_over(&at_renate).await;
    let alone = |seen: &Seen| seen.others.is_empty();
    at_anna.until("the guest's leaving", SOON, alone).await.expect("anna sees it");
    let ticket = renate.knocks().await.waiting();
    anna.admits(&booking, "Renate Vogelsang").await;
    let at_renate = renate.knocks_again(&ticket).await.admitted().enters().await;
    tokio::join!(shows(&at_anna), shows(&at_renate));
    meet(&at_anna, &at_renate).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_moderator_at_another_node_sends_back_and_admits() {
    let redis = RedisServer::start().expect("Redis starts");
    let postgres = PostgresServer::start().expect("PostgreSQL starts");
    let (address, url) = (postgres.create_database("door").expect("a database"), redis.url());
    let settings = [
        ("TOKENS__SECRET", "one-secret-for-both-nodes-of-over-32-bytes"),
        ("CLUSTER__URL", url.as_str()),
        ("STORAGE__URL", address.as_str()),
    ];
    let folders: Vec<_> = (0..2).map(|_| tempfile::tempdir().expect("a folder")).collect();
    let bens = Process::serve(folders[0].path(), None, &settings).await;
    let annas = Process::serve(folders[1].path(), None, &settings).await;

    // Of two that find an empty database, the later one's link to set it up is the good one.
    let (anna, _) = (annas.person("Anna Vogt").await, annas.person("Ben Roth").await);
    let ben = bens.signs_in("ben.roth@example.org").await;
    let booking = anna.books(NewBooking::now("Haushalt").invites(&ben)).await;
    // The meeting lives where its first participant came.
    let pass = ben.joins(&booking).await;
    let at_ben = pass.enters_in_the_end().await;
    let at_anna = anna.joins(&booking).await.enters_in_the_end().await;
    at_anna.until("ben", SOON, |seen| seen.others.len() == 1).await.expect("it is one meeting");

    anna.sends_back(&booking, &ben.id).await;
    pass.is_over(&at_ben).await;
    for node in [&bens, &annas] {
        let there = Pass { url: node.base.replacen("http", "ws", 1), ..pass.clone() };
        assert!(there.tries_to_enter().await.is_err(), "the token is over at both");
        let by_ben = node.signs_in("ben.roth@example.org").await;
        assert_eq!(by_ben.tries_to_join(&booking).await.ok()["state"], "waiting", "and the door says wait");
    }
    assert_eq!(anna.sees_waiting(&booking).await[0]["name"], json!("Ben Roth"));
    anna.admits(&booking, "Ben Roth").await;
    let _at_ben = ben.joins(&booking).await.enters_in_the_end().await;
    at_anna.until("ben again", SOON, |seen| seen.others.len() == 1).await.expect("he is back");
    assert_eq!(anna.sees_waiting(&booking).await, Vec::<Value>::new());
}
