use domain::Role;
use http::Method;
use serde_json::{Value, json};

use crate::testing::Bench;

#[tokio::test]
async fn administrators_set_up_sites_and_say_who_works_there() {
    let bench = Bench::new().await;
    let (admin, anna) = (bench.person("Admin", &[Role::Administrator]).await, bench.person("Anna", &[]).await);
    let pool = bench.post("/pools").by(&admin).json(&json!({ "kind": "uplink", "name": "Suhl" })).await;
    let pool = pool.is(201).body["id"].clone();
    let body =
        json!({ "name": "Suhl", "networks": [" 10.7.1.2/16 ", "10.7.0.0/16", "2001:db8:7::/48"], "pools": [pool] });
    bench.post("/sites").by(&anna).json(&body).await.is_problem(403, "not_allowed");
    let made = bench.post("/sites").by(&admin).json(&body).await;
    assert_eq!(made.is(201).body["networks"], json!(["10.7.0.0/16", "2001:db8:7::/48"]), "whole networks, each once");
    bench.post("/sites").by(&admin).json(&body).await.is_problem(409, "already_exists");
    let path = format!("/sites/{}", made.body["id"].as_str().expect("an id"));
    let change = json!({ "name": "Suhl", "is_default": true });
    let changed = bench.put(&path).by(&admin).header("if-match", "\"1\"").json(&change).await;
    assert_eq!((changed.is(200).etag(), &changed.body["pools"]), ("\"2\"", &json!([])));
    let of = |person: &str| format!("/people/{person}");
    let set = |site: Value| {
        let asking = bench.ask(Method::PATCH, &of(&anna.id.to_string())).by(&admin);
        async move { asking.json(&json!({ "site": site })).await }
    };
    assert_eq!(set(made.body["id"].clone()).await.is(200).body["site"], made.body["id"]);
    let kept = bench.ask(Method::PATCH, &of(&anna.id.to_string())).by(&admin).json(&json!({ "locale": "en" })).await;
    assert_eq!(kept.is(200).body["site"], made.body["id"], "what is not named stays");
    let nowhere = set(json!("019ab000-0000-7000-8000-000000000000")).await;
    assert_eq!(nowhere.is_problem(422, "invalid").body["field"], "site");
    assert_eq!(set(Value::Null).await.is(200).body["site"], Value::Null);
    set(made.body["id"].clone()).await.is(200);
    bench.delete(&path).by(&admin).header("if-match", "\"2\"").send().await.is(204);
    let found = bench.get("/people?search=Anna").by(&admin).send().await;
    assert_eq!(found.body["items"][0]["site"], Value::Null);
    assert_eq!(bench.get("/sites").by(&admin).send().await.is(200).body, json!({ "items": [] }));
    bench.get("/sites").by(&anna).send().await.is_problem(403, "not_allowed");
}

#[tokio::test]
async fn every_field_is_checked() {
    let bench = Bench::new().await;
    let admin = bench.person("Admin", &[Role::Administrator]).await;
    let many: Vec<String> = (0..201).map(|number| format!("10.{number}.0.0/16")).collect();
    for (changes, field) in [
        (json!({ "name": " " }), "name"),
        (json!({ "networks": ["10.7.0.0/16", "10.7.0.0/33"] }), "networks[1]"),
        (json!({ "networks": ["suhl"] }), "networks[0]"),
        (json!({ "networks": many }), "networks"),
        (json!({ "pools": ["019ab000-0000-7000-8000-000000000000"] }), "pools"),
    ] {
        let mut body = json!({ "name": "Suhl" });
        changes.as_object().expect("fields").iter().for_each(|(name, value)| body[name] = value.clone());
        let answer = bench.post("/sites").by(&admin).json(&body).await;
        assert_eq!(answer.is_problem(422, "invalid").body["field"], field);
    }
}
