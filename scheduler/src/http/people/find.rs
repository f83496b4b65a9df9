use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::policy::Action;
use serde::Deserialize;
use utoipa::IntoParams;

use super::PersonAnswer;
use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::answer::Items;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::Params;

/// Most people answered at once.
const MOST: u32 = 100;

/// Whom to find.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct FindParams {
    /// Part of the name or mail address; everybody if empty.
    #[serde(default)]
    search: String,
    /// 1 to 100; 20 if absent.
    limit: Option<u32>,
}

/// Finds people by part of their name or mail address, by name. Closed accounts only for administrators.
#[utoipa::path(get, path = "/people", tag = "people", params(FindParams), responses(
    (status = 200, body = Items<PersonAnswer>),
    (status = 401, description = "sign_in_required", body = ProblemBody),
))]
pub(crate) async fn find_people(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Params(params): Params<FindParams>,
) -> Result<Json<Items<PersonAnswer>>, Problem> {
    who.must(Action::FindPeople)?;
    let limit = params.limit.unwrap_or(20);
    if !(1..=MOST).contains(&limit) {
        return Err(Problem::invalid("limit", "1 to 100"));
    }
    let people = app.store.read().await?.find_people(params.search.trim(), None, limit).await?;
    let manages = who.may(Action::ManagePeople);
    let visible = people.iter().filter(|person| manages || person.disabled_at.is_none());
    Ok(Json(visible.map(|person| PersonAnswer::new(person, manages)).collect()))
}
