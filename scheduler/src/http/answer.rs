//! What answers are made of.

use axum::Json;
use axum::response::{IntoResponse, Response};
use domain::{BookingId, Person};
use http::{HeaderValue, StatusCode, header};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// An instant in UTC: `2026-11-24T08:30:00Z`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[schema(value_type = String, format = DateTime, example = "2026-11-24T08:30:00Z")]
#[serde(transparent)]
pub(crate) struct Instant(pub(crate) Timestamp);

/// A person by name.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Named {
    pub(crate) id: Uuid,
    pub(crate) name: String,
}

impl From<&Person> for Named {
    fn from(person: &Person) -> Self {
        Self { id: person.id.as_uuid(), name: person.name.expose().clone() }
    }
}

/// A list.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct Items<T> {
    pub(crate) items: Vec<T>,
}

impl<T> FromIterator<T> for Items<T> {
    fn from_iter<I: IntoIterator<Item = T>>(items: I) -> Self {
        Self { items: items.into_iter().collect() }
    }
}

/// The answer to a request that made something: 201, and its JSON as it is sent.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Made {
    location: Option<String>,
    version: Option<i64>,
    body: String,
}

impl Made {
    pub(crate) fn new(body: &impl Serialize) -> Self {
        let body = serde_json::to_string(body).expect("answers are plain JSON");
        Self { location: None, version: None, body }
    }

    /// The same for something with an ETag.
    pub(crate) fn versioned(version: i64, body: &impl Serialize) -> Self {
        Self { version: Some(version), ..Self::new(body) }
    }

    /// A booking made just now, and where it is found.
    pub(crate) fn booking(id: BookingId, body: &impl Serialize) -> Self {
        Self { location: Some(format!("/api/v1/bookings/{id}")), ..Self::versioned(1, body) }
    }
}

impl IntoResponse for Made {
    fn into_response(self) -> Response {
        let mut response = (StatusCode::CREATED, self.body).into_response();
        let headers = response.headers_mut();
        headers.insert(header::CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(location) = self.location {
            let location = HeaderValue::from_str(&location).expect("a path of ids is visible ASCII");
            headers.insert(header::LOCATION, location);
        }
        if let Some(version) = self.version {
            headers.insert(header::ETAG, tag(version));
        }
        response
    }
}

/// An answer that names the version it shows.
pub(crate) fn versioned(status: StatusCode, version: i64, body: impl Serialize) -> Response {
    (status, [(header::ETAG, tag(version))], Json(body)).into_response()
}

fn tag(version: i64) -> HeaderValue {
    HeaderValue::from_str(&format!("\"{version}\"")).expect("digits are visible ASCII")
}
