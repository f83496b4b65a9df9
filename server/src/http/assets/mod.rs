use std::borrow::Cow;

use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use rust_embed::RustEmbed;
use serde_json::json;

/// The built web app; empty if the binary was built before the web app was.
#[derive(RustEmbed)]
#[folder = "../web/dist"]
#[allow_missing = true]
struct Built;

const START_PAGE: &str = "index.html";

/// What the name of a packed file adds; the build of the web app writes them.
const PACKED: &str = ".gz";

/// One built file.
struct Stored {
    data: Cow<'static, [u8]>,
    hash: [u8; 32],
}

fn built(path: &str) -> Option<Stored> {
    Built::get(path).map(|file| Stored { hash: file.metadata.sha256_hash(), data: file.data })
}

/// Serves the web app: files by name, the start page for every other address, because the app
/// routes in the browser.
pub fn pages() -> Router {
    Router::new().fallback(any(page))
}

async fn page(request: Request) -> Response {
    let path = request.uri().path().trim_start_matches('/');
    if path.starts_with("api/") || path.starts_with("rtc") || path.starts_with("health/") {
        return nothing_here();
    }
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return StatusCode::METHOD_NOT_ALLOWED.into_response();
    }
    if let Some(answer) = file(path, request.headers(), built) {
        return answer;
    }
    // A missing file is missing; an address without a dot belongs to the app.
    if path.rsplit('/').next().is_some_and(|last| last.contains('.')) {
        return nothing_here();
    }
    file(START_PAGE, request.headers(), built).unwrap_or_else(|| {
        (StatusCode::SERVICE_UNAVAILABLE, "The pages are not built in. Build the web app, then the binary.")
            .into_response()
    })
}

/// A file, packed if there is a packed form of it and the client takes one.
fn file(path: &str, asked: &HeaderMap, find: impl Fn(&str) -> Option<Stored>) -> Option<Response> {
    let plain = find(path)?;
    let packed = find(&format!("{path}{PACKED}")).filter(|_| takes_gzip(asked));
    let is_packed = packed.is_some();
    let stored = packed.unwrap_or(plain);
    // The packed form is another content with a tag of its own.
    let tag: String = stored.hash.iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let tag = format!("\"{tag}\"");
    // Built files carry a hash in their name and never change; everything else is asked for again.
    let caching = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    let head = [
        (header::ETAG, tag.clone()),
        (header::CACHE_CONTROL, caching.to_owned()),
        (header::CONTENT_TYPE, with_charset(kind.as_ref())),
        (header::VARY, "accept-encoding".to_owned()),
    ];
    let known = asked.get(header::IF_NONE_MATCH).and_then(|tag| tag.to_str().ok());
    if known == Some(tag.as_str()) {
        return Some((StatusCode::NOT_MODIFIED, head).into_response());
    }
    let mut answer = (head, Body::from(stored.data.into_owned())).into_response();
    if is_packed {
        answer.headers_mut().insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
    }
    Some(answer)
}

/// Whether the client names gzip and does not weigh it with nothing (RFC 9110, section 12.5.3).
fn takes_gzip(asked: &HeaderMap) -> bool {
    let lines = asked.get_all(header::ACCEPT_ENCODING).iter().filter_map(|line| line.to_str().ok());
    lines.flat_map(|line| line.split(',')).any(|coding| {
        let mut parts = coding.split(';').map(str::trim);
        let is_gzip = parts.next().is_some_and(|name| name.eq_ignore_ascii_case("gzip"));
        let weight = parts.find_map(|part| part.strip_prefix("q=").or_else(|| part.strip_prefix("Q=")));
        is_gzip && weight.is_none_or(|weight| weight.parse::<f32>().is_ok_and(|weight| weight > 0.0))
    })
}

fn with_charset(kind: &str) -> String {
    if kind.starts_with("text/") { format!("{kind}; charset=utf-8") } else { kind.to_owned() }
}

fn nothing_here() -> Response {
    let body = json!({
        "type": "about:blank", "title": "Not found", "status": 404, "code": "not_found",
        "detail": "There is nothing at this address.",
    });
    (StatusCode::NOT_FOUND, [(header::CONTENT_TYPE, "application/problem+json")], body.to_string()).into_response()
}

#[cfg(test)]
mod tests;
