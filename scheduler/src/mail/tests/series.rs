//! What is told about a series and its dates (RFC 5546).

use serde_json::{Value, json};

use super::{entry, parsed, plain, recipients};
use crate::testing::{Answer, Bench, Caller, booking};

/// A series of Anna's: ten Tuesdays from the coming day on, 10 to 11 in Berlin, with a guest and
/// Ben, who reads English. Nobody has letters left to read.
struct Weekly {
    bench: Bench,
    anna: Caller,
    id: String,
    dates: Vec<String>,
}

const GUEST: &str = "gast@elsewhere.org";

fn weekly(changes: Value) -> Value {
    let mut body = booking(json!({
        "recurrence": { "rule": "FREQ=WEEKLY;COUNT=10" },
        "guests": [{ "name": "Gast", "email": GUEST }],
    }));
    for (name, value) in changes.as_object().expect("changes are fields") {
        body[name] = value.clone();
    }
    body
}

impl Weekly {
    async fn booked() -> Self {
        let bench = Bench::with_mail().await;
        let (anna, ben) = (bench.person("Anna", &[]).await, bench.person("Ben", &[]).await);
        bench.speaks(&ben, "en").await;
        let people = json!([{ "person": ben.id, "role": "participant" }]);
        let body = weekly(json!({ "people": people }));
        let shown = bench.post("/bookings").by(&anna).json(&body).await;
        let id = shown.is(201).body["id"].as_str().expect("an id").to_owned();
        let listed = bench.get(&format!("/bookings/{id}/dates")).by(&anna).send().await;
        let dates = listed.is(200).body["items"].as_array().expect("a list").iter();
        let dates = dates.map(|date| date["id"].as_str().expect("an id").to_owned()).collect();
        let letters = bench.letters().await;
        assert_eq!(recipients(&letters), ["anna@example.org", "ben@example.org", GUEST]);
        assert!(entry(&parsed(&letters[2].1)).contains("RRULE:FREQ=WEEKLY;COUNT=10"));
        let text = plain(&parsed(&letters[2].1));
        let line = "\nDer nächste von 10 Terminen einer Serie, der letzte: Dienstag, 26. Januar 2027\n";
        assert!(text.contains(line), "{text}");
        Self { bench, anna, id, dates }
    }

    fn path(&self, place: usize) -> String {
        format!("/bookings/{}/dates/{}", self.id, self.dates[place])
    }

    async fn put(&self, path: &str, version: u32, body: &Value) -> Answer {
        self.bench.put(path).by(&self.anna).header("if-match", &format!("\"{version}\"")).json(body).await
    }

    async fn cancel(&self, path: &str, version: u32) -> Answer {
        let tag = format!("\"{version}\"");
        let answer = self.bench.post(path).by(&self.anna).header("if-match", &tag).send().await;
        answer.is(200);
        answer
    }
}

fn count(text: &str, part: &str) -> usize {
    text.matches(part).count()
}

#[tokio::test]
async fn a_changed_date_is_a_request_for_that_date_alone() {
    let series = Weekly::booked().await;
    let moved = json!({ "start": "2026-12-02T14:00", "end": "2026-12-02T16:00", "title": "Klausur" });
    series.put(&series.path(1), 1, &moved).await.is(200);
    let letters = series.bench.letters().await;
    assert_eq!(recipients(&letters), ["anna@example.org", "ben@example.org", GUEST]);

    let guest = parsed(&letters[2].1);
    assert_eq!(guest.subject(), Some("Geändert: Klausur, 02.12.2026, 14:00 Uhr"));
    let text = plain(&guest);
    assert!(text.contains("dieser Termin hat sich geändert. Jetzt gilt:\n\nKlausur\nMittwoch, 2. Dezember"), "{text}");
    assert!(text.contains("\nDies ist ein einzelner Termin einer Serie. Die anderen bleiben"), "{text}");
    let file = entry(&guest);
    for line in [
        "METHOD:REQUEST",
        "RECURRENCE-ID;TZID=Europe/Berlin:20261201T100000",
        "DTSTART;TZID=Europe/Berlin:20261202T140000",
        "SEQUENCE:1",
        "SUMMARY:Klausur",
        "STATUS:CONFIRMED",
    ] {
        assert_eq!(count(&file, &format!("\n{line}\n")), 1, "{line}\n{file}");
    }
    let uid = format!("\nUID:{}@rennsteig\n", series.id);
    assert_eq!((count(&file, "BEGIN:VEVENT"), count(&file, &uid)), (1, 1), "{file}");
    assert!(file.contains(&format!("RSVP=TRUE:mailto:{GUEST}")), "{file}");

    let english = plain(&parsed(&letters[1].1));
    assert!(
        english.contains("this date has changed. It now reads:\n\nKlausur\nWednesday, 2 December 2026"),
        "{english}"
    );
    assert!(english.contains("\nThis is a single date of a series. The others stay as they are.\n"), "{english}");

    // Who organises opens the file by hand: the series as it now is.
    let own = entry(&parsed(&letters[0].1));
    assert_eq!(
        (count(&own, "METHOD:PUBLISH"), count(&own, "RRULE:FREQ=WEEKLY"), count(&own, "RECURRENCE-ID")),
        (1, 1, 1)
    );

    series.put(&series.path(1), 2, &moved).await.is(200);
    assert_eq!(series.bench.letters().await.len(), 0, "the same again is no news");
}

#[tokio::test]
async fn a_cancelled_date_is_cancelled_alone_and_a_later_letter_leaves_it_out() {
    let series = Weekly::booked().await;
    let cancel = format!("{}/cancel", series.path(2));
    series.cancel(&cancel, 1).await;
    let letters = series.bench.letters().await;
    let guest = parsed(&letters[2].1);
    assert_eq!(guest.subject(), Some("Abgesagt: Dienstberatung, 08.12.2026, 10:00 Uhr"));
    assert!(plain(&guest).contains("Anna hat diesen Termin abgesagt."), "{}", plain(&guest));
    assert!(!plain(&guest).contains("Beitreten"), "{}", plain(&guest));
    let file = entry(&guest);
    let named = "\nRECURRENCE-ID;TZID=Europe/Berlin:20261208T100000\n";
    for line in ["METHOD:CANCEL", named, "\nSTATUS:CANCELLED\n", "\nSEQUENCE:1\n"] {
        assert_eq!(count(&file, line), 1, "{line}\n{file}");
    }
    assert_eq!((count(&file, "BEGIN:VEVENT"), count(&file, "RRULE:FREQ=WEEKLY")), (1, 0), "{file}");
    assert!(plain(&parsed(&letters[1].1)).contains("Anna has cancelled this date."));

    assert_eq!(series.cancel(&cancel, 2).await.etag(), "\"2\"", "twice does no harm");
    assert_eq!(series.bench.letters().await.len(), 0);

    let renamed = weekly(json!({ "title": "Beratung" }));
    series.put(&format!("/bookings/{}", series.id), 2, &renamed).await.is(200);
    let letters = series.bench.letters().await;
    assert_eq!(recipients(&letters), ["anna@example.org", "ben@example.org", GUEST, GUEST]);
    let whole = letters.iter().map(|(_, text)| entry(&parsed(text))).find(|file| file.contains("METHOD:REQUEST"));
    assert!(whole.is_some_and(|file| file.contains("\nEXDATE;TZID=Europe/Berlin:20261208T100000\n")));

    let again = json!({ "start": "2026-12-08T10:00", "end": "2026-12-08T11:00" });
    series.put(&series.path(2), 3, &again).await.is(200);
    let letters = series.bench.letters().await;
    let file = entry(&parsed(&letters[1].1));
    assert!(file.contains("METHOD:REQUEST") && file.contains(named) && file.contains("STATUS:CONFIRMED"), "{file}");
}

#[tokio::test]
async fn a_series_cut_short_is_a_request_with_its_new_end() {
    let series = Weekly::booked().await;
    series.cancel(&format!("{}/cancel?following=true", series.path(3)), 1).await;
    let letters = series.bench.letters().await;
    assert_eq!(recipients(&letters), ["anna@example.org", "ben@example.org", GUEST]);
    let file = entry(&parsed(&letters[2].1));
    assert!(file.contains("METHOD:REQUEST") && file.contains("\nSEQUENCE:1\n"), "{file}");
    assert!(file.contains("\nRRULE:FREQ=WEEKLY;UNTIL=20261215T085959Z\n"), "{file}");
    let text = plain(&parsed(&letters[1].1));
    assert!(text.contains("\nThe next of 3 dates of a series, the last: Tuesday, 8 December 2026\n"), "{text}");
}

#[tokio::test]
async fn this_and_following_tells_the_end_of_one_series_and_the_way_the_other_goes_on() {
    let series = Weekly::booked().await;
    let later = weekly(json!({
        "start": "2026-12-15T13:00", "end": "2026-12-15T14:00",
        "recurrence": { "rule": "FREQ=WEEKLY;COUNT=7" },
        "guests": [{ "name": "Gast", "email": GUEST }, { "name": "Neu", "email": "neu@elsewhere.org" }],
    }));
    let answer = series.put(&format!("{}/following", series.path(3)), 1, &later).await;
    let new = answer.is(201).body["id"].as_str().expect("an id").to_owned();
    let letters = series.bench.letters().await;
    let to = recipients(&letters);
    assert_eq!(to, ["anna@example.org", "anna@example.org", "ben@example.org", GUEST, GUEST, "neu@elsewhere.org"]);

    let files: Vec<String> = letters.iter().map(|(_, text)| entry(&parsed(text))).collect();
    let of = |place: usize, id: &str| files[place].contains(&format!("\nUID:{id}@rennsteig\n"));
    assert!(of(2, &series.id), "Ben hears of the end: he is not invited any more");
    let (old, next) = if of(3, &series.id) { (3, 4) } else { (4, 3) };
    assert!(of(old, &series.id) && of(next, &new) && of(5, &new));
    assert!(
        files[old].contains("\nRRULE:FREQ=WEEKLY;UNTIL=20261215T085959Z\n") && files[old].contains("\nSEQUENCE:1\n")
    );
    assert!(files[next].contains("\nRRULE:FREQ=WEEKLY;COUNT=7\n") && files[next].contains("\nSEQUENCE:0\n"));
    // Each names the other, so that calendars can tell that they belong together.
    let peer = |id: &str| format!("\nRELATED-TO;RELTYPE=SIBLING:{id}@rennsteig\n");
    assert_eq!((count(&files[old], &peer(&new)), count(&files[old], "RELATED-TO")), (1, 1), "{}", files[old]);
    assert_eq!((count(&files[next], &peer(&series.id)), count(&files[next], "RELATED-TO")), (1, 1), "{}", files[next]);
    let text = plain(&parsed(&letters[next].1));
    assert!(text.contains("diese Serie geht ab dem folgenden Termin so weiter:"), "{text}");
    assert!(text.contains(&format!("/m/{new}#")), "a link of its own: {text}");
    assert!(plain(&parsed(&letters[5].1)).contains("Anna lädt Sie zu einer Besprechung ein."));
}

#[tokio::test]
async fn the_parts_of_a_series_that_was_split_twice_name_each_other_in_feeds_and_files() {
    let series = Weekly::booked().await;
    let later = |day: &str, count: u32| {
        weekly(json!({
            "start": format!("2026-12-{day}T10:00"), "end": format!("2026-12-{day}T11:00"),
            "recurrence": { "rule": format!("FREQ=WEEKLY;COUNT={count}") }, "guests": [],
        }))
    };
    let text = |value: &Value| value.as_str().expect("an id").to_owned();
    let second = series.put(&format!("{}/following", series.path(2)), 1, &later("08", 8)).await;
    let second = text(&second.is(201).body["id"]);
    let (bench, anna) = (&series.bench, &series.anna);
    let dates = bench.get(&format!("/bookings/{second}/dates")).by(anna).send().await;
    let date = text(&dates.is(200).body["items"][2]["id"]);
    let third = series.put(&format!("/bookings/{second}/dates/{date}/following"), 1, &later("22", 6)).await;
    let third = text(&third.is(201).body["id"]);

    let peer = |id: &str| format!("\nRELATED-TO;RELTYPE=SIBLING:{id}@rennsteig\n");
    let unfolded = |text: &str| text.replace("\r\n", "\n").replace("\n ", "");
    let file = bench.get(&format!("/bookings/{second}/calendar.ics")).by(anna).send().await;
    let file = unfolded(&file.is(200).text);
    let peers = |text: &str| [&series.id, &second, &third].map(|id| count(text, &peer(id)));
    assert_eq!(peers(&file), [1, 0, 1], "{file}");
    let url = text(&bench.post("/calendar-feeds").by(anna).json(&json!({})).await.is(201).body["url"]);
    let feed = bench.get(url.split("/api/v1").nth(1).expect("a path")).send().await;
    let feed = unfolded(&feed.is(200).text);
    assert_eq!(peers(&feed), [2, 1, 1], "{feed}");
}
