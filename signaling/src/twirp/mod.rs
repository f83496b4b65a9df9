//! The server API: `POST /twirp/livekit.RoomService/<Method>`, compatible with LiveKit server SDKs.
//!
//! Any node takes a call. What concerns one meeting is done by the node that has it: another node
//! passes the whole call on, and the owner checks the token again for itself. Reading never opens
//! a meeting.
//!
//! To add a method: a line in [`serve`], a function in `rooms` or `participants` that begins with
//! a line from `rights`, and a row in `docs/protocol.md`.

mod body;
mod calls;
mod error;
mod forward;
mod participants;
mod rights;
mod rooms;

use std::sync::Arc;

use axum::Router;
use axum::body::{Bytes, to_bytes};
use axum::extract::{Path, Request, State};
use axum::response::{IntoResponse, Response};
use axum::routing::any;
use cluster::NodeId;
use domain::MeetingName;
use http::{HeaderMap, Method};
use protocol::livekit::RpcError;
use protocol::token::Claims;
use serde::de::DeserializeOwned;

use crate::actor::Handle;
use crate::errand;
use crate::meeting::{Order, Reply};
use crate::registry::{Door, Registry};
use body::Format;
use error::{Code, TwirpError};

/// Largest call, bytes: a data message in base64 with room for its addressees.
pub const CALL_LIMIT: usize = 256 * 1024;
/// Services of the same protocol that this server does not have.
const NOT_SERVED: [&str; 7] =
    ["Egress", "Ingress", "SIP", "AgentDispatchService", "Connector", "PhoneNumberService", "CloudAgent"];

pub fn router(registry: Arc<Registry>) -> Router {
    Router::new().route("/twirp/{service}/{method}", any(answer)).with_state(registry)
}

/// One call, its token verified.
struct Call {
    registry: Arc<Registry>,
    claims: Claims,
    format: Format,
    body: Bytes,
    headers: HeaderMap,
    method: String,
    /// Another node passed it on: it goes no further.
    is_forwarded: bool,
}

/// Why there is no answer from here.
enum Obstacle {
    /// The call is refused.
    Refused(TwirpError),
    /// Another node has the meeting.
    Elsewhere(NodeId),
    /// A participant that was called failed, in its own words.
    Failed(Box<RpcError>),
}

impl From<TwirpError> for Obstacle {
    fn from(error: TwirpError) -> Self {
        Self::Refused(error)
    }
}

type Outcome = Result<Bytes, Obstacle>;

async fn answer(
    State(registry): State<Arc<Registry>>,
    Path((service, method)): Path<(String, String)>,
    request: Request,
) -> Response {
    match call(registry, &service, method, request).await {
        Ok(response) => response,
        Err(error) => {
            metrics::counter!("rennsteig_api_refusals_total", "code" => error.code.word()).increment(1);
            error.into_response()
        }
    }
}

async fn call(
    registry: Arc<Registry>,
    service: &str,
    method: String,
    request: Request,
) -> Result<Response, TwirpError> {
    let (head, body) = request.into_parts();
    if head.method != Method::POST {
        return Err(TwirpError::new(Code::BadRoute, "only POST is answered here"));
    }
    let claims = rights::identify(&registry, &head.headers)?;
    match service.strip_prefix("livekit.") {
        Some("RoomService") => {}
        Some(service) if NOT_SERVED.contains(&service) => {
            return Err(TwirpError::new(Code::Unimplemented, "this server does not have this service"));
        }
        _ => return Err(TwirpError::new(Code::BadRoute, "no such service")),
    }
    let format = Format::of(&head.headers)?;
    let body =
        to_bytes(body, CALL_LIMIT).await.map_err(|_| TwirpError::new(Code::Malformed, "the call is too large"))?;
    let is_forwarded = errand::is_passed_on(&head.headers);
    let call = Call { registry, claims, format, body, headers: head.headers, method, is_forwarded };
    metrics::counter!("rennsteig_api_calls_total").increment(1);
    match serve(&call).await {
        Ok(body) => Ok(format.response(body)),
        Err(Obstacle::Refused(error)) => Err(error),
        Err(Obstacle::Failed(error)) => Ok(error::failed(&error)),
        Err(Obstacle::Elsewhere(_)) if call.is_forwarded => {
            Err(TwirpError::new(Code::Unavailable, "the meeting is moving to another node: try again"))
        }
        Err(Obstacle::Elsewhere(owner)) => forward::pass_on(&call, &owner).await,
    }
}

async fn serve(call: &Call) -> Outcome {
    match call.method.as_str() {
        "CreateRoom" => rooms::create(call).await,
        "ListRooms" => rooms::list(call).await,
        "DeleteRoom" => rooms::delete(call).await,
        "UpdateRoomMetadata" => rooms::update_metadata(call).await,
        "ListParticipants" => participants::list(call).await,
        "GetParticipant" => participants::get(call).await,
        "RemoveParticipant" => participants::remove(call).await,
        "MutePublishedTrack" => participants::mute(call).await,
        "UpdateParticipant" => participants::update(call).await,
        "UpdateSubscriptions" => participants::update_subscriptions(call).await,
        "SendData" => participants::send_data(call).await,
        "PerformRpc" => calls::perform(call).await,
        "MoveParticipant" => participants::send_on(call).await,
        "ForwardParticipant" => participants::forward(call).await,
        _ => Err(TwirpError::new(Code::BadRoute, "no such method").into()),
    }
}

impl Call {
    fn read<T: prost::Message + Default + DeserializeOwned>(&self) -> Result<T, TwirpError> {
        self.format.read(&self.body)
    }

    fn write<T: prost::Message + serde::Serialize>(&self, answer: &T) -> Outcome {
        Ok(self.format.write(answer))
    }

    /// The meeting, if it is here and open.
    async fn meeting(&self, name: &str) -> Result<Handle, Obstacle> {
        match self.registry.locate(&meeting_name(name)?).await {
            Ok(Some(Door::Here(handle))) => Ok(handle),
            Ok(Some(Door::There(owner))) => Err(Obstacle::Elsewhere(owner)),
            Ok(None) => Err(TwirpError::new(Code::NotFound, "requested room does not exist").into()),
            Err(_) => Err(TwirpError::new(Code::Unavailable, "the directory of meetings is away: try again").into()),
        }
    }

    /// Asks a meeting for something.
    async fn order(&self, name: &str, order: Order) -> Result<Reply, Obstacle> {
        let handle = self.meeting(name).await?;
        tell(&handle, order).await
    }
}

async fn tell(handle: &Handle, order: Order) -> Result<Reply, Obstacle> {
    match handle.order(order).await {
        Some(answer) => answer.map_err(|refused| TwirpError::from(refused).into()),
        None => Err(TwirpError::new(Code::NotFound, "requested room does not exist").into()),
    }
}

fn meeting_name(name: &str) -> Result<MeetingName, TwirpError> {
    name.parse().map_err(|_| TwirpError::new(Code::InvalidArgument, "room must have 1 to 128 bytes"))
}
