use std::sync::Arc;

use axum::extract::State;
use cluster::Event;
use domain::DelegationId;
use domain::policy::Action;
use http::StatusCode;

use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::Id;

/// Ends a delegation: the principal, the delegate, or who may manage it.
#[utoipa::path(delete, path = "/delegations/{id}", tag = "people", params(("id" = Uuid, Path)), responses(
    (status = 204, description = "Ended"),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 404, description = "not_found", body = ProblemBody),
))]
pub(crate) async fn end_delegation(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Id(id): Id<DelegationId>,
) -> Result<StatusCode, Problem> {
    let mut unit = app.store.begin().await?;
    let delegation = unit.delegation(id).await?.ok_or_else(Problem::not_found)?;
    let action = Action::EndDelegation { principal: delegation.principal, delegate: delegation.delegate };
    if !who.may(action) {
        return Err(Problem::not_found());
    }
    unit.end_delegation(id).await?;
    unit.add_audit(&who.entry_for(delegation.principal, app.now(), "delegation.ended", format!("delegation {id}")))
        .await?;
    unit.commit().await?;
    app.publish(Event::AccessChanged { person: delegation.delegate }).await;
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::{Bench, booking};

    #[tokio::test]
    async fn either_side_ends_it_and_the_rights_are_gone_at_once() {
        let bench = Bench::new().await;
        let (boss, assistant) = (bench.person("Boss", &[]).await, bench.person("Assistant", &[]).await);
        let stranger = bench.person("Stranger", &[]).await;
        for by in [&boss, &assistant] {
            bench.delegate(&boss, &assistant, &["book"]).await;
            let held = bench.get("/delegations").by(&assistant).send().await;
            let path = format!("/delegations/{}", held.body["held"][0]["id"].as_str().expect("an id"));
            bench.delete(&path).by(&stranger).send().await.is_problem(404, "not_found");
            bench.delete(&path).by(by).send().await.is(204);
            bench.delete(&path).by(by).send().await.is_problem(404, "not_found");
            let body = booking(json!({ "organiser": boss.id }));
            bench.post("/bookings").by(&assistant).json(&body).await.is_problem(403, "not_allowed");
        }
    }
}
