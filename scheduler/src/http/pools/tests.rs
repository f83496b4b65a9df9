use domain::Role;
use serde_json::{Value, json};

use crate::testing::Bench;

fn body() -> Value {
    json!({ "kind": "uplink", "name": "Suhl", "limit_mbps": 300, "on_overrun": "refuse" })
}

#[tokio::test]
async fn administrators_add_change_and_delete_pools_and_nobody_else_sees_them() {
    let bench = Bench::new().await;
    let (admin, manager) =
        (bench.person("Admin", &[Role::Administrator]).await, bench.person("Manager", &[Role::RoomManager]).await);
    bench.post("/pools").by(&manager).json(&body()).await.is_problem(403, "not_allowed");
    bench.get("/pools").by(&manager).send().await.is_problem(403, "not_allowed");
    let made = bench.post("/pools").by(&admin).json(&body()).await;
    assert_eq!(made.is(201).etag(), "\"1\"");
    assert_eq!((&made.body["limit_mbps"], &made.body["limit_people"]), (&json!(300), &Value::Null));
    let again = bench.post("/pools").by(&admin).json(&body()).await;
    assert_eq!(again.is_problem(409, "already_exists").body["field"], "name");
    let path = format!("/pools/{}", made.body["id"].as_str().expect("an id"));
    let change = json!({ "kind": "vpn_gateway", "name": "VPN", "limit_people": 40 });
    bench.put(&path).by(&admin).json(&change).await.is_problem(428, "if_match_required");
    bench.put(&path).by(&admin).header("if-match", "\"7\"").json(&change).await.is_problem(412, "changed_meanwhile");
    bench.put(&path).by(&manager).header("if-match", "\"1\"").json(&change).await.is_problem(403, "not_allowed");
    let changed = bench.put(&path).by(&admin).header("if-match", "\"1\"").json(&change).await;
    assert_eq!(changed.is(200).etag(), "\"2\"");
    assert_eq!(bench.get("/pools").by(&admin).send().await.body, json!({ "items": [changed.body] }));
    assert_eq!(changed.body["on_overrun"], "warn");
    bench.delete(&path).by(&manager).header("if-match", "\"2\"").send().await.is_problem(403, "not_allowed");
    bench.delete(&path).by(&admin).header("if-match", "\"1\"").send().await.is_problem(412, "changed_meanwhile");
    bench.delete(&path).by(&admin).header("if-match", "\"2\"").send().await.is(204);
    bench.delete(&path).by(&admin).header("if-match", "\"2\"").send().await.is_problem(404, "not_found");
    let told: Vec<String> = bench.audit().await.into_iter().map(|entry| entry.action).collect();
    assert_eq!(told[..3], ["pool.deleted", "pool.changed", "pool.created"]);
}

#[tokio::test]
async fn every_field_is_checked() {
    let bench = Bench::new().await;
    let admin = bench.person("Admin", &[Role::Administrator]).await;
    for (field, value) in [
        ("name", json!("")),
        ("limit_mbps", json!(0)),
        ("limit_mbps", json!(10_000_001)),
        ("limit_people", json!(0)),
        ("limit_people", json!(1_000_001)),
    ] {
        let mut bad = body();
        bad[field] = value;
        let answer = bench.post("/pools").by(&admin).json(&bad).await;
        assert_eq!(answer.is_problem(422, "invalid").body["field"], field);
    }
    let bad = json!({ "kind": "cable", "name": "Suhl" });
    assert_eq!(bench.post("/pools").by(&admin).json(&bad).await.is_problem(400, "malformed").body["field"], "kind");
}

#[tokio::test]
async fn pools_are_read_page_by_page() {
    let bench = Bench::new().await;
    let admin = bench.person("Admin", &[Role::Administrator]).await;
    for name in ["Gera", "Erfurt", "Suhl"] {
        bench.post("/pools").by(&admin).json(&json!({ "kind": "uplink", "name": name })).await.is(201);
    }
    let names = |answer: &Value| -> Vec<String> {
        let items = answer["items"].as_array().expect("a list");
        items.iter().map(|pool| pool["name"].as_str().expect("a name").to_owned()).collect()
    };
    let first = bench.get("/pools?limit=2").by(&admin).send().await.is(200).body.clone();
    assert_eq!(names(&first), ["Erfurt", "Gera"]);
    let next = format!("/pools?limit=2&after={}", first["next"].as_str().expect("there are more"));
    let second = bench.get(&next).by(&admin).send().await.is(200).body.clone();
    assert_eq!((names(&second), &second["next"]), (vec!["Suhl".to_owned()], &Value::Null));
    for (query, field) in
        [("limit=0", "limit"), ("limit=101", "limit"), ("after=019ab000-0000-7000-8000-000000000000", "after")]
    {
        let answer = bench.get(&format!("/pools?{query}")).by(&admin).send().await;
        assert_eq!(answer.is_problem(422, "invalid").body["field"], field);
    }
}

#[tokio::test]
async fn the_forecast_shows_what_bookings_let_expect_and_how_sure_that_is() {
    let bench = Bench::new().await;
    let admin = bench.person("Admin", &[Role::Administrator]).await;
    let pool = json!({ "kind": "media_nodes", "name": "Server", "limit_mbps": 20 });
    let pool = bench.post("/pools").by(&admin).json(&pool).await.is(201).body["id"].as_str().expect("an id").to_owned();
    let guests: Vec<Value> = (0..9).map(|_| json!({ "name": "" })).collect();
    let weekly = json!({ "guests": guests, "recurrence": { "rule": "FREQ=WEEKLY;COUNT=3" } });
    bench.booked(&admin, weekly).await;
    let days = bench.get("/pools/forecast").by(&admin).send().await.is(200).body.clone();
    let items = days["pools"][0]["items"].as_array().expect("days");
    assert_eq!((items.len(), &items[0]["start"]), (14, &json!("2026-11-22T23:00:00Z")));
    let busy: Vec<usize> = (0..14).filter(|day| items[*day]["percent"] != json!(0)).collect();
    assert_eq!(busy, [1, 8]);
    // Ten are invited, nine expected at 1.8 Mbit/s.
    assert_eq!(items[1]["expected"], json!({ "people": 9.0, "mbps": 16.2 }));
    assert_eq!((&items[1]["percent"], &items[1]["measured"]), (&json!(81), &Value::Null));
    let between = |name: &str| items[1][name]["people"].as_f64().expect("a number");
    assert!(between("lower") > 7.0 && between("lower") < 9.0 && between("upper") > 9.0 && between("upper") < 11.0);
    let path = format!("/pools/forecast?pool={pool}&step=hour&from=2026-11-24&days=1");
    let hours = bench.get(&path).by(&admin).send().await.is(200).body.clone();
    let hours = hours["pools"][0]["items"].as_array().expect("hours").clone();
    let busy: Vec<usize> = (0..24).filter(|hour| hours[*hour]["percent"] != json!(0)).collect();
    assert_eq!(busy, [10], "from ten to eleven in Berlin");
    let path = format!("/pools/forecast?pool={pool}&step=quarter&from=2027-03-28&days=1");
    let quarters = bench.get(&path).by(&admin).send().await.is(200).body.clone();
    assert_eq!(quarters["pools"][0]["items"].as_array().map(Vec::len), Some(92), "the clocks are put forward");
}

#[tokio::test]
async fn a_forecast_that_cannot_be_is_refused_with_what_can() {
    let bench = Bench::new().await;
    let admin = bench.person("Admin", &[Role::Administrator]).await;
    let anna = bench.person("Anna", &[]).await;
    bench.get("/pools/forecast").by(&anna).send().await.is_problem(403, "not_allowed");
    for (query, field) in [("days=0", "days"), ("days=63", "days"), ("step=hour", "pool"), ("from=9999-12-31", "from")]
    {
        let answer = bench.get(&format!("/pools/forecast?{query}")).by(&admin).send().await;
        assert_eq!(answer.is_problem(422, "invalid").body["field"], field);
    }
    bench.get("/pools/forecast?zone=Mars").by(&admin).send().await.is_problem(422, "unknown_zone");
    bench.get("/pools/forecast?step=week").by(&admin).send().await.is_problem(400, "malformed");
    let nobody = "/pools/forecast?pool=019ab000-0000-7000-8000-000000000000";
    bench.get(nobody).by(&admin).send().await.is_problem(404, "not_found");
}
