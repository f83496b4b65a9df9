//! Somebody who looks after rooms: grants them, or refuses.

use std::sync::Arc;

use http::Method;
use rand::rngs::StdRng;
use rand::{Rng as _, SeedableRng as _};
use serde_json::json;

use super::Wire;
use super::requests::{outcome, ticket};
use crate::desk::{Desk, Known};
use crate::event::{Act, Outcome, Step};
use crate::site::Rooms;

/// Of the requests that wait so many are answered before looking again.
const AT_ONCE: usize = 20;

/// Answers requests until enough is done.
pub async fn keep(person: u16, wire: Wire, desk: Arc<Desk>, rooms: Arc<Rooms>, seed: u64) {
    let mut random = StdRng::seed_from_u64(seed);
    while !desk.is_over() {
        wire.is_up().await;
        let list = wire.ask(Method::GET, "/room-requests", None, &[]).await;
        let items = list.map(|answer| answer.body["items"].as_array().cloned().unwrap_or_default()).unwrap_or_default();
        let mut answered = 0;
        for item in items.iter().take(AT_ONCE) {
            let read = || {
                let ticket = ticket(item["title"].as_str()?)?;
                let room = item["room"]["id"].as_str()?;
                Some((ticket, item["version"].as_u64()?, item["booking_id"].as_str()?, room, rooms.number(room)?))
            };
            let Some((ticket, version, booking, room, number)) = read() else { continue };
            // Only who knows what the booking is can say what it becomes.
            let Some(known) = desk.known(ticket).filter(|known| known.version == version) else { continue };
            let Some(diary) = known.diary.clone() else { continue };
            let is_granted = random.random_bool(0.5);
            let verb = if is_granted { "grant" } else { "refuse" };
            let body = json!({"words": "Der Raum wird gebraucht."});
            let path = format!("/room-requests/{booking}/{room}/{}", if is_granted { "approve" } else { "refuse" });
            let (asked, header) = (desk.tick(), format!("\"{version}\""));
            let body = (!is_granted).then_some(&body);
            let answer = wire.ask(Method::POST, &path, body, &[("if-match", &header)]).await;
            let (outcome, next) = (outcome(answer.as_ref(), &rooms), diary.without_room(number));
            // Granting changes what is asked for, not what is booked.
            let steps = match is_granted {
                true => Vec::new(),
                false => vec![Step { ticket, base: version, wanted: next.shown() }],
            };
            let act = Act::Change { verb: verb.into(), steps, refusal_due: None };
            desk.record(person, asked, act, outcome.clone());
            match outcome {
                Outcome::Done if !is_granted => {
                    desk.know(ticket, Known { version: version + 1, diary: Some(next), ..known });
                }
                Outcome::Unknown => desk.doubt(ticket, version),
                _ => {}
            }
            answered += 1;
        }
        if answered == 0 {
            desk.wait_for_more().await;
        }
    }
}
