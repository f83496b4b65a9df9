use std::convert::Infallible;
use std::net::SocketAddr;
use std::sync::Mutex;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use http::{HeaderMap, Response};
use http_body_util::{BodyExt as _, Empty};
use hyper::body::{Bytes, Incoming};
use hyper::service::service_fn;
use hyper_util::rt::TokioIo;
use protocol::token::TokenKey;
use serde_json::Value;
use sha2::{Digest as _, Sha256};
use tokio::net::TcpListener;
use tokio::sync::watch;
use tokio::task::JoinSet;
use tokio::time::timeout;

/// Another program that is told what happens in meetings. It can go away and come back.
pub struct Sink {
    address: SocketAddr,
    heard: watch::Sender<Vec<Heard>>,
    serving: Mutex<Option<JoinSet<()>>>,
}

/// One webhook that came.
#[derive(Clone, Debug)]
pub struct Heard {
    /// Which run of a meeting.
    pub run: String,
    /// Its number in there.
    pub sequence: u64,
    /// What it says.
    pub body: Value,
    authorization: String,
    text: Bytes,
}

impl Heard {
    /// `participant_joined` and the like.
    pub fn event(&self) -> &str {
        self.body["event"].as_str().unwrap_or_default()
    }

    /// Fails unless it was signed with this key.
    #[track_caller]
    pub fn must_be_signed(&self, key: &TokenKey) {
        let now = jiff::Timestamp::now().as_second();
        protocol::token::verify(&self.authorization, std::slice::from_ref(key), now).expect("a good signature");
        let claims = self.authorization.split('.').nth(1).expect("three parts");
        let claims = URL_SAFE_NO_PAD.decode(claims).expect("base64url");
        let claims: Value = serde_json::from_slice(&claims).expect("claims are JSON");
        assert_eq!(claims["sha256"], STANDARD.encode(Sha256::digest(&self.text)));
    }
}

impl Sink {
    /// Listens on a free port.
    pub async fn open() -> Self {
        let sink = Self {
            address: SocketAddr::from(([127, 0, 0, 1], 0)),
            heard: watch::Sender::default(),
            serving: Mutex::default(),
        };
        let listener = TcpListener::bind(sink.address).await.expect("a free port");
        let address = listener.local_addr().expect("it is bound");
        sink.serve(listener);
        Self { address, ..sink }
    }

    /// Where it listens.
    pub fn url(&self) -> String {
        format!("http://{}/hooks", self.address)
    }

    /// Goes away: connections break, new ones are refused.
    pub async fn close(&self) {
        let serving = self.serving.lock().expect("nobody panics with it").take();
        serving.expect("it is open").shutdown().await;
    }

    /// Comes back to the same place.
    pub async fn open_again(&self) {
        self.serve(TcpListener::bind(self.address).await.expect("nobody took the port meanwhile"));
    }

    /// Everything that has come so far.
    pub fn heard(&self) -> Vec<Heard> {
        self.heard.borrow().clone()
    }

    /// Waits until what has come fulfils a condition.
    pub async fn until(&self, what: &str, patience: std::time::Duration, holds: impl Fn(&[Heard]) -> bool) {
        let mut heard = self.heard.subscribe();
        let waited = timeout(patience, heard.wait_for(|heard| holds(heard))).await;
        if waited.is_err() {
            let came: Vec<_> =
                self.heard().iter().map(|one| (one.run.clone(), one.sequence, one.event().to_owned())).collect();
            panic!("{what}: not within {patience:?}, only {came:?}");
        }
    }

    fn serve(&self, listener: TcpListener) {
        let heard = self.heard.clone();
        let mut serving = JoinSet::new();
        serving.spawn(async move {
            // Ends with everything in it.
            let mut connections = JoinSet::new();
            while let Ok((stream, _)) = listener.accept().await {
                let heard = heard.clone();
                connections.spawn(async move {
                    let answer = service_fn(|request| hear(request, heard.clone()));
                    let _ =
                        hyper::server::conn::http1::Builder::new().serve_connection(TokioIo::new(stream), answer).await;
                });
            }
        });
        *self.serving.lock().expect("nobody panics with it") = Some(serving);
    }
}

async fn hear(
    request: http::Request<Incoming>,
    heard: watch::Sender<Vec<Heard>>,
) -> Result<Response<Empty<Bytes>>, Infallible> {
    let (head, body) = request.into_parts();
    let Ok(body) = body.collect().await else { return Ok(Response::default()) };
    let text = body.to_bytes();
    let word = |headers: &HeaderMap, name: &str| {
        headers.get(name).and_then(|value| value.to_str().ok()).unwrap_or_default().to_owned()
    };
    let one = Heard {
        run: word(&head.headers, "rennsteig-run"),
        sequence: word(&head.headers, "rennsteig-sequence").parse().unwrap_or_default(),
        body: serde_json::from_slice(&text).unwrap_or_default(),
        authorization: word(&head.headers, "authorization"),
        text,
    };
    heard.send_modify(|heard| heard.push(one));
    Ok(Response::default())
}
