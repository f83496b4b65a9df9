use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use cluster::Directory;
use http::{StatusCode, header};
use ipnet::IpNet;
use metrics_exporter_prometheus::PrometheusHandle;
use serde_json::json;
use signaling::Signaling;
use storage::Store;

/// Tells a supervisor whether this process lives and whether it may be sent people.
///
/// Live never asks another server: a database that is away is no reason to kill meetings.
#[derive(Clone)]
pub struct Health {
    /// The database, if this role has one.
    pub store: Option<Arc<dyn Store>>,
    /// The directory of meetings.
    pub directory: Arc<dyn Directory>,
    /// The meetings, if this role has them.
    pub signaling: Option<Arc<Signaling>>,
}

impl Health {
    /// `/health/live` and `/health/ready`.
    pub fn routes(self) -> Router {
        Router::new()
            .route("/health/live", get(|| async { "live" }))
            .route("/health/ready", get(ready))
            .with_state(self)
    }
}

async fn ready(State(health): State<Health>) -> Response {
    let database = async {
        match &health.store {
            Some(store) => Some(store.is_reachable().await),
            None => None,
        }
    };
    let (database, directory) = tokio::join!(database, health.directory.is_reachable());
    let word = |reachable: bool| if reachable { "reachable" } else { "away" };
    let draining = health.signaling.is_some_and(|signaling| signaling.is_draining());
    let all = database.unwrap_or(true) && directory && !draining;
    let status = if all { StatusCode::OK } else { StatusCode::SERVICE_UNAVAILABLE };
    let body = json!({
        "ready": all,
        "database": database.map_or("not used", word),
        "cluster": word(directory),
        "draining": draining,
    });
    (status, [(header::CACHE_CONTROL, "no-store")], Json(body)).into_response()
}

/// Figures for Prometheus, to listed networks only.
#[derive(Clone)]
pub struct Metrics {
    /// Where they are collected.
    pub handle: PrometheusHandle,
    /// Who may read them.
    pub from: Arc<[IpNet]>,
}

impl Metrics {
    /// `/metrics`.
    pub fn routes(self) -> Router {
        Router::new().route("/metrics", get(figures)).with_state(self)
    }

    fn may_read(&self, address: IpAddr) -> bool {
        self.from.iter().any(|network| network.contains(&address.to_canonical()))
    }
}

async fn figures(State(metrics): State<Metrics>, ConnectInfo(client): ConnectInfo<SocketAddr>) -> Response {
    if !metrics.may_read(client.ip()) {
        return StatusCode::NOT_FOUND.into_response();
    }
    ([(header::CONTENT_TYPE, "text/plain; version=0.0.4")], metrics.handle.render()).into_response()
}
