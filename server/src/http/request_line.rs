use std::time::Instant;

use axum::extract::{MatchedPath, Request};
use axum::middleware::Next;
use axum::response::Response;
use http::{HeaderName, HeaderValue};
use uuid::Uuid;

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// Names the request, and writes one line when it is answered: the route as it stands in the
/// router, never the path, query or client, which can hold names and tokens.
pub async fn write(mut request: Request, next: Next) -> Response {
    let id = Uuid::new_v4().simple().to_string();
    let id = HeaderValue::from_str(&id).expect("hexadecimal digits");
    request.headers_mut().insert(REQUEST_ID, id.clone());
    let method = request.method().clone();
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned());
    let route = route.unwrap_or_else(|| "(pages)".to_owned());
    let begun = Instant::now();
    let mut response = next.run(request).await;
    let milliseconds = begun.elapsed().as_secs_f64() * 1000.0;
    let status = response.status().as_u16();
    let request_id = id.to_str().unwrap_or_default();
    tracing::info!(request.id = request_id, %method, route, status, milliseconds, "{method} {route} answered {status}");
    metrics::counter!("http_requests_total", "route" => route, "status" => status.to_string()).increment(1);
    response.headers_mut().entry(REQUEST_ID).or_insert(id);
    response
}
