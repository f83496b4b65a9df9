//! Passwords for calendar programs: one for each, shown once, good for the calendar and nothing else.

pub(crate) mod end;
pub(crate) mod list;
pub(crate) mod make;

use jiff::civil::Date;
use jiff::tz::TimeZone;
use serde::Serialize;
use storage::AppPassword;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::http::answer::Instant;

/// A password for a calendar program, without the password.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AppPasswordAnswer {
    id: Uuid,
    label: String,
    created_at: Instant,
    /// The day (UTC) it was last used on; absent if it never was.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = String, format = Date, nullable = false, required = false)]
    used_on: Option<Date>,
}

impl From<&AppPassword> for AppPasswordAnswer {
    fn from(password: &AppPassword) -> Self {
        Self {
            id: password.id.as_uuid(),
            label: password.label.clone(),
            created_at: Instant(password.created_at),
            used_on: password.used_day.map(|day| TimeZone::UTC.to_datetime(day).date()),
        }
    }
}

#[cfg(test)]
mod tests;
