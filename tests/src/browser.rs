use std::net::IpAddr;
use std::time::Duration;

use http::{HeaderMap, Method, Request, header};
use http_body_util::{BodyExt, Full};
use hyper::body::{Bytes, Incoming};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use serde_json::Value;
use tokio::time::{Instant, timeout};

/// Every answer must come within this time.
const PATIENCE: Duration = Duration::from_secs(30);

/// A client of the HTTP API with its own connections and, once signed in, its cookie.
#[derive(Clone)]
pub struct Browser {
    base: String,
    client: Client<HttpConnector, Full<Bytes>>,
    headers: HeaderMap,
    local: Option<IpAddr>,
}

/// What the server answered.
#[derive(Clone, Debug)]
pub struct Answer {
    /// HTTP status.
    pub status: u16,
    /// HTTP headers.
    pub headers: HeaderMap,
    /// The body.
    pub text: String,
}

impl Answer {
    /// The body as JSON; `null` if it is none.
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or(Value::Null)
    }

    /// The stable code of a problem; empty if it is none.
    pub fn code(&self) -> String {
        self.json()["code"].as_str().unwrap_or_default().to_owned()
    }

    /// Status and code together, as scenarios compare them.
    pub fn refusal(&self) -> (u16, String) {
        (self.status, self.code())
    }

    /// The body of a success; anything else fails the test with what was said.
    #[track_caller]
    pub fn ok(self) -> Value {
        assert!((200..300).contains(&self.status), "answered {}: {}", self.status, self.text);
        self.json()
    }

    /// A header's value; empty if it is absent.
    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default()
    }
}

impl Browser {
    /// A browser that has never been at the site before.
    pub fn new(base: &str) -> Self {
        Self::from_address(base, None)
    }

    /// The same, at an address of its own.
    pub fn from_address(base: &str, local: Option<IpAddr>) -> Self {
        let mut connector = HttpConnector::new();
        connector.set_local_address(local);
        let client = Client::builder(TokioExecutor::new()).build(connector);
        Self { base: base.to_owned(), client, headers: HeaderMap::new(), local }
    }

    /// The value of its cookie.
    pub fn cookie(&self) -> String {
        let cookie = self.headers.get(header::COOKIE).and_then(|cookie| cookie.to_str().ok());
        cookie.and_then(|cookie| cookie.split_once('=')).expect("somebody signed in has a cookie").1.to_owned()
    }

    /// The same person at a window of their own: same cookie, other connections.
    pub fn on_its_own(&self) -> Self {
        Self { headers: self.headers.clone(), ..Self::from_address(&self.base, self.local) }
    }

    /// Sends this header with every request from now on.
    pub fn with(mut self, name: &'static str, value: &str) -> Self {
        self.headers.insert(name, value.parse().expect("a header value"));
        self
    }

    /// Asks; a JSON body is sent unless it is `null`. Cookies are kept.
    pub async fn ask(&mut self, method: Method, path: &str, body: &Value) -> Answer {
        let text = if body.is_null() { String::new() } else { body.to_string() };
        self.ask_raw(method, path, text.into_bytes(), &[]).await
    }

    /// Asks with any body and more headers.
    pub async fn ask_raw(&mut self, method: Method, path: &str, body: Vec<u8>, more: &[(&str, &str)]) -> Answer {
        let response = self.request(method, path, body, more).await;
        let (parts, body) = response.into_parts();
        let bytes = timeout(PATIENCE, body.collect()).await.expect("an answer in time").expect("a whole answer");
        let text = String::from_utf8_lossy(&bytes.to_bytes()).into_owned();
        if let Some(cookie) = parts.headers.get(header::SET_COOKIE).and_then(|cookie| cookie.to_str().ok()) {
            let pair = cookie.split(';').next().unwrap_or_default();
            self.headers.insert(header::COOKIE, pair.parse().expect("a cookie"));
        }
        Answer { status: parts.status.as_u16(), headers: parts.headers, text }
    }

    /// Asks a server that may die meanwhile; none if no whole answer came.
    pub async fn tries(&mut self, method: Method, path: &str, body: &Value) -> Option<Answer> {
        let response = self.client.request(self.build(method, path, body.to_string().into_bytes(), &[])).await.ok()?;
        let (parts, body) = response.into_parts();
        let text = String::from_utf8_lossy(&body.collect().await.ok()?.to_bytes()).into_owned();
        Some(Answer { status: parts.status.as_u16(), headers: parts.headers, text })
    }

    /// Opens an event stream.
    pub async fn listen(&mut self, path: &str) -> Events {
        let response = self.request(Method::GET, path, Vec::new(), &[("accept", "text/event-stream")]).await;
        assert_eq!(response.status().as_u16(), 200, "the event stream {path} did not open");
        Events { body: response.into_body(), text: String::new() }
    }

    async fn request(
        &self,
        method: Method,
        path: &str,
        body: Vec<u8>,
        more: &[(&str, &str)],
    ) -> http::Response<Incoming> {
        let request = self.build(method, path, body, more);
        timeout(PATIENCE, self.client.request(request)).await.expect("an answer in time").expect("an answer")
    }

    fn build(&self, method: Method, path: &str, body: Vec<u8>, more: &[(&str, &str)]) -> Request<Full<Bytes>> {
        let mut request = Request::builder().method(method).uri(format!("{}{path}", self.base));
        let headers = request.headers_mut().expect("method and address are valid");
        headers.insert("sec-fetch-site", "same-origin".parse().expect("a header value"));
        if !body.is_empty() {
            headers.insert(header::CONTENT_TYPE, "application/json".parse().expect("a header value"));
        }
        headers.extend(self.headers.clone());
        for (name, value) in more {
            let name = name.parse::<http::HeaderName>().expect("a header name");
            headers.insert(name, value.parse().expect("a header value"));
        }
        request.body(Full::new(Bytes::from(body))).expect("a valid request")
    }
}

/// An open event stream.
pub struct Events {
    body: Incoming,
    text: String,
}

impl Events {
    /// The next event's name and data.
    pub async fn next(&mut self) -> (String, Value) {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let field = |name: &str| {
                    let lines = event.lines().filter_map(|line| line.strip_prefix(name)?.strip_prefix(':'));
                    lines.map(str::trim_start).collect::<Vec<_>>().join("\n")
                };
                let found = (field("event"), serde_json::from_str(&field("data")).unwrap_or(Value::Null));
                self.text = rest.to_owned();
                if found.1.is_null() {
                    // A comment that keeps the stream open.
                    continue;
                }
                return found;
            }
            let frame = timeout(PATIENCE, self.body.frame()).await.expect("an event in time");
            let frame = frame.expect("the event stream goes on").expect("the event stream is not cut");
            if let Ok(data) = frame.into_data() {
                self.text.push_str(&String::from_utf8_lossy(&data));
            }
        }
    }

    /// Skips events until the stream is over.
    pub async fn ends(&mut self) {
        let over = async { while self.body.frame().await.is_some_and(|frame| frame.is_ok()) {} };
        timeout(PATIENCE, over).await.expect("the stream ends in time");
    }

    /// Skips events until one fulfils the condition; answers its data.
    pub async fn until(&mut self, mut condition: impl FnMut(&Value) -> bool) -> Value {
        let deadline = Instant::now() + PATIENCE;
        loop {
            let (_, data) = self.next().await;
            if condition(&data) {
                return data;
            }
            assert!(Instant::now() < deadline, "no event is as expected; the last one: {data}");
        }
    }
}
