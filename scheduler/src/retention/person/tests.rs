use domain::{Private, Role, RoomKind};
use serde_json::json;

use super::NotDone;
use crate::testing::{Bench, Caller};

fn address(name: &str) -> Private<String> {
    Private::new(format!("{name}@Example.org"))
}

/// Anna organises one meeting to come in a room, with Ben and a guest; Ben invites her to his.
async fn house() -> (Bench, Caller, Caller, serde_json::Value, serde_json::Value) {
    let bench = Bench::with_mail().await;
    let (anna, ben) = (bench.person("Anna", &[]).await, bench.person("Ben", &[]).await);
    let room = bench.room(RoomKind::Physical, "Sitzungszimmer", 12).await;
    let people = json!([{ "person": ben.id, "role": "participant" }]);
    let guests = json!([{ "name": "Gast", "email": "gast@example.net" }]);
    let hers = bench.booked(&anna, json!({ "rooms": [room], "people": people, "guests": guests })).await;
    let people = json!([{ "person": anna.id, "role": "participant" }]);
    let his = bench.booked(&ben, json!({ "title": "Bens Runde", "people": people })).await;
    bench.letters().await;
    (bench, anna, ben, hers, his)
}

fn path(booking: &serde_json::Value) -> String {
    format!("/bookings/{}", booking["id"].as_str().expect("an id"))
}

#[tokio::test]
async fn everything_stored_about_a_person_is_one_document_with_purposes() {
    let (bench, anna, _, hers, his) = house().await;
    let export = bench.scheduler.export_person(&address(" ANNA")).await.expect("she has an account");
    assert_eq!(export["address"], "anna@example.org");
    let stored = &export["stored"];
    assert_eq!(stored["people"]["rows"][0]["name"], "Anna");
    assert_eq!(stored["people"]["rows"][0]["id"], anna.id.to_string());
    assert_eq!(stored["people"]["rows"][0]["created_at"], "2026-11-23T08:00:00Z", "instants are readable");
    assert_eq!(stored["bookings"]["rows"][0]["id"], hers["id"]);
    assert_eq!(stored["invitations"]["rows"][0]["booking_id"], his["id"]);
    assert!(stored["audit_entries"]["rows"].as_array().is_some_and(|rows| !rows.is_empty()));
    assert!(stored["people"]["purpose"].as_str().is_some_and(|purpose| !purpose.is_empty()));
    assert!(!export.to_string().contains("Bens Runde"), "what others wrote is theirs");

    let guest = bench.scheduler.export_person(&Private::from("gast@example.net")).await.expect("a guest");
    assert_eq!(guest["stored"]["invitations"]["rows"][0]["guest_name"], "Gast");
    let nobody = bench.scheduler.export_person(&address("nobody")).await;
    assert!(matches!(nobody, Err(NotDone::Unknown)));
}

#[tokio::test]
async fn erasing_cancels_what_the_person_organises_tells_who_is_invited_and_leaves_a_placeholder() {
    let (bench, anna, ben, hers, his) = house().await;
    let asked = bench.scheduler.ask_to_erase(&address("anna")).await.expect("she has an account");
    assert!(asked.has_account);
    assert_eq!(asked.cancelled, 1);
    bench.get("/session").by(&anna).send().await.is(200);

    let erased = bench.scheduler.erase_person(&address("anna")).await.expect("the database is there");
    assert_eq!(erased.cancelled, 1);
    bench.get("/session").by(&anna).send().await.is_problem(401, "sign_in_required");
    let letters = bench.letters().await;
    let told: Vec<&str> = letters.iter().map(|(recipient, _)| recipient.as_str()).collect();
    assert_eq!(told, ["ben@example.org", "gast@example.net"]);
    assert!(letters.iter().all(|(_, text)| text.contains("METHOD:CANCEL") || text.contains("method=CANCEL")));

    let shown = bench.get(&path(&hers)).by(&ben).send().await;
    assert_eq!(shown.is(200).body["state"], "cancelled");
    assert_eq!(shown.body["organiser"]["name"], domain::retention::ERASED_NAME);
    assert_eq!((shown.body["title"].as_str(), shown.body["description"].as_str()), (Some("–"), Some("")));
    let shown = bench.get(&path(&his)).by(&ben).send().await;
    assert_eq!(shown.is(200).body["people"], json!([]));
    let room = hers["rooms"][0]["id"].clone();
    bench.post("/bookings").by(&ben).json(&crate::testing::booking(json!({ "rooms": [room] }))).await.is(201);

    let audit = bench.audit().await;
    let entry = audit.iter().find(|entry| entry.action == "person.erased").expect("it is written down");
    assert_eq!((entry.actor, entry.subject.as_str()), (None, format!("person {}", anna.id).as_str()));
    assert!(matches!(bench.scheduler.erase_person(&address("anna")).await, Err(NotDone::Unknown)), "nothing is left");
}

#[tokio::test]
async fn an_erased_account_is_found_and_opened_by_nobody() {
    let (bench, anna, _, _, _) = house().await;
    let admin = bench.person("Admin", &[Role::Administrator]).await;
    bench.scheduler.erase_person(&address("anna")).await.expect("the database is there");
    let all = bench.get("/people").by(&admin).send().await;
    assert!(!all.is(200).text.contains(&anna.id.to_string()), "{}", all.text);
    let opened = bench.ask(http::Method::PATCH, &format!("/people/{}", anna.id)).by(&admin);
    opened.json(&json!({ "disabled": false })).await.is_problem(404, "not_found");
}

#[tokio::test]
async fn a_guest_is_erased_without_any_meeting_being_cancelled() {
    let (bench, anna, _, hers, _) = house().await;
    let guest = Private::from("gast@example.net");
    let erased = bench.scheduler.erase_person(&guest).await.expect("a guest");
    assert!(!erased.has_account);
    assert_eq!(erased.cancelled, 0);
    let shown = bench.get(&path(&hers)).by(&anna).send().await;
    assert_eq!((&shown.is(200).body["guests"], &shown.body["state"]), (&json!([]), &json!("active")));
    assert!(matches!(bench.scheduler.export_person(&guest).await, Err(NotDone::Unknown)));
}

#[tokio::test]
async fn the_last_administrator_stays() {
    let bench = Bench::new().await;
    bench.person("Admin", &[Role::Administrator]).await;
    let refused = bench.scheduler.erase_person(&address("admin")).await;
    assert!(matches!(refused, Err(NotDone::LastAdministrator)));
    bench.person("Second", &[Role::Administrator]).await;
    bench.scheduler.erase_person(&address("admin")).await.expect("there is another");
}
