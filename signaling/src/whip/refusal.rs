use axum::response::{IntoResponse, Response};
use http::{HeaderValue, StatusCode, header};
use media::OfferRefused;

use crate::refusal::Refusal;

/// Why a request about a session is not followed. The answer is plain text.
///
/// | Status | When |
/// |---|---|
/// | 400 | the offer or fragment cannot be understood, or has nothing to send (to watch) |
/// | 403 | the token does not allow to publish this |
/// | 404 | no such session, or it is somebody else's |
/// | 405 | another method |
/// | 412, 428 | `If-Match` names an older state, or is missing |
/// | 413 | the body is longer than an offer may be |
/// | 415 | another content type |
/// | 503 | the meeting is full, or does not answer in time |
///
/// and everything of [`Refusal`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum WhipRefused {
    /// As at any other door.
    #[error(transparent)]
    Door(#[from] Refusal),
    /// The offer or fragment makes no sense.
    #[error("the body cannot be understood")]
    Malformed,
    /// The offer cannot be answered.
    #[error("{0}")]
    Offer(#[from] OfferRefused),
    /// An offer without a section for this purpose.
    #[error("the offer has no section for this")]
    Empty,
    /// The rights of the token do not reach.
    #[error("the token does not allow to publish this")]
    MayNotPublish,
    /// Gone, or never there, or of another token.
    #[error("no such session")]
    NoSuchSession,
    /// Not POST, PATCH, DELETE where they belong.
    #[error("this method is not answered here")]
    MethodNotAllowed,
    /// `If-Match` is missing.
    #[error("If-Match is missing")]
    ConditionMissing,
    /// `If-Match` names another state of the session.
    #[error("If-Match does not name the present state of the session")]
    ConditionFailed,
    /// Longer than an offer may be.
    #[error("the body is too long")]
    TooLarge,
    /// Another content type.
    #[error("this content type is not read here")]
    UnsupportedType,
    /// No place is left in the meeting.
    #[error("the meeting is full")]
    MeetingFull,
    /// The meeting did not answer in time, or sent the participant away.
    #[error("try again later")]
    Unavailable,
}

impl WhipRefused {
    fn status(self) -> StatusCode {
        match self {
            Self::Door(refusal) => refusal.status(),
            Self::Malformed | Self::Offer(_) | Self::Empty => StatusCode::BAD_REQUEST,
            Self::MayNotPublish => StatusCode::FORBIDDEN,
            Self::NoSuchSession => StatusCode::NOT_FOUND,
            Self::MethodNotAllowed => StatusCode::METHOD_NOT_ALLOWED,
            Self::ConditionMissing => StatusCode::PRECONDITION_REQUIRED,
            Self::ConditionFailed => StatusCode::PRECONDITION_FAILED,
            Self::TooLarge => StatusCode::PAYLOAD_TOO_LARGE,
            Self::UnsupportedType => StatusCode::UNSUPPORTED_MEDIA_TYPE,
            Self::MeetingFull | Self::Unavailable => StatusCode::SERVICE_UNAVAILABLE,
        }
    }
}

impl IntoResponse for WhipRefused {
    fn into_response(self) -> Response {
        if let Self::Door(refusal) = self {
            return refusal.into_response();
        }
        let mut response = (self.status(), self.to_string()).into_response();
        if self.status() == StatusCode::SERVICE_UNAVAILABLE {
            response.headers_mut().insert(header::RETRY_AFTER, HeaderValue::from_static("2"));
        }
        response
    }
}
