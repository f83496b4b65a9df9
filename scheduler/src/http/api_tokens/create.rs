use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::{ApiTokenId, text};
use http::StatusCode;
use jiff::SignedDuration;
use serde::{Deserialize, Serialize};
use storage::ApiToken;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::App;
use crate::http::actor::{Credential, SignedIn};
use crate::http::answer::Instant;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::Body;
use crate::secret::{self, Secret};

/// What the token is for and how long it works.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ApiTokenBody {
    /// 1 to 100 characters.
    label: String,
    /// 1 to 365.
    #[schema(minimum = 1, maximum = 365)]
    days: u32,
}

/// The token, shown this once.
#[derive(Serialize, ToSchema)]
pub(crate) struct CreatedApiToken {
    id: Uuid,
    token: String,
    label: String,
    expires_at: Instant,
}

/// Makes an API token with one's own rights. A token cannot make further tokens.
#[utoipa::path(post, path = "/api-tokens", tag = "session", request_body = ApiTokenBody, responses(
    (status = 201, body = CreatedApiToken),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed: asked with an API token", body = ProblemBody),
    (status = 422, description = "invalid", body = ProblemBody),
))]
pub(crate) async fn create_api_token(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Body(body): Body<ApiTokenBody>,
) -> Result<(StatusCode, Json<CreatedApiToken>), Problem> {
    if matches!(who.credential, Credential::ApiToken(_)) {
        return Err(Problem::not_allowed());
    }
    let label = text::line(&body.label, text::NAME_LIMIT)
        .map_err(|_| Problem::invalid("label", "1 to 100 characters, no line breaks"))?;
    if !(1..=365).contains(&body.days) {
        return Err(Problem::invalid("days", "1 to 365"));
    }
    let now = app.now();
    let secret = Secret::draw(app.randomness.as_ref(), secret::SESSION_BYTES);
    let token = ApiToken {
        id: ApiTokenId::from_uuid(app.new_id()),
        secret_hash: secret.hash,
        person: who.id(),
        label,
        created_at: now,
        expires_at: now + SignedDuration::from_hours(24 * i64::from(body.days)),
    };
    let mut unit = app.store.begin().await?;
    unit.add_api_token(&token).await?;
    unit.add_audit(&who.entry(now, "api_token.created", format!("api_token {}", token.id))).await?;
    unit.commit().await?;
    let answer = CreatedApiToken {
        id: token.id.as_uuid(),
        token: secret.text.into_inner(),
        label: token.label,
        expires_at: Instant(token.expires_at),
    };
    Ok((StatusCode::CREATED, Json(answer)))
}

#[cfg(test)]
mod tests {
    use jiff::SignedDuration;
    use serde_json::json;

    use crate::testing::Bench;

    #[tokio::test]
    async fn a_token_carries_its_persons_rights_until_it_ends() {
        let bench = Bench::new().await;
        let (anna, other) = (bench.person("Anna", &[]).await, bench.person("Other", &[]).await);
        let made = bench.post("/api-tokens").by(&anna).json(&json!({ "label": "Kalender", "days": 7 })).await;
        assert_eq!(made.is(201).body["expires_at"], "2026-11-30T08:00:00Z");
        let bearer = format!("Bearer {}", made.body["token"].as_str().expect("a token"));
        // Programs send no Sec-Fetch-Site and no Origin.
        let ask = || bench.get("/session").without("sec-fetch-site").header("authorization", &bearer);
        assert_eq!(ask().send().await.is(200).body["person"]["name"], "Anna");
        let body = json!({ "delegate": other.id, "rights": ["book"] });
        let ask = bench.post("/delegations").without("sec-fetch-site").header("authorization", &bearer);
        ask.json(&body).await.is(201);

        let listed = bench.get("/api-tokens").by(&anna).send().await;
        assert_eq!(listed.is(200).body["items"][0]["label"], "Kalender");
        assert!(!listed.text.contains(made.body["token"].as_str().expect("a token")));

        let path = format!("/api-tokens/{}", made.body["id"].as_str().expect("an id"));
        bench.delete(&path).by(&other).send().await.is_problem(404, "not_found");
        bench.delete(&path).by(&anna).send().await.is(204);
        let after = bench.get("/session").header("authorization", &bearer).send().await;
        after.is_problem(401, "sign_in_required");
        assert_eq!(bench.get("/api-tokens").by(&anna).send().await.body["items"], json!([]));
    }

    #[tokio::test]
    async fn a_token_runs_out_and_cannot_make_another() {
        let bench = Bench::new().await;
        let anna = bench.person("Anna", &[]).await;
        let made = bench.post("/api-tokens").by(&anna).json(&json!({ "label": "kurz", "days": 1 })).await;
        let bearer = format!("Bearer {}", made.is(201).body["token"].as_str().expect("a token"));
        let ask = bench.post("/api-tokens").header("authorization", &bearer);
        ask.json(&json!({ "label": "mehr", "days": 365 })).await.is_problem(403, "not_allowed");
        bench.clock.advance(SignedDuration::from_hours(24));
        let answer = bench.get("/session").header("authorization", &bearer).send().await;
        answer.is_problem(401, "sign_in_required");
    }

    #[tokio::test]
    async fn label_and_days_have_limits() {
        let bench = Bench::new().await;
        let anna = bench.person("Anna", &[]).await;
        for (body, field) in [
            (json!({ "label": " ", "days": 1 }), "label"),
            (json!({ "label": "x", "days": 0 }), "days"),
            (json!({ "label": "x", "days": 366 }), "days"),
        ] {
            let answer = bench.post("/api-tokens").by(&anna).json(&body).await;
            assert_eq!(answer.is_problem(422, "invalid").body["field"], field);
        }
    }
}
