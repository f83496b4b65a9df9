use std::sync::Arc;

use axum::extract::State;
use domain::policy::Action;
use http::StatusCode;

use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::Id;

/// Sends a webhook again, now, also one that was delivered. What happened later in the same run of
/// the meeting and still waits goes after it.
#[utoipa::path(post, path = "/admin/webhooks/{position}/resend", tag = "admin",
params(("position" = i64, Path, description = "Which webhook")),
responses(
    (status = 204, description = "It waits to be sent"),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 404, description = "not_found: it was kept for three days", body = ProblemBody),
))]
pub(crate) async fn resend_webhook(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Id(position): Id<i64>,
) -> Result<StatusCode, Problem> {
    who.must(Action::InterveneInMeetings)?;
    let mut unit = app.store.begin().await?;
    if !unit.renew_webhook(position, app.now()).await? {
        return Err(Problem::not_found());
    }
    unit.add_audit(&who.entry(app.now(), "webhook.resent", format!("webhook {position}"))).await?;
    unit.commit().await?;
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use cluster::Happening;
    use domain::{Private, Role};
    use jiff::Timestamp;
    use serde_json::json;
    use storage::WebhookFilter;

    use crate::testing::Bench;

    async fn happens(bench: &Bench, sequence: u64) {
        let happening = Happening {
            meeting: "daily".parse().expect("a name"),
            run: "RM_1".into(),
            sequence,
            event: "participant_joined".into(),
            at: Timestamp::UNIX_EPOCH,
            body: Private::from(r#"{"participant":{"name":"Anna"}}"#),
        };
        bench.cluster.happenings.add(&[happening]).await.expect("in memory");
        assert_eq!(bench.scheduler.keep_happenings().await.expect("a database"), 1);
    }

    #[tokio::test]
    async fn administrators_see_what_happened_poll_it_and_send_it_again() {
        let bench = Bench::with_webhooks(&["https://sink.example.org/path?key=secret"]).await;
        let admin = bench.person("Admin", &[Role::Administrator]).await;
        happens(&bench, 1).await;
        // Told twice, kept once.
        happens(&bench, 1).await;
        happens(&bench, 2).await;
        let listed = bench.get("/admin/webhooks?state=waiting").by(&admin).send().await;
        let first = &listed.is(200).body["items"][0];
        assert_eq!(first["endpoint"], "sink.example.org", "no secret of the address is shown");
        assert_eq!((&first["sequence"], &first["state"]), (&json!(1), &json!("waiting")));
        assert!(first.get("body").is_none());
        let position = first["position"].as_i64().expect("a number");
        let newest = bench.get("/admin/webhooks?newest=true&limit=1").by(&admin).send().await;
        assert_eq!(newest.is(200).body["items"][0]["sequence"], 2);
        let older = newest.body["items"][0]["position"].as_i64().expect("a number");
        let older = bench.get(&format!("/admin/webhooks?newest=true&before={older}")).by(&admin).send().await;
        assert_eq!(older.is(200).body["items"][0]["position"], position);

        let more = bench.get(&format!("/admin/webhooks?after={position}&bodies=true")).by(&admin).send().await;
        assert_eq!(more.body["items"].as_array().map(Vec::len), Some(1));
        assert_eq!(more.body["items"][0]["sequence"], 2);
        assert_eq!(more.body["items"][0]["body"]["participant"]["name"], "Anna");
        let audit = bench.store.read().await.expect("readable").audit(1).await.expect("readable");
        assert_eq!(audit[0].action, "webhooks.read");

        let mut unit = bench.store.begin().await.expect("writable");
        unit.settle_webhook(position, Timestamp::UNIX_EPOCH).await.expect("writable");
        unit.commit().await.expect("writable");
        bench.post(&format!("/admin/webhooks/{position}/resend")).by(&admin).json(&json!({})).await.is(204);
        let waiting = WebhookFilter { is_delivered: Some(false), ..WebhookFilter::default() };
        let waiting = bench.store.read().await.expect("readable").webhooks(&waiting, 10).await.expect("readable");
        assert_eq!(waiting.len(), 2);
        bench.post("/admin/webhooks/999/resend").by(&admin).json(&json!({})).await.is_problem(404, "not_found");
        bench.get("/admin/webhooks?limit=501").by(&admin).send().await.is_problem(422, "invalid");
        bench.get("/admin/webhooks?meeting=").by(&admin).send().await.is_problem(422, "invalid");
    }

    #[tokio::test]
    async fn nobody_else_sees_or_sends_webhooks() {
        let bench = Bench::with_webhooks(&["https://sink.example.org/"]).await;
        let anna = bench.person("Anna", &[Role::RoomManager]).await;
        happens(&bench, 1).await;
        bench.get("/admin/webhooks").by(&anna).send().await.is_problem(403, "not_allowed");
        bench.get("/admin/webhooks?bodies=true").by(&anna).send().await.is_problem(403, "not_allowed");
        bench.post("/admin/webhooks/1/resend").by(&anna).json(&json!({})).await.is_problem(403, "not_allowed");
    }

    #[tokio::test]
    async fn without_an_endpoint_nothing_is_kept() {
        let bench = Bench::new().await;
        happens(&bench, 1).await;
        let mut unit = bench.store.read().await.expect("readable");
        assert_eq!(unit.webhooks(&WebhookFilter::default(), 10).await.expect("readable"), []);
        assert_eq!(bench.scheduler.keep_happenings().await.expect("a database"), 0);
    }
}
