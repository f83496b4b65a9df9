//! Whoever was removed stays outside: same token, same link, and a resumed session.

use tests::{NewBooking, SOON, Seen, Server, meet, shows};

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_guest_stays_removed() {
    let server = Server::start().await;
    let anna = server.person("Anna Vogt").await;
    let booking = anna.books(NewBooking::now("Anhörung").guest("Renate Vogelsang").set("guests_wait", false)).await;
    let at_anna = anna.joins(&booking).await.enters().await;
    let renate = server.guest(booking.link_of("Renate Vogelsang"), "Renate Vogelsang");
    let pass = renate.knocks().await.admitted();
    let at_renate = pass.enters().await;
    tokio::join!(shows(&at_anna), shows(&at_renate));
    meet(&at_anna, &at_renate).await;

    anna.removes(&booking, &pass.identity).await;
    pass.is_over(&at_renate).await;
    let alone = |seen: &Seen| seen.others.is_empty();
    at_anna.until("the guest's leaving", SOON, alone).await.expect("anna sees it");
    // Nor does the same link.
    assert_eq!(renate.knocks().await.refusal(), (403, "removed".into()));
    assert!(at_anna.seen().others.is_empty());
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_removed_colleague_stays_removed() {
    let server = Server::start().await;
    let (anna, ben) = (server.person("Anna Vogt").await, server.person("Ben Roth").await);
    let booking = anna.books(NewBooking::now("Anhörung").invites(&ben)).await;
    let pass = ben.joins(&booking).await;
    let at_ben = pass.enters().await;
    // A token got in advance does not help either.
    let spare = ben.joins(&booking).await;
    server.admin().await.removes(&booking, &ben.id).await;
    at_ben.until("being removed", SOON, |seen| seen.closed).await.expect("the session ends");
    assert_eq!(ben.tries_to_join(&booking).await.refusal(), (403, "removed".into()));
    for pass in [pass, spare] {
        assert!(pass.tries_to_enter().await.is_err());
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn only_moderators_and_administrators_remove() {
    let server = Server::start().await;
    let (anna, ben, eve) =
        (server.person("Anna Vogt").await, server.person("Ben Roth").await, server.person("Eve Fremd").await);
    let booking = anna.books(NewBooking::now("Anhörung").invites(&ben)).await;
    let _at_anna = anna.joins(&booking).await.enters().await;
    let path = format!("/meetings/{}/participants/{}/remove", booking.meeting(), anna.id);
    let by_ben = ben.asks(http::Method::POST, &path, serde_json::Value::Null).await;
    assert_eq!(by_ben.status, 403, "{}", by_ben.text);
    let by_eve = eve.asks(http::Method::POST, &path, serde_json::Value::Null).await;
    assert!(matches!(by_eve.status, 403 | 404), "{}", by_eve.text);
    server.stop().await;
}
