use domain::RoomKind;
use serde_json::{Value, json};

use crate::testing::{Answer, Bench, Caller, booking};

fn text(value: &Value) -> &str {
    value.as_str().expect("text")
}

async fn offers(bench: &Bench, by: &Caller, shown: &Value, to: &Caller) -> Answer {
    let path = format!("/bookings/{}/handover", text(&shown["id"]));
    bench.post(&path).by(by).json(&json!({ "to": to.id })).await
}

async fn offer(bench: &Bench, by: &Caller, shown: &Value, to: &Caller) -> String {
    let made = offers(bench, by, shown, to).await;
    let link = text(&made.is(201).body["link"]).to_owned();
    link.split_once("/takeover?offer=").expect("a link to the page").1.to_owned()
}

async fn takes(bench: &Bench, who: &Caller, offer: &str) -> Answer {
    bench.post("/handovers/take").by(who).json(&json!({ "offer": offer })).await
}

#[tokio::test]
async fn a_colleague_takes_a_series_over_and_everybody_hears_from_whom_it_is_now() {
    let bench = Bench::with_mail().await;
    let [anna, ben, cleo] =
        [bench.person("Anna", &[]).await, bench.person("Ben", &[]).await, bench.person("Cleo", &[]).await];
    let room = bench.room(RoomKind::Physical, "Saal", 12).await;
    let invited = |who: &Caller| json!({ "person": who.id, "role": "participant" });
    let wish = json!({
        "rooms": [room], "recurrence": { "rule": "FREQ=WEEKLY;COUNT=4" },
        "people": [invited(&ben), invited(&cleo)], "guests": [{ "name": "Gast", "email": "gast@x.org" }],
    });
    let shown = bench.booked(&anna, wish).await;
    bench.letters().await;
    let sealed = offer(&bench, &anna, &shown, &ben).await;
    let letters = bench.letters().await;
    let letter = mail_parser::MessageParser::default().parse(letters[0].1.as_bytes()).expect("a message");
    assert_eq!((letters.len(), letters[0].0.as_str()), (1, "ben@example.org"));
    assert_eq!(letter.subject(), Some("Übernehmen Sie diese Terminserie? Dienstberatung"));
    assert!(letter.body_text(0).expect("a text").contains(&sealed));

    let look = bench.post("/handovers/look").by(&ben).json(&json!({ "offer": sealed })).await;
    assert_eq!(look.is(200).body["organiser"]["name"], "Anna");
    assert_eq!((&look.body["is_series"], &look.body["expires_at"]), (&json!(true), &json!("2026-11-30T08:00:00Z")));
    takes(&bench, &cleo, &sealed).await.is_problem(404, "link_invalid");
    let taken = takes(&bench, &ben, &sealed).await;
    assert_eq!(taken.is(200).body["organiser"]["name"], "Ben");
    assert_eq!(taken.body["booked_by"]["name"], "Ben");
    assert_eq!(taken.body["may"]["change"], true);
    let people = taken.body["people"].as_array().expect("a list");
    let roles: Vec<(&str, &str)> =
        people.iter().map(|one| (text(&one["person"]["name"]), text(&one["role"]))).collect();
    assert!(
        roles.len() == 2 && roles.contains(&("Cleo", "participant")) && roles.contains(&("Anna", "moderator")),
        "{roles:?}"
    );
    takes(&bench, &ben, &sealed).await.is_problem(410, "link_used");

    let letters = bench.letters().await;
    let to: Vec<&str> = letters.iter().map(|(to, _)| to.as_str()).collect();
    assert_eq!(to, ["anna@example.org", "ben@example.org", "cleo@example.org", "gast@x.org"]);
    for (to, letter) in &letters {
        let letter = mail_parser::MessageParser::default().parse(letter.as_bytes()).expect("a message");
        let entry = letter.attachments().last().and_then(|part| part.text_contents()).expect("an entry");
        let entry = entry.replace("\r\n", "\n").replace("\n ", "");
        assert!(entry.contains("ORGANIZER;CN=\"Ben\":mailto:ben@example.org\n"), "{to}: {entry}");
        assert!(entry.contains("\nSEQUENCE:1\n"), "{to}: {entry}");
        assert_eq!(entry.contains("METHOD:PUBLISH"), to == "ben@example.org", "{to}: {entry}");
    }
    // Rights follow: it is Ben's to change, not Anna's; its rooms and links stay.
    let path = format!("/bookings/{}/cancel", text(&shown["id"]));
    bench.post(&path).by(&anna).header("if-match", "\"2\"").send().await.is_problem(403, "not_allowed");
    assert_eq!(taken.body["rooms"][0]["name"], "Saal");
    let secret = text(&shown["guests"][0]["link"]).split_once('#').expect("a secret").1.to_owned();
    bench.clock.set("2026-11-24T09:00:00Z");
    let join = format!("/meetings/{}/join", text(&taken.body["meeting_id"]));
    bench.post(&join).json(&json!({ "secret": secret })).await.is(200);
}

#[tokio::test]
async fn only_who_invites_offers_and_only_to_a_colleague() {
    let bench = Bench::new().await;
    let [anna, ben, assistant] =
        [bench.person("Anna", &[]).await, bench.person("Ben", &[]).await, bench.person("Assistant", &[]).await];
    bench.delegate(&anna, &assistant, &["book"]).await;
    let shown = bench.booked(&anna, json!({ "people": [{ "person": ben.id, "role": "moderator" }] })).await;
    offers(&bench, &ben, &shown, &ben).await.is_problem(403, "not_allowed");
    offers(&bench, &assistant, &shown, &assistant).await.is_problem(403, "not_allowed");
    let eve = bench.person("Eve", &[]).await;
    offers(&bench, &eve, &shown, &ben).await.is_problem(404, "not_found");
    assert_eq!(offers(&bench, &anna, &shown, &anna).await.is_problem(422, "invalid").body["field"], "to");
    let path = format!("/bookings/{}", text(&shown["id"]));
    let seen = bench.get(&path).by(&assistant).send().await;
    assert_eq!((&seen.body["may"]["change"], &seen.body["may"]["hand_over"]), (&json!(true), &json!(false)));
    assert_eq!(bench.get(&path).by(&anna).send().await.body["may"]["hand_over"], true);
}

#[tokio::test]
async fn an_offer_ends_with_its_time_when_it_is_withdrawn_and_when_the_booking_moves() {
    let bench = Bench::new().await;
    let (anna, ben) = (bench.person("Anna", &[]).await, bench.person("Ben", &[]).await);
    let day = json!({ "start": "2026-12-24T10:00", "end": "2026-12-24T11:00" });
    let shown = bench.booked(&anna, day).await;
    let path = format!("/bookings/{}", text(&shown["id"]));
    let withdrawn = offer(&bench, &anna, &shown, &ben).await;
    bench.delete(&format!("{path}/handover")).by(&ben).send().await.is_problem(404, "not_found");
    bench.delete(&format!("{path}/handover")).by(&anna).send().await.is(204);
    takes(&bench, &ben, &withdrawn).await.is_problem(410, "link_used");
    let moved = offer(&bench, &anna, &shown, &ben).await;
    let later = booking(json!({ "start": "2026-12-24T12:00", "end": "2026-12-24T13:00" }));
    bench.put(&path).by(&anna).header("if-match", "\"2\"").json(&later).await.is(200);
    takes(&bench, &ben, &moved).await.is_problem(410, "link_used");
    let old = offer(&bench, &anna, &shown, &ben).await;
    bench.clock.set("2026-11-30T08:00:00Z");
    let (anna, ben) = (bench.signed_in(anna.id).await, bench.signed_in(ben.id).await);
    takes(&bench, &ben, &old).await.is_problem(410, "link_used");
    takes(&bench, &ben, "nonsense").await.is_problem(404, "link_invalid");
    let last = offer(&bench, &anna, &shown, &ben).await;
    bench.post(&format!("{path}/cancel")).by(&anna).header("if-match", "\"3\"").send().await.is(200);
    takes(&bench, &ben, &last).await.is_problem(410, "link_used");
    offers(&bench, &anna, &shown, &ben).await.is_problem(410, "cancelled");
}
