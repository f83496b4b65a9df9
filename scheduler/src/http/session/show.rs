use std::sync::Arc;

use axum::Json;
use axum::extract::State;

use super::SessionAnswer;
use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::problem::{Problem, ProblemBody};

/// Who is signed in, for whom the person may act, and what the person may do.
#[utoipa::path(get, path = "/session", tag = "session", responses(
    (status = 200, body = SessionAnswer),
    (status = 401, description = "sign_in_required", body = ProblemBody),
))]
pub(crate) async fn show_session(State(app): State<Arc<App>>, who: SignedIn) -> Result<Json<SessionAnswer>, Problem> {
    let mut unit = app.store.read().await?;
    Ok(Json(super::answer(&app, unit.as_mut(), &who.actor).await?))
}

#[cfg(test)]
mod tests {
    use domain::Role;
    use jiff::SignedDuration;
    use serde_json::json;

    use crate::testing::Bench;

    #[tokio::test]
    async fn the_session_says_who_is_signed_in_for_whom_and_with_what_rights() {
        let bench = Bench::new().await;
        let (boss, assistant) =
            (bench.person("Boss", &[]).await, bench.person("Assistant", &[Role::RoomManager]).await);
        bench.delegate(&boss, &assistant, &["book"]).await;
        let answer = bench.get("/session").by(&assistant).send().await;
        let expected = json!({
            "person": {
                "id": assistant.id, "name": "Assistant", "email": "assistant@example.org",
                "roles": ["room_manager"], "locale": "de",
            },
            "principals": [{ "id": boss.id, "name": "Boss", "rights": ["book"] }],
            "may": { "manage_rooms": true, "see_room_use": true, "manage_people": false, "see_running_meetings": false, "manage_capacity": false },
            "sends_mail": false,
        });
        assert_eq!(answer.is(200).body, expected);
        assert_eq!(answer.headers["cache-control"], "no-store");
    }

    #[tokio::test]
    async fn a_session_ends_after_half_an_hour_without_use() {
        let bench = Bench::new().await;
        let anna = bench.person("Anna", &[]).await;
        for _ in 0..3 {
            bench.clock.advance(SignedDuration::from_mins(29));
            bench.get("/session").by(&anna).send().await.is(200);
        }
        bench.clock.advance(SignedDuration::from_mins(30));
        bench.get("/session").by(&anna).send().await.is_problem(401, "sign_in_required");
    }

    #[tokio::test]
    async fn a_closed_account_is_signed_out_at_once() {
        let bench = Bench::new().await;
        let (admin, anna) = (bench.person("Admin", &[Role::Administrator]).await, bench.person("Anna", &[]).await);
        let path = format!("/people/{}", anna.id);
        bench.ask(http::Method::PATCH, &path).by(&admin).json(&json!({ "disabled": true })).await.is(200);
        bench.get("/session").by(&anna).send().await.is_problem(401, "sign_in_required");
        // Also a session that was opened all the same.
        let again = bench.signed_in(anna.id).await;
        bench.get("/session").by(&again).send().await.is_problem(401, "sign_in_required");
    }
}
