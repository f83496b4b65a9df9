use axum::Router;
use axum::body::Body;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use http::{Method, StatusCode, header};
use rust_embed::RustEmbed;
use serde_json::json;

/// The built web app; empty if the binary was built before the web app was.
#[derive(RustEmbed)]
#[folder = "../web/dist"]
#[allow_missing = true]
struct Built;

const START_PAGE: &str = "index.html";

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
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|tag| tag.to_str().ok()).map(str::to_owned);
    if let Some(answer) = file(path, known.as_deref()) {
        return answer;
    }
    // A missing file is missing; an address without a dot belongs to the app.
    if path.rsplit('/').next().is_some_and(|last| last.contains('.')) {
        return nothing_here();
    }
    file(START_PAGE, known.as_deref()).unwrap_or_else(|| {
        (StatusCode::SERVICE_UNAVAILABLE, "The pages are not built in. Build the web app, then the binary.")
            .into_response()
    })
}

fn file(path: &str, known: Option<&str>) -> Option<Response> {
    let file = Built::get(path)?;
    let tag: String = file.metadata.sha256_hash().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    let tag = format!("\"{tag}\"");
    // Built files carry a hash in their name and never change; everything else is asked for again.
    let caching = if path.starts_with("assets/") { "public, max-age=31536000, immutable" } else { "no-cache" };
    let kind = mime_guess::from_path(path).first_or_octet_stream();
    let head = [
        (header::ETAG, tag.clone()),
        (header::CACHE_CONTROL, caching.to_owned()),
        (header::CONTENT_TYPE, with_charset(kind.as_ref())),
    ];
    if known == Some(tag.as_str()) {
        return Some((StatusCode::NOT_MODIFIED, head).into_response());
    }
    Some((head, Body::from(file.data.into_owned())).into_response())
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
