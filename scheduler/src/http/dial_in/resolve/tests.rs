use domain::Role;
use serde_json::{Value, json};

use crate::testing::{Answer, Bench, Caller, booking};

const GATEWAY: &str = "Bearer the gateway's own secret, 32 bytes";

fn text(value: &Value) -> String {
    value.as_str().expect("text").to_owned()
}

async fn ask(bench: &Bench, pin: &str, caller: &str) -> Answer {
    bench.post("/dial-in/resolve").header("authorization", GATEWAY).json(&json!({ "pin": pin, "caller": caller })).await
}

async fn pin_of(bench: &Bench, who: &Caller, shown: &Value) -> String {
    let who = bench.signed_in(who.id).await;
    let booking = bench.get(&format!("/bookings/{}", text(&shown["id"]))).by(&who).send().await;
    text(&booking.is(200).body["dial_in"]["pin"])
}

/// Another PIN than this.
fn wrong(pin: &str) -> String {
    pin.bytes().map(|digit| char::from(b'0' + (digit - b'0' + 1) % 10)).collect()
}

#[tokio::test]
async fn a_pin_leads_to_its_meeting_while_the_door_is_open() {
    let bench = Bench::with_dial_in().await;
    let anna = bench.person("Anna", &[]).await;
    let shown = bench.booked(&anna, json!({})).await;
    let pin = text(&shown["dial_in"]["pin"]);
    assert_eq!(shown["dial_in"]["numbers"], json!(["+49 361 5550100"]));
    assert_eq!(pin.len(), 10);
    assert_ne!(pin, text(&bench.booked(&anna, json!({ "title": "Another" })).await["dial_in"]["pin"]));
    let early = ask(&bench, &pin, "+49 1").await;
    early.is_problem(403, "too_early");
    assert_eq!(early.body["opens_at"], "2026-11-24T08:45:00Z");
    bench.clock.set("2026-11-24T08:50:00Z");
    let spoken = format!("{} {} {}#", &pin[..3], &pin[3..6], &pin[6..]);
    let found = ask(&bench, &spoken, "+49 1").await;
    assert_eq!(found.is(200).body["meeting_id"], shown["meeting_id"]);
    assert_eq!(found.body["waits"], true, "as guests do");
    bench.clock.set("2026-11-24T12:00:00Z");
    ask(&bench, &pin, "+49 1").await.is_problem(410, "ended");
}

#[tokio::test]
async fn only_the_gateway_asks_and_without_numbers_there_are_no_pins() {
    let bench = Bench::with_dial_in().await;
    let admin = bench.person("Admin", &[Role::Administrator]).await;
    let pin = text(&bench.booked(&admin, json!({})).await["dial_in"]["pin"]);
    let body = json!({ "pin": pin, "caller": "+49 1" });
    for shown in [None, Some("Bearer "), Some("Bearer another secret of thirty-two bytes"), Some("Basic x")] {
        let mut asked = bench.post("/dial-in/resolve").by(&admin);
        if let Some(shown) = shown {
            asked = bench.post("/dial-in/resolve").header("authorization", shown);
        }
        asked.json(&body).await.is_problem(401, "sign_in_required");
    }
    let without = Bench::new().await;
    let anna = without.person("Anna", &[]).await;
    let shown = without.booked(&anna, json!({})).await;
    assert_eq!(shown.get("dial_in"), None);
    assert_eq!(without.scheduler.give_dial_in_pins().await.expect("the database is there"), 0);
    let asked = without.post("/dial-in/resolve").header("authorization", GATEWAY).json(&body).await;
    asked.is_problem(401, "sign_in_required");
}

#[tokio::test]
async fn whoever_guesses_is_locked_out_and_others_are_not_until_all_guess_too_much() {
    let bench = Bench::with_dial_in().await;
    let anna = bench.person("Anna", &[]).await;
    let pin = text(&bench.booked(&anna, json!({})).await["dial_in"]["pin"]);
    bench.clock.set("2026-11-24T08:50:00Z");
    ask(&bench, &pin, " ").await.is_problem(422, "invalid");
    ask(&bench, &pin, &"1".repeat(257)).await.is_problem(422, "invalid");
    for typed in [&wrong(&pin), "", "12345678", &format!("{pin}1"), "what?"] {
        ask(&bench, typed, "+49 1").await.is_problem(404, "pin_unknown");
    }
    let locked = ask(&bench, &pin, "+49 1").await;
    locked.is_problem(429, "too_many_attempts");
    ask(&bench, &pin, "+49 2").await.is(200);
    for number in 0..95 {
        ask(&bench, &wrong(&pin), &format!("+49 3 {number}")).await.is_problem(404, "pin_unknown");
    }
    ask(&bench, &pin, "+49 2").await.is_problem(429, "too_many_attempts");
    bench.clock.set("2026-11-24T09:05:01Z");
    ask(&bench, &pin, "+49 1").await.is(200);
}

#[tokio::test]
async fn who_was_removed_has_an_old_pin_and_a_cancelled_booking_none() {
    let bench = Bench::with_dial_in().await;
    let (anna, ben) = (bench.person("Anna", &[]).await, bench.person("Ben", &[]).await);
    let people = json!([{ "person": ben.id, "role": "participant" }]);
    let shown = bench.booked(&anna, json!({ "people": people })).await;
    let first = text(&shown["dial_in"]["pin"]);
    assert_eq!(pin_of(&bench, &ben, &shown).await, first, "who sees the link sees the PIN");
    bench.clock.set("2026-11-24T08:50:00Z");
    let anna = bench.signed_in(anna.id).await;
    let path = format!("/meetings/{}/participants/{}/remove", text(&shown["meeting_id"]), ben.id);
    bench.post(&path).by(&anna).send().await.is(204);
    ask(&bench, &first, "+49 1").await.is_problem(404, "pin_unknown");
    let second = pin_of(&bench, &anna, &shown).await;
    ask(&bench, &second, "+49 1").await.is(200);
    let path = format!("/bookings/{}/cancel", text(&shown["id"]));
    let cancelled = bench.post(&path).by(&anna).header("if-match", "\"1\"").send().await;
    assert_eq!(cancelled.is(200).body.get("dial_in"), None);
    ask(&bench, &second, "+49 1").await.is_problem(404, "pin_unknown");
}

#[tokio::test]
async fn who_is_invited_no_longer_has_an_old_pin_and_another_title_changes_none() {
    let bench = Bench::with_dial_in().await;
    let (anna, ben) = (bench.person("Anna", &[]).await, bench.person("Ben", &[]).await);
    let people = json!([{ "person": ben.id, "role": "participant" }]);
    let shown = bench.booked(&anna, json!({ "people": people })).await;
    let first = text(&shown["dial_in"]["pin"]);
    let path = format!("/bookings/{}", text(&shown["id"]));
    let change = async |tag: &str, changes: Value| {
        let changed = bench.put(&path).by(&anna).header("if-match", tag).json(&booking(changes)).await;
        text(&changed.is(200).body["dial_in"]["pin"])
    };
    assert_eq!(change("\"1\"", json!({ "people": people, "title": "Haushalt" })).await, first);
    let second = change("\"2\"", json!({ "title": "Haushalt" })).await;
    assert_ne!(second, first);
    bench.clock.set("2026-11-24T08:50:00Z");
    ask(&bench, &first, "+49 1").await.is_problem(404, "pin_unknown");
    ask(&bench, &second, "+49 1").await.is(200);
}

#[tokio::test]
async fn bookings_made_before_get_their_pins() {
    let bench = Bench::with_dial_in().await;
    let anna = bench.person("Anna", &[]).await;
    let shown = bench.booked(&anna, json!({})).await;
    let mut unit = bench.store.begin().await.expect("the database is there");
    unit.delete_dial_in_pin(text(&shown["id"]).parse().expect("an id")).await.expect("writing works");
    unit.commit().await.expect("nothing stands against it");
    assert_eq!(bench.scheduler.give_dial_in_pins().await.expect("the database is there"), 1);
    assert_eq!(bench.scheduler.give_dial_in_pins().await.expect("the database is there"), 0);
    assert_ne!(pin_of(&bench, &anna, &shown).await, text(&shown["dial_in"]["pin"]));
}
