use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use cluster::Event;
use domain::policy::Action;
use domain::{Room, RoomId};

use super::{RoomAnswer, RoomBody};
use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::answer::Made;
use crate::http::once::Making;
use crate::http::problem::{Problem, ProblemBody};

/// Adds a room.
#[utoipa::path(post, path = "/rooms", tag = "rooms", request_body = RoomBody,
params(("Idempotency-Key" = Option<String>, Header, description = "Sent again within 24 hours: answered, not done again")),
responses(
    (status = 201, body = RoomAnswer, headers(("ETag" = String))),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 409, description = "already_exists: the name is taken", body = ProblemBody),
    (status = 422, description = "invalid, key_reused", body = ProblemBody),
))]
pub(crate) async fn add_room(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Making { body, once }: Making<RoomBody>,
) -> Result<Response, Problem> {
    who.must(Action::ManageRooms)?;
    if let Some(answer) = once.answered(&app, &who).await? {
        return Ok(answer);
    }
    let mut room = Room {
        id: RoomId::from_uuid(app.new_id()),
        kind: body.kind.into(),
        name: String::new(),
        site: None,
        capacity: 0,
        notes: None,
        retired_at: None,
        version: 1,
    };
    body.write(&mut room)?;
    let mut unit = app.store.begin().await?;
    if let Some(made) = once.begin(&app, &who, unit.as_mut()).await? {
        return Ok(made?.into_response());
    }
    unit.add_room(&room).await.map_err(super::name_taken)?;
    unit.add_audit(&who.entry(app.now(), "room.created", format!("room {}", room.id))).await?;
    let made = Made::versioned(room.version, &RoomAnswer::from(&room));
    once.keep(&app, &who, unit.as_mut(), &made).await?;
    unit.commit().await?;
    app.publish(Event::RoomsChanged).await;
    Ok(made.into_response())
}

#[cfg(test)]
mod tests {
    use domain::Role;
    use serde_json::{Value, json};

    use crate::testing::Bench;

    fn body() -> Value {
        json!({ "kind": "physical", "name": "Sitzungszimmer 1", "site": "Erfurt", "capacity": 12, "notes": "Beamer" })
    }

    #[tokio::test]
    async fn room_managers_add_rooms_that_everybody_sees() {
        let bench = Bench::new().await;
        let (manager, anna) = (bench.person("Manager", &[Role::RoomManager]).await, bench.person("Anna", &[]).await);
        let answer = bench.post("/rooms").by(&manager).json(&body()).await;
        assert_eq!(answer.is(201).etag(), "\"1\"");
        let rooms = bench.get("/rooms").by(&anna).send().await;
        assert_eq!(rooms.is(200).body, json!({ "items": [answer.body] }));
        let again = bench.post("/rooms").by(&manager).json(&body()).await;
        assert_eq!(again.is_problem(409, "already_exists").body["field"], "name");
        bench.post("/rooms").by(&anna).json(&body()).await.is_problem(403, "not_allowed");
    }

    #[tokio::test]
    async fn every_field_is_checked() {
        let bench = Bench::new().await;
        let manager = bench.person("Manager", &[Role::RoomManager]).await;
        for (field, value) in [
            ("name", json!("")),
            ("site", json!("x".repeat(101))),
            ("capacity", json!(0)),
            ("capacity", json!(10_001)),
            ("notes", json!("x".repeat(1_001))),
        ] {
            let mut bad = body();
            bad[field] = value;
            let answer = bench.post("/rooms").by(&manager).json(&bad).await;
            assert_eq!(answer.is_problem(422, "invalid").body["field"], field);
        }
        let mut bad = body();
        bad["kind"] = json!("cellar");
        let answer = bench.post("/rooms").by(&manager).json(&bad).await;
        assert_eq!(answer.is_problem(400, "malformed").body["field"], "kind");
        assert!(answer.body["detail"].as_str().is_some_and(|detail| detail.contains("`virtual` or `physical`")));
    }
}
