//! Whose account is closed is out: of the meetings, and of the pages that are open.

use std::process::{Command, Stdio};

use http::Method;
use serde_json::json;
use tests::{NewBooking, Process, SOON, Seen, Server, program};

#[tokio::test(flavor = "multi_thread")]
async fn who_has_no_account_any_more_leaves_the_meeting_and_hears_nothing_more() {
    let server = Server::start().await;
    let (anna, ben) = (server.person("Anna Vogt").await, server.person("Ben Roth").await);
    let booking = anna.books(NewBooking::now("Anhörung").invites(&ben)).await;
    let at_anna = anna.joins(&booking).await.enters().await;
    let pass = ben.joins(&booking).await;
    let at_ben = pass.enters().await;
    let spare = ben.joins(&booking).await;
    let mut page = ben.listens("/changes").await;
    page.next().await;

    let closed = json!({ "disabled": true });
    server.admin().await.asks(Method::PATCH, &format!("/people/{}", ben.id), closed).await.ok();
    at_ben.until("being sent away", SOON, |seen| seen.closed).await.expect("the session ends");
    at_anna.until("ben's leaving", SOON, |seen: &Seen| seen.others.is_empty()).await.expect("anna sees it");
    page.ends().await;
    for pass in [pass, spare] {
        assert!(pass.tries_to_enter().await.is_err(), "a token from before opens nothing");
    }
    assert_eq!(ben.tries_to_join(&booking).await.refusal(), (401, "sign_in_required".into()));
    server.stop().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn whom_a_command_beside_the_server_erases_leaves_the_meeting() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let mut server = Process::serve(folder.path(), None, &[]).await;
    let (anna, ben) = (server.person("Anna Vogt").await, server.person("Ben Roth").await);
    let booking = anna.books(NewBooking::now("Anhörung").invites(&ben)).await;
    let _at_anna = anna.joins(&booking).await.enters().await;
    let at_ben = ben.joins(&booking).await.enters().await;
    let mut command = Command::new(program());
    command.args(["person", "erase", "ben.roth@example.org", "--yes"]).env("RENNSTEIG__DATA__DIR", folder.path());
    let erased = command.stdin(Stdio::null()).output().expect("the program starts");
    assert!(erased.status.success(), "{erased:?}");
    at_ben.until("being sent away", SOON, |seen| seen.closed).await.expect("the server looks by itself");
    assert!(server.stop().await);
}
