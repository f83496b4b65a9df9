use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use cluster::Event;
use domain::join::JoinRefused;
use domain::{Admission, AdmissionState, OccurrenceState};
use futures_util::FutureExt as _;
use http::HeaderMap;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::App;
use crate::http::problem::{Code, Problem, ProblemBody};
use crate::http::request::{Id, secret_header};
use crate::http::stream::{self, Look};
use crate::meeting::venue::Venue;
use crate::secret;

/// Where one's own request stands.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WaitingSelf {
    #[schema(inline)]
    state: WaitingState,
}

/// Waiting, or decided.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum WaitingState {
    /// Nobody has decided yet.
    Waiting,
    /// Join again with the ticket.
    Admitted,
    /// May not enter.
    Rejected,
}

/// Where one's own request stands, as an event stream: event `state` at once and when it changes.
/// It ends after the decision, and with the meeting.
#[utoipa::path(get, path = "/meetings/{id}/waiting/self/events", tag = "waiting", security(()),
params(
    ("id" = Uuid, Path, description = "The meeting, or its booking"),
    ("X-Waiting-Ticket" = String, Header, description = "The ticket that joining answered"),
),
responses(
    (status = 200, description = "Events `state`", body = WaitingSelf, content_type = "text/event-stream"),
    (status = 404, description = "not_found: the ticket opens nothing", body = ProblemBody),
    (status = 410, description = "ended, cancelled", body = ProblemBody),
))]
pub(crate) async fn watch_self(
    State(app): State<Arc<App>>,
    Id(id): Id<Uuid>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let ticket = secret_header(&headers, "x-waiting-ticket").ok_or_else(Problem::not_found)?;
    let ticket = secret::hash(ticket);
    let admission = request(&app, id, ticket).await?;
    let watcher = Arc::clone(&app);
    let looking = Box::new(move || {
        let app = Arc::clone(&watcher);
        async move {
            let state = match request(&app, id, ticket).await?.state {
                AdmissionState::Waiting => return Ok(Look::new(&WaitingSelf { state: WaitingState::Waiting })),
                AdmissionState::Admitted => WaitingState::Admitted,
                AdmissionState::Rejected => WaitingState::Rejected,
            };
            Ok(Look::new(&WaitingSelf { state }).last())
        }
        .boxed()
    });
    let occurrence = admission.occurrence;
    let wakes = move |event: &Event| *event == Event::DoorChanged { occurrence };
    Ok(stream::watch(&app, "state", wakes, stream::SLOWLY, false, looking).await)
}

/// The ticket's request, while the meeting is not over.
async fn request(app: &App, id: Uuid, ticket: [u8; 32]) -> Result<Admission, Problem> {
    let mut unit = app.store.read().await?;
    let venue = Venue::read(app, unit.as_mut(), id).await?.ok_or_else(Problem::not_found)?;
    let admission = unit.admission_by_ticket(&ticket).await?;
    let admission = admission.filter(|one| one.occurrence == venue.occurrence.id).ok_or_else(Problem::not_found)?;
    let door = venue.door();
    match door.state {
        OccurrenceState::Cancelled => Err(Problem::new(Code::Cancelled, JoinRefused::Cancelled.to_string())),
        OccurrenceState::Ended { .. } => Err(Problem::new(Code::Ended, JoinRefused::Ended.to_string())),
        OccurrenceState::Held if app.now() >= app.config.join_window.closes_at(door.end) => {
            Err(Problem::new(Code::Ended, JoinRefused::Ended.to_string()))
        }
        OccurrenceState::Held => Ok(admission),
    }
}
