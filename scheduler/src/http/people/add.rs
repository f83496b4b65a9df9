use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use domain::policy::Action;
use domain::{Person, PersonId, Private, Role, SiteId};
use serde::Deserialize;
use storage::StorageError;
use utoipa::ToSchema;

use super::{PersonAnswer, fields};
use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::answer::Made;
use crate::http::once::Making;
use crate::http::problem::{Code, Problem, ProblemBody};

/// A new person.
#[derive(Deserialize, ToSchema)]
pub(crate) struct NewPersonBody {
    #[schema(value_type = String)]
    name: Private<String>,
    #[schema(value_type = String)]
    email: Private<String>,
    /// 12 to 128 characters.
    #[schema(value_type = String, min_length = 12, max_length = 128)]
    password: Private<String>,
    #[serde(default)]
    #[schema(value_type = Vec<String>, example = json!(["room_manager"]))]
    roles: Vec<Role>,
    /// `de` (if absent) or `en`.
    locale: Option<String>,
    /// The site where the person works.
    #[schema(value_type = Option<Uuid>)]
    site: Option<SiteId>,
}

/// Adds a person.
#[utoipa::path(post, path = "/people", tag = "people", request_body = NewPersonBody,
params(("Idempotency-Key" = Option<String>, Header, description = "Sent again within 24 hours: answered, not done again")),
responses(
    (status = 201, body = PersonAnswer),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 409, description = "already_exists: the mail address is taken", body = ProblemBody),
    (status = 422, description = "invalid, key_reused", body = ProblemBody),
))]
pub(crate) async fn add_person(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Making { body, once }: Making<NewPersonBody>,
) -> Result<Response, Problem> {
    who.must(Action::ManagePeople)?;
    if let Some(answer) = once.answered(&app, &who).await? {
        return Ok(answer);
    }
    let (name, email) = (fields::name(&body.name)?, fields::email(&body.email)?);
    let locale = fields::locale(body.locale.as_deref().unwrap_or("de"))?;
    fields::check_password(&body.password)?;
    let turn = app.passwords.turn().await.map_err(|_| Problem::unavailable())?;
    let password_hash = app.passwords.hash(&turn, &body.password, app.randomness.as_ref()).await;
    drop(turn);

    let person = Person {
        id: PersonId::from_uuid(app.new_id()),
        name,
        email,
        password_hash: Some(password_hash),
        roles: fields::roles(body.roles),
        locale,
        site: body.site,
        disabled_at: None,
        created_at: app.now(),
    };
    let mut unit = app.store.begin().await?;
    if let Some(made) = once.begin(&app, &who, unit.as_mut()).await? {
        return Ok(made?.into_response());
    }
    fields::site(unit.as_mut(), person.site).await?;
    unit.add_person(&person).await.map_err(|error| match error {
        StorageError::Conflict(_) => {
            Problem::new(Code::AlreadyExists, "There is an account with this mail address.").with_field("email")
        }
        error => error.into(),
    })?;
    unit.add_audit(&who.entry(app.now(), "person.created", format!("person {}", person.id))).await?;
    let made = Made::new(&PersonAnswer::new(&person, true));
    once.keep(&app, &who, unit.as_mut(), &made).await?;
    unit.commit().await?;
    Ok(made.into_response())
}

#[cfg(test)]
mod tests {
    use domain::Role;
    use serde_json::{Value, json};

    use crate::testing::Bench;

    fn body() -> Value {
        json!({
            "name": "Sabine Krämer", "email": "Sabine@Example.org", "password": "lang genug bestimmt",
            "roles": ["room_manager"], "locale": "en",
        })
    }

    #[tokio::test]
    async fn an_administrator_adds_people_and_the_trail_says_so_without_names() {
        let bench = Bench::new().await;
        let admin = bench.person("Admin", &[Role::Administrator]).await;
        let answer = bench.post("/people").by(&admin).json(&body()).await;
        assert_eq!(answer.is(201).body["email"], "sabine@example.org");
        assert_eq!(answer.body["roles"], json!(["room_manager"]));
        let entry = bench.audit().await.remove(0);
        assert_eq!((entry.action.as_str(), entry.actor), ("person.created", Some(admin.id)));
        assert_eq!(entry.subject, format!("person {}", answer.body["id"].as_str().expect("an id")));
        let again = bench.post("/people").by(&admin).json(&body()).await;
        assert_eq!(again.is_problem(409, "already_exists").body["field"], "email");
    }

    #[tokio::test]
    async fn others_may_not() {
        let bench = Bench::new().await;
        let manager = bench.person("Manager", &[Role::RoomManager]).await;
        bench.post("/people").by(&manager).json(&body()).await.is_problem(403, "not_allowed");
    }

    #[tokio::test]
    async fn every_field_is_checked() {
        let bench = Bench::new().await;
        let admin = bench.person("Admin", &[Role::Administrator]).await;
        for (field, value) in [
            ("name", json!("a\u{202e}b")),
            ("email", json!("nobody")),
            ("password", json!("kurz")),
            ("locale", json!("fr")),
        ] {
            let mut bad = body();
            bad[field] = value;
            let answer = bench.post("/people").by(&admin).json(&bad).await;
            assert_eq!(answer.is_problem(422, "invalid").body["field"], field);
        }
        let mut unknown = body();
        unknown["roles"] = json!(["administrator", "king"]);
        let answer = bench.post("/people").by(&admin).json(&unknown).await;
        assert_eq!(answer.is_problem(400, "malformed").body["field"], "roles[1]");
    }
}
