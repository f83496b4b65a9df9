use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use uuid::Uuid;

use super::AtTheDoor;
use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::Id;

/// Who waits at the door, and who was turned away, in the order of asking. For moderators.
#[utoipa::path(get, path = "/meetings/{id}/waiting", tag = "waiting",
params(("id" = Uuid, Path, description = "The meeting, or its booking")),
responses(
    (status = 200, body = AtTheDoor),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 404, description = "not_found", body = ProblemBody),
))]
pub(crate) async fn list_waiting(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Id(id): Id<Uuid>,
) -> Result<Json<AtTheDoor>, Problem> {
    let (_, door) = super::waiting(&app, &who, id).await?;
    Ok(Json(door))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use crate::testing::Bench;

    #[tokio::test]
    async fn moderators_see_who_waits_in_the_order_of_asking_and_others_nothing() {
        let bench = Bench::new().await;
        let (anna, participant) = (bench.person("Anna", &[]).await, bench.person("Part", &[]).await);
        let stranger = bench.person("Stranger", &[]).await;
        let people = json!([{ "person": participant.id, "role": "participant" }]);
        let guests = json!([{ "name": "Eins" }, { "name": "Zwei" }]);
        let shown = bench.booked(&anna, json!({ "people": people, "guests": guests })).await;
        let meeting = shown["meeting_id"].as_str().expect("an id");
        let mut names = Vec::new();
        for (guest, time) in shown["guests"].as_array().expect("guests").iter().zip(["08:50:00", "08:51:00"]) {
            bench.clock.set(&format!("2026-11-24T{time}Z"));
            let secret = guest["link"].as_str().and_then(|link| link.split('#').nth(1)).expect("a secret");
            bench.post(&format!("/meetings/{meeting}/join")).json(&json!({ "secret": secret })).await.is(200);
            names.push(guest["name"].clone());
        }
        let path = format!("/meetings/{meeting}/waiting");
        let list = bench.get(&path).by(&bench.signed_in(anna.id).await).send().await;
        let seen: Vec<_> =
            list.is(200).body["items"].as_array().expect("items").iter().map(|one| one["name"].clone()).collect();
        assert_eq!(seen, names);
        let by = |person| bench.signed_in(person);
        bench.get(&path).by(&by(participant.id).await).send().await.is_problem(403, "not_allowed");
        bench.get(&path).by(&by(stranger.id).await).send().await.is_problem(404, "not_found");
        for decision in ["admit", "reject", "take-back"] {
            let id = list.body["items"][0]["id"].as_str().expect("an id");
            let path = format!("{path}/{id}/{decision}");
            bench.post(&path).by(&by(participant.id).await).send().await.is_problem(403, "not_allowed");
            bench.post(&path).by(&by(stranger.id).await).send().await.is_problem(404, "not_found");
        }
    }

    #[tokio::test]
    async fn nobody_decides_at_the_door_of_another_meeting() {
        let bench = Bench::new().await;
        let (anna, eve) = (bench.person("Anna", &[]).await, bench.person("Eve", &[]).await);
        let shown = bench.booked(&anna, json!({ "guests": [{ "name": "Gast" }] })).await;
        let eves = bench.booked(&eve, json!({})).await;
        bench.clock.set("2026-11-24T09:00:00Z");
        let (anna, eve) = (bench.signed_in(anna.id).await, bench.signed_in(eve.id).await);
        let door = |shown: &serde_json::Value| format!("/meetings/{}", shown["meeting_id"].as_str().expect("an id"));
        let secret = shown["guests"][0]["link"].as_str().and_then(|link| link.split('#').nth(1)).expect("a secret");
        bench.post(&format!("{}/join", door(&shown))).json(&json!({ "secret": secret })).await.is(200);
        let list = bench.get(&format!("{}/waiting", door(&shown))).by(&anna).send().await;
        let id = list.body["items"][0]["id"].as_str().expect("an id");
        let path = format!("{}/waiting/{id}/admit", door(&eves));
        bench.post(&path).by(&eve).send().await.is_problem(404, "not_found");
    }
}
