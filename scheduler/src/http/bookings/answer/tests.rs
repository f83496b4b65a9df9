use domain::Role;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::testing::{Answer, Bench, Caller, booking};

/// Anna has booked ten Tuesdays with Ben; Eva acts for him.
struct Invited {
    bench: Bench,
    anna: Caller,
    ben: Caller,
    eva: Caller,
    id: String,
    dates: Vec<String>,
}

impl Invited {
    async fn new(rights: &[&str]) -> Self {
        let bench = Bench::new().await;
        let (anna, ben) = (bench.person("Anna", &[]).await, bench.person("Ben", &[]).await);
        let eva = bench.person("Eva", &[]).await;
        if !rights.is_empty() {
            bench.delegate(&ben, &eva, rights).await;
        }
        let people = json!([{ "person": ben.id, "role": "participant" }]);
        let weekly = json!({ "recurrence": { "rule": "FREQ=WEEKLY;COUNT=10" }, "people": people });
        let id = bench.booked(&anna, weekly).await["id"].as_str().expect("an id").to_owned();
        let listed = bench.get(&format!("/bookings/{id}/dates")).by(&anna).send().await;
        let dates = listed.is(200).body["items"].as_array().expect("a list").iter();
        let dates = dates.map(|date| date["id"].as_str().expect("an id").to_owned()).collect();
        Self { bench, anna, ben, eva, id, dates }
    }

    /// Nobody stays signed in for long.
    async fn sign_in_again(&mut self) {
        self.anna = self.bench.signed_in(self.anna.id).await;
        self.ben = self.bench.signed_in(self.ben.id).await;
        self.eva = self.bench.signed_in(self.eva.id).await;
    }

    async fn answers(&self, by: &Caller, body: Value) -> Answer {
        self.bench.put(&format!("/bookings/{}/answer", self.id)).by(by).json(&body).await
    }

    /// What the organiser reads of Ben, to the date at this place.
    async fn read(&self, place: usize) -> Value {
        let path = format!("/bookings/{}/dates/{}", self.id, self.dates[place]);
        self.bench.get(&path).by(&self.anna).send().await.is(200).body["people"][0]["reply"].clone()
    }
}

#[tokio::test]
async fn somebody_invited_answers_and_the_organiser_reads_it() {
    let invited = Invited::new(&[]).await;
    let before = invited.bench.get(&format!("/bookings/{}", invited.id)).by(&invited.ben).send().await;
    assert_eq!(before.is(200).body["my_answers"], json!([{ "person": { "id": invited.ben.id, "name": "Ben" } }]));
    let said = invited.answers(&invited.ben, json!({ "answer": "tentative", "comment": " Komme später " })).await;
    let reply = json!({ "answer": "tentative", "answered_at": "2026-11-23T08:00:00Z", "comment": "Komme später" });
    assert_eq!(said.is(200).body["my_answers"][0]["reply"], reply);
    assert_eq!(said.body["my_answers"][0]["to_series"], reply);
    assert_eq!(said.body["people"][0].get("reply"), None, "what others answer is the organiser's");
    assert_eq!(invited.read(3).await, reply);
    let line = invited.bench.audit().await.remove(0);
    assert_eq!((line.action.as_str(), line.actor), ("invitation.answered", Some(invited.ben.id)));
    assert_eq!(line.on_behalf_of, None);

    let again = invited.answers(&invited.ben, json!({ "answer": "accepted" })).await;
    assert_eq!(again.is(200).body["my_answers"][0]["reply"]["answer"], "accepted", "in the same second, and later");
    assert_eq!(again.body["my_answers"][0]["reply"].get("comment"), None);
    assert_eq!(again.body["version"], 1, "an answer is no change of the booking");
}

#[tokio::test]
async fn one_date_is_answered_by_itself_until_the_whole_is_answered_again() {
    let invited = Invited::new(&[]).await;
    invited.answers(&invited.ben, json!({ "answer": "accepted" })).await.is(200);
    let date = json!({ "answer": "declined", "date": invited.dates[2] });
    let said = invited.answers(&invited.ben, date).await;
    assert_eq!(said.is(200).body["my_answers"][0]["reply"]["answer"], "declined");
    assert_eq!(said.body["my_answers"][0]["to_series"]["answer"], "accepted");
    assert_eq!(said.body["meeting_id"], json!(invited.dates[2]));
    assert_eq!((invited.read(2).await["answer"].clone(), invited.read(3).await["answer"].clone()), {
        (json!("declined"), json!("accepted"))
    });
    invited.answers(&invited.ben, json!({ "answer": "accepted" })).await.is(200);
    assert_eq!(invited.read(2).await["answer"], "accepted");
    let unknown = json!({ "answer": "declined", "date": invited.id });
    invited.answers(&invited.ben, unknown).await.is_problem(404, "not_found");
}

#[tokio::test]
async fn a_delegate_with_that_right_answers_and_both_names_are_kept() {
    let invited = Invited::new(&["answer"]).await;
    let (ben, eva) = (&invited.ben, &invited.eva);
    let seen = invited.bench.get(&format!("/bookings/{}", invited.id)).by(eva).send().await;
    assert_eq!(seen.is(200).body["my_answers"][0]["person"]["name"], "Ben", "who answers reads it first");
    assert_eq!(seen.body["may"]["change"], false);
    invited.answers(eva, json!({ "answer": "accepted" })).await.is_problem(422, "invalid");
    let said = invited.answers(eva, json!({ "answer": "declined", "person": ben.id })).await;
    let by = json!({ "id": eva.id, "name": "Eva" });
    assert_eq!(said.is(200).body["my_answers"][0]["reply"]["answered_by"], by);
    assert_eq!(invited.read(0).await["answered_by"], by);
    let line = invited.bench.audit().await.remove(0);
    assert_eq!((line.actor, line.on_behalf_of), (Some(eva.id), Some(ben.id)));

    invited.answers(ben, json!({ "answer": "accepted" })).await.is(200);
    assert_eq!(invited.read(0).await.get("answered_by"), None, "Ben answered himself");
}

#[tokio::test]
async fn without_the_right_or_after_its_end_nobody_answers_for_others() {
    let mut invited = Invited::new(&["see_all", "book", "manage"]).await;
    let for_ben = json!({ "answer": "accepted", "person": invited.ben.id });
    invited.answers(&invited.eva, for_ben.clone()).await.is_problem(404, "not_found");
    invited.answers(&invited.anna, for_ben.clone()).await.is_problem(403, "not_allowed");
    let admin = invited.bench.person("Admin", &[Role::Administrator]).await;
    invited.answers(&admin, for_ben.clone()).await.is_problem(404, "not_found");

    let until = json!({ "delegate": invited.eva.id, "rights": ["answer"], "valid_until": "2026-11-23T09:00:00Z" });
    invited.bench.post("/delegations").by(&invited.ben).json(&until).await.is(201);
    invited.answers(&invited.eva, for_ben.clone()).await.is(200);
    invited.bench.clock.advance(SignedDuration::from_hours(1));
    invited.sign_in_again().await;
    invited.answers(&invited.eva, for_ben.clone()).await.is_problem(404, "not_found");
    assert_eq!(invited.read(0).await["answer"], "accepted");
}

#[tokio::test]
async fn who_is_not_invited_and_what_is_over_is_not_answered() {
    let mut invited = Invited::new(&[]).await;
    let accepted = json!({ "answer": "accepted" });
    invited.answers(&invited.eva, accepted.clone()).await.is_problem(404, "not_found");
    invited.answers(&invited.anna, accepted.clone()).await.is_problem(422, "invalid");
    let long = json!({ "answer": "accepted", "comment": "x".repeat(1_001) });
    invited.answers(&invited.ben, long).await.is_problem(422, "invalid");
    invited.answers(&invited.ben, json!({ "answer": "maybe" })).await.is_problem(400, "malformed");

    invited.bench.clock.set("2026-11-30T12:00:00Z");
    invited.sign_in_again().await;
    let past = json!({ "answer": "accepted", "date": invited.dates[0] });
    invited.answers(&invited.ben, past).await.is_problem(410, "ended");
    invited.answers(&invited.ben, accepted.clone()).await.is(200);
    let path = format!("/bookings/{}/cancel", invited.id);
    invited.bench.post(&path).by(&invited.anna).header("if-match", "\"1\"").send().await.is(200);
    invited.answers(&invited.ben, accepted).await.is_problem(410, "cancelled");
}

#[tokio::test]
async fn another_time_asks_anew() {
    let invited = Invited::new(&[]).await;
    let ben = json!([{ "person": invited.ben.id, "role": "participant" }]);
    invited.answers(&invited.ben, json!({ "answer": "accepted" })).await.is(200);
    let moved = booking(json!({
        "start": "2026-11-24T14:00", "end": "2026-11-24T15:00", "people": ben,
        "recurrence": { "rule": "FREQ=WEEKLY;COUNT=10" },
    }));
    let path = format!("/bookings/{}", invited.id);
    let changed = invited.bench.put(&path).by(&invited.anna).header("if-match", "\"1\"").json(&moved).await;
    assert_eq!(changed.is(200).body["people"][0].get("reply"), None);
    let said = invited.answers(&invited.ben, json!({ "answer": "declined" })).await;
    assert_eq!(said.is(200).body["my_answers"][0]["reply"]["answer"], "declined");
}
