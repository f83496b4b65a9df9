use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use cluster::Event;
use domain::policy::Action;
use domain::{PersonId, Private, Role, SiteId};
use serde::Deserialize;
use storage::StorageError;
use utoipa::ToSchema;

use super::{PersonAnswer, fields};
use crate::app::App;
use crate::closed_accounts;
use crate::http::actor::SignedIn;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::{Body, Id};

/// What shall change; absent fields stay.
#[derive(Deserialize, ToSchema)]
pub(crate) struct PersonChange {
    #[schema(value_type = Option<String>)]
    name: Option<Private<String>>,
    #[schema(value_type = Option<Vec<String>>, example = json!(["administrator"]))]
    roles: Option<Vec<Role>>,
    /// 12 to 128 characters. Ends all sessions of the person.
    #[schema(value_type = Option<String>, min_length = 12, max_length = 128)]
    password: Option<Private<String>>,
    /// `true` closes the account: its sessions, API tokens, passwords for calendar programs and calendar addresses end, and
    /// the person leaves every meeting. `false` opens it again, without them.
    disabled: Option<bool>,
    /// `de` or `en`.
    locale: Option<String>,
    /// The site where the person works; `null` for none.
    #[serde(default, deserialize_with = "given")]
    #[schema(value_type = Option<Uuid>)]
    site: Option<Option<SiteId>>,
}

/// Tells `null` from a field that is absent.
fn given<'de, D: serde::Deserializer<'de>>(field: D) -> Result<Option<Option<SiteId>>, D::Error> {
    Option::deserialize(field).map(Some)
}

/// Changes a person. Nobody can take the administrator's role from themselves or close their own
/// account: so there is always one left.
#[utoipa::path(patch, path = "/people/{id}", tag = "people", params(("id" = Uuid, Path)), request_body = PersonChange,
responses(
    (status = 200, body = PersonAnswer),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 404, description = "not_found", body = ProblemBody),
    (status = 422, description = "invalid", body = ProblemBody),
))]
pub(crate) async fn change_person(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Id(id): Id<PersonId>,
    Body(change): Body<PersonChange>,
) -> Result<Json<PersonAnswer>, Problem> {
    who.must(Action::ManagePeople)?;
    if id == who.id() {
        refuse_locking_oneself_out(&change)?;
    }
    let password_hash = match &change.password {
        Some(password) => {
            fields::check_password(password)?;
            let turn = app.passwords.turn().await.map_err(|_| Problem::unavailable())?;
            Some(app.passwords.hash(&turn, password, app.randomness.as_ref()).await)
        }
        None => None,
    };
    let now = app.now();
    let mut unit = app.store.begin().await?;
    let mut person = unit.person(id).await?.ok_or_else(Problem::not_found)?;
    if let Some(name) = &change.name {
        person.name = fields::name(name)?;
    }
    if let Some(roles) = change.roles {
        person.roles = fields::roles(roles);
    }
    if let Some(locale) = &change.locale {
        person.locale = fields::locale(locale)?;
    }
    if let Some(site) = change.site
        && site != person.site
    {
        fields::site(unit.as_mut(), site).await?;
        person.site = site;
        unit.note_capacity_change(now).await?;
    }
    if let Some(disabled) = change.disabled {
        person.disabled_at = disabled.then(|| person.disabled_at.unwrap_or(now));
    }
    if change.disabled == Some(true) {
        unit.end_access_of(id).await?;
    } else if password_hash.is_some() {
        unit.end_sessions_of(id).await?;
    }
    person.password_hash = password_hash.or(person.password_hash);
    unit.save_person(&person).await.map_err(|error| match error {
        // It was erased: its number is all that is left.
        StorageError::Conflict(_) => Problem::not_found(),
        other => other.into(),
    })?;
    unit.add_audit(&who.entry(now, "person.changed", format!("person {id}"))).await?;
    unit.commit().await?;
    match person.disabled_at {
        Some(closed_at) => {
            if let Err(error) = closed_accounts::shut_out(&app, id, closed_at).await {
                tracing::warn!(%error, "who is in a meeting leaves it once the cluster is back");
            }
        }
        None => app.publish(Event::AccessChanged { person: id }).await,
    }
    Ok(Json(PersonAnswer::new(&person, true)))
}

fn refuse_locking_oneself_out(change: &PersonChange) -> Result<(), Problem> {
    if change.disabled == Some(true) {
        return Err(Problem::invalid("disabled", "another administrator closes your account"));
    }
    if change.roles.as_ref().is_some_and(|roles| !roles.contains(&Role::Administrator)) {
        return Err(Problem::invalid("roles", "another administrator takes your role"));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use cluster::{Cluster, TokenFacts};
    use domain::Role;
    use http::Method;
    use serde_json::json;
    use tokio::time::timeout;

    use crate::Scheduler;
    use crate::dav::testing::Program;
    use crate::testing::{Bench, Caller};

    async fn bench() -> (Bench, Caller, Caller) {
        let bench = Bench::new().await;
        let admin = bench.person("Admin", &[Role::Administrator]).await;
        let anna = bench.person("Anna", &[]).await;
        (bench, admin, anna)
    }

    #[tokio::test]
    async fn an_administrator_changes_what_is_named_and_nothing_else() {
        let (bench, admin, anna) = bench().await;
        let path = format!("/people/{}", anna.id);
        let answer = bench.ask(Method::PATCH, &path).by(&admin).json(&json!({ "roles": ["room_manager"] })).await;
        assert_eq!(answer.is(200).body["roles"], json!(["room_manager"]));
        assert_eq!(answer.body["name"], "Anna");
        bench.get("/session").by(&anna).send().await.is(200);
    }

    #[tokio::test]
    async fn a_new_password_ends_all_sessions_and_opens_new_ones() {
        let (bench, admin, anna) = bench().await;
        let path = format!("/people/{}", anna.id);
        let change = json!({ "password": "ganz neu und lang" });
        bench.ask(Method::PATCH, &path).by(&admin).json(&change).await.is(200);
        bench.get("/session").by(&anna).send().await.is_problem(401, "sign_in_required");
        let body = json!({ "email": "anna@example.org", "password": "ganz neu und lang" });
        bench.post("/session").json(&body).await.is(200);
    }

    /// Would this person get into a meeting that nobody has booked here?
    async fn is_shut_out(bench: &Bench, of: &Caller) -> bool {
        let token = TokenFacts {
            meeting: "anywhere".parse().expect("a name"),
            identity: of.id.into(),
            token_id: None,
            issued_at: domain::Clock::now(bench.clock.as_ref()),
        };
        bench.cluster.revocations.is_revoked(&token, token.issued_at).await.expect("a list")
    }

    #[tokio::test]
    async fn who_has_no_account_any_more_is_shut_out_at_once_and_comes_back_without_old_secrets() {
        let (bench, admin, anna) = bench().await;
        let program = Program::new(&bench, &anna).await;
        let made = bench.post("/api-tokens").by(&anna).json(&json!({ "label": "Skript", "days": 30 })).await;
        let bearer = format!("Bearer {}", made.is(201).body["token"].as_str().expect("a secret"));
        let feed = bench.post("/calendar-feeds").by(&anna).json(&json!({})).await;
        let address = feed.is(201).body["url"].as_str().expect("an address").to_owned();
        let feed = address.split_once("/api/v1").expect("one of ours").1.to_owned();
        let mut changes = bench.get("/changes").by(&anna).stream().await;
        changes.next().await.expect("it opens");
        assert!(!is_shut_out(&bench, &anna).await);

        let set = async |disabled: bool| {
            let path = format!("/people/{}", anna.id);
            bench.ask(Method::PATCH, &path).by(&admin).json(&json!({ "disabled": disabled })).await.is(200);
        };
        set(true).await;
        let over = timeout(Duration::from_secs(5), changes.next()).await;
        assert_eq!(over.expect("the stream ends at once"), None);
        assert!(is_shut_out(&bench, &anna).await);
        for is_open in [false, true] {
            bench.get("/session").by(&anna).send().await.is_problem(401, "sign_in_required");
            bench.get("/session").header("authorization", &bearer).send().await.is_problem(401, "sign_in_required");
            program.find(&program.calendar(&anna), "0", "<displayname/>").await.is(401);
            bench.get(&feed).send().await.is_problem(404, "not_found");
            if !is_open {
                bench.clock.advance(jiff::SignedDuration::from_secs(2));
                set(false).await;
            }
        }
        let anna = bench.signed_in(anna.id).await;
        bench.get("/session").by(&anna).send().await.is(200);
        assert!(!is_shut_out(&bench, &anna).await, "a token that is issued now is good");
    }

    #[tokio::test]
    async fn an_account_that_another_process_closed_is_noticed() {
        let (bench, _, anna) = bench().await;
        let mut changes = bench.get("/changes").by(&anna).stream().await;
        changes.next().await.expect("it opens");
        // A command beside the server has a cluster of its own.
        let beside = Scheduler::new(
            bench.scheduler.app.config.clone(),
            bench.store.clone(),
            Cluster::in_process(),
            bench.clock.clone(),
            bench.randomness.clone(),
        );
        assert_eq!(bench.scheduler.shut_out_closed().await.expect("both are there"), 0);
        beside.erase_person(&"anna@example.org".into()).await.expect("she has an account");
        assert!(!is_shut_out(&bench, &anna).await);
        assert_eq!(bench.scheduler.shut_out_closed().await.expect("both are there"), 1);
        assert!(is_shut_out(&bench, &anna).await);
        let over = timeout(Duration::from_secs(5), changes.next()).await;
        assert_eq!(over.expect("the stream ends at once"), None);
        assert_eq!(bench.scheduler.shut_out_closed().await.expect("both are there"), 0, "once is enough");
    }

    #[tokio::test]
    async fn nobody_locks_themselves_out_and_others_change_nobody() {
        let (bench, admin, anna) = bench().await;
        let own = format!("/people/{}", admin.id);
        for change in [json!({ "disabled": true }), json!({ "roles": [] })] {
            bench.ask(Method::PATCH, &own).by(&admin).json(&change).await.is_problem(422, "invalid");
        }
        bench.ask(Method::PATCH, &own).by(&anna).json(&json!({ "name": "X" })).await.is_problem(403, "not_allowed");
        let nobody = "/people/019ab000-0000-7000-8000-000000000000";
        bench.ask(Method::PATCH, nobody).by(&admin).json(&json!({})).await.is_problem(404, "not_found");
    }
}
