use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::PersonId;
use serde::Serialize;
use utoipa::ToSchema;

use super::DelegationAnswer;
use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::problem::{Problem, ProblemBody};

/// Both directions.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DelegationsAnswer {
    /// Who may act for me.
    given: Vec<DelegationAnswer>,
    /// For whom I may act.
    held: Vec<DelegationAnswer>,
}

/// One's own delegations, those given and those held; also those that have run out.
#[utoipa::path(get, path = "/delegations", tag = "people", responses(
    (status = 200, body = DelegationsAnswer),
    (status = 401, description = "sign_in_required", body = ProblemBody),
))]
pub(crate) async fn list_delegations(
    State(app): State<Arc<App>>,
    who: SignedIn,
) -> Result<Json<DelegationsAnswer>, Problem> {
    let mut unit = app.store.read().await?;
    let given = unit.delegations_given(who.id()).await?;
    let held = &who.actor.delegations;
    let ids: Vec<PersonId> = given.iter().chain(held).flat_map(|one| [one.principal, one.delegate]).collect();
    let people = unit.people_by_id(&ids).await?;
    Ok(Json(DelegationsAnswer {
        given: given.iter().filter_map(|one| DelegationAnswer::new(one, &people)).collect(),
        held: held.iter().filter_map(|one| DelegationAnswer::new(one, &people)).collect(),
    }))
}
