use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use domain::PoolId;
use domain::capacity::{MOST_POOLS, OnOverrun, Pool, PoolKind};
use domain::policy::Action;

use super::{PoolAnswer, PoolBody};
use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::answer::Made;
use crate::http::once::Making;
use crate::http::problem::{Problem, ProblemBody};

/// Adds a pool. What is booked already is counted for it within minutes.
#[utoipa::path(post, path = "/pools", tag = "capacity", request_body = PoolBody,
params(("Idempotency-Key" = Option<String>, Header, description = "Sent again within 24 hours: answered, not done again")),
responses(
    (status = 201, body = PoolAnswer, headers(("ETag" = String))),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 409, description = "already_exists: the name is taken", body = ProblemBody),
    (status = 422, description = "invalid, key_reused", body = ProblemBody),
))]
pub(crate) async fn add_pool(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Making { body, once }: Making<PoolBody>,
) -> Result<Response, Problem> {
    who.must(Action::ManageCapacity)?;
    if let Some(answer) = once.answered(&app, &who).await? {
        return Ok(answer);
    }
    let mut pool = Pool {
        id: PoolId::from_uuid(app.new_id()),
        kind: PoolKind::Uplink,
        name: String::new(),
        limit_mbps: None,
        limit_people: None,
        on_overrun: OnOverrun::Warn,
        version: 1,
    };
    body.write(&mut pool)?;
    let mut unit = app.store.begin().await?;
    if let Some(made) = once.begin(&app, &who, unit.as_mut()).await? {
        return Ok(made?.into_response());
    }
    if unit.pools().await?.len() >= MOST_POOLS {
        return Err(Problem::invalid("name", "up to 200 pools: delete one first"));
    }
    unit.add_pool(&pool).await.map_err(super::name_taken)?;
    unit.note_capacity_change(app.now()).await?;
    unit.add_audit(&who.entry(app.now(), "pool.created", format!("pool {}", pool.id))).await?;
    let made = Made::versioned(pool.version, &PoolAnswer::from(&pool));
    once.keep(&app, &who, unit.as_mut(), &made).await?;
    unit.commit().await?;
    Ok(made.into_response())
}
