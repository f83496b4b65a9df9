use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::policy::Action;

use super::SiteAnswer;
use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::page::{Page, PageParams};
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::Params;

/// All sites, by name, page by page.
#[utoipa::path(get, path = "/sites", tag = "capacity", params(PageParams), responses(
    (status = 200, body = Page<SiteAnswer>),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 422, description = "invalid", body = ProblemBody),
))]
pub(crate) async fn list_sites(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Params(params): Params<PageParams>,
) -> Result<Json<Page<SiteAnswer>>, Problem> {
    who.must(Action::ManageCapacity)?;
    let sites = app.store.read().await?.sites().await?;
    params.of(sites.iter().map(SiteAnswer::from).collect(), |site| site.id).map(Json)
}
