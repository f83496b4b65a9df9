use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::SiteId;
use domain::policy::Action;
use http::StatusCode;

use super::{SiteAnswer, SiteBody};
use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::answer::versioned;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::{Body, Id, IfMatch};

/// Changes a site. What is booked already is counted anew within minutes.
#[utoipa::path(put, path = "/sites/{id}", tag = "capacity", request_body = SiteBody,
params(("id" = Uuid, Path), ("If-Match" = String, Header, description = "The ETag the change starts from")),
responses(
    (status = 200, body = SiteAnswer, headers(("ETag" = String))),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 404, description = "not_found", body = ProblemBody),
    (status = 409, description = "already_exists: the name is taken", body = ProblemBody),
    (status = 412, description = "changed_meanwhile", body = ProblemBody),
    (status = 422, description = "invalid", body = ProblemBody),
    (status = 428, description = "if_match_required", body = ProblemBody),
))]
pub(crate) async fn change_site(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Id(id): Id<SiteId>,
    if_match: IfMatch,
    Body(body): Body<SiteBody>,
) -> Result<Response, Problem> {
    who.must(Action::ManageCapacity)?;
    let mut unit = app.store.begin().await?;
    let all = unit.sites().await?;
    let mut site = all.iter().find(|site| site.id == id).cloned().ok_or_else(Problem::not_found)?;
    if_match.is(site.version)?;
    let pools = unit.pools().await?;
    body.write(&mut site, &pools)?;
    if all.iter().any(|other| other.id != id && other.name == site.name) {
        return Err(super::name_taken(storage::StorageError::Conflict("site name")));
    }
    site.version += 1;
    unit.save_site(&site).await?;
    unit.note_capacity_change(app.now()).await?;
    unit.add_audit(&who.entry(app.now(), "site.changed", format!("site {id}"))).await?;
    unit.commit().await?;
    Ok(versioned(StatusCode::OK, site.version, SiteAnswer::from(&site)))
}
