use std::error::Error;
use std::io;
use std::sync::{Arc, Mutex};

use axum::body::Bytes;
use cluster::{Lease, NodeRecord, Renewal, Word, sum_up};
use domain::Clock;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;
use http::{HeaderMap, Request, StatusCode, header};
use http_body_util::{BodyExt, Full, Limited};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use protocol::errand::{HEADER, is_sealed, seal};
use protocol::token::TokenKey;
use tokio::sync::{mpsc, oneshot};
use tokio::time::timeout;

use super::known::Known;
use super::words::{Answer, PATH, PURPOSE, Question};
use super::{AT_ONCE, COLLEAGUE_PATIENCE, GATHER, QUESTION_LIMIT};

/// A lease somebody wants to know about.
pub struct Open {
    pub lease: Lease,
    pub answer: oneshot::Sender<Renewal>,
}

/// What asking takes.
pub struct Asker {
    pub own: Arc<Mutex<NodeRecord>>,
    /// Seals questions.
    pub key: TokenKey,
    /// Verify answers.
    pub keys: Vec<TokenKey>,
    pub clock: Arc<dyn Clock>,
    pub known: Arc<Mutex<Known>>,
}

/// Sends questions on, those of a moment together, until nobody can ask any more.
pub async fn gather(asker: Arc<Asker>, mut inbox: mpsc::Receiver<Open>) {
    let client = Client::builder(TokioExecutor::new()).build_http();
    while let Some(first) = inbox.recv().await {
        let mut open = vec![first];
        let more = async {
            while open.len() < AT_ONCE {
                match inbox.recv().await {
                    Some(next) => open.push(next),
                    None => break,
                }
            }
        };
        let _ = timeout(GATHER, more).await;
        tokio::spawn(ask_all(asker.clone(), client.clone(), open));
    }
}

/// Asks all known colleagues at the same time. A word that decides is passed on at once.
async fn ask_all(asker: Arc<Asker>, client: Client<HttpConnector, Full<Bytes>>, open: Vec<Open>) {
    let leases = open.iter().map(|open| (open.lease.meeting.clone(), open.lease.epoch)).collect();
    let question = Question { node: asker.own.lock().expect("nobody panics while holding this lock").clone(), leases };
    let body = Bytes::from(serde_json::to_vec(&question).expect("a question is plain JSON"));
    let urls = asker.known.lock().expect("nobody panics while holding this lock").urls();
    let mut asked: FuturesUnordered<_> =
        urls.iter().map(|url| ask(&asker, &client, url, body.clone(), open.len())).collect();
    let mut open: Vec<(Option<Open>, Vec<Word>)> = open.into_iter().map(|open| (Some(open), Vec::new())).collect();
    while let Some(words) = asked.next().await {
        for ((waiting, heard), word) in open.iter_mut().zip(words) {
            heard.push(word);
            if let Some(renewal) = word.decides()
                && let Some(open) = waiting.take()
            {
                // Whoever asked may have heard from the directory itself meanwhile.
                let _ = open.answer.send(renewal);
            }
        }
    }
    for (waiting, heard) in open {
        if let Some(open) = waiting {
            let _ = open.answer.send(sum_up(heard));
        }
    }
}

/// One word for each lease.
async fn ask(
    asker: &Asker,
    client: &Client<HttpConnector, Full<Bytes>>,
    url: &str,
    body: Bytes,
    count: usize,
) -> Vec<Word> {
    let base = url.replacen("ws", "http", 1);
    let seal = seal(&asker.key, PURPOSE, asker.clock.now().as_second(), &body);
    let request = Request::post(format!("{base}{PATH}"))
        .header(header::CONTENT_TYPE, "application/json")
        .header(HEADER, &seal)
        .body(Full::new(body));
    let Ok(request) = request else { return vec![Word::Silent; count] };
    let answer = timeout(COLLEAGUE_PATIENCE, async {
        let (head, body) = match client.request(request).await {
            Ok(response) => response.into_parts(),
            Err(error) if is_refused(&error) => return Some(vec![Word::Gone; count]),
            Err(_) => return None,
        };
        let body = Limited::new(body, QUESTION_LIMIT).collect().await.ok()?.to_bytes();
        (head.status == StatusCode::OK).then(|| read(asker, &seal, &head.headers, &body)).flatten()
    });
    let words = answer.await.ok().flatten().filter(|words| words.len() == count);
    words.unwrap_or_else(|| vec![Word::Silent; count])
}

/// Only who has the key answers to a seal: another program at this address is no colleague.
fn read(asker: &Asker, seal: &str, headers: &HeaderMap, body: &[u8]) -> Option<Vec<Word>> {
    let sealed = headers.get(HEADER)?.to_str().ok()?;
    if !is_sealed(&asker.keys, sealed, seal, asker.clock.now().as_second(), body) {
        return None;
    }
    serde_json::from_slice(body).ok().map(|answer: Answer| answer.words)
}

/// The machine is there and says that nobody listens.
fn is_refused(error: &(dyn Error + 'static)) -> bool {
    let mut cause = Some(error);
    while let Some(error) = cause {
        if let Some(error) = error.downcast_ref::<io::Error>() {
            return error.kind() == io::ErrorKind::ConnectionRefused;
        }
        cause = error.source();
    }
    false
}
