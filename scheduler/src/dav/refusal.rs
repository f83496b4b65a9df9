//! What is answered instead of a result: a condition that programs know (RFC 4918, 16), and words for people.

use std::borrow::Cow;

use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use jiff::SignedDuration;
use storage::StorageError;

use super::xml::write::Xml;
use crate::http::problem::Problem;

/// Why a request is not followed.
#[derive(Debug)]
pub(crate) struct Refusal {
    status: StatusCode,
    /// An element's name with its prefix, as [`Xml`] declares them.
    condition: Option<&'static str>,
    /// Where what stands against it lies; inside the condition.
    href: Option<String>,
    words: Cow<'static, str>,
    retry_after_seconds: Option<i64>,
}

impl Refusal {
    pub(super) fn new(status: StatusCode, words: impl Into<Cow<'static, str>>) -> Self {
        Self { status, condition: None, href: None, words: words.into(), retry_after_seconds: None }
    }

    /// With the condition that was not met.
    pub(super) fn unmet(status: StatusCode, condition: &'static str, words: impl Into<Cow<'static, str>>) -> Self {
        Self { condition: Some(condition), ..Self::new(status, words) }
    }

    pub(super) fn forbidden(condition: &'static str, words: impl Into<Cow<'static, str>>) -> Self {
        Self::unmet(StatusCode::FORBIDDEN, condition, words)
    }

    /// Names what stands against it.
    pub(super) fn at(self, href: String) -> Self {
        Self { href: Some(href), ..self }
    }

    pub(super) fn malformed(words: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, words)
    }

    pub(super) fn not_found() -> Self {
        Self::new(StatusCode::NOT_FOUND, "There is nothing here that you may see.")
    }

    pub(super) fn sign_in() -> Self {
        Self::new(
            StatusCode::UNAUTHORIZED,
            "Sign in with your mail address and a password that you made for this program in Rennsteig.",
        )
    }

    pub(super) fn too_often(words: &'static str, wait: SignedDuration) -> Self {
        Self { retry_after_seconds: Some(wait.as_secs()), ..Self::new(StatusCode::TOO_MANY_REQUESTS, words) }
    }
}

impl From<StorageError> for Refusal {
    fn from(error: StorageError) -> Self {
        Problem::from(error).into()
    }
}

impl From<Problem> for Refusal {
    fn from(problem: Problem) -> Self {
        let status = problem.code.status();
        let wait = (status == StatusCode::SERVICE_UNAVAILABLE).then_some(5);
        Self { retry_after_seconds: wait, ..Self::new(status, problem.words()) }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut xml = Xml::new("d:error");
        match (self.condition, &self.href) {
            (Some(condition), Some(href)) => xml.within(condition, |xml| xml.text("d:href", href)),
            (Some(condition), None) => xml.empty(condition),
            (None, _) => {}
        }
        xml.text("r:words", &self.words);
        let mut response = (self.status, xml.finish()).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/xml; charset=utf-8"));
        if self.status == StatusCode::UNAUTHORIZED {
            let ask = HeaderValue::from_static("Basic realm=\"Rennsteig\", charset=\"UTF-8\"");
            headers.insert(header::WWW_AUTHENTICATE, ask);
        }
        if let Some(seconds) = self.retry_after_seconds {
            headers.insert(header::RETRY_AFTER, HeaderValue::from(seconds));
        }
        response
    }
}
