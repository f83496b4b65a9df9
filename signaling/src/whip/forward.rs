//! Passes a request on to the node that has the meeting or session.

use axum::body::Body;
use axum::response::Response;
use cluster::NodeId;
use http::{HeaderMap, HeaderName, Request, header};
use http_body_util::Full;
use tokio::time::timeout;

use super::{Parts, WhipRefused};
use crate::config::{CLUSTER_PATIENCE, FIRST_WORD};
use crate::errand;
use crate::refusal::Refusal;
use crate::registry::Registry;

const THERE: [HeaderName; 4] = [header::AUTHORIZATION, header::CONTENT_TYPE, header::IF_MATCH, header::ORIGIN];
const BACK: [HeaderName; 6] = [
    header::CONTENT_TYPE,
    header::LOCATION,
    header::ETAG,
    header::LINK,
    header::RETRY_AFTER,
    HeaderName::from_static("accept-patch"),
];

/// The answer of another node, as it is.
pub async fn pass_on(
    registry: &Registry,
    is_owner: impl Fn(&NodeId) -> bool,
    parts: Parts,
) -> Result<Response, WhipRefused> {
    if errand::is_passed_on(&parts.headers) {
        return Err(Refusal::Elsewhere.into());
    }
    let asked = timeout(CLUSTER_PATIENCE, registry.around.cluster.directory.nodes()).await;
    let nodes = asked.ok().and_then(Result::ok).ok_or(Refusal::Unavailable)?;
    // A session of a node that is gone is gone as well.
    let node = nodes.into_iter().find(|node| is_owner(&node.id)).ok_or(WhipRefused::NoSuchSession)?;
    let base = node.url.replacen("ws", "http", 1);
    let mut request = Request::builder()
        .method(parts.method)
        .uri(format!("{base}{}", parts.path))
        .body(Full::new(parts.body))
        .map_err(|_| WhipRefused::Malformed)?;
    copy(&THERE, &parts.headers, request.headers_mut());
    let answer = errand::run(request, parts.from, FIRST_WORD + CLUSTER_PATIENCE, media::LONGEST_OFFER).await;
    let (head, body) = answer.ok_or(WhipRefused::Unavailable)?;
    let mut response = Response::new(Body::from(body));
    *response.status_mut() = head.status;
    copy(&BACK, &head.headers, response.headers_mut());
    Ok(response)
}

fn copy(names: &[HeaderName], from: &HeaderMap, to: &mut HeaderMap) {
    for name in names {
        for value in from.get_all(name) {
            to.append(name, value.clone());
        }
    }
}
