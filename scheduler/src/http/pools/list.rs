use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::policy::Action;

use super::PoolAnswer;
use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::page::{Page, PageParams};
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::Params;

/// All pools, by name, page by page.
#[utoipa::path(get, path = "/pools", tag = "capacity", params(PageParams), responses(
    (status = 200, body = Page<PoolAnswer>),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 422, description = "invalid", body = ProblemBody),
))]
pub(crate) async fn list_pools(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Params(params): Params<PageParams>,
) -> Result<Json<Page<PoolAnswer>>, Problem> {
    who.must(Action::ManageCapacity)?;
    let pools = app.store.read().await?.pools().await?;
    params.of(pools.iter().map(PoolAnswer::from).collect(), |pool| pool.id).map(Json)
}
