use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use http::HeaderMap;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::answer::Instant;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::{Id, secret_header};
use crate::meeting::token;
use crate::meeting::venue::Venue;
use crate::meeting::visitor::{self, Shown};

/// A meeting of one's own, to try the line in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct LineTrial {
    /// As when joining.
    #[schema(example = "wss://meet.example.org")]
    url: String,
    /// Two: what is sent with one arrives with the other. They allow data, no sound and no pictures.
    #[schema(min_items = 2, max_items = 2)]
    tokens: Vec<String>,
    /// Until then both must have joined.
    expires_at: Instant,
}

/// Lets somebody who stands before a meeting try the line: which way media takes, how long it is on its way, how much gets
/// through. It happens in a meeting of its own, which nobody is told of, at any time before the meeting.
#[utoipa::path(post, path = "/meetings/{id}/line-trial", tag = "meetings", security((), ("cookie" = []), ("bearer" = [])),
params(
    ("id" = Uuid, Path, description = "The meeting, or its booking"),
    ("X-Guest-Secret" = Option<String>, Header, description = "What follows # in a guest's link"),
),
responses(
    (status = 200, body = LineTrial),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 404, description = "not_found, link_invalid", body = ProblemBody),
))]
pub(crate) async fn try_line(
    State(app): State<Arc<App>>,
    who: Option<SignedIn>,
    Id(id): Id<Uuid>,
    headers: HeaderMap,
) -> Result<Json<LineTrial>, Problem> {
    let shown = Shown { secret: secret_header(&headers, "x-guest-secret"), ticket: None };
    let mut unit = app.store.read().await?;
    let venue = Venue::read(&app, unit.as_mut(), id)
        .await?
        .ok_or_else(|| super::no_such_meeting(who.is_some(), shown.secret.is_some()))?;
    let visitor = visitor::recognise(unit.as_mut(), &venue, who.as_ref(), shown).await?;
    if visitor.is_revoked {
        return Err(Problem::link_invalid());
    }
    let (tokens, expires_at) = token::issue_trial(&app);
    Ok(Json(LineTrial {
        url: app.config.signaling_url.clone(),
        tokens: tokens.map(|token| token.into_inner()).into(),
        expires_at: Instant(expires_at),
    }))
}

#[cfg(test)]
mod tests {
    use protocol::token;
    use serde_json::json;

    use crate::testing::Bench;

    #[tokio::test]
    async fn whoever_sees_the_lobby_may_try_the_line_in_a_meeting_apart() {
        let bench = Bench::new().await;
        let anna = bench.person("Anna", &[]).await;
        let shown = bench.booked(&anna, json!({ "guests": [{ "name": "Gast" }] })).await;
        let path = format!("/meetings/{}/line-trial", shown["meeting_id"].as_str().expect("an id"));
        let secret = shown["guests"][0]["link"].as_str().and_then(|link| link.split('#').nth(1)).expect("a secret");
        let by_guest = bench.post(&path).header("x-guest-secret", secret).send().await;
        let by_host = bench.post(&path).by(&anna).send().await;
        let mut meetings = Vec::new();
        for answer in [by_guest, by_host] {
            let tokens = answer.is(200).body["tokens"].as_array().expect("tokens").clone();
            let keys = [bench.scheduler.app.config.token_key.clone()];
            let now = bench.scheduler.app.now().as_second();
            let [near, far] = [0, 1]
                .map(|end| token::verify(tokens[end].as_str().expect("a token"), &keys, now).expect("a good token"));
            assert_ne!(near.sub, far.sub);
            assert_eq!(near.video.room, far.video.room);
            assert_eq!((near.video.can_publish, near.video.can_subscribe), (Some(false), Some(false)));
            assert_eq!(near.room_config.map(|config| config.max_participants), Some(2));
            meetings.push(near.video.room);
        }
        assert_ne!(meetings[0], meetings[1]);
        assert!(meetings.iter().all(|meeting| *meeting != shown["meeting_id"].as_str().expect("an id")));
    }

    #[tokio::test]
    async fn who_sees_no_lobby_tries_nothing() {
        let bench = Bench::new().await;
        let anna = bench.person("Anna", &[]).await;
        let shown = bench.booked(&anna, json!({})).await;
        let path = format!("/meetings/{}/line-trial", shown["meeting_id"].as_str().expect("an id"));
        bench.post(&path).send().await.is_problem(401, "sign_in_required");
        let guessed = bench.post(&path).header("x-guest-secret", "guessed");
        guessed.send().await.is_problem(404, "link_invalid");
    }
}
