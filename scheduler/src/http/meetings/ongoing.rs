//! A meeting that goes on, for tests of what is done to those in it.

use domain::Identity;
use serde_json::{Value, json};

use crate::testing::{Answer, Bench, Caller};

/// Anna's meeting with Max, a moderator, Paul, who takes part, and a guest who need not wait.
pub(super) struct Ongoing {
    pub(super) bench: Bench,
    pub(super) anna: Caller,
    pub(super) max: Caller,
    pub(super) paul: Caller,
    pub(super) guest: Identity,
    pub(super) meeting: String,
    pub(super) booking: String,
    secret: String,
}

impl Ongoing {
    /// When it begins, and what the clock says.
    pub(super) const START: &str = "2026-11-24T09:00:00Z";

    pub(super) async fn open() -> Self {
        let bench = Bench::new().await;
        let (anna, max, paul) =
            (bench.person("Anna", &[]).await, bench.person("Max", &[]).await, bench.person("Paul", &[]).await);
        let people = json!([{ "person": max.id, "role": "moderator" }, { "person": paul.id, "role": "participant" }]);
        let changes = json!({ "people": people, "guests": [{ "name": "Gast" }], "guests_wait": false });
        let shown = bench.booked(&anna, changes).await;
        bench.clock.set(Self::START);
        let text = |value: &Value| value.as_str().expect("text").to_owned();
        Self {
            anna: bench.signed_in(anna.id).await,
            max: bench.signed_in(max.id).await,
            paul: bench.signed_in(paul.id).await,
            guest: format!("guest-{}", text(&shown["guests"][0]["id"])).parse().expect("an identity"),
            secret: text(&shown["guests"][0]["link"]).split('#').nth(1).expect("a secret").to_owned(),
            meeting: text(&shown["meeting_id"]),
            booking: text(&shown["id"]),
            bench,
        }
    }

    pub(super) fn path(&self, rest: &str) -> String {
        format!("/meetings/{}/{rest}", self.meeting)
    }

    pub(super) async fn joins(&self, by: &Caller) -> Answer {
        self.bench.post(&self.path("join")).by(by).json(&json!({})).await
    }

    pub(super) async fn guest_joins(&self) -> Answer {
        self.bench.post(&self.path("join")).json(&json!({ "secret": self.secret })).await
    }
}
