use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use cluster::Event;
use futures_util::FutureExt as _;
use uuid::Uuid;

use super::AtTheDoor;
use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::Id;
use crate::http::stream::{self, Look};

/// Who stands at the door, as an event stream: event `waiting` at once and with every change, its
/// data as the list answers it. Watching keeps the session alive; it ends with the session.
#[utoipa::path(get, path = "/meetings/{id}/waiting/events", tag = "waiting",
params(("id" = Uuid, Path, description = "The meeting, or its booking")),
responses(
    (status = 200, description = "Events `waiting`", body = AtTheDoor, content_type = "text/event-stream"),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 404, description = "not_found", body = ProblemBody),
))]
pub(crate) async fn watch_waiting(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Id(id): Id<Uuid>,
) -> Result<Response, Problem> {
    let (venue, _) = super::waiting(&app, &who, id).await?;
    let (watcher, credential) = (Arc::clone(&app), who.credential);
    let looking = Box::new(move || {
        let app = Arc::clone(&watcher);
        async move {
            let who = app.signed_in(credential).await?.ok_or_else(Problem::sign_in_required)?;
            let (_, door) = super::waiting(&app, &who, id).await?;
            Ok(Look::new(&door))
        }
        .boxed()
    });
    let occurrence = venue.occurrence.id;
    let wakes = move |event: &Event| *event == Event::DoorChanged { occurrence };
    Ok(stream::watch(&app, "waiting", wakes, stream::SLOWLY, false, looking).await)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::Bench;

    #[tokio::test]
    async fn moderators_hear_at_once_who_comes_and_goes() {
        let bench = Bench::new().await;
        let anna = bench.person("Anna", &[]).await;
        let shown = bench.booked(&anna, json!({ "guests": [{ "name": "Gast" }] })).await;
        bench.clock.set("2026-11-24T09:00:00Z");
        let anna = bench.signed_in(anna.id).await;
        let door = format!("/meetings/{}", shown["meeting_id"].as_str().expect("an id"));
        let mut events = bench.get(&format!("{door}/waiting/events")).by(&anna).stream().await;
        assert_eq!(events.next().await, Some(("waiting".into(), json!({ "items": [], "rejected": [] }))));
        let secret = shown["guests"][0]["link"].as_str().and_then(|link| link.split('#').nth(1)).expect("a secret");
        bench.post(&format!("{door}/join")).json(&json!({ "secret": secret })).await.is(200);
        let (_, data) = events.next().await.expect("an event");
        assert_eq!(data["items"][0]["name"], "Gast");
        let id = data["items"][0]["id"].as_str().expect("an id");
        bench.post(&format!("{door}/waiting/{id}/admit")).by(&anna).send().await.is(204);
        assert_eq!(events.next().await, Some(("waiting".into(), json!({ "items": [], "rejected": [] }))));

        // Signed out: with the next thing that happens the stream is over.
        bench.delete("/session").by(&anna).send().await.is(204);
        let again = bench.signed_in(anna.id).await;
        bench.post(&format!("{door}/waiting/{id}/reject")).by(&again).send().await.is(204);
        assert_eq!(events.next().await, None);
    }

    #[tokio::test]
    async fn others_hear_nothing() {
        let bench = Bench::new().await;
        let (anna, participant) = (bench.person("Anna", &[]).await, bench.person("Part", &[]).await);
        let people = json!([{ "person": participant.id, "role": "participant" }]);
        let shown = bench.booked(&anna, json!({ "people": people })).await;
        let path = format!("/meetings/{}/waiting/events", shown["meeting_id"].as_str().expect("an id"));
        bench.get(&path).by(&participant).send().await.is_problem(403, "not_allowed");
    }
}
