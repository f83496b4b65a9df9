use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::{Person, PersonId, Private, Role};
use http::StatusCode;
use serde::Deserialize;
use storage::AuditEntry;
use utoipa::ToSchema;

use crate::app::App;
use crate::http::people::fields;
use crate::http::problem::{Code, Problem, ProblemBody};
use crate::http::request::Body;
use crate::http::session::{self, SessionAnswer};
use crate::secret;

/// The secret of the link and the first administrator.
#[derive(Deserialize, ToSchema)]
pub(crate) struct SetUpBody {
    /// What follows `#` in the link.
    #[schema(value_type = String)]
    secret: Private<String>,
    #[schema(value_type = String)]
    name: Private<String>,
    #[schema(value_type = String)]
    email: Private<String>,
    /// 12 to 128 characters.
    #[schema(value_type = String, min_length = 12, max_length = 128)]
    password: Private<String>,
}

/// Creates the first administrator and signs in. The link works once.
#[utoipa::path(post, path = "/setup", tag = "session", security(()), request_body = SetUpBody, responses(
    (status = 201, description = "Created and signed in; sets the cookie", body = SessionAnswer),
    (status = 410, description = "link_used", body = ProblemBody),
    (status = 422, description = "invalid", body = ProblemBody),
))]
pub(crate) async fn set_up(State(app): State<Arc<App>>, Body(body): Body<SetUpBody>) -> Result<Response, Problem> {
    let (name, email) = (fields::name(&body.name)?, fields::email(&body.email)?);
    fields::check_password(&body.password)?;
    let link_used = || {
        Problem::new(
            Code::LinkUsed,
            "This link was used or is too old. A new start of the server without people prints a new one.",
        )
    };
    let now = app.now();

    let turn = app.passwords.turn().await.map_err(|_| Problem::unavailable())?;
    let password_hash = app.passwords.hash(&turn, &body.password, app.randomness.as_ref()).await;
    drop(turn);

    let mut unit = app.store.begin().await?;
    let is_valid = unit.take_setup_link(&secret::hash(body.secret.expose()), now).await?;
    if !is_valid || unit.count_people().await? > 0 {
        return Err(link_used());
    }
    let person = Person {
        id: PersonId::from_uuid(app.new_id()),
        name,
        email,
        password_hash: Some(password_hash),
        roles: vec![Role::Administrator],
        locale: "de".into(),
        site: None,
        disabled_at: None,
        created_at: now,
    };
    unit.add_person(&person).await?;
    unit.add_audit(&AuditEntry {
        at: now,
        actor: Some(person.id),
        on_behalf_of: None,
        action: "person.created".into(),
        subject: format!("person {}", person.id),
    })
    .await?;
    session::begin(&app, unit, person, StatusCode::CREATED).await
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use serde_json::{Value, json};

    use crate::testing::{BASE, Bench};

    async fn link(bench: &Bench) -> String {
        let link = bench.scheduler.create_setup_link().await.expect("the database is there");
        link.strip_prefix(&format!("{BASE}/setup#")).expect("the secret stands behind #").to_owned()
    }

    fn body(secret: &str) -> Value {
        json!({ "secret": secret, "name": "Admin", "email": "admin@example.org", "password": "lang genug bestimmt" })
    }

    #[tokio::test]
    async fn the_link_creates_the_first_administrator_once_and_signs_in() {
        let bench = Bench::new().await;
        let secret = link(&bench).await;
        let answer = bench.post("/setup").json(&body(&secret)).await;
        assert_eq!(answer.is(201).body["person"]["roles"], json!(["administrator"]));
        assert_eq!(answer.body["may"]["manage_people"], true);
        assert!(answer.headers["set-cookie"].to_str().expect("ASCII").starts_with("__Host-rennsteig="));
        assert_eq!(bench.scheduler.count_people().await.expect("the database is there"), 1);
        bench.post("/setup").json(&body(&secret)).await.is_problem(410, "link_used");
        // Not even a new link makes a second first administrator.
        bench.post("/setup").json(&body(&link(&bench).await)).await.is_problem(410, "link_used");
    }

    #[tokio::test]
    async fn a_wrong_or_old_link_creates_nobody() {
        let bench = Bench::new().await;
        let secret = link(&bench).await;
        bench.post("/setup").json(&body("wrong")).await.is_problem(410, "link_used");
        bench.clock.advance(SignedDuration::from_hours(24));
        bench.post("/setup").json(&body(&secret)).await.is_problem(410, "link_used");
        assert_eq!(bench.scheduler.count_people().await.expect("the database is there"), 0);
    }

    #[tokio::test]
    async fn a_weak_password_does_not_use_the_link_up() {
        let bench = Bench::new().await;
        let secret = link(&bench).await;
        for password in ["elf Zeichen".to_owned(), "x".repeat(129)] {
            let mut weak = body(&secret);
            weak["password"] = json!(password);
            let answer = bench.post("/setup").json(&weak).await;
            assert_eq!(answer.is_problem(422, "invalid").body["field"], "password");
        }
        bench.post("/setup").json(&body(&secret)).await.is(201);
    }
}
