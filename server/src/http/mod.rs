//! What every request passes through, whichever part answers it: time limits, the client's
//! address, one log line, security headers; and the pages themselves.

mod assets;
mod client_address;
mod headers;
mod health;
mod listen;
mod request_line;

pub use assets::pages;
pub use client_address::TrustedProxies;
pub use health::{Health, Metrics};
pub use listen::Listener;

use std::time::Duration;

use axum::{Router, middleware};
use tower_http::catch_panic::CatchPanicLayer;
use tower_http::timeout::RequestBodyTimeoutLayer;

/// A request body may pause this long between two pieces.
const BODY_PAUSE: Duration = Duration::from_secs(15);

/// Lays the common layers around the routes of all parts.
pub fn guard(routes: Router, proxies: TrustedProxies, headers: headers::SecurityHeaders) -> Router {
    routes
        .layer(CatchPanicLayer::new())
        .layer(RequestBodyTimeoutLayer::new(BODY_PAUSE))
        .layer(middleware::from_fn(move |request, next| headers::add(headers.clone(), request, next)))
        .layer(middleware::from_fn(request_line::write))
        .layer(middleware::from_fn(move |request, next| client_address::find(proxies.clone(), request, next)))
}

pub use headers::SecurityHeaders;
