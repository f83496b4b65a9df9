use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::policy::Action;
use domain::{Delegation, DelegationId, DelegationRight, PersonId};
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;

use super::DelegationAnswer;
use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::answer::Instant;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::Body;

/// Who shall be allowed what, for whom.
#[derive(Deserialize, ToSchema)]
pub(crate) struct DelegationBody {
    /// The person acted for; oneself if absent.
    #[schema(value_type = Option<Uuid>)]
    principal: Option<PersonId>,
    #[schema(value_type = Uuid)]
    delegate: PersonId,
    /// At least one.
    #[schema(value_type = Vec<String>, example = json!(["book"]))]
    rights: Vec<DelegationRight>,
    /// Open-ended if absent.
    valid_until: Option<Instant>,
}

/// Lets somebody act for oneself, or for a principal with the right to manage that. Replaces an
/// earlier delegation of the same pair.
#[utoipa::path(post, path = "/delegations", tag = "people", request_body = DelegationBody, responses(
    (status = 201, body = DelegationAnswer),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 422, description = "invalid", body = ProblemBody),
))]
pub(crate) async fn give_delegation(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Body(body): Body<DelegationBody>,
) -> Result<(StatusCode, Json<DelegationAnswer>), Problem> {
    let principal = body.principal.unwrap_or(who.id());
    who.must(Action::DelegateFor(principal))?;
    let (now, mut rights) = (app.now(), body.rights);
    rights.sort();
    rights.dedup();
    if rights.is_empty() {
        return Err(Problem::invalid("rights", "at least one of see_busy, see_all, book, answer, manage"));
    }
    if body.delegate == principal {
        return Err(Problem::invalid("delegate", "somebody else than the principal"));
    }
    if body.valid_until.is_some_and(|until| until.0 <= now) {
        return Err(Problem::invalid("valid_until", "a time to come"));
    }
    let mut unit = app.store.begin().await?;
    let people = unit.people_by_id(&[principal, body.delegate]).await?;
    let has_account = |id| people.iter().any(|person| person.id == id && person.disabled_at.is_none());
    if !has_account(principal) {
        return Err(Problem::invalid("principal", "a person with an open account"));
    }
    if !has_account(body.delegate) {
        return Err(Problem::invalid("delegate", "a person with an open account"));
    }
    let given = unit.delegations_given(principal).await?;
    let earlier = given.iter().find(|one| one.delegate == body.delegate);
    let delegation = Delegation {
        id: earlier.map_or_else(|| DelegationId::from_uuid(app.new_id()), |one| one.id),
        principal,
        delegate: body.delegate,
        rights,
        valid_until: body.valid_until.map(|until| until.0),
    };
    unit.save_delegation(&delegation).await?;
    unit.add_audit(&who.entry_for(principal, now, "delegation.given", format!("delegation {}", delegation.id))).await?;
    unit.commit().await?;
    let answer = DelegationAnswer::new(&delegation, &people).ok_or_else(Problem::not_found)?;
    Ok((StatusCode::CREATED, Json(answer)))
}
