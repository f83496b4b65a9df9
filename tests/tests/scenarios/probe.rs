//! `rennsteig probe` says how a meeting goes through the public port, and fails when it does not.

use std::process::Output;

use tests::{NewBooking, Server, program};
use tokio::net::TcpListener;
use tokio::process::Command;

async fn probe(arguments: &[&str]) -> Output {
    Command::new(program()).arg("probe").args(arguments).kill_on_drop(true).output().await.expect("the program runs")
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_healthy_server_is_probed_with_a_key() {
    let server = Server::start().await;
    let file = tempfile::NamedTempFile::new().expect("a file can be made");
    std::fs::write(file.path(), server.secret()).expect("it can be written");
    let secret_file = file.path().to_str().expect("a plain path");
    let done = probe(&[&server.base, "--secret-file", secret_file]).await;
    let said = text(&done.stdout);
    assert!(done.status.success(), "{said}{}", text(&done.stderr));
    for word in ["path", "udp / udp", "joined", "data", "sound", "pictures"] {
        assert!(said.contains(word), "{word}: {said}");
    }
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_booked_meeting_is_probed_with_two_tokens() {
    let server = Server::start().await;
    let (anna, ben) = (server.person("Anna Vogt").await, server.person("Ben Roth").await);
    let booking = anna.books(NewBooking::now("Haushalt").invites(&ben)).await;
    let (one, other) = (anna.joins(&booking).await, ben.joins(&booking).await);
    let done = probe(&[&server.base, "--token", &one.token, "--token", &other.token]).await;
    assert!(done.status.success(), "{}{}", text(&done.stdout), text(&done.stderr));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn what_does_not_work_is_said_and_fails() {
    let server = Server::start().await;
    let wrong = tempfile::NamedTempFile::new().expect("a file can be made");
    std::fs::write(wrong.path(), "a-secret-that-this-server-does-not-know").expect("it can be written");
    let wrong = wrong.path().to_str().expect("a plain path").to_owned();
    let silent = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
    let silent = format!("http://{}", silent.local_addr().expect("bound"));
    let closed = {
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a free port");
        format!("http://{}", listener.local_addr().expect("bound"))
    };
    for (arguments, words) in [
        (vec![server.base.as_str(), "--secret-file", &wrong], "401: invalid access token"),
        (vec![server.base.as_str(), "--secret-file", "/nowhere"], "cannot be read"),
        (vec![server.base.as_str(), "--token", "one"], "--token twice"),
        (vec![closed.as_str(), "--secret-file", &wrong], "cannot connect"),
        (vec![silent.as_str(), "--secret-file", &wrong], "not within"),
        (vec!["ftp://127.0.0.1", "--secret-file", &wrong], "http://"),
    ] {
        let done = probe(&arguments).await;
        assert!(!done.status.success(), "{arguments:?}");
        assert!(text(&done.stderr).contains(words), "{arguments:?}: {}", text(&done.stderr));
    }
    server.stop().await;
}
