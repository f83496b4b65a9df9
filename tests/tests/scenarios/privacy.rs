//! The logs of a whole day's work hold no name, no mail address, no token, no address.

use http::Method;
use serde_json::{Value, json};
use tests::{NewBooking, Process, SOON, Seen, meet, shows};

/// Our own parts at their most talkative.
const FILTER: &str = "info,rennsteig=debug,scheduler=debug,signaling=debug,media=debug,storage=debug,cluster=debug,\
                      protocol=debug,domain=debug";
/// Addresses that only these clients have.
const BROWSER: &str = "127.0.0.77";
const CLIENT: &str = "127.0.0.78";

/// Does everything people do, and collects what must not be written down.
async fn a_days_work(server: &mut Process) -> Vec<(&'static str, String)> {
    server.browse_from(BROWSER.parse().expect("an address"));
    let anna = server.person_with_mail("Kanaria Vogt", "kanaria.vogt@canary.example", &[]).await;
    let ben = server.person_with_mail("Benedikt Kanari", "benedikt.kanari@canary.example", &[]).await;
    let room = server.admin().await.adds_room("virtual", "Kanarienzimmer", 10).await;
    let booking = NewBooking::now("Kanarienvogel-Lage").set("description", "Geheimkanarium").room(&room);
    let booking = booking.invites(&ben).guest_with_mail("Renate Kanarik", "renate.kanarik@canary.example");
    let booking = anna.books(booking).await;
    let link = booking.link_of("Renate Kanarik").to_owned();
    let renate = server.guest(&link, "Renate Kanarik");

    let client = CLIENT.parse().expect("an address");
    let (for_anna, for_ben) = (anna.joins(&booking).await, ben.joins(&booking).await);
    let at_anna = for_anna.enters_from(client).await;
    let at_ben = for_ben.enters_from(client).await;
    let ticket = renate.knocks().await.waiting();
    anna.admits(&booking, "Renate Kanarik").await;
    assert_eq!(renate.waits(&ticket).await, "admitted");
    let for_renate = renate.knocks_again(&ticket).await.admitted();
    let at_renate = for_renate.enters_from(client).await;
    tokio::join!(shows(&at_anna), shows(&at_ben));
    meet(&at_anna, &at_ben).await;
    at_anna.send_data("lk-chat-topic", b"Kanarienlied im Chat", &[], true).await.expect("data can be sent");
    at_ben.until("chat", SOON, |seen: &Seen| !seen.messages.is_empty()).await.expect("ben gets it");
    anna.removes(&booking, &for_renate.identity).await;
    at_renate.until("being removed", SOON, |seen| seen.closed).await.expect("the session ends");
    assert!(for_renate.tries_to_enter().await.is_err());

    // Mistakes are logged more readily than successes.
    let wrong = json!({"email": "kanaria.vogt@canary.example", "password": "Kanarienpasswort!"});
    let refused = server.browser().ask(Method::POST, "/api/v1/session", &wrong).await;
    assert_eq!(refused.refusal(), (401, "sign_in_failed".into()));
    anna.asks(Method::GET, "/people?search=Kanariensuche", Value::Null).await.ok();
    anna.asks(Method::POST, "/bookings", json!({"title": "Kanarienfehler", "start": 7})).await;
    server.guest(&link.replace('#', "#falscher"), "Renate Kanarik").knocks().await;
    server.admin().await.listens(&format!("/admin/meetings/{}/events", booking.meeting())).await.next().await;
    anna.does("end", &booking).await;
    at_anna.until("the end", SOON, |seen| seen.closed).await.expect("the session ends");

    let part = |token: &str, number: usize| token.split('.').nth(number).expect("a token has parts").to_owned();
    let mut canaries = vec![
        ("a name, a title, a text", "anari".to_owned()),
        ("a mail domain", "canary.example".to_owned()),
        ("a name", "Renate".to_owned()),
        ("a guest's secret", link.rsplit('#').next().expect("a link has a secret").to_owned()),
        ("a wrong secret", "falscher".to_owned()),
        ("a waiting ticket", ticket),
        ("a browser's address", BROWSER.to_owned()),
        ("a client's address", CLIENT.to_owned()),
        ("an ICE password or fingerprint", "a=ice".to_owned()),
        ("a candidate", "candidate:".to_owned()),
        ("a query string", "access_token".to_owned()),
        ("the token secret", "one-secret-for-the-logs-of-32-bytes-and-more".to_owned()),
        ("a password", "correct horse battery".to_owned()),
    ];
    for pass in [&for_anna, &for_ben, &for_renate] {
        canaries.push(("the body of a token", part(&pass.token, 1)));
        canaries.push(("the signature of a token", part(&pass.token, 2)));
    }
    for person in [&anna, &ben] {
        canaries.push(("a session cookie", person.browser.cookie()));
    }
    canaries
}

async fn examine(format: &str) {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let settings = [
        ("LOG__FORMAT", format),
        ("LOG__FILTER", FILTER),
        ("TOKENS__SECRET", "one-secret-for-the-logs-of-32-bytes-and-more"),
    ];
    let mut server = Process::serve(folder.path(), None, &settings).await;
    let canaries = a_days_work(&mut server).await;
    assert!(server.stop().await, "it stops well");
    let output = server.output();
    // What is printed once for the operator: where it listens and the one-time link.
    let start = ["Rennsteig is running:", "Media:", "First administrator:"];
    let log: String =
        output.lines().filter(|line| !start.iter().any(|words| line.starts_with(words))).collect::<Vec<_>>().join("\n");
    assert!(log.lines().count() > 20, "there is a log to look into:\n{log}");
    for (what, canary) in canaries {
        let leak = log.lines().find(|line| line.contains(&canary));
        assert_eq!(leak, None, "{what} is in the log");
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_for_people_keeps_secrets() {
    examine("text").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn the_log_for_machines_keeps_secrets() {
    examine("json").await;
}
