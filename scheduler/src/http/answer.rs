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

/// A booking made just now, and where it is found.
pub(crate) fn created(id: BookingId, body: impl Serialize) -> Response {
    let location = format!("/api/v1/bookings/{id}");
    let location = HeaderValue::from_str(&location).expect("a path of ids is visible ASCII");
    ([(header::LOCATION, location)], versioned(StatusCode::CREATED, 1, body)).into_response()
}

/// An answer that names the version it shows.
pub(crate) fn versioned(status: StatusCode, version: i64, body: impl Serialize) -> Response {
    let tag = HeaderValue::from_str(&format!("\"{version}\"")).expect("digits are visible ASCII");
    (status, [(header::ETAG, tag)], Json(body)).into_response()
}
