use std::sync::Arc;

use axum::extract::State;
use domain::DelegationId;
use domain::policy::Action;
use http::StatusCode;

use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::Id;

/// Ends a delegation: the principal, the delegate, or who may manage it.
#[utoipa::path(delete, path = "/delegations/{id}", tag = "people", params(("id" = Uuid, Path)), responses(
    (status = 204, description = "Ended"),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 404, description = "not_found", body = ProblemBody),
))]
pub(crate) async fn end_delegation(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Id(id): Id<DelegationId>,
) -> Result<StatusCode, Problem> {
    let mut unit = app.store.begin().await?;
    let delegation = unit.delegation(id).await?.ok_or_else(Problem::not_found)?;
    let action = Action::EndDelegation { principal: delegation.principal, delegate: delegation.delegate };
    if !who.may(action) {
        return Err(Problem::not_found());
    }
    unit.end_delegation(id).await?;
    unit.add_audit(&who.entry_for(delegation.principal, app.now(), "delegation.ended", format!("delegation {id}")))
        .await?;
    unit.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
