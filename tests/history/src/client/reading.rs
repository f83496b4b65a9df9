//! Looking at what is there, and clearing away what nobody knows any more.

use http::Method;
use serde_json::Value;

use super::requests::{outcome, second};
use super::{Answer, Client};
use crate::desk::Known;
use crate::event::{Act, Outcome, Shown, Step, Ticket};

impl Client {
    /// Reads a booking and records what was shown.
    pub(super) async fn reads(&mut self, ticket: Ticket, known: &Known) {
        let asked = self.desk.tick();
        if let Some((version, shown)) = self.sees(known).await {
            self.desk.record(self.person, asked, Act::Read(ticket, version, shown), Outcome::Done);
        }
    }

    /// The booking as it is shown; none if it changed meanwhile, or no answer came.
    async fn sees(&self, known: &Known) -> Option<(u64, Shown)> {
        let path = format!("/bookings/{}", known.id);
        let booking = self.wire.ask(Method::GET, &path, None, &[]).await.filter(is_shown)?.body;
        let is_cancelled = booking["state"] == "cancelled";
        if booking["series"].is_null() {
            let span = (second(&booking["start"])?, second(&booking["end"])?);
            let items = [(span, is_cancelled, self.numbers(booking["rooms"].as_array()?, |room| &room["id"]))];
            return Some((booking["version"].as_u64()?, shown(is_cancelled, items)));
        }
        let dates = self.wire.ask(Method::GET, &format!("{path}/dates"), None, &[]).await.filter(is_shown)?.body;
        let again = self.wire.ask(Method::GET, &path, None, &[]).await.filter(is_shown)?.body;
        if booking["version"] != again["version"] {
            return None;
        }
        let mut items = Vec::new();
        for item in dates["items"].as_array()? {
            let span = (second(&item["start"])?, second(&item["end"])?);
            items.push((span, item["is_cancelled"] == true, self.numbers(item["rooms"].as_array()?, |room| room)));
        }
        Some((booking["version"].as_u64()?, shown(is_cancelled, items)))
    }

    fn numbers(&self, rooms: &[Value], id: impl Fn(&Value) -> &Value) -> Vec<u16> {
        rooms.iter().filter_map(|room| self.rooms.number(id(room).as_str()?)).collect()
    }

    /// After a lost answer nobody knows what a booking is: it is read, whatever it is, and cancelled.
    pub(super) async fn clears(&mut self, ticket: Ticket, known: &Known) {
        let asked = self.desk.tick();
        let Some((version, shown)) = self.sees(known).await else { return };
        self.desk.record(self.person, asked, Act::Read(ticket, version, shown), Outcome::Done);
        let asked = self.desk.tick();
        let header = format!("\"{version}\"");
        let path = format!("/bookings/{}/cancel", known.id);
        let answer = self.wire.ask(Method::POST, &path, None, &[("if-match", &header)]).await;
        let outcome = outcome(answer.as_ref(), &self.rooms);
        let wanted = Shown { is_cancelled: true, ..Shown::default() };
        // What was cancelled before is no new version.
        let is_old = answer.is_some_and(|answer| answer.body["version"] == version);
        let steps = if is_old { Vec::new() } else { vec![Step { ticket, base: version, wanted }] };
        let is_gone = outcome == Outcome::Done;
        let act = Act::Change { verb: "cancel".into(), steps, refusal_due: None };
        self.desk.record(self.person, asked, act, outcome);
        if is_gone {
            self.desk.forget(ticket);
        }
    }
}

fn is_shown(answer: &Answer) -> bool {
    answer.status == 200
}

fn shown(is_cancelled: bool, dates: impl IntoIterator<Item = ((i64, i64), bool, Vec<u16>)>) -> Shown {
    let (mut spans, mut claims) = (Vec::new(), Vec::new());
    for ((start, end), is_out, rooms) in dates {
        spans.push((start, end, is_out));
        if !is_out && !is_cancelled {
            claims.extend(rooms.into_iter().map(|room| (room, start, end)));
        }
    }
    Shown::of(is_cancelled, spans, claims)
}
