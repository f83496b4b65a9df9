use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::MeetingName;
use domain::policy::Action;
use serde::{Deserialize, Serialize};
use serde_json::Value;
use storage::{Webhook, WebhookFilter};
use utoipa::{IntoParams, ToSchema};

use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::answer::{Instant, Items};
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::Params;

/// Most webhooks answered at once.
const MOST: u32 = 500;

/// Which webhooks to list.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct WebhookParams {
    /// Only those after this position; whoever polls goes on after the last one seen.
    #[serde(default)]
    after: i64,
    /// The newest first, instead of by position.
    #[serde(default)]
    newest: bool,
    /// With `newest`: only those before this position; whoever reads on goes on before the last one seen.
    #[serde(default)]
    before: i64,
    /// Only those of this meeting.
    meeting: Option<String>,
    /// `waiting` or `delivered`; both if absent.
    #[param(inline)]
    state: Option<WebhookState>,
    /// With what is sent; that names people, so it is written to the audit trail.
    #[serde(default)]
    bodies: bool,
    /// 1 to 500; 100 if absent.
    limit: Option<u32>,
}

/// How far a webhook is.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum WebhookState {
    /// Nobody has taken it yet.
    Waiting,
    /// It was taken.
    Delivered,
}

/// A webhook and how far it is.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WebhookAnswer {
    /// Rises with every webhook.
    position: i64,
    /// Host of where it goes; the rest of the address may hold secrets.
    endpoint: String,
    meeting_id: String,
    /// Which run of the meeting: it differs when the meeting is opened again.
    run: String,
    /// Counts what happened in one run, from 1, without a gap.
    sequence: u64,
    /// `participant_joined` and the like.
    event: String,
    #[schema(inline)]
    state: WebhookState,
    created_at: Instant,
    delivered_at: Option<Instant>,
    /// Attempts in vain.
    attempts: u32,
    /// When it is tried again.
    next_attempt_at: Option<Instant>,
    /// Why the last attempt was in vain: a status, or a few words.
    last_answer: Option<String>,
    /// What is sent, if it was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(value_type = Option<Object>)]
    body: Option<Value>,
}

impl WebhookAnswer {
    fn new(webhook: Webhook, bodies: bool) -> Self {
        let is_delivered = webhook.delivered_at.is_some();
        Self {
            position: webhook.position,
            endpoint: crate::authority(&webhook.what.endpoint).unwrap_or_default(),
            meeting_id: webhook.what.meeting.to_string(),
            run: webhook.what.run,
            sequence: webhook.what.sequence,
            event: webhook.what.event,
            state: if is_delivered { WebhookState::Delivered } else { WebhookState::Waiting },
            created_at: Instant(webhook.what.created_at),
            delivered_at: webhook.delivered_at.map(Instant),
            attempts: webhook.attempts,
            next_attempt_at: (!is_delivered).then_some(Instant(webhook.due_at)),
            last_answer: webhook.last_answer,
            body: bodies.then(|| serde_json::from_str(webhook.what.body.expose()).ok()).flatten(),
        }
    }
}

/// What other programs are told of meetings, by position. It is kept for three days.
#[utoipa::path(get, path = "/admin/webhooks", tag = "admin", params(WebhookParams), responses(
    (status = 200, body = Items<WebhookAnswer>),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 422, description = "invalid: `limit` or `meeting`", body = ProblemBody),
))]
pub(crate) async fn list_webhooks(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Params(params): Params<WebhookParams>,
) -> Result<Json<Items<WebhookAnswer>>, Problem> {
    who.must(if params.bodies { Action::SeeParticipants } else { Action::SeeRunningMeetings })?;
    let limit = params.limit.unwrap_or(100);
    if !(1..=MOST).contains(&limit) {
        return Err(Problem::invalid("limit", "1 to 500"));
    }
    let meeting = params.meeting.map(|name| name.parse::<MeetingName>()).transpose();
    let filter = WebhookFilter {
        after: params.after,
        newest_before: params.newest.then_some(params.before),
        meeting: meeting.map_err(|_| Problem::invalid("meeting", "the name of a meeting"))?,
        is_delivered: params.state.map(|state| matches!(state, WebhookState::Delivered)),
    };
    let webhooks = if params.bodies {
        let mut unit = app.store.begin().await?;
        let webhooks = unit.webhooks(&filter, limit).await?;
        if !webhooks.is_empty() {
            let subject = format!("webhooks after {}", filter.after);
            unit.add_audit(&who.entry(app.now(), "webhooks.read", subject)).await?;
            unit.commit().await?;
        }
        webhooks
    } else {
        app.store.read().await?.webhooks(&filter, limit).await?
    };
    Ok(Json(webhooks.into_iter().map(|webhook| WebhookAnswer::new(webhook, params.bodies)).collect()))
}
