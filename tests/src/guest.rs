use http::Method;
use serde_json::{Value, json};

use crate::{Answer, Browser, Pass};

/// Somebody from outside with nothing but a link.
#[derive(Clone)]
pub struct Guest {
    name: String,
    browser: Browser,
    meeting: String,
    secret: String,
}

/// What happened at the door.
#[derive(Clone, Debug)]
pub enum Knock {
    /// Come in.
    Admitted(Pass),
    /// Please wait.
    Waiting {
        /// Shows who waits.
        ticket: String,
    },
    /// No.
    Refused(Answer),
}

impl Guest {
    /// Opens a personal link in a fresh browser: `<base>/m/<meeting>#<secret>`.
    pub fn with_link(browser: Browser, link: &str, name: &str) -> Self {
        let (address, secret) = link.split_once('#').expect("a personal link has a secret");
        let meeting = address.rsplit('/').next().expect("a link names a meeting");
        Self { name: name.to_owned(), browser, meeting: meeting.to_owned(), secret: secret.to_owned() }
    }

    /// What the lobby shows.
    pub async fn looks(&self) -> Answer {
        let mut browser = self.browser.clone().with("x-guest-secret", &self.secret);
        browser.ask(Method::GET, &format!("/api/v1/meetings/{}", self.meeting), &Value::Null).await
    }

    /// Asks to enter.
    pub async fn knocks(&self) -> Knock {
        self.ask_with(json!({"name": self.name, "secret": self.secret})).await
    }

    /// Asks to enter after having waited.
    pub async fn knocks_again(&self, ticket: &str) -> Knock {
        self.ask_with(json!({"name": self.name, "secret": self.secret, "ticket": ticket})).await
    }

    /// Waits at the door until a moderator has decided: `admitted` or `rejected`.
    pub async fn waits(&self, ticket: &str) -> String {
        let mut browser = self.browser.clone().with("x-waiting-ticket", ticket);
        let mut events = browser.listen(&format!("/api/v1/meetings/{}/waiting/self/events", self.meeting)).await;
        let decided = events.until(|data| data["state"] != "waiting").await;
        decided["state"].as_str().unwrap_or_default().to_owned()
    }

    async fn ask_with(&self, body: Value) -> Knock {
        let path = format!("/api/v1/meetings/{}/join", self.meeting);
        let answer = self.browser.clone().ask(Method::POST, &path, &body).await;
        let said = answer.json();
        match (answer.status, said["state"].as_str()) {
            (200, Some("admitted")) => Knock::Admitted(Pass::from_answer(&said)),
            (200, Some("waiting")) => {
                Knock::Waiting { ticket: said["ticket"].as_str().expect("who waits has a ticket").to_owned() }
            }
            _ => Knock::Refused(answer),
        }
    }
}

impl Knock {
    /// The pass of somebody who was let in.
    #[track_caller]
    pub fn admitted(self) -> Pass {
        match self {
            Self::Admitted(pass) => pass,
            other => panic!("not admitted: {other:?}"),
        }
    }

    /// The ticket of somebody who has to wait.
    #[track_caller]
    pub fn waiting(self) -> String {
        match self {
            Self::Waiting { ticket } => ticket,
            other => panic!("does not wait: {other:?}"),
        }
    }

    /// Status and code of a refusal.
    #[track_caller]
    pub fn refusal(self) -> (u16, String) {
        match self {
            Self::Refused(answer) => answer.refusal(),
            other => panic!("not refused: {other:?}"),
        }
    }
}
