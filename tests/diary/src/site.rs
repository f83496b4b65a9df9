//! The scheduler's API over a filled database, and clients that ask it.

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, ensure};
use axum::body::Body;
use axum::extract::Request;
use axum::middleware::{self, Next};
use axum::response::Response;
use cluster::Cluster;
use domain::Clock;
use http::{HeaderValue, Method, StatusCode, header};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use jiff::Timestamp;
use protocol::token::TokenKey;
use scheduler::{Scheduler, SchedulerConfig, SystemRandomness};
use serde_json::Value;
use storage::Store;

use crate::data::{NOW, SECRET};

/// Where the server writes how long it took, microseconds.
const TOOK: &str = "x-took-us";

/// It is the morning in the middle of the data, whenever this runs.
struct Morning;

impl Clock for Morning {
    fn now(&self) -> Timestamp {
        NOW.parse().expect("an instant")
    }
}

/// A server that runs, and the way to it.
pub struct Site {
    /// What is behind it.
    pub scheduler: Scheduler,
    address: SocketAddr,
    client: Client<HttpConnector, Full<Bytes>>,
}

/// What came back, and when.
pub struct Answer {
    /// Its status.
    pub status: StatusCode,
    /// Its body.
    pub text: Bytes,
    /// From the request being read to the answer being written out.
    pub server: Duration,
    /// From being asked to being read.
    pub wall: Duration,
}

impl Answer {
    /// As JSON.
    pub fn json(&self) -> Result<Value> {
        serde_json::from_slice(&self.text).context("the answer is no JSON")
    }
}

impl Site {
    /// Serves what is in the store.
    pub async fn open(store: Arc<dyn Store>) -> Result<Self> {
        let key = TokenKey::new("benchmark", b"a secret of at least 32 bytes....".to_vec())?;
        let config = SchedulerConfig::new("https://meet.example.org", "wss://meet.example.org", key)?;
        let cluster = Cluster::in_process();
        let scheduler = Scheduler::new(config, store, cluster, Arc::new(Morning), Arc::new(SystemRandomness));
        let listener = tokio::net::TcpListener::bind(("127.0.0.1", 0)).await?;
        let address = listener.local_addr()?;
        let router = scheduler.router().layer(middleware::from_fn(timed));
        tokio::spawn(async move { axum::serve(listener, router).await });
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        Ok(Self { scheduler, address, client: Client::builder(TokioExecutor::new()).build(connector) })
    }

    /// Asks as the person with this number.
    pub async fn ask(&self, person: usize, method: Method, path: &str, body: Option<&Value>) -> Result<Answer> {
        let bytes = body.map(Value::to_string).unwrap_or_default();
        let request = self.request(person, method, path).header(header::CONTENT_TYPE, "application/json");
        self.send(request.body(Full::new(Bytes::from(bytes)))?).await
    }

    /// Deletes what has this version.
    pub async fn delete(&self, person: usize, path: &str, version: &Value) -> Result<()> {
        let request = self.request(person, Method::DELETE, path).header(header::IF_MATCH, format!("\"{version}\""));
        let answer = self.send(request.body(Full::default())?).await?;
        ensure!(answer.status.is_success(), "{path}: {} {}", answer.status, String::from_utf8_lossy(&answer.text));
        Ok(())
    }

    fn request(&self, person: usize, method: Method, path: &str) -> http::request::Builder {
        http::Request::builder()
            .method(method)
            .uri(format!("http://{}{path}", self.address))
            .header(header::AUTHORIZATION, format!("Bearer {SECRET}token{person}"))
    }

    async fn send(&self, request: http::Request<Full<Bytes>>) -> Result<Answer> {
        let asked = Instant::now();
        let response = self.client.request(request).await?;
        let status = response.status();
        let took = response.headers().get(TOOK).and_then(|value| value.to_str().ok()?.parse().ok());
        let text = response.into_body().collect().await?.to_bytes();
        let server = Duration::from_micros(took.context("the server says how long it took")?);
        Ok(Answer { status, text, server, wall: asked.elapsed() })
    }

    /// The same, and nothing but success will do.
    pub async fn must(&self, person: usize, method: Method, path: &str, body: Option<&Value>) -> Result<Answer> {
        let answer = self.ask(person, method, path, body).await?;
        ensure!(answer.status.is_success(), "{path}: {} {}", answer.status, String::from_utf8_lossy(&answer.text));
        Ok(answer)
    }
}

/// Takes the time of the whole answer: bodies of the API are written out before they are sent.
async fn timed(request: Request<Body>, next: Next) -> Response {
    let began = Instant::now();
    let mut response = next.run(request).await;
    let took = HeaderValue::from(u64::try_from(began.elapsed().as_micros()).unwrap_or(u64::MAX));
    response.headers_mut().insert(TOOK, took);
    response
}
