use std::sync::Arc;

use axum::extract::State;
use domain::AdmissionId;
use http::StatusCode;
use uuid::Uuid;

use super::Decision;
use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::Ids;

/// Takes a rejection back: the person waits again, without the words, and hears of it. Anybody who was not turned
/// away stays as before.
#[utoipa::path(post, path = "/meetings/{id}/waiting/{admission_id}/take-back", tag = "waiting",
params(("id" = Uuid, Path, description = "The meeting, or its booking"), ("admission_id" = Uuid, Path)),
responses(
    (status = 204, description = "Waits again"),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 404, description = "not_found", body = ProblemBody),
))]
pub(crate) async fn take_back(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Ids(id, admission): Ids<Uuid, AdmissionId>,
) -> Result<StatusCode, Problem> {
    super::decide(&app, &who, id, admission, Decision::TakeBack).await
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::Bench;

    #[tokio::test]
    async fn who_was_turned_away_hears_that_it_is_taken_back_and_waits_again() {
        let bench = Bench::new().await;
        let (anna, participant) = (bench.person("Anna", &[]).await, bench.person("Part", &[]).await);
        let people = json!([{ "person": participant.id, "role": "participant" }]);
        let shown = bench.booked(&anna, json!({ "people": people, "guests": [{ "name": "Gast" }] })).await;
        bench.clock.set("2026-11-24T09:00:00Z");
        let (anna, participant) = (bench.signed_in(anna.id).await, bench.signed_in(participant.id).await);
        let door = format!("/meetings/{}", shown["meeting_id"].as_str().expect("an id"));
        let secret = shown["guests"][0]["link"].as_str().and_then(|link| link.split('#').nth(1)).expect("a secret");
        let join = async || bench.post(&format!("{door}/join")).json(&json!({ "secret": secret })).await;
        let ticket = join().await.is(200).body["ticket"].as_str().expect("a ticket").to_owned();
        let list = bench.get(&format!("{door}/waiting")).by(&anna).send().await;
        assert_eq!(list.body["rejected"], json!([]));
        let one = format!("{door}/waiting/{}", list.body["items"][0]["id"].as_str().expect("an id"));
        let path = format!("{door}/waiting/self/events");
        let mut events = bench.get(&path).header("x-waiting-ticket", &ticket).stream().await;
        let mut next = async || events.next().await.expect("the stream goes on").1;
        assert_eq!(next().await, json!({ "state": "waiting", "is_moderated": false }));
        // Who waits is not brought to wait anew.
        bench.post(&format!("{one}/take-back")).by(&anna).send().await.is(204);

        bench.post(&format!("{one}/reject")).by(&anna).json(&json!({ "words": "Nein." })).await.is(204);
        assert_eq!(next().await, json!({ "state": "rejected", "is_moderated": false, "words": "Nein." }));
        let list = bench.get(&format!("{door}/waiting")).by(&anna).send().await;
        assert_eq!((&list.body["items"], &list.body["rejected"][0]["name"]), (&json!([]), &json!("Gast")));
        join().await.is_problem(403, "rejected");
        bench.post(&format!("{one}/take-back")).by(&participant).send().await.is_problem(403, "not_allowed");

        bench.post(&format!("{one}/take-back")).by(&anna).send().await.is(204);
        assert_eq!(next().await, json!({ "state": "waiting", "is_moderated": false }));
        assert_eq!(join().await.is(200).body["state"], "waiting", "knocking again is heard");
        bench.post(&format!("{one}/admit")).by(&anna).send().await.is(204);
        bench.post(&format!("{one}/take-back")).by(&anna).send().await.is(204);
        assert_eq!(join().await.is(200).body["state"], "admitted", "who was let in stays so");
    }
}
