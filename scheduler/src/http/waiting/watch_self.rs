use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use cluster::Event;
use domain::join::JoinRefused;
use domain::{Admission, AdmissionState, MeetingName, OccurrenceState, Private};
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
    /// Somebody who moderates is inside, or it is not known.
    is_moderated: bool,
    /// What the moderation said with its no.
    #[serde(skip_serializing_if = "Option::is_none")]
    words: Option<String>,
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
/// It ends when one is let in, and with the meeting; a rejection may be taken back.
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
    let (_, admission) = request(&app, id, ticket).await?;
    let watcher = Arc::clone(&app);
    let looking = Box::new(move || {
        let app = Arc::clone(&watcher);
        async move {
            let (venue, asked) = request(&app, id, ticket).await?;
            let is_moderated = is_moderated(&app, &venue.name()).await;
            let said = |state, words| Look::new(&WaitingSelf { state, is_moderated, words });
            Ok(match asked.state {
                AdmissionState::Waiting => said(WaitingState::Waiting, None),
                // It may be taken back.
                AdmissionState::Rejected => said(WaitingState::Rejected, asked.words.map(Private::into_inner)),
                AdmissionState::Admitted => said(WaitingState::Admitted, None).last(),
            })
        }
        .boxed()
    });
    let occurrence = admission.occurrence;
    let wakes = move |event: &Event| *event == Event::DoorChanged { occurrence };
    Ok(stream::watch(&app, "state", wakes, stream::SLOWLY, false, looking).await)
}

/// The ticket's request, while the meeting is not over.
async fn request(app: &App, id: Uuid, ticket: [u8; 32]) -> Result<(Venue, Admission), Problem> {
    let mut unit = app.store.read().await?;
    let venue = Venue::read(app, unit.as_mut(), id).await?.ok_or_else(Problem::not_found)?;
    let admission = unit.admission_by_ticket(&ticket).await?;
    let admission = admission.filter(|one| one.occurrence == venue.occurrence.id).ok_or_else(Problem::not_found)?;
    if let Some(person) = admission.identity.person() {
        let person = unit.person(person).await?;
        person.filter(|person| person.disabled_at.is_none()).ok_or_else(Problem::not_found)?;
    }
    let door = venue.door(None);
    match door.state {
        OccurrenceState::Cancelled => Err(Problem::new(Code::Cancelled, JoinRefused::Cancelled.to_string())),
        OccurrenceState::Ended { .. } => Err(Problem::new(Code::Ended, JoinRefused::Ended.to_string())),
        OccurrenceState::Held if app.now() >= app.config.join_window.closes_at(door.end) => {
            Err(Problem::new(Code::Ended, JoinRefused::Ended.to_string()))
        }
        OccurrenceState::Held => Ok((venue, admission)),
    }
}

/// Whether somebody is inside who could let people in. With the directory away nothing is said of it.
async fn is_moderated(app: &App, meeting: &MeetingName) -> bool {
    let report = app.cluster.directory.report(meeting).await;
    report.map_or(true, |report| report.is_some_and(|report| report.is_moderated()))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{Bench, Caller, Events};

    /// A guest who waits, and the door.
    async fn waiting(bench: &Bench) -> (Caller, String, Events) {
        let anna = bench.person("Anna", &[]).await;
        let shown = bench.booked(&anna, json!({ "guests": [{ "name": "Gast" }] })).await;
        bench.clock.set("2026-11-24T09:00:00Z");
        let anna = bench.signed_in(anna.id).await;
        let door = format!("/meetings/{}", shown["meeting_id"].as_str().expect("an id"));
        let secret = shown["guests"][0]["link"].as_str().and_then(|link| link.split('#').nth(1)).expect("a secret");
        let waits = bench.post(&format!("{door}/join")).json(&json!({ "secret": secret })).await;
        let ticket = waits.is(200).body["ticket"].as_str().expect("a ticket").to_owned();
        let path = format!("{door}/waiting/self/events");
        let mut events = bench.get(&path).header("x-waiting-ticket", &ticket).stream().await;
        assert_eq!(events.next().await, state("waiting"));
        (anna, door, events)
    }

    fn state(state: &str) -> Option<(String, Value)> {
        Some(("state".into(), json!({ "state": state, "is_moderated": false })))
    }

    #[tokio::test]
    async fn the_decision_is_heard_at_once_and_being_let_in_ends_the_stream() {
        for (decision, heard) in [("admit", "admitted"), ("reject", "rejected")] {
            let bench = Bench::new().await;
            let (anna, door, mut events) = waiting(&bench).await;
            let list = bench.get(&format!("{door}/waiting")).by(&anna).send().await;
            let id = list.body["items"][0]["id"].as_str().expect("an id");
            bench.post(&format!("{door}/waiting/{id}/{decision}")).by(&anna).send().await.is(204);
            assert_eq!(events.next().await, state(heard));
            if heard == "admitted" {
                assert_eq!(events.next().await, None);
            }
        }
    }

    #[tokio::test]
    async fn the_end_of_the_meeting_ends_the_stream() {
        let bench = Bench::new().await;
        let (anna, door, mut events) = waiting(&bench).await;
        bench.post(&format!("{door}/end")).by(&anna).send().await.is(204);
        assert_eq!(events.next().await, None);
    }

    #[tokio::test]
    async fn without_a_ticket_of_this_meeting_there_is_nothing_to_hear() {
        let bench = Bench::new().await;
        let (_, door, _) = waiting(&bench).await;
        let path = format!("{door}/waiting/self/events");
        bench.get(&path).send().await.is_problem(404, "not_found");
        bench.get(&path).header("x-waiting-ticket", "guessed").send().await.is_problem(404, "not_found");
    }
}
