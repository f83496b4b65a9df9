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

#[cfg(test)]
mod tests {
    use domain::Role;
    use http::Method;
    use serde_json::json;

    use crate::testing::Bench;

    #[tokio::test]
    async fn people_are_found_by_part_of_their_name_and_closed_accounts_by_administrators_only() {
        let bench = Bench::new().await;
        let admin = bench.person("Admin", &[Role::Administrator]).await;
        let (anna, closed) = (bench.person("Anna Berg", &[]).await, bench.person("Bergmann Uwe", &[]).await);
        let path = format!("/people/{}", closed.id);
        bench.ask(Method::PATCH, &path).by(&admin).json(&json!({ "disabled": true })).await.is(200);
        let found = bench.get("/people?search=berg").by(&anna).send().await;
        let expected = json!([{ "id": anna.id, "name": "Anna Berg", "email": "anna.berg@example.org" }]);
        assert_eq!(found.is(200).body["items"], expected);
        let found = bench.get("/people?search=BERG&limit=100").by(&admin).send().await;
        assert_eq!(found.body["items"].as_array().map(Vec::len), Some(2));
        assert_eq!(found.body["items"][1]["disabled_at"], "2026-11-23T08:00:00Z");
    }

    #[tokio::test]
    async fn the_limit_is_limited() {
        let bench = Bench::new().await;
        let anna = bench.person("Anna", &[]).await;
        bench.get("/people?limit=0").by(&anna).send().await.is_problem(422, "invalid");
        bench.get("/people?limit=101").by(&anna).send().await.is_problem(422, "invalid");
        bench.get("/people?limit=many").by(&anna).send().await.is_problem(400, "malformed");
    }
}
