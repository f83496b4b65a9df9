//! A participant whose connection for words is held by the server itself.

use std::collections::HashMap;
use std::sync::{Arc, Mutex};

use axum::response::{IntoResponse, Response};
use domain::Private;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use protocol::livekit::request_response::Reason;
use protocol::livekit::signal_request::Message as Request;
use protocol::livekit::signal_response::Message as Said;
use protocol::livekit::{DisconnectReason, LeaveRequest, SessionDescription};
use tokio::sync::mpsc;
use tokio::time::timeout;

use super::fragment::Fragment;
use super::{FRAGMENT, Parts, WhipRefused};
use crate::actor::{Handle, Input};
use crate::config::FIRST_WORD;
use crate::outbox::{Outbound, Outlet};

/// The sessions of this node, by their secret name.
#[derive(Default)]
pub struct Sessions(Mutex<HashMap<String, Arc<Session>>>);

impl Sessions {
    /// Keeps a session until the meeting hangs up.
    pub fn keep(&self, name: String, session: Arc<Session>) {
        self.lock().insert(name, session);
    }

    pub fn forget(&self, name: &str) {
        self.lock().remove(name);
    }

    /// The session, if whoever asks shows the token it began with.
    pub fn find(&self, name: &str, headers: &HeaderMap) -> Option<Arc<Session>> {
        let session = self.lock().get(name).cloned()?;
        (*session.bearer.expose() == shown(headers)).then_some(session)
    }

    fn lock(&self) -> std::sync::MutexGuard<'_, HashMap<String, Arc<Session>>> {
        self.0.lock().expect("nobody panics while holding this lock")
    }
}

fn shown(headers: &HeaderMap) -> Vec<u8> {
    headers.get(header::AUTHORIZATION).map(|value| value.as_bytes().to_vec()).unwrap_or_default()
}

/// A participant without a socket.
pub struct Session {
    handle: Handle,
    connection: u64,
    /// What the client showed when it came.
    bearer: Private<Vec<u8>>,
    /// Locked while a question is open: one offer at a time.
    exchange: tokio::sync::Mutex<Exchange>,
}

struct Exchange {
    /// The last offer: a restart repeats it with other credentials.
    offer: String,
    offers: u32,
    answers: mpsc::Receiver<Result<String, WhipRefused>>,
}

impl Session {
    /// Names the state a session begins in.
    pub const FIRST_STATE: &str = "\"1\"";

    pub fn new(
        handle: Handle,
        connection: u64,
        offer: String,
        answers: mpsc::Receiver<Result<String, WhipRefused>>,
        headers: &HeaderMap,
    ) -> Self {
        let exchange = tokio::sync::Mutex::new(Exchange { offer, offers: 1, answers });
        Self { handle, connection, bearer: Private::new(shown(headers)), exchange }
    }

    /// The answer to the offer it came with.
    pub async fn first_answer(&self) -> Result<String, WhipRefused> {
        self.exchange.lock().await.next().await
    }

    /// Candidates tell an ICE-lite server nothing; other credentials begin the checks anew.
    pub async fn patch(&self, parts: &Parts) -> Result<Response, WhipRefused> {
        parts.expect_type(FRAGMENT)?;
        let fragment = Fragment::read(parts.text()?).ok_or(WhipRefused::Malformed)?;
        let mut exchange = self.exchange.lock().await;
        let condition = parts.headers.get(header::IF_MATCH).ok_or(WhipRefused::ConditionMissing)?;
        let holds = condition == "*" || *condition == exchange.state();
        if !holds {
            return Err(WhipRefused::ConditionFailed);
        }
        let Some(offer) = fragment.restart(&exchange.offer) else {
            return Ok(StatusCode::NO_CONTENT.into_response());
        };
        exchange.offers += 1;
        let description = SessionDescription {
            r#type: "offer".into(),
            sdp: offer.clone(),
            id: exchange.offers,
            ..SessionDescription::default()
        };
        exchange.offer = offer;
        self.say(Request::Offer(description)).await;
        let answer = exchange.next().await?;
        let headers = [(header::ETAG, exchange.state()), (header::CONTENT_TYPE, HeaderValue::from_static(FRAGMENT))];
        Ok((headers, Fragment::of_answer(&answer)).into_response())
    }

    /// Ends it.
    pub async fn leave(&self) {
        self.say(Request::Leave(LeaveRequest::default())).await;
    }

    async fn say(&self, request: Request) {
        self.handle.send(Input::Request { connection: self.connection, request: Box::new(request) }).await;
    }
}

impl Exchange {
    /// Counts the offers: each is another state.
    fn state(&self) -> HeaderValue {
        HeaderValue::from_str(&format!("\"{}\"", self.offers)).expect("digits in quotes")
    }

    async fn next(&mut self) -> Result<String, WhipRefused> {
        match timeout(FIRST_WORD, self.answers.recv()).await {
            Ok(Some(told)) => told,
            Ok(None) | Err(_) => Err(WhipRefused::Unavailable),
        }
    }
}

/// Hears what matters of what the meeting says and drops the rest, until the meeting hangs up.
pub async fn listen(outlet: Outlet, answers: mpsc::Sender<Result<String, WhipRefused>>) {
    let Outlet { mut receiver, cut } = outlet;
    loop {
        let outbound = tokio::select! {
            outbound = receiver.recv() => outbound,
            () = cut.notified() => None,
        };
        let Some(Outbound::Say(outgoing)) = outbound else { return };
        let told = match &outgoing.response().message {
            Some(Said::Answer(answer)) => Ok(answer.sdp.clone()),
            Some(Said::Leave(leave)) => Err(parting(leave)),
            Some(Said::RequestResponse(response)) if response.reason == Reason::NotAllowed as i32 => {
                Err(WhipRefused::MayNotPublish)
            }
            _ => continue,
        };
        // If it is full, nobody waits.
        let _ = answers.try_send(told);
    }
}

fn parting(leave: &LeaveRequest) -> WhipRefused {
    match DisconnectReason::try_from(leave.reason) {
        Ok(DisconnectReason::JoinFailure) => WhipRefused::MeetingFull,
        Ok(DisconnectReason::MediaFailure) => WhipRefused::Malformed,
        _ => WhipRefused::Unavailable,
    }
}
