use serde_json::json;

use crate::testing::{Answer, BASE, Bench};

fn made(answer: &Answer) -> (String, String) {
    let text = |name: &str| answer.body[name].as_str().expect("a text").to_owned();
    (text("id"), text("password"))
}

#[tokio::test]
async fn a_password_is_shown_once_and_named_until_it_is_ended() {
    let bench = Bench::new().await;
    let (anna, jonas) = (bench.person("Anna", &[]).await, bench.person("Jonas", &[]).await);
    let answer = bench.post("/app-passwords").by(&anna).json(&json!({ "label": " Telefon " })).await;
    let (id, password) = made(answer.is(201));
    assert_eq!(password.len(), 29);
    assert!(password.split('-').all(|group| group.len() == 5), "{password}");
    let listed = bench.get("/app-passwords").by(&anna).send().await;
    assert!(!listed.is(200).text.contains(&password));
    assert_eq!(listed.body["server"], format!("{BASE}/caldav/"));
    assert_eq!(listed.body["user"], "anna@example.org");
    assert_eq!(
        listed.body["items"],
        json!([{ "id": id, "label": "Telefon", "created_at": "2026-11-23T08:00:00Z" }]),
        "never used"
    );
    let path = format!("/app-passwords/{id}");
    bench.delete(&path).by(&jonas).send().await.is_problem(404, "not_found");
    bench.delete(&path).by(&anna).send().await.is(204);
    bench.delete(&path).by(&anna).send().await.is_problem(404, "not_found");
    let trail: Vec<String> = bench.audit().await.into_iter().map(|line| line.action).collect();
    assert_eq!(trail, ["app_password.ended", "app_password.made"]);
}

#[tokio::test]
async fn it_opens_the_calendar_and_nothing_else() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    let answer = bench.post("/app-passwords").by(&anna).json(&json!({ "label": "Telefon" })).await;
    let (_, password) = made(answer.is(201));
    let bearer = format!("Bearer {password}");
    bench.get("/bookings").header("authorization", &bearer).send().await.is_problem(401, "sign_in_required");
    let basic = crate::dav::testing::basic("anna@example.org", &password);
    bench.get("/bookings").header("authorization", &basic).send().await.is_problem(401, "sign_in_required");
    let sign_in = json!({ "email": "anna@example.org", "password": password });
    bench.post("/session").json(&sign_in).await.is_problem(401, "sign_in_failed");
}

#[tokio::test]
async fn what_cannot_be_made_is_said() {
    let bench = Bench::new().await;
    let anna = bench.person("Anna", &[]).await;
    for label in ["", "  ", "a\u{7}b", &"x".repeat(101)] {
        let answer = bench.post("/app-passwords").by(&anna).json(&json!({ "label": label })).await;
        assert_eq!(answer.is_problem(422, "invalid").body["field"], "label");
    }
    let token = bench.post("/api-tokens").by(&anna).json(&json!({ "label": "x", "days": 1 })).await;
    let bearer = format!("Bearer {}", token.is(201).body["token"].as_str().expect("a token"));
    let asked = bench.post("/app-passwords").header("authorization", &bearer);
    asked.json(&json!({ "label": "x" })).await.is_problem(403, "not_allowed");
    for _ in 0..20 {
        bench.post("/app-passwords").by(&anna).json(&json!({ "label": "x" })).await.is(201);
    }
    bench.post("/app-passwords").by(&anna).json(&json!({ "label": "x" })).await.is_problem(422, "invalid");
}
