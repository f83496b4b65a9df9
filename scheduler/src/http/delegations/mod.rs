//! Who may act for whom ("Vertretungen").

pub(crate) mod end;
pub(crate) mod give;
pub(crate) mod list;

use domain::{Delegation, DelegationRight, Person};
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::answer::{Instant, Named};

/// `delegate` may act for `principal`.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DelegationAnswer {
    id: Uuid,
    principal: Named,
    delegate: Named,
    #[schema(value_type = Vec<String>, example = json!(["see_busy", "see_all", "book", "answer", "manage"]))]
    rights: Vec<DelegationRight>,
    /// Open-ended if null.
    valid_until: Option<Instant>,
}

impl DelegationAnswer {
    /// None if one of the two is not among the people.
    fn new(delegation: &Delegation, people: &[Person]) -> Option<Self> {
        let named = |id| people.iter().find(|person| person.id == id).map(Named::from);
        Some(Self {
            id: delegation.id.as_uuid(),
            principal: named(delegation.principal)?,
            delegate: named(delegation.delegate)?,
            rights: delegation.rights.clone(),
            valid_until: delegation.valid_until.map(Instant),
        })
    }
}
