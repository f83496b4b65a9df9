//! Words of the API.

use jiff::civil::DateTime;
use serde_json::{Value, json};

use super::http::Answer;
use crate::diary::Draft;
use crate::event::{Blame, Outcome, RoomNumber, Ticket};
use crate::hours::wall;
use crate::site::Rooms;

/// The title says which booking it is; nothing else of it is asked of the program.
pub fn title(ticket: Ticket) -> String {
    format!("Besprechung {ticket}")
}

/// The number in a title.
pub fn ticket(title: &str) -> Option<Ticket> {
    title.strip_prefix("Besprechung ")?.parse().ok()
}

/// A booking as a whole.
pub fn body(draft: &Draft, ticket: Ticket, rooms: &Rooms) -> Value {
    let mut body = json!({
        "title": title(ticket), "start": wall(draft.wall.0), "end": wall(draft.wall.1), "zone": draft.zone,
        "rooms": rooms.ids(&draft.rooms),
    });
    if let Some(rule) = &draft.rule {
        let exceptions = draft.exceptions.iter().map(|one| match &one.rooms {
            Some(instead) => json!({"date": wall(one.key), "rooms": rooms.ids(instead)}),
            None => json!({"date": wall(one.key), "skip": true}),
        });
        body["recurrence"] = json!({"rule": rule.text(), "exceptions": exceptions.collect::<Vec<_>>()});
    }
    body
}

/// A wall time of an answer.
pub fn wall_of(text: &Value) -> Option<DateTime> {
    text.as_str()?.parse().ok()
}

/// UTC seconds of an answer.
pub fn second(text: &Value) -> Option<i64> {
    Some(text.as_str()?.parse::<jiff::Timestamp>().ok()?.as_second())
}

/// What came of it, as the record has it.
pub fn outcome(answer: Option<&Answer>, rooms: &Rooms) -> Outcome {
    let Some(answer) = answer else { return Outcome::Unknown };
    if (200..300).contains(&answer.status) {
        return Outcome::Done;
    }
    let code = answer.body["code"].as_str().unwrap_or_default().to_owned();
    let room = |named: &Value| -> Option<RoomNumber> { rooms.number(named["id"].as_str()?) };
    let blames = match code.as_str() {
        "room_taken" => room(&answer.body["room"])
            .zip(second(&answer.body["until"]))
            .map(|(room, until)| Blame::TakenUntil(room, until))
            .into_iter()
            .collect(),
        "room_held" => room(&answer.body["room"]).map(Blame::Held).into_iter().collect(),
        "dates_taken" => {
            let conflicts = answer.body["conflicts"].as_array().into_iter().flatten();
            let taken = conflicts.flat_map(|one| one["taken"].as_array().into_iter().flatten());
            taken
                .filter_map(|one| {
                    Some(Blame::Taken((room(&one["room"])?, second(&one["start"])?, second(&one["end"])?)))
                })
                .collect()
        }
        _ => Vec::new(),
    };
    Outcome::Refused(answer.status, code, blames)
}
