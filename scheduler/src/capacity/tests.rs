use std::collections::BTreeSet;

use domain::Role;
use futures_util::future::join_all;
use http::Method;
use jiff::SignedDuration;
use serde_json::{Value, json};

use crate::testing::{Bench, Caller, booking};

/// A house with a line of 20 Mbit/s in Suhl, where Anna and eight more work, and a default elsewhere.
struct House {
    bench: Bench,
    admin: Caller,
    anna: Caller,
    people: Vec<Value>,
    pool: String,
}

async fn house(on_overrun: &str) -> House {
    let bench = Bench::new().await;
    let admin = bench.person("Admin", &[Role::Administrator]).await;
    let pool = json!({ "kind": "uplink", "name": "Leitung Suhl", "limit_mbps": 20, "on_overrun": on_overrun });
    let pool = bench.post("/pools").by(&admin).json(&pool).await.is(201).body["id"].clone();
    let site = bench.post("/sites").by(&admin).json(&json!({ "name": "Suhl", "pools": [pool] })).await;
    let site = site.is(201).body["id"].clone();
    let anna = bench.person("Anna", &[]).await;
    let mut people = Vec::new();
    for number in 0..8 {
        people.push(bench.person(&format!("Person {number}"), &[]).await);
    }
    for caller in people.iter().chain([&anna]) {
        let asking = bench.ask(Method::PATCH, &format!("/people/{}", caller.id)).by(&admin);
        asking.json(&json!({ "site": site })).await.is(200);
    }
    let people = people.iter().map(|one| json!({ "person": one.id, "role": "participant" })).collect();
    let pool = pool.as_str().expect("an id").to_owned();
    House { bench, admin, anna, people, pool }
}

impl House {
    fn wish(&self, changes: Value) -> Value {
        let mut body = booking(json!({ "people": self.people }));
        changes.as_object().expect("fields").iter().for_each(|(name, value)| body[name] = value.clone());
        body
    }

    async fn book(&self, changes: Value) -> crate::testing::Answer {
        self.bench.post("/bookings").by(&self.anna).json(&self.wish(changes)).await
    }

    /// Percent by hour of that day, where there are any.
    async fn expected(&self, day: &str) -> Vec<(usize, u64)> {
        let path = format!("/pools/forecast?pool={}&step=hour&from={day}&days=1", self.pool);
        let admin = self.bench.signed_in(self.admin.id).await;
        let answer = self.bench.get(&path).by(&admin).send().await;
        let items = answer.is(200).body["pools"][0]["items"].as_array().expect("hours").clone();
        let percent = |one: &Value| one["percent"].as_u64().expect("it has a limit");
        items.iter().map(percent).enumerate().filter(|(_, percent)| *percent > 0).collect()
    }
}

#[tokio::test]
async fn a_warning_names_the_pool_the_time_and_two_ways_out_and_books_all_the_same() {
    let house = house("warn").await;
    // Nine people: 8.1 expected, 14.58 Mbit/s of 20.
    assert_eq!(house.book(json!({})).await.is(201).body["capacity"], Value::Null);
    let late = json!({ "start": "2026-11-24T10:30", "end": "2026-11-24T12:00" });
    let asked = house.bench.post("/bookings/check").by(&house.anna).json(&house.wish(late.clone())).await;
    let second = house.book(late).await;
    let told = &second.is(201).body["capacity"];
    assert_eq!(&asked.is(200).body["capacity"], told, "asked before, the same is said");
    assert_eq!(told["dates"], 1);
    assert_eq!(
        told["findings"],
        json!([{
            "code": "pool_full", "decision": "warn", "date": null, "kind": "uplink", "pool": "Leitung Suhl",
            "start": "2026-11-24T09:30:00Z", "end": "2026-11-24T10:00:00Z", "percent": 146,
            "quiet_time": { "start": "2026-11-24T11:00", "end": "2026-11-24T12:30" },
        }])
    );
    assert_eq!(told["offers"], json!({ "move_minutes": 30, "audio_first": true }));
    assert_eq!(house.expected("2026-11-24").await, [(10, 146), (11, 73)]);
}

#[tokio::test]
async fn both_ways_out_lead_out() {
    let house = house("refuse").await;
    house.book(json!({})).await.is(201);
    let refused = house.book(json!({})).await;
    let told = &refused.is_problem(409, "pool_full").body["capacity"];
    assert_eq!((&told["findings"][0]["decision"], &told["offers"]["audio_first"]), (&json!("refuse"), &json!(true)));
    assert_eq!(told["offers"]["move_minutes"], 60);
    assert_eq!(house.expected("2026-11-24").await, [(10, 73)], "what is refused takes nothing");
    let later = json!({ "start": "2026-11-24T11:00", "end": "2026-11-24T12:00" });
    assert_eq!(house.book(later).await.is(201).body["capacity"], Value::Null);
    let quiet = house.book(json!({ "profile": "audio_first" })).await;
    assert_eq!((&quiet.is(201).body["profile"], &quiet.body["capacity"]), (&json!("audio_first"), &Value::Null));
    assert_eq!(house.expected("2026-11-24").await, [(10, 94), (11, 73)]);
}

#[tokio::test]
async fn who_does_not_work_there_is_not_told_what_the_line_is_called() {
    let house = house("refuse").await;
    house.book(json!({})).await.is(201);
    let ben = house.bench.person("Ben", &[]).await;
    let told = async |by: &Caller| {
        let answer = house.bench.post("/bookings/check").by(by).json(&house.wish(json!({}))).await;
        answer.is(200).body["capacity"]["findings"][0].clone()
    };
    let finding = told(&ben).await;
    assert_eq!(
        (&finding["pool"], &finding["kind"], &finding["percent"]),
        (&Value::Null, &json!("uplink"), &json!(138))
    );
    assert_eq!(told(&house.admin).await["pool"], "Leitung Suhl");
}

#[tokio::test]
async fn a_series_is_told_its_dates_and_moved_as_a_whole() {
    let house = house("warn").await;
    house.book(json!({ "start": "2026-12-01T10:00", "end": "2026-12-01T11:00" })).await.is(201);
    house.book(json!({ "start": "2026-12-15T10:45", "end": "2026-12-15T11:30" })).await.is(201);
    let series = house.book(json!({ "recurrence": { "rule": "FREQ=WEEKLY;COUNT=4" } })).await;
    let told = &series.is(201).body["capacity"];
    let findings = told["findings"].as_array().expect("findings");
    let dates: Vec<&str> = findings.iter().map(|one| one["date"].as_str().expect("a date")).collect();
    assert_eq!(dates, ["2026-12-01T10:00", "2026-12-15T10:00"]);
    assert_eq!(findings[1]["quiet_time"]["start"], "2026-12-15T09:45");
    assert_eq!((&told["dates"], &told["offers"]["move_minutes"]), (&json!(2), &json!(-60)));
}

#[tokio::test]
async fn a_change_counts_only_what_is_new() {
    let house = house("refuse").await;
    let shown = house.book(json!({})).await.is(201).body.clone();
    let path = format!("/bookings/{}", shown["id"].as_str().expect("an id"));
    // The line is thinner now: what is booked stays, and may be changed as long as it takes no more.
    let pool = json!({ "kind": "uplink", "name": "Leitung Suhl", "limit_mbps": 10, "on_overrun": "refuse" });
    let thinner = house.bench.put(&format!("/pools/{}", house.pool)).by(&house.admin).header("if-match", "\"1\"");
    thinner.json(&pool).await.is(200);
    let change = async |tag: &str, changes: Value| {
        let asking = house.bench.put(&path).by(&house.anna).header("if-match", tag);
        asking.json(&house.wish(changes)).await
    };
    assert_eq!(change("\"1\"", json!({ "title": "Neu" })).await.is(200).body["capacity"], Value::Null);
    let longer = json!({ "end": "2026-11-24T12:00" });
    change("\"2\"", longer).await.is_problem(409, "pool_full");
    change("\"2\"", json!({ "people": house.people[..4] })).await.is(200);
    assert_eq!(house.expected("2026-11-24").await, [(10, 81)]);
    let cancelled =
        house.bench.post(&format!("{path}/cancel")).by(&house.anna).header("if-match", "\"3\"").send().await;
    assert!(cancelled.status.is_success(), "{}", cancelled.text);
    assert_eq!(house.expected("2026-11-24").await, []);
}

#[tokio::test]
async fn a_series_that_goes_on_differently_takes_what_it_had() {
    let house = house("refuse").await;
    let weekly = json!({ "recurrence": { "rule": "FREQ=WEEKLY;COUNT=4" } });
    let shown = house.book(weekly.clone()).await.is(201).body.clone();
    let id = shown["id"].as_str().expect("an id");
    let dates = house.bench.get(&format!("/bookings/{id}/dates")).by(&house.anna).send().await;
    let third = dates.body["items"][2]["id"].as_str().expect("an id").to_owned();
    let one = house.bench.put(&format!("/bookings/{id}/dates/{third}")).by(&house.anna).header("if-match", "\"1\"");
    let moved = json!({ "start": "2026-12-08T10:30", "end": "2026-12-08T11:30" });
    one.json(&moved).await.is(200);
    assert_eq!(house.expected("2026-12-08").await, [(10, 73), (11, 73)]);
    let following = house.bench.put(&format!("/bookings/{id}/dates/{third}/following")).by(&house.anna);
    let body = house.wish(json!({
        "start": "2026-12-08T10:00", "end": "2026-12-08T11:00", "recurrence": { "rule": "FREQ=WEEKLY;COUNT=2" },
    }));
    following.header("if-match", "\"2\"").json(&body).await.is(201);
    for day in ["2026-11-24", "2026-12-01", "2026-12-15"] {
        assert_eq!(house.expected(day).await, [(10, 73)], "{day}");
    }
}

#[tokio::test]
async fn of_many_who_book_at_once_as_many_win_as_fit() {
    let house = house("refuse").await;
    let pool = json!({ "kind": "uplink", "name": "Leitung Suhl", "limit_mbps": 50, "on_overrun": "refuse" });
    let wider = house.bench.put(&format!("/pools/{}", house.pool)).by(&house.admin).header("if-match", "\"1\"");
    wider.json(&pool).await.is(200);
    let answers = join_all((0..24).map(|_| house.book(json!({})))).await;
    let codes: BTreeSet<u16> = answers.iter().map(|answer| answer.status.as_u16()).collect();
    let won = answers.iter().filter(|answer| answer.status == 201).count();
    assert_eq!((won, codes), (3, [201, 409].into()));
    assert_eq!(house.expected("2026-11-24").await, [(10, 88)]);
}

#[tokio::test]
async fn what_was_booked_before_is_counted_once_pools_are_set_up() {
    let bench = Bench::new().await;
    let admin = bench.person("Admin", &[Role::Administrator]).await;
    bench.booked(&admin, json!({ "guests": [{ "name": "" }] })).await;
    assert_eq!(bench.scheduler.recount_capacity().await.expect("the database is there"), 0);
    let pool = json!({ "kind": "media_nodes", "name": "Server", "limit_people": 10 });
    let pool = bench.post("/pools").by(&admin).json(&pool).await.is(201).body.clone();
    let percent = async || {
        let admin = bench.signed_in(admin.id).await;
        let answer = bench.get("/pools/forecast?from=2026-11-24&days=1").by(&admin).send().await;
        answer.is(200).body["pools"][0]["items"][0]["percent"].clone()
    };
    assert_eq!(percent().await, json!(0));
    bench.clock.advance(SignedDuration::from_secs(5));
    assert_eq!(bench.scheduler.recount_capacity().await.expect("the database is there"), 1);
    assert_eq!(bench.scheduler.recount_capacity().await.expect("the database is there"), 0);
    assert_eq!(percent().await, json!(18));
    let path = format!("/pools/{}", pool["id"].as_str().expect("an id"));
    let vpn = json!({ "kind": "vpn_gateway", "name": "Server", "limit_people": 10 });
    bench.put(&path).by(&admin).header("if-match", "\"1\"").json(&vpn).await.is(200);
    bench.clock.advance(SignedDuration::from_secs(5));
    assert_eq!(bench.scheduler.recount_capacity().await.expect("the database is there"), 1);
    assert_eq!(percent().await, json!(0), "nobody passes it now");
}
