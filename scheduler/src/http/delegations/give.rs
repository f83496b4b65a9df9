use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use domain::policy::Action;
use domain::{Delegation, DelegationId, DelegationRight, PersonId};
use serde::Deserialize;
use utoipa::ToSchema;

use super::DelegationAnswer;
use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::answer::{Instant, Made};
use crate::http::once::Making;
use crate::http::problem::{Problem, ProblemBody};

/// Who shall be allowed what, for whom.
#[derive(Deserialize, ToSchema)]
pub(crate) struct DelegationBody {
    /// The person acted for; oneself if absent.
    #[schema(value_type = Option<Uuid>)]
    principal: Option<PersonId>,
    #[schema(value_type = Uuid)]
    delegate: PersonId,
    /// At least one.
    #[schema(value_type = Vec<String>, example = json!(["book"]))]
    rights: Vec<DelegationRight>,
    /// Open-ended if absent.
    valid_until: Option<Instant>,
}

/// Lets somebody act for oneself, or for a principal with the right to manage that. Replaces an
/// earlier delegation of the same pair.
#[utoipa::path(post, path = "/delegations", tag = "people", request_body = DelegationBody,
params(("Idempotency-Key" = Option<String>, Header, description = "Sent again within 24 hours: answered, not done again")),
responses(
    (status = 201, body = DelegationAnswer),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 422, description = "invalid, key_reused", body = ProblemBody),
))]
pub(crate) async fn give_delegation(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Making { body, once }: Making<DelegationBody>,
) -> Result<Response, Problem> {
    let principal = body.principal.unwrap_or(who.id());
    who.must(Action::DelegateFor(principal))?;
    if let Some(answer) = once.answered(&app, &who).await? {
        return Ok(answer);
    }
    let (now, mut rights) = (app.now(), body.rights);
    rights.sort();
    rights.dedup();
    if rights.is_empty() {
        return Err(Problem::invalid("rights", "at least one of see_busy, see_all, book, answer, manage"));
    }
    if body.delegate == principal {
        return Err(Problem::invalid("delegate", "somebody else than the principal"));
    }
    if body.valid_until.is_some_and(|until| until.0 <= now) {
        return Err(Problem::invalid("valid_until", "a time to come"));
    }
    let mut unit = app.store.begin().await?;
    if let Some(made) = once.begin(&app, &who, unit.as_mut()).await? {
        return Ok(made?.into_response());
    }
    let people = unit.people_by_id(&[principal, body.delegate]).await?;
    let has_account = |id| people.iter().any(|person| person.id == id && person.disabled_at.is_none());
    if !has_account(principal) {
        return Err(Problem::invalid("principal", "a person with an open account"));
    }
    if !has_account(body.delegate) {
        return Err(Problem::invalid("delegate", "a person with an open account"));
    }
    let given = unit.delegations_given(principal).await?;
    let earlier = given.iter().find(|one| one.delegate == body.delegate);
    let delegation = Delegation {
        id: earlier.map_or_else(|| DelegationId::from_uuid(app.new_id()), |one| one.id),
        principal,
        delegate: body.delegate,
        rights,
        valid_until: body.valid_until.map(|until| until.0),
    };
    unit.save_delegation(&delegation).await?;
    unit.add_audit(&who.entry_for(principal, now, "delegation.given", format!("delegation {}", delegation.id))).await?;
    let made = Made::new(&DelegationAnswer::new(&delegation, &people).ok_or_else(Problem::not_found)?);
    once.keep(&app, &who, unit.as_mut(), &made).await?;
    unit.commit().await?;
    Ok(made.into_response())
}

#[cfg(test)]
mod tests {
    use domain::Role;
    use serde_json::json;

    use crate::testing::Bench;

    #[tokio::test]
    async fn giving_again_replaces_and_both_sides_see_it() {
        let bench = Bench::new().await;
        let (boss, assistant) = (bench.person("Boss", &[]).await, bench.person("Assistant", &[]).await);
        let give = async |body| bench.post("/delegations").by(&boss).json(&body).await;
        let first = give(json!({ "delegate": assistant.id, "rights": ["book", "book"] })).await;
        assert_eq!(first.is(201).body["rights"], json!(["book"]));
        let until = json!({ "delegate": assistant.id, "rights": ["see_all"], "valid_until": "2026-12-24T00:00:00Z" });
        let second = give(until).await;
        assert_eq!(second.is(201).body["id"], first.body["id"]);
        let given = bench.get("/delegations").by(&boss).send().await;
        assert_eq!(given.is(200).body, json!({ "given": [second.body], "held": [] }));
        let held = bench.get("/delegations").by(&assistant).send().await;
        assert_eq!(held.body, json!({ "given": [], "held": [second.body] }));
    }

    #[tokio::test]
    async fn only_the_principal_a_manager_or_an_administrator_gives() {
        let bench = Bench::new().await;
        let (boss, assistant) = (bench.person("Boss", &[]).await, bench.person("Assistant", &[]).await);
        let admin = bench.person("Admin", &[Role::Administrator]).await;
        let body = json!({ "principal": boss.id, "delegate": admin.id, "rights": ["book"] });
        bench.post("/delegations").by(&assistant).json(&body).await.is_problem(403, "not_allowed");
        bench.delegate(&boss, &assistant, &["manage"]).await;
        bench.post("/delegations").by(&assistant).json(&body).await.is(201);
        bench.post("/delegations").by(&admin).json(&body).await.is(201);
        let entry = bench.audit().await.remove(0);
        assert_eq!((entry.actor, entry.on_behalf_of), (Some(admin.id), Some(boss.id)));
    }

    #[tokio::test]
    async fn what_makes_no_sense_is_refused_by_field() {
        let bench = Bench::new().await;
        let (boss, assistant) = (bench.person("Boss", &[]).await, bench.person("Assistant", &[]).await);
        for (body, field) in [
            (json!({ "delegate": assistant.id, "rights": [] }), "rights"),
            (json!({ "delegate": boss.id, "rights": ["book"] }), "delegate"),
            (json!({ "delegate": "019ab000-0000-7000-8000-000000000000", "rights": ["book"] }), "delegate"),
            (
                json!({ "delegate": assistant.id, "rights": ["book"], "valid_until": "2026-11-23T08:00:00Z" }),
                "valid_until",
            ),
        ] {
            let answer = bench.post("/delegations").by(&boss).json(&body).await;
            assert_eq!(answer.is_problem(422, "invalid").body["field"], field);
        }
    }
}
