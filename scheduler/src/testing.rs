//! A bench for tests: the whole API over a throw-away database, a cluster of one, a clock that
//! stands still and randomness that repeats.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};

use axum::Router;
use axum::body::{Body, BodyDataStream};
use cluster::Cluster;
use domain::{Clock, Person, PersonId, Private, Role};
use futures_util::StreamExt as _;
use http::{HeaderMap, Method, Request, StatusCode, header};
use http_body_util::BodyExt as _;
use jiff::{SignedDuration, Timestamp};
use protocol::token::TokenKey;
use serde_json::{Value, json};
use storage::{AuditEntry, SqliteStore, Store, WebSession};
use tower::ServiceExt as _;
use uuid::Uuid;

use crate::secret::{self, Secret};
use crate::{Randomness, Scheduler, SchedulerConfig};

/// When every test begins: a Monday, 9:00 in Berlin.
pub(crate) const MONDAY: &str = "2026-11-23T08:00:00Z";
pub(crate) const BASE: &str = "https://meet.example.org";

pub(crate) struct TestClock(AtomicI64);

impl Clock for TestClock {
    fn now(&self) -> Timestamp {
        Timestamp::from_second(self.0.load(Ordering::SeqCst)).expect("a time a test set")
    }
}

impl TestClock {
    pub(crate) fn set(&self, time: &str) {
        self.0.store(at(time).as_second(), Ordering::SeqCst);
    }

    pub(crate) fn advance(&self, by: SignedDuration) {
        self.0.fetch_add(by.as_secs(), Ordering::SeqCst);
    }
}

/// Numbers that look random, differ from each other, and are the same in every run.
#[derive(Default)]
struct CountedRandomness(AtomicU64);

impl Randomness for CountedRandomness {
    fn fill(&self, bytes: &mut [u8]) {
        for chunk in bytes.chunks_mut(8) {
            let number = self.0.fetch_add(1, Ordering::SeqCst).wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            chunk.copy_from_slice(&(number ^ (number >> 29)).to_be_bytes()[..chunk.len()]);
        }
    }
}

pub(crate) fn at(time: &str) -> Timestamp {
    time.parse().expect("an instant")
}

/// Somebody signed in.
#[derive(Clone, Debug)]
pub(crate) struct Caller {
    pub(crate) id: PersonId,
    pub(crate) cookie: String,
}

pub(crate) struct Bench {
    pub(crate) scheduler: Scheduler,
    pub(crate) clock: Arc<TestClock>,
    pub(crate) cluster: Cluster,
    pub(crate) store: Arc<dyn Store>,
    pub(crate) randomness: Arc<dyn Randomness>,
    router: Router,
    people: Mutex<u128>,
}

impl Bench {
    pub(crate) async fn new() -> Self {
        Self::with(None, None, None).await
    }

    /// One that writes invitations by mail.
    pub(crate) async fn with_mail() -> Self {
        Self::with(Some("rennsteig@example.org".parse().expect("an address")), None, None).await
    }

    /// The same, with a mailbox that calendars answer to.
    pub(crate) async fn with_replies() -> Self {
        let address = |text: &str| Some(text.parse().expect("an address"));
        Self::with(address("rennsteig@example.org"), address("antwort@example.org"), None).await
    }

    /// One that tells other programs what happens.
    pub(crate) async fn with_webhooks(endpoints: &[&str]) -> Self {
        let key = TokenKey::new("hooks", b"another secret of 32 bytes......".to_vec()).expect("long enough");
        let endpoints = endpoints.iter().map(|address| Private::from(*address)).collect();
        Self::with(None, None, Some(crate::WebhookConfig { endpoints, key })).await
    }

    async fn with(
        mail_from: Option<crate::MailSender>,
        answers_to: Option<crate::MailSender>,
        webhooks: Option<crate::WebhookConfig>,
    ) -> Self {
        let clock = Arc::new(TestClock(AtomicI64::new(at(MONDAY).as_second())));
        let store: Arc<dyn Store> = Arc::new(SqliteStore::in_memory().await.expect("a throw-away database"));
        let cluster = Cluster::in_process();
        let randomness: Arc<dyn Randomness> = Arc::new(CountedRandomness::default());
        let key = TokenKey::new("rennsteig", b"a secret of at least 32 bytes....".to_vec()).expect("long enough");
        let config = SchedulerConfig::new(BASE, "wss://meet.example.org", key).expect("fine addresses");
        let config = SchedulerConfig { mail_from, answers_to, webhooks, ..config };
        Self::configured(config, clock, store, cluster, randomness)
    }

    /// One into whose meetings telephones come; invitations go by mail.
    pub(crate) async fn with_dial_in() -> Self {
        let bench = Self::with_mail().await;
        let gateway = Some(Private::from("the gateway's own secret, 32 bytes"));
        let dial_in = crate::DialInConfig { numbers: vec!["+49 361 5550100".into()], gateway };
        let config = SchedulerConfig { dial_in: Some(dial_in), ..bench.scheduler.app.config.clone() };
        let Self { clock, store, cluster, randomness, .. } = bench;
        Self::configured(config, clock, store, cluster, randomness)
    }

    fn configured(
        config: SchedulerConfig,
        clock: Arc<TestClock>,
        store: Arc<dyn Store>,
        cluster: Cluster,
        randomness: Arc<dyn Randomness>,
    ) -> Self {
        let scheduler = Scheduler::new(config, store.clone(), cluster.clone(), clock.clone(), randomness.clone());
        let router = scheduler.router();
        Self { scheduler, clock, cluster, store, randomness, router, people: Mutex::new(0) }
    }

    /// The same bench before another scheduler, as another node is.
    pub(crate) fn through(&self, scheduler: &Scheduler) -> Self {
        Self {
            scheduler: scheduler.clone(),
            clock: self.clock.clone(),
            cluster: self.cluster.clone(),
            store: self.store.clone(),
            randomness: self.randomness.clone(),
            router: scheduler.router(),
            people: Mutex::new(0),
        }
    }

    /// Adds somebody with an account and signs in.
    pub(crate) async fn person(&self, name: &str, roles: &[Role]) -> Caller {
        let id = {
            let mut people = self.people.lock().expect("no test panics with the lock");
            *people += 1;
            PersonId::from_uuid(Uuid::from_u128(0xA000 + *people))
        };
        let person = Person {
            id,
            name: Private::from(name),
            email: Private::new(format!("{}@example.org", name.to_lowercase().replace(' ', "."))),
            password_hash: None,
            roles: roles.to_vec(),
            locale: "de".into(),
            site: None,
            disabled_at: None,
            created_at: self.clock.now(),
        };
        let mut unit = self.store.begin().await.expect("the database is there");
        unit.add_person(&person).await.expect("a new address");
        unit.commit().await.expect("the database is there");
        self.signed_in(id).await
    }

    /// Lets a person read in another language.
    pub(crate) async fn speaks(&self, caller: &Caller, locale: &str) {
        let mut unit = self.store.begin().await.expect("the database is there");
        let person = unit.person(caller.id).await.expect("readable").expect("it was made before");
        unit.save_person(&Person { locale: locale.into(), ..person }).await.expect("writable");
        unit.commit().await.expect("the database is there");
    }

    /// Opens a session without a password.
    pub(crate) async fn signed_in(&self, person: PersonId) -> Caller {
        let (secret, now) = (Secret::draw(self.randomness.as_ref(), secret::SESSION_BYTES), self.clock.now());
        let session = WebSession {
            secret_hash: secret.hash,
            person,
            created_at: now,
            used_at: now,
            expires_at: now + SignedDuration::from_hours(24 * 365),
        };
        let mut unit = self.store.begin().await.expect("the database is there");
        unit.add_session(&session).await.expect("a new session");
        unit.commit().await.expect("the database is there");
        Caller { id: person, cookie: secret.text.into_inner() }
    }

    pub(crate) fn get(&self, path: &str) -> Asking<'_> {
        self.ask(Method::GET, path)
    }

    pub(crate) fn post(&self, path: &str) -> Asking<'_> {
        self.ask(Method::POST, path)
    }

    pub(crate) fn put(&self, path: &str) -> Asking<'_> {
        self.ask(Method::PUT, path)
    }

    pub(crate) fn delete(&self, path: &str) -> Asking<'_> {
        self.ask(Method::DELETE, path)
    }

    pub(crate) fn ask(&self, method: Method, path: &str) -> Asking<'_> {
        self.at(method, &format!("/api/v1{path}"))
    }

    /// Asks beside the API.
    pub(crate) fn at(&self, method: Method, path: &str) -> Asking<'_> {
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, "meet.example.org")
            .header("sec-fetch-site", "same-origin")
            .body(Body::empty())
            .expect("a valid request");
        Asking { bench: self, request }
    }

    /// Books for the coming day, 10 to 11 in Berlin, with changes to the body.
    pub(crate) async fn booked(&self, by: &Caller, changes: Value) -> Value {
        let answer = self.post("/bookings").by(by).json(&booking(changes)).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
        answer.body
    }

    /// A physical room, made by the database.
    pub(crate) async fn room(&self, kind: domain::RoomKind, name: &str, capacity: u32) -> domain::RoomId {
        let mut random = [0; 16];
        self.randomness.fill(&mut random);
        let id = domain::RoomId::from_uuid(Uuid::from_bytes(random));
        let room = domain::Room {
            id,
            kind,
            name: name.into(),
            site: None,
            capacity,
            notes: None,
            retired_at: None,
            version: 1,
        };
        let mut unit = self.store.begin().await.expect("the database is there");
        unit.add_room(&room).await.expect("a new name");
        unit.commit().await.expect("the database is there");
        self.scheduler.app.publish(cluster::Event::RoomsChanged).await;
        id
    }

    /// Lets the second person act for the first.
    pub(crate) async fn delegate(&self, principal: &Caller, delegate: &Caller, rights: &[&str]) {
        let body = json!({ "delegate": delegate.id, "rights": rights });
        let answer = self.post("/delegations").by(principal).json(&body).await;
        assert_eq!(answer.status, StatusCode::CREATED, "{}", answer.body);
    }

    /// The letters in the outbox, by recipient: address and message. They are gone then.
    pub(crate) async fn letters(&self) -> Vec<(String, String)> {
        let postman = Collected::default();
        while self.scheduler.send_mail(&postman).await.expect("the database is there").sent > 0 {}
        let mut letters = postman.0.into_inner().expect("no test panics with the lock");
        letters.sort();
        letters
    }

    /// The audit trail, newest first.
    pub(crate) async fn audit(&self) -> Vec<AuditEntry> {
        self.store.read().await.expect("the database is there").audit(100).await.expect("the trail can be read")
    }
}

/// Takes every letter and keeps it.
#[derive(Default)]
struct Collected(Mutex<Vec<(String, String)>>);

#[async_trait::async_trait]
impl crate::Postman for Collected {
    async fn deliver(&self, recipient: &Private<String>, message: &Private<Vec<u8>>) -> Result<(), crate::Undelivered> {
        let text = String::from_utf8(message.expose().clone()).expect("messages are ASCII");
        self.0.lock().expect("no test panics with the lock").push((recipient.expose().clone(), text));
        Ok(())
    }
}

/// A booking body: the coming day, 10 to 11 in Berlin, with changes.
pub(crate) fn booking(changes: Value) -> Value {
    let mut body = json!({
        "title": "Dienstberatung",
        "start": "2026-11-24T10:00",
        "end": "2026-11-24T11:00",
        "zone": "Europe/Berlin",
    });
    for (name, value) in changes.as_object().expect("changes are fields") {
        body[name] = value.clone();
    }
    body
}

/// A request in the making.
pub(crate) struct Asking<'a> {
    bench: &'a Bench,
    request: Request<Body>,
}

impl Asking<'_> {
    pub(crate) fn by(self, caller: &Caller) -> Self {
        self.header("cookie", &format!("other=1; __Host-rennsteig={}", caller.cookie))
    }

    pub(crate) fn header(mut self, name: &'static str, value: &str) -> Self {
        self.request.headers_mut().insert(name, value.parse().expect("a header value"));
        self
    }

    pub(crate) fn without(mut self, name: &'static str) -> Self {
        self.request.headers_mut().remove(name);
        self
    }

    pub(crate) fn from(mut self, address: &str) -> Self {
        let address: std::net::SocketAddr = address.parse().expect("an address with a port");
        self.request.extensions_mut().insert(axum::extract::ConnectInfo(address));
        self
    }

    pub(crate) async fn json(self, body: &Value) -> Answer {
        let bytes = body.to_string();
        let length = bytes.len().to_string();
        self.header("content-type", "application/json").header("content-length", &length).body(bytes).send().await
    }

    pub(crate) fn body(mut self, body: impl Into<Body>) -> Self {
        *self.request.body_mut() = body.into();
        self
    }

    pub(crate) async fn send(self) -> Answer {
        let response = self.bench.router.clone().oneshot(self.request).await.expect("the router never fails");
        let (status, headers) = (response.status(), response.headers().clone());
        let bytes = response.into_body().collect().await.expect("a whole body").to_bytes();
        let text = String::from_utf8_lossy(&bytes).into_owned();
        Answer { status, headers, body: serde_json::from_str(&text).unwrap_or(Value::Null), text }
    }

    /// Opens an event stream.
    pub(crate) async fn stream(self) -> Events {
        let response = self.bench.router.clone().oneshot(self.request).await.expect("the router never fails");
        assert_eq!(response.status(), StatusCode::OK);
        assert_eq!(response.headers()[header::CONTENT_TYPE], "text/event-stream");
        Events(response.into_body().into_data_stream())
    }
}

pub(crate) struct Answer {
    pub(crate) status: StatusCode,
    pub(crate) headers: HeaderMap,
    pub(crate) body: Value,
    pub(crate) text: String,
}

impl Answer {
    /// Asserts that this is the problem with that code, in the form all problems have.
    #[track_caller]
    pub(crate) fn is_problem(&self, status: u16, code: &str) -> &Self {
        assert_eq!((self.status.as_u16(), self.body["code"].as_str()), (status, Some(code)), "{}", self.text);
        assert_eq!(self.headers[header::CONTENT_TYPE], "application/problem+json");
        assert_eq!(self.body["status"], status);
        assert_eq!(self.body["request_id"].as_str(), self.headers["x-request-id"].to_str().ok());
        self
    }

    #[track_caller]
    pub(crate) fn is(&self, status: u16) -> &Self {
        assert_eq!(self.status.as_u16(), status, "{}", self.text);
        self
    }

    pub(crate) fn etag(&self) -> &str {
        self.headers[header::ETAG].to_str().expect("a readable tag")
    }
}

pub(crate) struct Events(BodyDataStream);

impl Events {
    /// The next event's name and data; none when the stream is over.
    pub(crate) async fn next(&mut self) -> Option<(String, Value)> {
        loop {
            let bytes = self.0.next().await?.expect("a body that can be read");
            let text = String::from_utf8(bytes.to_vec()).expect("events are text");
            let line = |name: &str| text.lines().find_map(|line| line.strip_prefix(name)).map(str::trim);
            if let (Some(event), Some(data)) = (line("event:"), line("data:")) {
                return Some((event.to_owned(), serde_json::from_str(data).expect("data is JSON")));
            }
        }
    }
}
