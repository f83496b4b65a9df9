//! What a request brings, or the problem that says what is wrong with it.

use std::str::FromStr;

use axum::body::Bytes;
use axum::extract::rejection::BytesRejection;
use axum::extract::{FromRequest, FromRequestParts, Path, Query, Request};
use axum::response::IntoResponse as _;
use http::request::Parts;
use http::{HeaderMap, StatusCode, header};
use serde::de::DeserializeOwned;

use super::problem::{Code, Problem};

/// A JSON body.
pub(crate) struct Body<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for Body<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        parse(&json_bytes(request, state).await?).map(Self)
    }
}

/// A JSON body that may be left out: nothing is none.
pub(crate) struct MaybeBody<T>(pub(crate) Option<T>);

impl<T: DeserializeOwned, S: Send + Sync> FromRequest<S> for MaybeBody<T> {
    type Rejection = Problem;

    async fn from_request(request: Request, state: &S) -> Result<Self, Problem> {
        if is_json(request.headers()) {
            return Body::from_request(request, state).await.map(|Body(value)| Self(Some(value)));
        }
        let bytes = Bytes::from_request(request, state).await.map_err(unreadable)?;
        if bytes.is_empty() { Ok(Self(None)) } else { Err(json_only()) }
    }
}

/// The bytes of a body that says it is JSON.
pub(crate) async fn json_bytes<S: Send + Sync>(request: Request, state: &S) -> Result<Bytes, Problem> {
    if !is_json(request.headers()) {
        return Err(json_only());
    }
    Bytes::from_request(request, state).await.map_err(unreadable)
}

fn json_only() -> Problem {
    Problem::new(Code::JsonOnly, "Send the body as application/json.")
}

pub(crate) fn is_json(headers: &HeaderMap) -> bool {
    let content_type = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    content_type.split(';').next().is_some_and(|kind| kind.trim().eq_ignore_ascii_case("application/json"))
}

/// Reads JSON, or says which field cannot be read.
pub(crate) fn parse<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, Problem> {
    let mut json = serde_json::Deserializer::from_slice(bytes);
    let value: T = serde_path_to_error::deserialize(&mut json).map_err(|error| {
        let field = error.path().to_string();
        let problem = Problem::new(Code::Malformed, format!("The body cannot be read: {}.", error.inner()));
        if field == "." { problem } else { problem.with_field(field) }
    })?;
    json.end().map_err(|_| Problem::new(Code::Malformed, "Something follows after the JSON value."))?;
    Ok(value)
}

fn unreadable(rejection: BytesRejection) -> Problem {
    if rejection.into_response().status() == StatusCode::PAYLOAD_TOO_LARGE {
        Problem::new(Code::TooLarge, "The body is larger than 256 KiB.")
    } else {
        Problem::new(Code::Malformed, "The body ended early.")
    }
}

/// The query string.
pub(crate) struct Params<T>(pub(crate) T);

impl<T: DeserializeOwned, S: Send + Sync> FromRequestParts<S> for Params<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        match Query::from_request_parts(parts, state).await {
            Ok(Query(params)) => Ok(Self(params)),
            Err(rejection) => Err(Problem::new(Code::Malformed, format!("{}.", rejection.body_text()))),
        }
    }
}

/// The one id in the path. What is no id names nothing.
pub(crate) struct Id<T>(pub(crate) T);

impl<T: FromStr, S: Send + Sync> FromRequestParts<S> for Id<T> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path(text) = Path::<String>::from_request_parts(parts, state).await.map_err(|_| Problem::not_found())?;
        text.parse().map(Self).map_err(|_| Problem::not_found())
    }
}

/// The two ids in the path.
pub(crate) struct Ids<A, B>(pub(crate) A, pub(crate) B);

impl<A: FromStr, B: FromStr, S: Send + Sync> FromRequestParts<S> for Ids<A, B> {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, state: &S) -> Result<Self, Problem> {
        let Path((first, second)) =
            Path::<(String, String)>::from_request_parts(parts, state).await.map_err(|_| Problem::not_found())?;
        match (first.parse(), second.parse()) {
            (Ok(first), Ok(second)) => Ok(Self(first, second)),
            _ => Err(Problem::not_found()),
        }
    }
}

/// The version a change starts from. A tag that is not ours matches nothing.
pub(crate) struct IfMatch(Option<i64>);

impl IfMatch {
    /// The change starts from this one.
    pub(crate) fn version(version: i64) -> Self {
        Self(Some(version))
    }

    /// Did the change start from this version?
    pub(crate) fn is(&self, version: i64) -> Result<(), Problem> {
        let changed = || Problem::new(Code::ChangedMeanwhile, "Somebody changed it in the meantime. Look again.");
        if self.0 == Some(version) { Ok(()) } else { Err(changed()) }
    }
}

impl<S: Send + Sync> FromRequestParts<S> for IfMatch {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, Problem> {
        let tag = parts
            .headers
            .get(header::IF_MATCH)
            .ok_or_else(|| Problem::new(Code::IfMatchRequired, "Send the ETag you started from as If-Match."))?;
        let text = tag.to_str().unwrap_or_default().trim();
        Ok(Self(text.strip_prefix('"').and_then(|text| text.strip_suffix('"')).and_then(|text| text.parse().ok())))
    }
}

/// A header that holds a secret, if it is there.
pub(crate) fn secret_header<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok().filter(|text| !text.is_empty())
}
