use axum::Json;
use axum::response::{IntoResponse, Response};
use http::StatusCode;
use protocol::livekit::RpcError;
use serde::Serialize;

use crate::forwarding::ForwardRefused;
use crate::meeting::OrderRefused;

/// What went wrong, in the words of Twirp.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Code {
    /// A field has an impossible value.
    InvalidArgument,
    /// The call cannot be read.
    Malformed,
    /// No such meeting, participant or track.
    NotFound,
    /// No such service or method.
    BadRoute,
    /// No token, or one that opens nothing.
    Unauthenticated,
    /// The token does not allow this.
    PermissionDenied,
    /// It is so already.
    AlreadyExists,
    /// Not as things stand.
    FailedPrecondition,
    /// Nothing came back in time.
    DeadlineExceeded,
    /// Too much of it at a time.
    ResourceExhausted,
    /// Not served here.
    Unimplemented,
    /// Something this depends on is away.
    Unavailable,
}

impl Code {
    /// The word in the answer.
    pub fn word(self) -> &'static str {
        match self {
            Self::InvalidArgument => "invalid_argument",
            Self::Malformed => "malformed",
            Self::NotFound => "not_found",
            Self::BadRoute => "bad_route",
            Self::Unauthenticated => "unauthenticated",
            Self::PermissionDenied => "permission_denied",
            Self::AlreadyExists => "already_exists",
            Self::FailedPrecondition => "failed_precondition",
            Self::DeadlineExceeded => "deadline_exceeded",
            Self::ResourceExhausted => "resource_exhausted",
            Self::Unimplemented => "unimplemented",
            Self::Unavailable => "unavailable",
        }
    }

    /// The status of the answer.
    pub fn status(self) -> StatusCode {
        match self {
            Self::InvalidArgument | Self::Malformed => StatusCode::BAD_REQUEST,
            Self::NotFound | Self::BadRoute => StatusCode::NOT_FOUND,
            Self::Unauthenticated => StatusCode::UNAUTHORIZED,
            Self::PermissionDenied => StatusCode::FORBIDDEN,
            Self::AlreadyExists => StatusCode::CONFLICT,
            Self::FailedPrecondition => StatusCode::PRECONDITION_FAILED,
            Self::DeadlineExceeded => StatusCode::REQUEST_TIMEOUT,
            Self::ResourceExhausted => StatusCode::TOO_MANY_REQUESTS,
            Self::Unimplemented => StatusCode::NOT_IMPLEMENTED,
            Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

/// A refused call, as JSON whatever the call's own format was.
#[derive(Clone, Copy, Debug)]
pub struct TwirpError {
    pub code: Code,
    text: &'static str,
}

#[derive(Serialize)]
struct Shape {
    code: &'static str,
    msg: &'static str,
    meta: std::collections::BTreeMap<&'static str, &'static str>,
}

impl TwirpError {
    pub fn new(code: Code, text: &'static str) -> Self {
        Self { code, text }
    }
}

impl IntoResponse for TwirpError {
    fn into_response(self) -> Response {
        let shape = Shape { code: self.code.word(), msg: self.text, meta: Default::default() };
        (self.code.status(), Json(shape)).into_response()
    }
}

impl From<OrderRefused> for TwirpError {
    fn from(refused: OrderRefused) -> Self {
        match refused {
            OrderRefused::NoSuchParticipant => Self::new(Code::NotFound, "participant does not exist"),
            OrderRefused::NoSuchTrack => Self::new(Code::NotFound, "track does not exist"),
            OrderRefused::MayNotUnmute => {
                Self::new(Code::FailedPrecondition, "a track can only be unmuted by its owner")
            }
            OrderRefused::TooLong => Self::new(Code::InvalidArgument, "name, metadata or attributes are too long"),
            OrderRefused::OutOfHearing => {
                Self::new(Code::Unavailable, "the participant is not connected just now: try again")
            }
            OrderRefused::NoAnswer => Self::new(Code::DeadlineExceeded, "the participant did not answer in time"),
            OrderRefused::TooManyCalls => Self::new(Code::ResourceExhausted, "too many calls wait for an answer"),
            OrderRefused::Forwarded => Self::new(
                Code::FailedPrecondition,
                "the participant is forwarded from another meeting: ask for it there",
            ),
            OrderRefused::MayNotPublish => Self::new(Code::FailedPrecondition, "the participant may not publish"),
            OrderRefused::AlreadyThere => {
                Self::new(Code::AlreadyExists, "somebody with this identity is in the destination already")
            }
            OrderRefused::TooManyDestinations => {
                Self::new(Code::ResourceExhausted, "the participant is forwarded to as many meetings as may be")
            }
            OrderRefused::Full => Self::new(Code::ResourceExhausted, "the destination is full"),
            OrderRefused::NotSendable => {
                Self::new(Code::InvalidArgument, "the message is too large or on a reserved topic")
            }
        }
    }
}

impl From<ForwardRefused> for TwirpError {
    fn from(refused: ForwardRefused) -> Self {
        match refused {
            ForwardRefused::Refused(refused) => refused.into(),
            ForwardRefused::Elsewhere => Self::new(
                Code::FailedPrecondition,
                "another node has the destination: participants are forwarded between meetings of one node only",
            ),
            ForwardRefused::SourceOver => Self::new(Code::NotFound, "requested room does not exist"),
            ForwardRefused::Unavailable => {
                Self::new(Code::Unavailable, "the destination cannot be opened now: try again")
            }
        }
    }
}

/// A participant could not do what it was called for: its own words, as any other refusal.
pub fn failed(error: &RpcError) -> Response {
    let meta = serde_json::json!({"rpc_code": error.code.to_string(), "rpc_data": error.data});
    let answer = serde_json::json!({"code": "aborted", "msg": error.message, "meta": meta});
    (StatusCode::CONFLICT, Json(answer)).into_response()
}
