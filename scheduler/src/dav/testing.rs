//! A calendar program on the bench.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;

use crate::testing::{Answer, Bench, Caller};

/// The header a program sends.
pub(crate) fn basic(address: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{address}:{password}")))
}

/// A program with a password of its own.
pub(crate) struct Program<'a> {
    pub(crate) bench: &'a Bench,
    pub(crate) of: Caller,
    pub(crate) header: String,
}

impl<'a> Program<'a> {
    pub(crate) async fn new(bench: &'a Bench, of: &Caller) -> Self {
        let made = bench.post("/app-passwords").by(of).json(&json!({ "label": "Telefon" })).await;
        let password = made.is(201).body["password"].as_str().expect("a password").to_owned();
        let mut unit = bench.store.read().await.expect("the database is there");
        let person = unit.person(of.id).await.expect("readable").expect("it was made before");
        Self { bench, of: of.clone(), header: basic(person.email.expose(), &password) }
    }

    /// The address of one's own calendar, or that of somebody else.
    pub(crate) fn calendar(&self, owner: &Caller) -> String {
        format!("/caldav/calendars/{}/{}/", self.of.id, owner.id)
    }

    /// Asks with a body.
    pub(crate) async fn ask(&self, method: &str, path: &str, headers: &[(&'static str, &str)], body: &str) -> Answer {
        let mut asking = self.bench.at(method.parse().expect("a method"), path).header("authorization", &self.header);
        for (name, value) in headers {
            asking = asking.header(name, value);
        }
        asking.body(body.to_owned()).send().await
    }

    pub(crate) async fn find(&self, path: &str, depth: &str, properties: &str) -> Answer {
        let body = format!(
            "<propfind xmlns=\"DAV:\" xmlns:c=\"urn:ietf:params:xml:ns:caldav\" \
             xmlns:s=\"http://calendarserver.org/ns/\"><prop>{properties}</prop></propfind>"
        );
        self.ask("PROPFIND", path, &[("depth", depth)], &body).await
    }

    pub(crate) async fn report(&self, body: &str) -> Answer {
        let body = body.replacen('>', " xmlns:d=\"DAV:\" xmlns:c=\"urn:ietf:params:xml:ns:caldav\">", 1);
        self.ask("REPORT", &self.calendar(&self.of), &[("depth", "0")], &body).await
    }

    /// What has changed since the token; the new token, addresses with marks, and addresses that are gone.
    pub(crate) async fn sync(&self, token: &str) -> Answer {
        self.report(&format!(
            "<d:sync-collection><d:sync-token>{token}</d:sync-token><d:sync-level>1</d:sync-level>\
             <d:prop><d:getetag/></d:prop></d:sync-collection>"
        ))
        .await
    }
}

/// Every text of that element.
pub(crate) fn texts<'a>(answer: &'a Answer, name: &str) -> Vec<&'a str> {
    let (open, close) = (format!("<{name}>"), format!("</{name}>"));
    answer.text.split(open.as_str()).skip(1).filter_map(|rest| rest.split(close.as_str()).next()).collect()
}
