use std::sync::Arc;

use axum::extract::State;
use domain::{AdmissionId, Private, text};
use http::StatusCode;
use serde::Deserialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::Decision;
use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::{Ids, MaybeBody};

/// What the person is told.
#[derive(Debug, Default, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct RejectBody {
    /// Read by the person alone, up to 300 characters; kept as long as the request to come in.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    words: Option<Private<String>>,
}

impl RejectBody {
    /// The words without outer spaces; none for empty ones.
    fn words(self) -> Result<Option<Private<String>>, Problem> {
        let Some(words) = self.words else { return Ok(None) };
        let words = text::lines(words.expose(), text::TURNING_AWAY_LIMIT)
            .map_err(|_| Problem::invalid("words", "up to 300 characters, no control characters"))?;
        Ok((!words.is_empty()).then(|| Private::new(words)))
    }
}

/// Does not let somebody in, with words or without; stays so for this invitation, unless it is taken back. Doing it
/// again replaces the words.
#[utoipa::path(post, path = "/meetings/{id}/waiting/{admission_id}/reject", tag = "waiting",
params(("id" = Uuid, Path, description = "The meeting, or its booking"), ("admission_id" = Uuid, Path)),
request_body = Option<RejectBody>,
responses(
    (status = 204, description = "Decided"),
    (status = 400, description = "malformed", body = ProblemBody),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 404, description = "not_found", body = ProblemBody),
    (status = 422, description = "invalid", body = ProblemBody),
))]
pub(crate) async fn reject(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Ids(id, admission): Ids<Uuid, AdmissionId>,
    MaybeBody(body): MaybeBody<RejectBody>,
) -> Result<StatusCode, Problem> {
    let words = body.unwrap_or_default().words()?;
    super::decide(&app, &who, id, admission, Decision::Reject { words }).await
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{Bench, Caller};

    struct Asked {
        bench: Bench,
        anna: Caller,
        door: String,
        secret: String,
        ticket: String,
        rejects: String,
    }

    /// A guest asked to come in.
    async fn asked() -> Asked {
        let bench = Bench::new().await;
        let anna = bench.person("Anna", &[]).await;
        let shown = bench.booked(&anna, json!({ "guests": [{ "name": "Gast" }] })).await;
        bench.clock.set("2026-11-24T09:00:00Z");
        let anna = bench.signed_in(anna.id).await;
        let door = format!("/meetings/{}", shown["meeting_id"].as_str().expect("an id"));
        let secret = shown["guests"][0]["link"].as_str().and_then(|link| link.split('#').nth(1)).expect("a secret");
        let waits = bench.post(&format!("{door}/join")).json(&json!({ "secret": secret })).await;
        let ticket = waits.is(200).body["ticket"].as_str().expect("a ticket").to_owned();
        let list = bench.get(&format!("{door}/waiting")).by(&anna).send().await;
        let rejects = format!("{door}/waiting/{}/reject", list.body["items"][0]["id"].as_str().expect("an id"));
        Asked { anna, door, secret: secret.to_owned(), ticket, rejects, bench }
    }

    impl Asked {
        async fn reject(&self, words: Value) {
            self.bench.post(&self.rejects).by(&self.anna).json(&json!({ "words": words })).await.is(204);
        }

        async fn join(&self) -> Value {
            let join = self.bench.post(&format!("{}/join", self.door));
            join.json(&json!({ "secret": self.secret })).await.is_problem(403, "rejected").body.clone()
        }
    }

    #[tokio::test]
    async fn the_words_reach_the_person_at_once_and_when_asking_again() {
        let asked = asked().await;
        let path = format!("{}/waiting/self/events", asked.door);
        let mut events = asked.bench.get(&path).header("x-waiting-ticket", &asked.ticket).stream().await;
        assert_eq!(events.next().await, Some(("state".into(), json!({ "state": "waiting", "is_moderated": false }))));
        asked.reject(json!("  Bitte kommen Sie\num 11 Uhr. ")).await;
        let words = "Bitte kommen Sie\num 11 Uhr.";
        let heard = events.next().await;
        assert_eq!(
            heard,
            Some(("state".into(), json!({ "state": "rejected", "is_moderated": false, "words": words })))
        );
        assert_eq!(asked.join().await["words"], words);
    }

    #[tokio::test]
    async fn rejecting_without_words_says_none() {
        let asked = asked().await;
        asked.bench.post(&asked.rejects).by(&asked.anna).send().await.is(204);
        assert_eq!(asked.join().await.get("words"), None);
        asked.reject(json!("Nur für den Ausschuss.")).await;
        assert_eq!(asked.join().await["words"], "Nur für den Ausschuss.");
        asked.reject(json!("   ")).await;
        assert_eq!(asked.join().await.get("words"), None);
    }

    #[tokio::test]
    async fn letting_in_after_all_forgets_the_words() {
        let asked = asked().await;
        asked.reject(json!("Nein.")).await;
        let admits = asked.rejects.replace("/reject", "/admit");
        asked.bench.post(&admits).by(&asked.anna).send().await.is(204);
        asked.bench.post(&asked.rejects).by(&asked.anna).send().await.is(204);
        assert_eq!(asked.join().await.get("words"), None);
    }

    #[tokio::test]
    async fn words_that_are_too_long_or_cannot_be_shown_change_nothing() {
        let asked = asked().await;
        for words in ["x".repeat(301), "a\u{0}b".to_owned()] {
            let sent = asked.bench.post(&asked.rejects).by(&asked.anna).json(&json!({ "words": words })).await;
            sent.is_problem(422, "invalid");
        }
        asked
            .bench
            .post(&asked.rejects)
            .by(&asked.anna)
            .json(&json!({ "why": "x" }))
            .await
            .is_problem(400, "malformed");
        let list = asked.bench.get(&format!("{}/waiting", asked.door)).by(&asked.anna).send().await;
        assert_eq!(list.body["items"].as_array().map(Vec::len), Some(1));
    }
}
