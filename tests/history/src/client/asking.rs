//! The operations: what is wanted, what is asked, what is believed afterwards.

use std::collections::BTreeMap;

use http::Method;
use rand::Rng as _;
use serde_json::{Value, json};

use super::requests::{body, outcome, wall_of};
use super::{Answer, Client};
use crate::desk::Known;
use crate::diary::{Diary, Draft, Exception};
use crate::event::{Act, Outcome, Step, Ticket};
use crate::hours;

/// A request, and what it does to which bookings.
struct Asked<'a> {
    verb: &'a str,
    method: Method,
    path: String,
    body: Option<Value>,
    /// `If-Match` or `Idempotency-Key`.
    header: (&'a str, String),
    steps: Vec<(Ticket, u64, Diary)>,
    refusal_due: Option<&'static str>,
}

impl Client {
    /// A single meeting or a series; of a series that cannot be had as a whole what can be had.
    pub(super) async fn books(&mut self) {
        let draft = self.draft();
        let ticket = self.desk.ticket();
        let answer = self.books_this(ticket, &draft).await;
        let Some(answer) = answer.filter(|answer| answer.body["code"] == "dates_taken") else { return };
        let Some(draft) = self.what_is_left(&draft, &answer) else { return };
        let ticket = self.desk.ticket();
        self.books_this(ticket, &draft).await;
    }

    fn draft(&mut self) -> Draft {
        let (rooms, zone) = (self.some_rooms(), hours::zone(&mut self.random));
        let (wall, rule) = if self.random.random_bool(0.35) {
            let (rule, end) = self.days.series(&mut self.random);
            ((rule.start, end), Some(rule))
        } else {
            (self.days.single(&mut self.random), None)
        };
        Draft { zone, rooms, wall, rule, exceptions: Vec::new() }
    }

    /// Books; where no answer came, asks once more with the same key when the program is back.
    async fn books_this(&mut self, ticket: Ticket, draft: &Draft) -> Option<Answer> {
        let asked = || Asked {
            verb: if draft.rule.is_some() { "book a series" } else { "book" },
            method: Method::POST,
            path: "/bookings".into(),
            body: Some(body(draft, ticket, &self.rooms)),
            header: ("idempotency-key", format!("booking-{ticket}")),
            steps: vec![(ticket, 0, draft.booked())],
            refusal_due: draft.refusal_due(),
        };
        let mut answer = self.asks(asked()).await;
        if answer.is_none() {
            self.wire.is_up().await;
            answer = self.asks(asked()).await;
        }
        if answer.as_ref().is_some_and(|answer| answer.status == 201) {
            self.mine.push(ticket);
        }
        answer
    }

    /// The draft again without what is taken: other rooms where some are offered, else without the date.
    fn what_is_left(&mut self, draft: &Draft, answer: &Answer) -> Option<Draft> {
        let mut draft = draft.clone();
        for conflict in answer.body["conflicts"].as_array()? {
            let offered = conflict["free_rooms"][0]["id"].as_str().and_then(|id| self.rooms.number(id));
            let rooms = offered.filter(|_| self.random.random_bool(0.7)).map(|room| vec![room]);
            draft.exceptions.push(Exception { key: wall_of(&conflict["date"])?, rooms });
        }
        let all = draft.rule.as_ref()?.count;
        let left_out = draft.exceptions.iter().filter(|one| one.rooms.is_none()).count();
        (left_out < all).then_some(draft)
    }

    /// The whole booking at another time, in other rooms.
    pub(super) async fn redraws(&mut self, ticket: Ticket, known: &Known, diary: &Diary) {
        let rooms = if self.random.random_bool(0.5) { diary.rooms.clone() } else { self.some_rooms() };
        let draft = match &diary.rule {
            None => Draft {
                zone: diary.zone,
                rooms,
                wall: self.days.single(&mut self.random),
                rule: None,
                exceptions: Vec::new(),
            },
            Some(rule) => self.later_in_the_day(diary, rule.clone(), rooms),
        };
        let Some(next) = diary.redrawn(&draft) else { return };
        let asked = Asked {
            verb: if draft.rule.is_some() { "change a series" } else { "move" },
            method: Method::PUT,
            path: format!("/bookings/{}", known.id),
            body: Some(body(&draft, ticket, &self.rooms)),
            header: matches(known),
            steps: vec![(ticket, known.version, next)],
            refusal_due: draft.refusal_due(),
        };
        self.asks(asked).await;
    }

    /// The same rule at another hour of its day.
    fn later_in_the_day(&mut self, diary: &Diary, mut rule: hours::Rule, rooms: Vec<u16>) -> Draft {
        rule.start =
            rule.start.date().at(self.random.random_range(7..20), [0, 30][self.random.random_range(0..2)], 0, 0);
        let end = rule.start + jiff::SignedDuration::from_mins([30, 60, 90][self.random.random_range(0..3)]);
        Draft { zone: diary.zone, rooms, wall: (rule.start, end), rule: Some(rule), exceptions: Vec::new() }
    }

    /// Moves or cancels one date.
    pub(super) async fn changes_a_date(&mut self, ticket: Ticket, known: &Known, diary: &Diary) {
        let ids = self.dates_of(known).await;
        let date = &diary.dates[self.random.random_range(0..diary.dates.len())];
        let Some(id) = ids.get(&date.key) else { return };
        let path = format!("/bookings/{}/dates/{id}", known.id);
        let asked = if self.random.random_bool(0.4) {
            Asked {
                verb: "cancel a date",
                method: Method::POST,
                path: format!("{path}/cancel"),
                body: None,
                header: matches(known),
                // Once more does no harm, and is no new version.
                steps: if date.is_cancelled {
                    Vec::new()
                } else {
                    vec![(ticket, known.version, diary.without_date(date.key))]
                },
                refusal_due: None,
            }
        } else {
            let wall = hours::moved(&mut self.random, date.key);
            let rooms = self.random.random_bool(0.5).then(|| self.some_rooms());
            let mut body = json!({"start": hours::wall(wall.0), "end": hours::wall(wall.1)});
            if let Some(rooms) = &rooms {
                body["rooms"] = json!(self.rooms.ids(rooms));
            }
            Asked {
                verb: "move a date",
                method: Method::PUT,
                path,
                body: Some(body),
                header: matches(known),
                steps: vec![(ticket, known.version, diary.with_date(date.key, wall, rooms.as_deref()))],
                refusal_due: None,
            }
        };
        self.asks(asked).await;
    }

    /// From a date on: ends the series, or lets another go on.
    pub(super) async fn cuts(&mut self, ticket: Ticket, known: &Known, diary: &Diary) {
        let ids = self.dates_of(known).await;
        let date = diary.dates[self.random.random_range(0..diary.dates.len())].clone();
        let Some(id) = ids.get(&date.key).filter(|_| !date.is_moved && !diary.moves_over(date.span.0)) else { return };
        let Some(before) = diary.ending_before(date.span.0) else { return };
        let path = format!("/bookings/{}/dates/{id}", known.id);
        if self.random.random_bool(0.4) {
            let asked = Asked {
                verb: "end a series",
                method: Method::POST,
                path: format!("{path}/cancel?following=true"),
                body: None,
                header: matches(known),
                steps: vec![(ticket, known.version, before)],
                refusal_due: None,
            };
            self.asks(asked).await;
            return;
        }
        let Some(rule) = diary.rule.clone() else { return };
        let count = rule.dates().iter().filter(|key| **key >= date.key).count();
        let rooms = if self.random.random_bool(0.5) { diary.rooms.clone() } else { self.some_rooms() };
        let draft = self.later_in_the_day(diary, hours::Rule { start: date.key, count, ..rule }, rooms);
        let Some(after) = diary.going_on(date.span.0, &draft) else { return };
        let new = self.desk.ticket();
        let asked = Asked {
            verb: "split a series",
            method: Method::PUT,
            path: format!("{path}/following"),
            body: Some(body(&draft, new, &self.rooms)),
            header: matches(known),
            steps: vec![(ticket, known.version, before.clone()), (new, 0, after)],
            refusal_due: draft.refusal_due(),
        };
        let answer = self.asks(asked).await;
        if answer.is_some_and(|answer| answer.status == 201) {
            self.mine.push(new);
            self.desk.know(ticket, Known { version: known.version + 1, diary: Some(before), ..known.clone() });
        }
    }

    /// The whole booking.
    pub(super) async fn cancels(&mut self, ticket: Ticket, known: &Known, diary: &Diary) {
        let asked = Asked {
            verb: "cancel",
            method: Method::POST,
            path: format!("/bookings/{}/cancel", known.id),
            body: None,
            header: matches(known),
            steps: vec![(ticket, known.version, diary.cancelled())],
            refusal_due: None,
        };
        let answer = self.asks(asked).await;
        if answer.is_some_and(|answer| answer.status == 200) {
            self.desk.forget(ticket);
        }
    }

    /// Keeps rooms as an open form does.
    pub(super) async fn keeps_a_room(&mut self) {
        let (rooms, zone) = (self.some_rooms(), hours::zone(&mut self.random));
        let wall = self.days.single(&mut self.random);
        let (start, end) = (hours::instant(wall.0, zone).0, hours::instant(wall.1, zone).0);
        if start >= end || end - start > hours::LONGEST {
            return;
        }
        let instant = |second| jiff::Timestamp::from_second(second).expect("years that exist").to_string();
        let body = json!({"rooms": self.rooms.ids(&rooms), "start": instant(start), "end": instant(end)});
        let asked = self.desk.tick();
        let answer = self.wire.ask(Method::PUT, "/room-holds/mine", Some(&body), &[]).await;
        let claims = rooms.iter().map(|room| (*room, start, end)).collect();
        let outcome = outcome(answer.as_ref(), &self.rooms);
        self.desk.record(self.person, asked, Act::Hold(claims), outcome);
    }

    /// Closes the form.
    pub(super) async fn lets_go(&mut self) {
        let asked = self.desk.tick();
        let answer = self.wire.ask(Method::DELETE, "/room-holds/mine", None, &[]).await;
        let outcome = outcome(answer.as_ref(), &self.rooms);
        self.desk.record(self.person, asked, Act::Hold(Vec::new()), outcome);
    }

    /// Asks, records, and keeps in mind what is known now.
    async fn asks(&self, asked: Asked<'_>) -> Option<Answer> {
        let before = self.desk.tick();
        let header = [(asked.header.0, asked.header.1.as_str())];
        let answer = self.wire.ask(asked.method, &asked.path, asked.body.as_ref(), &header).await;
        let outcome = outcome(answer.as_ref(), &self.rooms);
        let steps = asked.steps.iter().map(|(ticket, base, diary)| Step {
            ticket: *ticket,
            base: *base,
            wanted: diary.shown(),
        });
        let act = Act::Change {
            verb: asked.verb.into(),
            steps: steps.collect(),
            refusal_due: asked.refusal_due.map(str::to_owned),
        };
        self.desk.record(self.person, before, act, outcome.clone());
        // The answer shows the last of them: the others are what they were.
        let (ticket, base, diary) = asked.steps.into_iter().next_back()?;
        match (&outcome, &answer) {
            (Outcome::Done, Some(answer)) => {
                let id = answer.body["id"].as_str().unwrap_or_default().to_owned();
                let known = Known { person: self.person, id, version: base + 1, diary: Some(diary) };
                self.desk.know(ticket, known);
            }
            (Outcome::Unknown, _) => self.desk.doubt(ticket, base),
            // Somebody else was faster: they know what it is now, or nobody does.
            (Outcome::Refused(412, ..), _) => self.desk.doubt(ticket, base),
            _ => {}
        }
        answer
    }

    /// The program's ids of the dates of a series, by name.
    async fn dates_of(&self, known: &Known) -> BTreeMap<jiff::civil::DateTime, String> {
        let answer = self.wire.ask(Method::GET, &format!("/bookings/{}/dates", known.id), None, &[]).await;
        let items = answer.map(|answer| answer.body["items"].as_array().cloned().unwrap_or_default());
        let named = items.unwrap_or_default().into_iter();
        named.filter_map(|item| Some((wall_of(&item["date"])?, item["id"].as_str()?.to_owned()))).collect()
    }
}

fn matches(known: &Known) -> (&'static str, String) {
    ("if-match", format!("\"{}\"", known.version))
}
