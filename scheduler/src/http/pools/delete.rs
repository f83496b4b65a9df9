use std::sync::Arc;

use axum::extract::State;
use domain::PoolId;
use domain::policy::Action;
use http::StatusCode;

use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::{Id, IfMatch};

/// Deletes a pool with everything that was counted and measured for it.
#[utoipa::path(delete, path = "/pools/{id}", tag = "capacity",
params(("id" = Uuid, Path), ("If-Match" = String, Header, description = "The ETag of what is deleted")),
responses(
    (status = 204, description = "Deleted"),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 404, description = "not_found", body = ProblemBody),
    (status = 412, description = "changed_meanwhile", body = ProblemBody),
    (status = 428, description = "if_match_required", body = ProblemBody),
))]
pub(crate) async fn delete_pool(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Id(id): Id<PoolId>,
    if_match: IfMatch,
) -> Result<StatusCode, Problem> {
    who.must(Action::ManageCapacity)?;
    let mut unit = app.store.begin().await?;
    let pools = unit.pools().await?;
    let pool = pools.iter().find(|pool| pool.id == id).ok_or_else(Problem::not_found)?;
    if_match.is(pool.version)?;
    unit.delete_pool(id).await?;
    unit.add_audit(&who.entry(app.now(), "pool.deleted", format!("pool {id}"))).await?;
    unit.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}
