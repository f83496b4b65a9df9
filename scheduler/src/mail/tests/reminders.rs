//! Reminders: once per date, to those who have not declined, never late.

use domain::{Answer, InvitationId, Reply};
use serde_json::json;

use super::{change, parsed, plain, recipients};
use crate::testing::Bench;

const GUEST: &str = "gast@elsewhere.org";

async fn reminded(bench: &Bench) -> Vec<(String, String)> {
    while bench.scheduler.write_reminders().await.expect("the database is there") > 0 {}
    bench.letters().await
}

#[tokio::test]
async fn those_invited_are_reminded_once_and_find_the_way_in() {
    let bench = Bench::with_mail().await;
    let (anna, ben) = (bench.person("Anna", &[]).await, bench.person("Ben", &[]).await);
    bench.speaks(&ben, "en").await;
    let wish = json!({
        "remind_minutes": 60,
        "people": [{ "person": ben.id, "role": "participant" }],
        "guests": [{ "name": "Gast", "email": GUEST }, { "name": "Ohne Adresse" }],
    });
    let shown = bench.booked(&anna, wish).await;
    assert_eq!(shown["remind_minutes"], 60);
    bench.booked(&anna, json!({ "guests": [{ "name": "Nicht erinnert", "email": "nicht@x.org" }] })).await;
    bench.letters().await;

    bench.clock.set("2026-11-24T07:59:59Z");
    assert_eq!(reminded(&bench).await, []);
    bench.clock.set("2026-11-24T08:00:00Z");
    let letters = reminded(&bench).await;
    assert_eq!(recipients(&letters), ["ben@example.org", GUEST]);
    assert_eq!(reminded(&bench).await, [], "once is enough");

    let guest = parsed(&letters[1].1);
    assert_eq!(guest.subject(), Some("Erinnerung: Dienstberatung, 24.11.2026, 10:00 Uhr"));
    let text = plain(&guest);
    assert!(text.contains("Anna erinnert Sie an diese Besprechung:\n\nDienstberatung\nDienstag, 24."), "{text}");
    let link = shown["guests"][0]["link"].as_str().expect("shown once");
    assert!(text.contains(&format!("Beitreten: {link}\n")), "{text}");
    assert!(!letters[1].1.contains("VCALENDAR"), "no calendar is asked again");
    let english = parsed(&letters[0].1);
    assert_eq!(english.subject(), Some("Reminder: Dienstberatung, 24 Nov 2026, 10:00"));
    assert!(plain(&english).contains("Anna reminds you of this meeting:"), "{}", plain(&english));
}

#[tokio::test]
async fn a_date_that_moves_is_told_again_and_one_that_is_off_is_not() {
    let bench = Bench::with_mail().await;
    let anna = bench.person("Anna", &[]).await;
    let guests = json!([{ "name": "Gast", "email": GUEST }]);
    let shown = bench.booked(&anna, json!({ "remind_minutes": 60, "guests": guests })).await;
    bench.clock.set("2026-11-24T08:30:00Z");
    bench.letters().await;
    assert_eq!(recipients(&reminded(&bench).await), [GUEST]);

    let kept = json!([{ "id": shown["guests"][0]["id"], "name": "Gast", "email": GUEST }]);
    let later = json!({
        "start": "2026-11-24T14:00", "end": "2026-11-24T15:00", "guests": kept, "remind_minutes": 60,
    });
    let shown = change(&bench, &bench.signed_in(anna.id).await, &shown, later).await;
    bench.letters().await;
    bench.clock.set("2026-11-24T12:00:00Z");
    assert_eq!(recipients(&reminded(&bench).await), [GUEST]);

    // Moved so near that the reminder would follow the news at once: the news will do.
    let near = json!({ "start": "2026-11-24T13:40", "end": "2026-11-24T15:00", "guests": kept, "remind_minutes": 60 });
    let shown = change(&bench, &bench.signed_in(anna.id).await, &shown, near).await;
    bench.letters().await;
    assert_eq!(reminded(&bench).await, []);

    let tomorrow =
        json!({ "start": "2026-11-25T10:00", "end": "2026-11-25T11:00", "guests": kept, "remind_minutes": 60 });
    let shown = change(&bench, &bench.signed_in(anna.id).await, &shown, tomorrow).await;
    let path = format!("/bookings/{}/cancel", shown["id"].as_str().expect("an id"));
    bench
        .post(&path)
        .by(&bench.signed_in(anna.id).await)
        .header("if-match", &format!("\"{}\"", shown["version"]))
        .send()
        .await
        .is(200);
    bench.letters().await;
    bench.clock.set("2026-11-25T08:30:00Z");
    assert_eq!(reminded(&bench).await, []);
}

#[tokio::test]
async fn every_date_of_a_series_has_its_own_and_who_declined_has_none() {
    let bench = Bench::with_mail().await;
    let (anna, ben) = (bench.person("Anna", &[]).await, bench.person("Ben", &[]).await);
    let wish = json!({
        "remind_minutes": 24 * 60, "recurrence": { "rule": "FREQ=WEEKLY;COUNT=3" },
        "people": [{ "person": ben.id, "role": "participant" }],
        "guests": [{ "name": "Gast", "email": GUEST }],
    });
    let shown = bench.booked(&anna, wish).await;
    bench.letters().await;
    let invitation: InvitationId = shown["guests"][0]["id"].as_str().expect("an id").parse().expect("an id");
    let declined = Reply {
        answer: Some(Answer::Declined),
        ..Reply::awaited(invitation, Some("2026-12-01T10:00:00".parse().expect("a wall time")), 0)
    };
    let mut unit = bench.store.begin().await.expect("writable");
    unit.save_reply(&declined).await.expect("writable");
    unit.commit().await.expect("writable");

    for (now, expected) in [
        ("2026-11-24T08:59:00Z", vec!["ben@example.org", GUEST]),
        ("2026-12-01T08:59:00Z", vec!["ben@example.org"]),
        ("2026-12-08T08:59:00Z", vec!["ben@example.org", GUEST]),
        ("2026-12-15T08:59:00Z", vec![]),
    ] {
        bench.clock.set(now);
        let letters = reminded(&bench).await;
        assert_eq!(recipients(&letters), expected, "{now}");
        for (_, letter) in letters {
            assert!(plain(&parsed(&letter)).contains("\nDies ist ein Termin einer Serie.\n"));
        }
    }
}

#[tokio::test]
async fn without_a_mail_server_nothing_is_written() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    bench.booked(&anna, json!({ "remind_minutes": 60, "guests": [{ "name": "Gast", "email": GUEST }] })).await;
    bench.clock.set("2026-11-24T08:30:00Z");
    assert_eq!(bench.scheduler.write_reminders().await.expect("the database is there"), 0);
}
