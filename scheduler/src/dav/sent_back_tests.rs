//! Whatever was booked: sent back as it was read, it is what it was. Random bookings, the same in every run.

use domain::RoomKind;
use serde_json::{Value, json};

use super::testing::Program;
use crate::testing::{Bench, Caller, booking};

/// Bookings that are tried.
const TRIED: u64 = 40;

struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % sides
    }

    fn any<T: Clone>(&mut self, list: &[T]) -> T {
        list[usize::try_from(self.roll(list.len() as u64)).expect("small")].clone()
    }
}

/// Anything that can be booked, some weeks ahead.
fn anything(dice: &mut Dice, rooms: &[domain::RoomId], people: &[Caller], place: u64) -> Value {
    let titles =
        ["Dienstberatung", "a;b, c\\d", "Ümläute \"in\" Häkchen", "Mit; Semikolon\\n", "x".repeat(190).as_str()]
            .map(str::to_owned);
    let texts = ["", "Eins\n\nzwei", "mit\tTabulator", "\\n;,", "Beitreten: irgendwo", "🙂 ".repeat(80).as_str()]
        .map(str::to_owned);
    let zones = ["Europe/Berlin", "America/New_York", "UTC", "Asia/Kolkata"];
    let day = 1 + place % 27;
    let mut body = json!({
        "title": dice.any(&titles), "description": dice.any(&texts), "zone": dice.any(&zones),
        "start": format!("2027-01-{day:02}T{:02}:30", place % 20), "end": format!("2027-01-{day:02}T{:02}:45", place % 20 + 1),
        "guests_wait": dice.roll(2) == 0, "remind_minutes": dice.any(&[json!(null), json!(30)]),
        "profile": dice.any(&["normal", "audio_first"]),
    });
    let recurs = dice.roll(3) > 0;
    if dice.roll(2) == 0 {
        body["rooms"] = json!([rooms[usize::try_from(place).expect("small") % rooms.len()]]);
    }
    let mut invited = Vec::new();
    for one in people {
        let role = dice.any(&["moderator", "participant"]);
        if dice.roll(2) == 0 {
            invited.push(json!({ "person": one.id, "role": role }));
        }
    }
    body["people"] = json!(invited);
    let guests = [
        json!({ "name": "Gast, \"von\" außen", "email": "gast@example.org" }),
        json!({ "name": "Anderer Name", "email": "gast@example.org" }),
        json!({ "name": "Ohne Adresse" }),
        json!({ "name": "", "email": "namenlos@example.org" }),
    ];
    body["guests"] = guests.into_iter().filter(|_| dice.roll(2) == 0).collect();
    if recurs {
        let rules = [
            "FREQ=DAILY;COUNT=9",
            "FREQ=WEEKLY;UNTIL=20270401",
            "FREQ=MONTHLY;COUNT=4",
            "FREQ=DAILY;INTERVAL=2;COUNT=5",
        ];
        let start = body["start"].as_str().expect("a time").to_owned();
        body["recurrence"] = json!({ "rule": dice.any(&rules) });
        if dice.roll(2) == 0 {
            body["recurrence"]["dates"] = json!([format!("2027-02-{day:02}T22:15")]);
        }
        if dice.roll(2) == 0 {
            let other = json!({ "date": start, "start": start.replace(":30", ":35"), "end": start.replace(":30", ":55"),
                "title": dice.any(&titles), "rooms": [] });
            body["recurrence"]["exceptions"] = json!([dice.any(&[json!({ "date": start, "skip": true }), other])]);
        }
    }
    booking(body)
}

#[tokio::test]
async fn whatever_was_read_and_is_sent_back_changes_nothing() {
    let bench = Bench::with_replies().await;
    let anna = bench.person("Anna", &[]).await;
    let people = [bench.person("Jonas", &[]).await, bench.person("Mira", &[]).await];
    let names = ["Saal; groß, \"hell\"", "Raum 1", "Ümlaut"];
    let mut rooms = Vec::new();
    for name in names {
        rooms.push(bench.room(RoomKind::Physical, name, 50).await);
    }
    let program = Program::new(&bench, &anna).await;
    let mut dice = Dice(0x5eed);
    let mut made = 0;
    for place in 0..TRIED {
        let body = anything(&mut dice, &rooms, &people, place);
        let booked = bench.post("/bookings").by(&anna).json(&body).await;
        // Some are taken, or miss their first date.
        if booked.status != http::StatusCode::CREATED {
            continue;
        }
        made += 1;
        let (id, version) = (booked.body["id"].as_str().expect("an id"), booked.etag().to_owned());
        bench.letters().await;
        let trail = bench.audit().await.len();
        let entry = format!("{}{id}.ics", program.calendar(&anna));
        let read = program.ask("GET", &entry, &[], "").await;
        let back = program.ask("PUT", &entry, &[("if-match", read.is(200).etag())], &read.text).await;
        assert_eq!(back.status, 204, "{body}: {}\n{}", back.text, read.text);
        let now = bench.get(&format!("/bookings/{id}")).by(&anna).send().await;
        assert_eq!(now.is(200).etag(), version, "{body}\n{}", read.text);
        assert!(bench.letters().await.is_empty(), "no letter: {body}");
        assert_eq!(bench.audit().await.len(), trail, "no line: {body}");
        let again = program.ask("GET", &entry, &[("if-none-match", read.etag())], "").await;
        again.is(304);
    }
    assert!(made > TRIED / 2, "{made}");
}
