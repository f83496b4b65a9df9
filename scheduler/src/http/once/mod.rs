//! What makes something is done once, however often the request arrives: `Idempotency-Key`.
//!
//! The first answer is kept in the unit of work of what it tells about, for [`KEPT_FOR`]. Who asks
//! the same again is answered the same; who asks something else under the same key is refused. A
//! request that was refused made nothing, so nothing is kept of it.

mod seal;

use std::sync::Arc;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use axum::response::{IntoResponse as _, Response};
use domain::Private;
use http::HeaderMap;
use jiff::SignedDuration;
use serde::de::DeserializeOwned;
use storage::{KeptAnswer, RequestKey, StorageError, Unit};

use super::actor::SignedIn;
use super::answer::Made;
use super::problem::{Code, Problem};
use super::request;
use crate::app::App;
use crate::secret;

/// How long a request that made something is known when it is sent again.
pub(crate) const KEPT_FOR: SignedDuration = SignedDuration::from_hours(24);
/// Longest key, bytes.
const LONGEST_KEY: usize = 255;
/// The header's name.
const HEADER: &str = "idempotency-key";

/// A JSON body of a request that makes something, and what keeps that from being made twice.
pub(crate) struct Making<T> {
    pub(crate) body: T,
    pub(crate) once: Once,
}

/// The key the request came with, if it did.
pub(crate) struct Once(Option<Key>);

struct Key {
    text: Private<String>,
    request_hash: [u8; 32],
}

impl<T: DeserializeOwned> FromRequest<Arc<App>> for Making<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, app: &Arc<App>) -> Result<Self, Problem> {
        let key = key(request.headers())?;
        let place = format!("{} {}\n", request.method(), request.uri().path());
        let bytes: Bytes = request::json_bytes(request, app).await?;
        let once = Once(key.map(|text| {
            let asked = [place.as_bytes(), &bytes].concat();
            Key { text, request_hash: app.config.token_key.derive("request sent once", &asked) }
        }));
        Ok(Self { body: request::parse(&bytes)?, once })
    }
}

/// The key as the header has it, with or without the quotes of a structured field.
fn key(headers: &HeaderMap) -> Result<Option<Private<String>>, Problem> {
    let Some(value) = headers.get(HEADER) else { return Ok(None) };
    let text = value.to_str().unwrap_or_default().trim();
    let text = text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).unwrap_or(text);
    let fits = (1..=LONGEST_KEY).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_graphic());
    if fits { Ok(Some(Private::from(text))) } else { Err(Problem::invalid(HEADER, "1 to 255 visible characters")) }
}

impl Once {
    /// For what comes without a key.
    pub(crate) fn never() -> Self {
        Self(None)
    }

    /// The first answer, if this request was answered before. Ask this first: what has been made
    /// stays made, also when it could not be made any more.
    pub(crate) async fn answered(&self, app: &App, who: &SignedIn) -> Result<Option<Response>, Problem> {
        let Some(key) = &self.0 else { return Ok(None) };
        let mut unit = app.store.read().await?;
        match unit.kept_answer(key.of(who), app.now()).await? {
            Some(kept) => Ok(Some(key.open(app, who, &kept)?.into_response())),
            None => Ok(None),
        }
    }

    /// Takes the key before anything is written. The same request that arrived at the same moment
    /// waits here, and then gets the first one's answer.
    pub(crate) async fn begin(
        &self,
        app: &App,
        who: &SignedIn,
        unit: &mut dyn Unit,
    ) -> Result<Option<Result<Made, Reused>>, StorageError> {
        let Some(key) = &self.0 else { return Ok(None) };
        let now = app.now();
        if unit.take_key(key.of(who), &key.request_hash, now, now + KEPT_FOR).await? {
            return Ok(None);
        }
        let kept = unit.kept_answer(key.of(who), now).await?;
        // Taken and yet not there: it was deleted at this moment. Whoever tries again gets the key.
        let kept = kept.ok_or(StorageError::Conflict("request key"))?;
        Ok(Some(key.open(app, who, &kept)))
    }

    /// Keeps the answer, to be committed with what it tells about.
    pub(crate) async fn keep(
        &self,
        app: &App,
        who: &SignedIn,
        unit: &mut dyn Unit,
        made: &Made,
    ) -> Result<(), StorageError> {
        let Some(key) = &self.0 else { return Ok(()) };
        let plain = serde_json::to_vec(made).expect("strings and numbers are JSON");
        let sealed = seal::seal(&key.seal(app, who), app.randomness.as_ref(), &key.request_hash, plain);
        unit.keep_answer(key.of(who), &sealed).await
    }
}

impl Key {
    fn of(&self, who: &SignedIn) -> RequestKey {
        RequestKey { person: who.id(), hash: secret::hash(self.text.expose()) }
    }

    /// What seals the answer: nobody has it who does not know the key itself.
    fn seal(&self, app: &App, who: &SignedIn) -> [u8; 32] {
        let text = [who.id().as_uuid().as_bytes(), self.text.expose().as_bytes()].concat();
        app.config.token_key.derive("kept answer", &text)
    }

    /// The kept answer, if the same was asked.
    fn open(&self, app: &App, who: &SignedIn, kept: &KeptAnswer) -> Result<Made, Reused> {
        if kept.request_hash != self.request_hash {
            return Err(Reused);
        }
        let plain = seal::open(&self.seal(app, who), &self.request_hash, kept.answer.clone()).ok_or(Reused)?;
        serde_json::from_slice(&plain).map_err(|_| Reused)
    }
}

/// The key was used for something else.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Reused;

impl From<Reused> for Problem {
    fn from(_: Reused) -> Self {
        Self::new(Code::KeyReused, "This key was sent with another request, and that one was carried out.")
            .with_field(HEADER)
    }
}

#[cfg(test)]
mod tests;
