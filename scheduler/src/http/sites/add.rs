use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use domain::SiteId;
use domain::capacity::{MOST_SITES, Site};
use domain::policy::Action;

use super::{SiteAnswer, SiteBody};
use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::answer::Made;
use crate::http::once::Making;
use crate::http::problem::{Problem, ProblemBody};

/// Adds a site. What is booked already is counted anew within minutes.
#[utoipa::path(post, path = "/sites", tag = "capacity", request_body = SiteBody,
params(("Idempotency-Key" = Option<String>, Header, description = "Sent again within 24 hours: answered, not done again")),
responses(
    (status = 201, body = SiteAnswer, headers(("ETag" = String))),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 409, description = "already_exists: the name is taken", body = ProblemBody),
    (status = 422, description = "invalid, key_reused", body = ProblemBody),
))]
pub(crate) async fn add_site(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Making { body, once }: Making<SiteBody>,
) -> Result<Response, Problem> {
    who.must(Action::ManageCapacity)?;
    if let Some(answer) = once.answered(&app, &who).await? {
        return Ok(answer);
    }
    let mut site = Site {
        id: SiteId::from_uuid(app.new_id()),
        name: String::new(),
        networks: Vec::new(),
        pools: Vec::new(),
        is_default: false,
        version: 1,
    };
    let mut unit = app.store.begin().await?;
    if let Some(made) = once.begin(&app, &who, unit.as_mut()).await? {
        return Ok(made?.into_response());
    }
    let pools = unit.pools().await?;
    body.write(&mut site, &pools)?;
    if unit.sites().await?.len() >= MOST_SITES {
        return Err(Problem::invalid("name", "up to 1,000 sites: delete one first"));
    }
    unit.add_site(&site).await.map_err(super::name_taken)?;
    unit.note_capacity_change(app.now()).await?;
    unit.add_audit(&who.entry(app.now(), "site.created", format!("site {}", site.id))).await?;
    let made = Made::versioned(site.version, &SiteAnswer::from(&site));
    once.keep(&app, &who, unit.as_mut(), &made).await?;
    unit.commit().await?;
    Ok(made.into_response())
}
