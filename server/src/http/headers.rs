use std::sync::Arc;

use axum::extract::Request;
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue, header};

/// The headers that keep a browser from doing what our pages never ask for.
#[derive(Clone, Debug)]
pub struct SecurityHeaders(Arc<[(HeaderName, HeaderValue)]>);

impl SecurityHeaders {
    /// For pages at `base_url` that connect to `signaling_url` (`ws://` or `wss://`).
    pub fn new(base_url: &str, signaling_url: &str) -> Self {
        // 'self' covers WebSockets of the same origin only in newer browsers: name ours. A client whose
        // WebSocket does not open asks the same place over HTTP for the reason.
        let reason_url = signaling_url.replacen("ws", "http", 1);
        let policy = format!(
            "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' blob: data:; \
             media-src 'self' blob:; connect-src 'self' {signaling_url} {reason_url}; worker-src 'self' blob:; font-src 'self'; \
             manifest-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'"
        );
        let mut headers = vec![
            (header::CONTENT_SECURITY_POLICY, policy),
            (header::X_CONTENT_TYPE_OPTIONS, "nosniff".into()),
            (header::REFERRER_POLICY, "no-referrer".into()),
            (header::X_FRAME_OPTIONS, "DENY".into()),
            (HeaderName::from_static("cross-origin-opener-policy"), "same-origin".into()),
            (
                HeaderName::from_static("permissions-policy"),
                "camera=(self), microphone=(self), display-capture=(self), geolocation=(), payment=(), usb=()".into(),
            ),
        ];
        if base_url.starts_with("https://") {
            headers.push((header::STRICT_TRANSPORT_SECURITY, "max-age=31536000; includeSubDomains".into()));
        }
        Self(
            headers
                .into_iter()
                .map(|(name, value)| (name, HeaderValue::from_str(&value).expect("configured URLs are plain text")))
                .collect(),
        )
    }
}

/// Adds the headers that the answer does not already have.
pub async fn add(headers: SecurityHeaders, request: Request, next: Next) -> Response {
    let mut response = next.run(request).await;
    for (name, value) in headers.0.iter() {
        response.headers_mut().entry(name).or_insert_with(|| value.clone());
    }
    response
}
