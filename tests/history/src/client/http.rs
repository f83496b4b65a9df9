use std::time::Duration;

use http::{Method, Request, header};
use http_body_util::{BodyExt as _, Full};
use hyper::body::Bytes;
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use tokio::sync::watch;
use tokio::time::timeout;

/// Longer than this no answer takes; what was asked may then be done or not.
const PATIENCE: Duration = Duration::from_secs(60);

/// Somebody's program: a token, and connections of its own.
#[derive(Clone)]
pub struct Wire {
    token: String,
    client: Client<HttpConnector, Full<Bytes>>,
    /// Where the program is; nowhere while it is down.
    base: watch::Receiver<Option<String>>,
}

/// What was answered.
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// The body; null if there is none.
    pub body: Value,
}

impl Wire {
    /// With a token.
    pub fn new(token: String, base: watch::Receiver<Option<String>>) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_nodelay(true);
        Self { token, client: Client::builder(TokioExecutor::new()).build(connector), base }
    }

    /// Waits until the program runs.
    pub async fn is_up(&self) {
        let mut base = self.base.clone();
        base.wait_for(Option::is_some).await.expect("the run goes on");
    }

    /// Asks; none if no whole answer came.
    pub async fn ask(&self, method: Method, path: &str, body: Option<&Value>, more: &[(&str, &str)]) -> Option<Answer> {
        let base = self.base.borrow().clone()?;
        let mut request = Request::builder()
            .method(method)
            .uri(format!("{base}/api/v1{path}"))
            .header(header::AUTHORIZATION, format!("Bearer {}", self.token))
            .header(header::CONTENT_TYPE, "application/json");
        for (name, value) in more {
            request = request.header(*name, *value);
        }
        let bytes = body.map(Value::to_string).unwrap_or_default();
        let request = request.body(Full::new(Bytes::from(bytes))).expect("a valid request");
        let answer = async {
            let response = self.client.request(request).await.ok()?;
            let status = response.status().as_u16();
            let bytes = response.into_body().collect().await.ok()?.to_bytes();
            Some(Answer { status, body: serde_json::from_slice(&bytes).unwrap_or(Value::Null) })
        };
        timeout(PATIENCE, answer).await.ok().flatten()
    }
}
