use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use cluster::Event;
use domain::RoomId;
use domain::policy::Action;
use http::StatusCode;

use super::{RoomAnswer, RoomBody};
use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::answer::versioned;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::{Body, Id, IfMatch};

/// Changes a room.
#[utoipa::path(put, path = "/rooms/{id}", tag = "rooms", request_body = RoomBody,
params(("id" = Uuid, Path), ("If-Match" = String, Header, description = "The ETag the change starts from")),
responses(
    (status = 200, body = RoomAnswer, headers(("ETag" = String))),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 404, description = "not_found", body = ProblemBody),
    (status = 409, description = "already_exists: the name is taken", body = ProblemBody),
    (status = 412, description = "changed_meanwhile", body = ProblemBody),
    (status = 422, description = "invalid", body = ProblemBody),
    (status = 428, description = "if_match_required", body = ProblemBody),
))]
pub(crate) async fn change_room(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Id(id): Id<RoomId>,
    if_match: IfMatch,
    Body(body): Body<RoomBody>,
) -> Result<Response, Problem> {
    who.must(Action::ManageRooms)?;
    let mut unit = app.store.begin().await?;
    let mut room = unit.room(id).await?.filter(|room| room.retired_at.is_none()).ok_or_else(Problem::not_found)?;
    if_match.is(room.version)?;
    body.write(&mut room)?;
    let same_name = unit.rooms().await?.into_iter().any(|other| other.id != id && other.name == room.name);
    if same_name {
        return Err(super::name_taken(storage::StorageError::Conflict("room name")));
    }
    room.version += 1;
    unit.save_room(&room).await?;
    unit.add_audit(&who.entry(app.now(), "room.changed", format!("room {id}"))).await?;
    unit.commit().await?;
    app.publish(Event::RoomsChanged).await;
    Ok(versioned(StatusCode::OK, room.version, RoomAnswer::from(&room)))
}

#[cfg(test)]
mod tests {
    use domain::{Role, RoomKind};
    use serde_json::json;

    use crate::testing::Bench;

    #[tokio::test]
    async fn a_change_starts_from_what_was_seen() {
        let bench = Bench::new().await;
        let manager = bench.person("Manager", &[Role::RoomManager]).await;
        let room = bench.room(RoomKind::Physical, "Alt", 10).await;
        bench.room(RoomKind::Physical, "Besetzt", 10).await;
        let path = format!("/rooms/{room}");
        let body = json!({ "kind": "physical", "name": "Neu", "capacity": 8 });
        bench.put(&path).by(&manager).json(&body).await.is_problem(428, "if_match_required");
        let put = |tag| bench.put(&path).by(&manager).header("if-match", tag);
        assert_eq!(put("\"1\"").json(&body).await.is(200).etag(), "\"2\"");
        put("\"1\"").json(&body).await.is_problem(412, "changed_meanwhile");
        put("*").json(&body).await.is_problem(412, "changed_meanwhile");
        let taken = json!({ "kind": "physical", "name": "Besetzt", "capacity": 8 });
        put("\"2\"").json(&taken).await.is_problem(409, "already_exists");
    }

    #[tokio::test]
    async fn others_may_not_and_retired_rooms_are_gone() {
        let bench = Bench::new().await;
        let (manager, anna) = (bench.person("Manager", &[Role::RoomManager]).await, bench.person("Anna", &[]).await);
        let room = bench.room(RoomKind::Virtual, "Saal", 100).await;
        let path = format!("/rooms/{room}");
        let body = json!({ "kind": "virtual", "name": "Saal", "capacity": 8 });
        let put = |by| bench.put(&path).by(by).header("if-match", "\"1\"");
        put(&anna).json(&body).await.is_problem(403, "not_allowed");
        bench.delete(&path).by(&anna).send().await.is_problem(403, "not_allowed");
        bench.delete(&path).by(&manager).send().await.is(204);
        bench.delete(&path).by(&manager).send().await.is_problem(404, "not_found");
        put(&manager).json(&body).await.is_problem(404, "not_found");
        assert_eq!(bench.get("/rooms").by(&anna).send().await.body["items"], json!([]));
    }
}
