//! A guest with a personal link waits until a moderator decides.

use tests::{Knock, NewBooking, Server, meet, shows};

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_waits_until_a_moderator_admits() {
    let server = Server::start().await;
    let anna = server.person("Anna Vogt").await;
    let booking = anna.books(NewBooking::now("Anhörung").guest("Renate Vogelsang")).await;
    let at_anna = anna.joins(&booking).await.enters().await;
    let renate = server.guest(booking.link_of("Renate Vogelsang"), "Renate Vogelsang");
    let lobby = renate.looks().await.ok();
    assert_eq!((lobby["title"].as_str(), lobby["guests_wait"].as_bool()), (Some("Anhörung"), Some(true)));

    let mut door = anna.listens(&format!("/meetings/{}/waiting/events", booking.meeting())).await;
    let ticket = renate.knocks().await.waiting();
    // Asking again without a decision only means to go on waiting.
    assert!(matches!(renate.knocks_again(&ticket).await, Knock::Waiting { .. }));
    door.until(|list| list["items"][0]["name"] == "Renate Vogelsang").await;
    let decision = tokio::spawn({
        let (renate, ticket) = (renate.clone(), ticket.clone());
        async move { renate.waits(&ticket).await }
    });
    anna.admits(&booking, "Renate Vogelsang").await;
    assert_eq!(decision.await.expect("the guest waits"), "admitted");
    door.until(|list| list["items"].as_array().is_some_and(Vec::is_empty)).await;

    let pass = renate.knocks_again(&ticket).await.admitted();
    assert_eq!(pass.role, "guest");
    let at_renate = pass.enters().await;
    tokio::join!(shows(&at_anna), shows(&at_renate));
    meet(&at_anna, &at_renate).await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_who_was_turned_away_does_not_come_in() {
    let server = Server::start().await;
    let anna = server.person("Anna Vogt").await;
    let booking = anna.books(NewBooking::now("Anhörung").guest("Renate Vogelsang")).await;
    let renate = server.guest(booking.link_of("Renate Vogelsang"), "Renate Vogelsang");
    let ticket = renate.knocks().await.waiting();
    anna.rejects(&booking, "Renate Vogelsang").await;
    assert_eq!(renate.waits(&ticket).await, "rejected");
    assert_eq!(renate.knocks_again(&ticket).await.refusal(), (403, "rejected".into()));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_guest_who_need_not_wait_walks_in() {
    let server = Server::start().await;
    let anna = server.person("Anna Vogt").await;
    let booking = anna.books(NewBooking::now("Anhörung").guest("Renate Vogelsang").set("guests_wait", false)).await;
    let renate = server.guest(booking.link_of("Renate Vogelsang"), "Renate Vogelsang");
    renate.knocks().await.admitted().enters().await;
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn staff_who_only_know_the_neutral_link_wait_as_well() {
    let server = Server::start().await;
    let (anna, ben) = (server.person("Anna Vogt").await, server.person("Ben Roth").await);
    let booking = anna.books(NewBooking::now("Anhörung")).await;
    let answer = ben.tries_to_join(&booking).await.ok();
    assert_eq!(answer["state"], "waiting");
    let waiting = anna.sees_waiting(&booking).await;
    assert_eq!((waiting[0]["name"].as_str(), waiting[0]["trust"].as_str()), (Some("Ben Roth"), Some("signed_in")));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_wrong_secret_opens_no_door() {
    let server = Server::start().await;
    let anna = server.person("Anna Vogt").await;
    let booking = anna.books(NewBooking::now("Anhörung").guest("Renate Vogelsang")).await;
    let link = booking.link_of("Renate Vogelsang");
    let wrong = link.replace('#', "#A");
    assert_eq!(server.guest(&wrong, "Renate Vogelsang").knocks().await.refusal(), (404, "link_invalid".into()));
    let other = anna.books(NewBooking::now("Andere").guest("Renate Vogelsang")).await;
    let secret = link.rsplit('#').next().expect("a secret");
    let crossed = format!("{}/m/{}#{secret}", server.base, other.id());
    assert_eq!(server.guest(&crossed, "Renate Vogelsang").knocks().await.refusal(), (404, "link_invalid".into()));
    server.stop().await;
}
