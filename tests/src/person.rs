use http::Method;
use serde_json::{Value, json};

use crate::{Answer, Booked, Browser, Events, NewBooking, Pass};

/// Somebody with an account, signed in.
#[derive(Clone)]
pub struct Person {
    /// Their id.
    pub id: String,
    /// Their name.
    pub name: String,
    /// Their browser.
    pub browser: Browser,
}

impl Person {
    /// Reads who is signed in from the answer of a sign-in.
    pub(crate) fn signed_in(browser: Browser, session: &Value) -> Self {
        let text = |field: &str| session["person"][field].as_str().expect("a session names its person").to_owned();
        Self { id: text("id"), name: text("name"), browser }
    }

    /// Asks the API anything.
    pub async fn asks(&self, method: Method, path: &str, body: Value) -> Answer {
        self.browser.clone().ask(method, &format!("/api/v1{path}"), &body).await
    }

    /// Opens an event stream of the API.
    pub async fn listens(&self, path: &str) -> Events {
        self.browser.clone().listen(&format!("/api/v1{path}")).await
    }

    /// Adds a room; answers its id.
    pub async fn adds_room(&self, kind: &str, name: &str, capacity: u32) -> String {
        let room = json!({"kind": kind, "name": name, "capacity": capacity});
        let made = self.asks(Method::POST, "/rooms", room).await.ok();
        made["id"].as_str().expect("a room has an id").to_owned()
    }

    /// Books.
    pub async fn books(&self, booking: NewBooking) -> Booked {
        let answer = self.tries_to_book(&booking).await;
        assert_eq!(answer.status, 201, "{}", answer.text);
        Booked { etag: answer.header("etag").to_owned(), answer: answer.json() }
    }

    /// Books, or is told why not.
    pub async fn tries_to_book(&self, booking: &NewBooking) -> Answer {
        self.asks(Method::POST, "/bookings", booking.0.clone()).await
    }

    /// Gets a pass for a meeting.
    pub async fn joins(&self, booking: &Booked) -> Pass {
        Pass::from_answer(&self.tries_to_join(booking).await.ok())
    }

    /// Asks to enter a meeting.
    pub async fn tries_to_join(&self, booking: &Booked) -> Answer {
        self.asks(Method::POST, &format!("/meetings/{}/join", booking.meeting()), json!({})).await
    }

    /// Who waits at the door.
    pub async fn sees_waiting(&self, booking: &Booked) -> Vec<Value> {
        let list = self.asks(Method::GET, &format!("/meetings/{}/waiting", booking.meeting()), Value::Null).await.ok();
        list["items"].as_array().expect("a list").clone()
    }

    /// Lets in whoever waits under this name.
    pub async fn admits(&self, booking: &Booked, name: &str) {
        self.decides(booking, name, "admit").await;
    }

    /// Turns away whoever waits under this name.
    pub async fn rejects(&self, booking: &Booked, name: &str) {
        self.decides(booking, name, "reject").await;
    }

    async fn decides(&self, booking: &Booked, name: &str, decision: &str) {
        let waiting = self.sees_waiting(booking).await;
        let found = waiting.iter().find(|item| item["name"] == name);
        let id = found.unwrap_or_else(|| panic!("{name} does not wait: {waiting:?}"))["id"].as_str().expect("an id");
        let path = format!("/meetings/{}/waiting/{id}/{decision}", booking.meeting());
        let answer = self.asks(Method::POST, &path, Value::Null).await;
        assert_eq!(answer.status, 204, "{}", answer.text);
    }

    /// Removes a participant for good.
    pub async fn removes(&self, booking: &Booked, identity: &str) {
        let path = format!("/meetings/{}/participants/{identity}/remove", booking.meeting());
        let answer = self.asks(Method::POST, &path, Value::Null).await;
        assert_eq!(answer.status, 204, "{}", answer.text);
    }

    /// Sends a participant back to the waiting room.
    pub async fn sends_back(&self, booking: &Booked, identity: &str) {
        let path = format!("/meetings/{}/participants/{identity}/send-back", booking.meeting());
        let answer = self.asks(Method::POST, &path, Value::Null).await;
        assert_eq!(answer.status, 204, "{}", answer.text);
    }

    /// Does one of `end`, `lock`, `unlock` to a meeting.
    pub async fn does(&self, verb: &str, booking: &Booked) {
        let answer = self.asks(Method::POST, &format!("/meetings/{}/{verb}", booking.meeting()), Value::Null).await;
        assert_eq!(answer.status, 204, "{}", answer.text);
    }
}
