//! The paths clients knock at.

use std::net::SocketAddr;
use std::sync::Arc;

use axum::Router;
use axum::extract::ws::WebSocketUpgrade;
use axum::extract::ws::rejection::WebSocketUpgradeRejection;
use axum::extract::{ConnectInfo, Request, State};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use domain::SiteId;
use http::{Extensions, HeaderMap, HeaderValue, Method, StatusCode, Uri, header};
use media::PeerId;
use protocol::livekit::JoinRequest;

use crate::actor::Input;
use crate::admission::{Visitor, identify, join_request};
use crate::config::{FRAME_LIMIT, READ_BUFFER};
use crate::meeting::{Join, Shape};
use crate::outbox::outbox;
use crate::refusal::Refusal;
use crate::registry::{Door, Registry};
use crate::{errand, relay, socket};

pub fn router(registry: Arc<Registry>) -> Router {
    Router::new()
        .route("/rtc/v1", any(connect))
        .route("/rtc/v1/validate", any(validate))
        .route("/rtc", any(connect))
        .route("/rtc/validate", any(validate))
        .layer(from_fn(open_to_all_pages))
        .with_state(registry)
}

/// `GET /rtc/v1`, or `/rtc` for the older shape: a WebSocket for somebody who may come in.
async fn connect(
    State(registry): State<Arc<Registry>>,
    uri: Uri,
    headers: HeaderMap,
    extensions: Extensions,
    upgrade: Result<WebSocketUpgrade, WebSocketUpgradeRejection>,
) -> Result<Response, Refusal> {
    let from = extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(address)| address.ip());
    registry.tolls.knock(from)?;
    let visitor = admit(&registry, &uri, &headers).await?;
    let wish = join_request(&uri)?;
    let upgrade = upgrade.map_err(|_| Refusal::NotAWebSocket)?;
    let toll = registry.tolls.enter(from, &visitor.meeting, &visitor.identity)?;
    let life = registry.sign_of_life().ok_or(Refusal::Stopping)?;
    let upgrade = upgrade.max_message_size(FRAME_LIMIT).max_frame_size(FRAME_LIMIT).read_buffer_size(READ_BUFFER);
    let handle = match registry.enter(&visitor.meeting).await? {
        Door::Here(handle) => handle,
        Door::There(_) if errand::is_passed_on(&headers) => return Err(Refusal::Elsewhere),
        Door::There(owner) => {
            let way = relay::open(&registry, &owner, &uri, &headers, from).await?;
            return Ok(upgrade.on_upgrade(async move |socket| {
                relay::serve(socket, way).await;
                drop(life);
            }));
        }
    };
    Ok(upgrade.on_upgrade(async move |socket| {
        let connection = registry.number();
        let (outbox, outlet) = outbox();
        let shape = match wish.has_two_sides {
            true => Shape::Two { receiving: PeerId(registry.number()) },
            false => Shape::One,
        };
        let site = registry.around.lines.site_of(from, &visitor.claims);
        handle.send(greeting(connection, shape, visitor, site, wish.request, outbox.clone())).await;
        socket::serve(socket, connection, handle, outbox, outlet, toll, &registry.around).await;
        drop(life);
    }))
}

/// `GET /rtc/v1/validate`, `/rtc/validate`: why a WebSocket did not open.
async fn validate(
    State(registry): State<Arc<Registry>>,
    uri: Uri,
    headers: HeaderMap,
) -> Result<&'static str, Refusal> {
    admit(&registry, &uri, &headers).await?;
    join_request(&uri)?;
    Ok("success")
}

async fn admit(registry: &Arc<Registry>, uri: &Uri, headers: &HeaderMap) -> Result<Visitor, Refusal> {
    let visitor = identify(&registry.around.config, &*registry.around.clock, uri, headers)?;
    // Somebody who resumes is inside.
    let resumes = join_request(uri).is_ok_and(|wish| wish.request.reconnect);
    if !resumes {
        registry.check_room(&visitor).await?;
    }
    registry.check_revoked(&visitor).await?;
    Ok(visitor)
}

fn greeting(
    connection: u64,
    shape: Shape,
    visitor: Visitor,
    site: Option<SiteId>,
    mut request: JoinRequest,
    outbox: crate::outbox::Outbox,
) -> Input {
    let Visitor { identity, claims, .. } = visitor;
    if request.reconnect {
        let offer = request.publisher_offer.take();
        let sid = std::mem::take(&mut request.participant_sid);
        Input::Resume { connection, sid, identity, site, offer, outbox }
    } else {
        let join = Join { peer: PeerId(connection), shape, identity, site, claims, request };
        Input::Join { join: Box::new(join), outbox }
    }
}

/// The token alone decides: any page may read these answers, also the refusals.
async fn open_to_all_pages(request: Request, next: Next) -> Response {
    let asks_first = request.method() == Method::OPTIONS;
    let mut response = if asks_first { StatusCode::NO_CONTENT.into_response() } else { next.run(request).await };
    let headers = response.headers_mut();
    headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, HeaderValue::from_static("*"));
    if asks_first {
        headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, HeaderValue::from_static("GET, HEAD, OPTIONS"));
        headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, HeaderValue::from_static("authorization, content-type"));
    }
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static("no-store"));
    response
}
