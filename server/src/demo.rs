//! People, rooms and bookings to play with, made through the API like anybody's.

use anyhow::{Context, ensure};
use axum::Router;
use axum::body::Body;
use http::{Method, Request, header};
use http_body_util::BodyExt;
use jiff::{ToSpan, Zoned};
use serde_json::{Value, json};
use tower::ServiceExt;

use crate::compose::Running;

/// Every demo account has this password; the demo belongs on a machine of your own.
const PASSWORD: &str = "rennsteig-demo";
const ZONE: &str = "Europe/Berlin";

/// Fills an empty database; answers the lines to print.
pub async fn fill(running: &Running) -> anyhow::Result<Vec<String>> {
    let Some(link) = &running.setup_link else {
        return Ok(vec!["The database is not empty: no demo data was added.".into()]);
    };
    let secret = link.rsplit('#').next().unwrap_or_default();
    let mut desk = Desk { routes: running.routes(), cookie: String::new() };
    let admin = json!({"secret": secret, "name": "Katja Brandt", "email": "admin@example.org", "password": PASSWORD});
    desk.ask(Method::POST, "/api/v1/setup", admin).await?;
    let head = desk.person("Dr. Jonas Lindner", "lindner@example.org", &[]).await?;
    let assistant = desk.person("Sabine Krämer-Hofmann", "kraemer@example.org", &["room_manager"]).await?;
    let colleague = desk.person("Murat Yıldız", "yildiz@example.org", &[]).await?;
    desk.ask(
        Method::POST,
        "/api/v1/delegations",
        json!({"principal": head, "delegate": assistant, "rights": ["see_all", "book", "answer"]}),
    )
    .await?;
    let hall = desk.room("physical", "Sitzungszimmer 2.14", Some("Erfurt"), 14, "Stufenlos, Induktionsanlage").await?;
    desk.room("physical", "Kleiner Saal 1.05", Some("Weimar"), 40, "Stufenlos").await?;
    desk.room("virtual", "Referatsrunde", None, 50, "").await?;

    desk.sign_in("kraemer@example.org").await?;
    let now = Zoned::now().with_time_zone(jiff::tz::TimeZone::get(ZONE)?);
    let soon = now.checked_add(10.minutes())?;
    let team = json!([{"person": colleague, "role": "participant"}]);
    desk.book("Haushaltsrunde Referat 21", &soon, 60, &head, &[hall], team.clone()).await?;
    for (title, days) in [("Jour fixe Digitalisierung", 1), ("Abstimmung Breitbandausbau", 2)] {
        let start = now.checked_add(days.days())?.with().hour(10).minute(0).second(0).subsec_nanosecond(0).build()?;
        desk.book(title, &start, 45, &head, &[], team.clone()).await?;
    }
    let mut lines = vec![format!("Demo accounts (password {PASSWORD}):")];
    lines.extend(
        ["admin (administrator)", "kraemer (assistant)", "lindner (head of division)", "yildiz (colleague)"]
            .map(|who| who.replacen(' ', "@example.org ", 1))
            .map(|who| format!("  {who}")),
    );
    Ok(lines)
}

/// Somebody at the API, signed in by cookie.
struct Desk {
    routes: Router,
    cookie: String,
}

impl Desk {
    async fn ask(&mut self, method: Method, path: &str, body: Value) -> anyhow::Result<Value> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::CONTENT_TYPE, "application/json")
            .header("sec-fetch-site", "same-origin")
            .header(header::COOKIE, &self.cookie)
            .body(Body::from(body.to_string()))?;
        let answer = self.routes.clone().oneshot(request).await.unwrap_or_else(|never| match never {});
        let status = answer.status();
        if let Some(cookie) = answer.headers().get(header::SET_COOKIE).and_then(|cookie| cookie.to_str().ok()) {
            self.cookie = cookie.split(';').next().unwrap_or_default().to_owned();
        }
        let bytes = answer.into_body().collect().await?.to_bytes();
        ensure!(status.is_success(), "{path} answered {status}: {}", String::from_utf8_lossy(&bytes));
        Ok(serde_json::from_slice(&bytes).unwrap_or(Value::Null))
    }

    async fn sign_in(&mut self, email: &str) -> anyhow::Result<()> {
        self.ask(Method::POST, "/api/v1/session", json!({"email": email, "password": PASSWORD})).await.map(drop)
    }

    async fn person(&mut self, name: &str, email: &str, roles: &[&str]) -> anyhow::Result<String> {
        let person = json!({"name": name, "email": email, "password": PASSWORD, "roles": roles, "locale": "de"});
        id_of(self.ask(Method::POST, "/api/v1/people", person).await?)
    }

    async fn room(
        &mut self,
        kind: &str,
        name: &str,
        site: Option<&str>,
        capacity: u32,
        notes: &str,
    ) -> anyhow::Result<String> {
        let room = json!({"kind": kind, "name": name, "site": site, "capacity": capacity, "notes": notes});
        id_of(self.ask(Method::POST, "/api/v1/rooms", room).await?)
    }

    async fn book(
        &mut self,
        title: &str,
        start: &Zoned,
        minutes: i64,
        organiser: &str,
        rooms: &[String],
        people: Value,
    ) -> anyhow::Result<()> {
        let end = start.checked_add(minutes.minutes())?;
        let wall = |time: &Zoned| time.strftime("%Y-%m-%dT%H:%M").to_string();
        let booking = json!({
            "title": title, "start": wall(start), "end": wall(&end), "zone": ZONE, "organiser": organiser,
            "rooms": rooms, "people": people, "guests": [{"name": "Renate Vogelsang"}], "guests_wait": true,
        });
        self.ask(Method::POST, "/api/v1/bookings", booking).await.map(drop)
    }
}

fn id_of(answer: Value) -> anyhow::Result<String> {
    answer["id"].as_str().map(str::to_owned).context("the answer has no id")
}
