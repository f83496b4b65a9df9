//! People with accounts.

pub(crate) mod add;
pub(crate) mod change;
pub(crate) mod fields;
pub(crate) mod find;

use domain::{Person, Role};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::answer::Instant;

/// A person as colleagues see them; administrators also see the rest.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PersonAnswer {
    id: Uuid,
    name: String,
    email: String,
    /// For administrators.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Vec<String>>, nullable = false, example = json!(["administrator", "room_manager"]))]
    roles: Option<Vec<Role>>,
    /// For administrators: `de` or `en`.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    locale: Option<String>,
    /// For administrators: the site where the person works, if one is named.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    site: Option<Uuid>,
    /// For administrators: since when the account is closed, if it is.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    disabled_at: Option<Instant>,
}

impl PersonAnswer {
    fn new(person: &Person, for_administrators: bool) -> Self {
        Self {
            id: person.id.as_uuid(),
            name: person.name.expose().clone(),
            email: person.email.expose().clone(),
            roles: for_administrators.then(|| person.roles.clone()),
            locale: for_administrators.then(|| person.locale.clone()),
            site: person.site.filter(|_| for_administrators).map(|site| site.as_uuid()),
            disabled_at: person.disabled_at.filter(|_| for_administrators).map(Instant),
        }
    }
}
