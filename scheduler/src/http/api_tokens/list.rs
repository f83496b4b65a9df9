use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::answer::{Instant, Items};
use crate::http::problem::{Problem, ProblemBody};

/// A token without its secret.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ApiTokenAnswer {
    id: Uuid,
    label: String,
    created_at: Instant,
    expires_at: Instant,
}

/// One's own API tokens, newest first.
#[utoipa::path(get, path = "/api-tokens", tag = "session", responses(
    (status = 200, body = Items<ApiTokenAnswer>),
    (status = 401, description = "sign_in_required", body = ProblemBody),
))]
pub(crate) async fn list_api_tokens(
    State(app): State<Arc<App>>,
    who: SignedIn,
) -> Result<Json<Items<ApiTokenAnswer>>, Problem> {
    let tokens = app.store.read().await?.api_tokens_of(who.id()).await?;
    let answers = tokens.into_iter().filter(|token| app.now() < token.expires_at).map(|token| ApiTokenAnswer {
        id: token.id.as_uuid(),
        label: token.label,
        created_at: Instant(token.created_at),
        expires_at: Instant(token.expires_at),
    });
    Ok(Json(answers.collect()))
}
