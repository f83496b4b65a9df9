//! What is stored about somebody is handed over and erased by command, while the server runs.

use std::path::Path;
use std::process::{Command, Output, Stdio};

use http::Method;
use serde_json::Value;
use tests::{NewBooking, Process, program};

const ADDRESS: &str = "anna.vogt@example.org";

fn rennsteig(folder: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(program());
    command.args(arguments).env("RENNSTEIG__DATA__DIR", folder).stdin(Stdio::null());
    command.output().expect("the program starts")
}

fn said(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn a_person_is_exported_and_erased_beside_the_running_server() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let mut server = Process::serve(folder.path(), None, &[]).await;
    let (anna, ben) = (server.person("Anna Vogt").await, server.person("Ben Kraut").await);
    let booking = anna.books(NewBooking::now("Haushalt").invites(&ben)).await;

    let exported = rennsteig(folder.path(), &["person", "export", "Anna.Vogt@example.org"]);
    let document: Value = serde_json::from_str(&said(&exported)).expect("a document");
    assert_eq!(document["stored"]["people"]["rows"][0]["name"], "Anna Vogt");
    assert_eq!(document["stored"]["bookings"]["rows"][0]["title"], "Haushalt");

    let unasked = rennsteig(folder.path(), &["person", "erase", ADDRESS]);
    assert_eq!(unasked.status.code(), Some(1), "nobody could be asked");
    assert!(said(&unasked).contains("1 booking(s)"), "{unasked:?}");
    anna.asks(Method::GET, "/session", Value::Null).await.ok();

    let erased = rennsteig(folder.path(), &["person", "erase", ADDRESS, "--yes"]);
    assert!(erased.status.success() && said(&erased).contains("Erased:"), "{erased:?}");
    let refused = anna.asks(Method::GET, "/session", Value::Null).await;
    assert_eq!(refused.refusal(), (401, "sign_in_required".into()));
    let shown = ben.asks(Method::GET, &format!("/bookings/{}", booking.id()), Value::Null).await.ok();
    assert_eq!((&shown["state"], &shown["title"]), (&"cancelled".into(), &"–".into()));
    assert!(!shown.to_string().contains("Vogt"), "{shown}");

    let log = said(&rennsteig(folder.path(), &["deletions"]));
    assert!(log.lines().any(|line| line.contains("\terasure\tpeople\t1\t")), "{log}");
    let nobody = rennsteig(folder.path(), &["person", "export", ADDRESS]);
    assert_eq!((nobody.status.code(), said(&nobody).as_str()), (Some(1), ""));
    assert!(server.stop().await);
}
