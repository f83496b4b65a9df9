use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::PoolId;
use domain::policy::Action;
use http::StatusCode;

use super::{PoolAnswer, PoolBody};
use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::answer::versioned;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::{Body, Id, IfMatch};

/// Changes a pool. Bookings that are there stay, whatever the limit is now.
#[utoipa::path(put, path = "/pools/{id}", tag = "capacity", request_body = PoolBody,
params(("id" = Uuid, Path), ("If-Match" = String, Header, description = "The ETag the change starts from")),
responses(
    (status = 200, body = PoolAnswer, headers(("ETag" = String))),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 404, description = "not_found", body = ProblemBody),
    (status = 409, description = "already_exists: the name is taken", body = ProblemBody),
    (status = 412, description = "changed_meanwhile", body = ProblemBody),
    (status = 422, description = "invalid", body = ProblemBody),
    (status = 428, description = "if_match_required", body = ProblemBody),
))]
pub(crate) async fn change_pool(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Id(id): Id<PoolId>,
    if_match: IfMatch,
    Body(body): Body<PoolBody>,
) -> Result<Response, Problem> {
    who.must(Action::ManageCapacity)?;
    let mut unit = app.store.begin().await?;
    let all = unit.pools().await?;
    let mut pool = all.iter().find(|pool| pool.id == id).cloned().ok_or_else(Problem::not_found)?;
    if_match.is(pool.version)?;
    let kind = pool.kind;
    body.write(&mut pool)?;
    if all.iter().any(|other| other.id != id && other.name == pool.name) {
        return Err(super::name_taken(storage::StorageError::Conflict("pool name")));
    }
    pool.version += 1;
    unit.save_pool(&pool).await?;
    if pool.kind != kind {
        unit.note_capacity_change(app.now()).await?;
    }
    unit.add_audit(&who.entry(app.now(), "pool.changed", format!("pool {id}"))).await?;
    unit.commit().await?;
    Ok(versioned(StatusCode::OK, pool.version, PoolAnswer::from(&pool)))
}
