//! Tells other programs what happens in meetings: from the configuration to the HTTP client.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context as _, ensure};
use async_trait::async_trait;
use domain::Private;
use http::{Request, Uri, header};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use hyper_rustls::{HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector;
use hyper_util::rt::TokioExecutor;
use protocol::token::TokenKey;
use scheduler::{Courier, Delivery, NotTaken, Scheduler, SilentRuns, WebhookConfig};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use crate::config::Config;

/// Most addresses: each is one more row for everything that happens.
const MOST: usize = 8;
/// How soon something that happened is noticed.
const LOOK_EVERY: Duration = Duration::from_millis(250);
/// How soon an owner that is gone is missed.
const LOOK_FOR_LOST_EVERY: Duration = Duration::from_secs(3);
/// How long to wait for a database or a cluster that is away.
const AGAIN: Duration = Duration::from_secs(2);
/// How long a receiver may take for its answer.
const PATIENCE: Duration = Duration::from_secs(10);
/// Of an answer nothing is used; a little is read, so that the connection can be used again.
const ANSWER_LIMIT: usize = 64 * 1024;
/// How long a stopping server works on what just happened.
const LAST_PATIENCE: Duration = Duration::from_secs(3);

/// What is configured, if webhooks are.
pub fn configured(config: &Config, tokens: &TokenKey) -> anyhow::Result<Option<WebhookConfig>> {
    let webhooks = &config.webhooks;
    if webhooks.urls.is_empty() {
        ensure!(
            *webhooks == Default::default(),
            "`webhooks.urls` is empty: the other keys of [webhooks] have no effect"
        );
        return Ok(None);
    }
    ensure!(webhooks.urls.len() <= MOST, "`webhooks.urls` may name {MOST} addresses at most");
    for url in &webhooks.urls {
        // The address may hold a secret: it is not repeated.
        ensure!(
            is_fine(url),
            "`webhooks.urls` must be addresses that begin with https:// (http:// only to this machine: what is sent names people)"
        );
    }
    let secret = webhooks.secret.or_file(&webhooks.secret_file, "webhooks.secret")?;
    let key = match (secret, webhooks.key_id.as_str()) {
        (Some(secret), "") => TokenKey::new(tokens.id(), secret),
        (Some(secret), id) => TokenKey::new(id, secret),
        (None, "") => Ok(tokens.clone()),
        (None, id) => Ok(tokens.named(id)),
    };
    let key = key.context("`webhooks.secret` is too weak")?;
    Ok(Some(WebhookConfig { endpoints: webhooks.urls.iter().map(|url| Private::from(url.as_str())).collect(), key }))
}

fn is_fine(url: &str) -> bool {
    let Ok(uri) = url.parse::<Uri>() else { return false };
    let host = uri.host().unwrap_or_default().trim_matches(['[', ']']);
    let is_here = host == "localhost" || host.parse().is_ok_and(|address: IpAddr| address.is_loopback());
    match uri.scheme_str() {
        Some("https") => !host.is_empty(),
        Some("http") => is_here,
        _ => false,
    }
}

/// Starts what keeps and what sends. What happens is fetched even if nobody is to be told: it
/// must not pile up in the cluster.
pub fn run(chores: &mut JoinSet<()>, scheduler: &Scheduler, endpoints: Vec<Private<String>>) -> anyhow::Result<()> {
    chores.spawn(keep(scheduler.clone()));
    if !endpoints.is_empty() {
        chores.spawn(end_lost(scheduler.clone()));
        let courier = Arc::new(HttpCourier::new()?);
        for endpoint in endpoints {
            chores.spawn(send(scheduler.clone(), endpoint, courier.clone()));
        }
    }
    Ok(())
}

async fn keep(scheduler: Scheduler) {
    let mut is_away = false;
    loop {
        match scheduler.keep_happenings().await {
            Ok(0) => {
                is_away = false;
                sleep(LOOK_EVERY).await;
            }
            Ok(_) => is_away = false,
            Err(error) => {
                if !is_away {
                    tracing::warn!(%error, "what happens in meetings cannot be kept now; it waits");
                }
                is_away = true;
                sleep(AGAIN).await;
            }
        }
    }
}

/// Owners that died cannot say that their meetings ended: it is said for them.
async fn end_lost(scheduler: Scheduler) {
    let mut silent = SilentRuns::default();
    loop {
        // A cluster or database that is away was complained of by the others already.
        if let Ok(count @ 1..) = scheduler.end_lost_runs(&mut silent, Instant::now()).await {
            tracing::info!(count, "the owners of {count} meetings are gone: their end is told");
        }
        sleep(LOOK_FOR_LOST_EVERY).await;
    }
}

async fn send(scheduler: Scheduler, endpoint: Private<String>, courier: Arc<HttpCourier>) {
    loop {
        match scheduler.send_webhooks(&endpoint, courier.as_ref()).await {
            Ok(round) => {
                for (outcome, count) in [("sent", round.sent), ("postponed", round.postponed)] {
                    metrics::counter!("rennsteig_webhooks_total", "outcome" => outcome).increment(count.into());
                }
                if round.sent == 0 {
                    sleep(LOOK_EVERY).await;
                }
            }
            Err(error) => {
                tracing::warn!(%error, "webhooks cannot be read; it will be tried again");
                sleep(AGAIN).await;
            }
        }
    }
}

/// Meetings have just ended: that is kept before the server goes. It is sent after the next start.
pub async fn keep_the_rest(scheduler: &Scheduler) {
    let rest = async { while scheduler.keep_happenings().await.is_ok_and(|count| count > 0) {} };
    if timeout(LAST_PATIENCE, rest).await.is_err() {
        tracing::warn!("some of what happened in meetings could not be kept in time");
    }
}

/// POSTs over HTTPS. Follows no redirect: what is sent is for the configured address only.
struct HttpCourier {
    client: Client<HttpsConnector<HttpConnector>, Full<Bytes>>,
}

impl HttpCourier {
    fn new() -> anyhow::Result<Self> {
        let provider = rustls::crypto::aws_lc_rs::default_provider();
        let connector = HttpsConnectorBuilder::new()
            .with_provider_and_native_roots(provider)
            .context("the certificates of the operating system cannot be read")?
            .https_or_http()
            .enable_http1()
            .build();
        Ok(Self { client: Client::builder(TokioExecutor::new()).build(connector) })
    }
}

#[async_trait]
impl Courier for HttpCourier {
    async fn carry(&self, delivery: Delivery) -> Result<(), NotTaken> {
        let request = Request::post(delivery.endpoint.expose().as_str())
            .header(header::CONTENT_TYPE, protocol::webhook::CONTENT_TYPE)
            .header(header::AUTHORIZATION, delivery.authorization.expose())
            .header("rennsteig-run", delivery.run)
            .header("rennsteig-sequence", delivery.sequence)
            .body(Full::new(Bytes::from(delivery.body.into_inner())))
            .map_err(|_| NotTaken("the address cannot be used".into()))?;
        let exchange = async {
            let answer = self.client.request(request).await.map_err(|_| NotTaken("no connection".into()))?;
            let status = answer.status();
            // Read to its end, or the connection is of no further use.
            let _ = Limited::new(answer.into_body(), ANSWER_LIMIT).collect().await;
            if status.is_success() { Ok(()) } else { Err(NotTaken(status.as_u16().to_string())) }
        };
        timeout(PATIENCE, exchange).await.unwrap_or_else(|_| Err(NotTaken("no answer".into())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Secret, Webhooks};

    fn read(webhooks: Webhooks) -> anyhow::Result<Option<WebhookConfig>> {
        let tokens = TokenKey::new("rennsteig", *b"0123456789abcdef0123456789abcdef").expect("32 bytes");
        configured(&Config { webhooks, ..Config::default() }, &tokens)
    }

    fn to(url: &str) -> Webhooks {
        Webhooks { urls: vec![url.to_owned()], ..Webhooks::default() }
    }

    #[test]
    fn the_tokens_key_signs_unless_another_is_given() {
        assert!(read(Webhooks::default()).expect("fine").is_none());
        let key = |webhooks| read(webhooks).expect("fine").expect("configured").key;
        let url = "https://sink.example.org/hooks";
        let (plain, named) = (key(to(url)), key(Webhooks { key_id: "hooks".into(), ..to(url) }));
        assert_eq!((plain.id(), named.id()), ("rennsteig", "hooks"));
        let own = key(Webhooks { secret: Secret::new("a-secret-of-its-own-with-32-bytes!"), ..to(url) });
        assert_ne!(own.derive("test", b""), plain.derive("test", b""));
        assert_eq!(named.derive("test", b""), plain.derive("test", b""));
    }

    #[test]
    fn names_of_people_do_not_travel_in_the_clear() {
        for url in ["https://sink.example.org/?key=1", "http://127.0.0.1:9000/", "http://localhost/", "http://[::1]:1/"]
        {
            assert!(is_fine(url), "{url}");
        }
        for url in ["http://sink.example.org/", "sink.example.org", "ftp://localhost/", "", "https://", "/hooks"] {
            assert!(!is_fine(url), "{url}");
        }
    }

    #[test]
    fn what_cannot_work_is_refused_at_the_start() {
        let refused = |webhooks| read(webhooks).expect_err("cannot work").to_string();
        let shown = refused(to("http://sink.example.org/?key=geheim"));
        assert!(shown.contains("webhooks.urls") && !shown.contains("geheim"), "{shown}");
        assert!(refused(Webhooks { key_id: "hooks".into(), ..Webhooks::default() }).contains("webhooks.urls"));
        let weak = Webhooks { secret: Secret::new("short"), ..to("https://sink.example.org/") };
        assert!(refused(weak).contains("webhooks.secret"));
        assert!(refused(Webhooks { urls: vec!["https://a.example/".into(); 9], ..Webhooks::default() }).contains("8"));
    }
}
