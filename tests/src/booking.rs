use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use jiff::{SignedDuration, Timestamp, Unit};
use serde_json::{Value, json};

use crate::Person;

/// The zone bookings are made in.
const ZONE: &str = "Europe/Berlin";

/// A booking about to be made.
#[derive(Clone, Debug)]
pub struct NewBooking(pub Value);

impl NewBooking {
    /// A meeting that begins within the next minute and lasts one hour: everybody may enter now.
    pub fn now(title: &str) -> Self {
        Self::at(title, Timestamp::now() + SignedDuration::from_secs(60), 60)
    }

    /// A meeting that begins at the full minute at or before an instant.
    pub fn at(title: &str, start: Timestamp, minutes: i64) -> Self {
        let wall = |time: Timestamp| {
            let time = time.to_zoned(TimeZone::get(ZONE).expect("a known zone")).datetime();
            // Downwards: a start in the next minute is never in the past.
            let minute = jiff::civil::DateTimeRound::new().smallest(Unit::Minute).mode(jiff::RoundMode::Trunc);
            time.round(minute).expect("a rounded minute exists")
        };
        Self::local(title, wall(start), wall(start + SignedDuration::from_mins(minutes)))
    }

    /// A meeting by wall time.
    pub fn local(title: &str, start: DateTime, end: DateTime) -> Self {
        let wall = |time: DateTime| time.strftime("%Y-%m-%dT%H:%M").to_string();
        Self(json!({
            "title": title, "start": wall(start), "end": wall(end), "zone": ZONE,
            "rooms": [], "guests_wait": true, "people": [], "guests": [],
        }))
    }

    /// Changes one field, valid or not.
    pub fn set(mut self, field: &str, value: impl Into<Value>) -> Self {
        self.0[field] = value.into();
        self
    }

    /// Needs this room, too.
    pub fn room(self, id: &str) -> Self {
        self.push("rooms", json!(id))
    }

    /// Invites somebody as a participant.
    pub fn invites(self, person: &Person) -> Self {
        self.push("people", json!({"person": person.id, "role": "participant"}))
    }

    /// Invites a guest from outside.
    pub fn guest(self, name: &str) -> Self {
        self.push("guests", json!({"name": name}))
    }

    /// Invites a guest from outside by mail address.
    pub fn guest_with_mail(self, name: &str, email: &str) -> Self {
        self.push("guests", json!({"name": name, "email": email}))
    }

    fn push(mut self, list: &str, item: Value) -> Self {
        self.0[list].as_array_mut().expect("a list").push(item);
        self
    }
}

/// A booking that was made, as its maker saw it.
#[derive(Clone, Debug)]
pub struct Booked {
    /// The server's answer.
    pub answer: Value,
    /// Its version for changes.
    pub etag: String,
}

impl Booked {
    /// The booking's id.
    pub fn id(&self) -> &str {
        self.answer["id"].as_str().expect("a booking has an id")
    }

    /// The id of its meeting.
    pub fn meeting(&self) -> &str {
        self.answer["meeting_id"].as_str().expect("a booking has a meeting")
    }

    /// The personal link of a guest; it is told only once.
    pub fn link_of(&self, guest: &str) -> &str {
        let guests = self.answer["guests"].as_array().expect("a list of guests");
        let found = guests.iter().find(|item| item["name"] == guest).expect("the guest is invited");
        found["link"].as_str().expect("the guest's link is told once")
    }
}
