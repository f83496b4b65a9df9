//! Every reason not to let somebody in, with the answer a client gets.
//!
//! | reason | status | text (stable) |
//! |---|---|---|
//! | the query string is longer than 16 KiB | 414 | `query string too long` |
//! | no token | 401 | `no access token` |
//! | not a token, wrong key or algorithm | 401 | `invalid access token` |
//! | expired | 401 | `access token has expired` |
//! | not valid yet | 401 | `access token is not valid yet` |
//! | without `roomJoin` | 403 | `access token does not allow to join` |
//! | without a meeting or identity, or with an impossible one | 400 | `access token names no valid room and identity` |
//! | removed, or the meeting was ended | 403 | `access token has been revoked` |
//! | a page from elsewhere | 403 | `origin not allowed` |
//! | no or an unreadable `join_request` | 400 | `invalid join_request: …` |
//! | the meeting runs on another node | 503 | `the meeting runs on another node` |
//! | the directory of meetings is away | 503 | `try again later` |
//! | the server has too much to do | 503 | `the server is full, try again later` |
//! | too fast, or too many at once from one address | 503 | `too many at once, try again later` |
//! | the server stops | 503 | `the server is shutting down` |
//! | not a WebSocket request | 426 | `WebSocket expected` |
//!
//! A server with too much to do still lets in who moderates, who is inside already and who was a
//! moment ago. All 503 say in `Retry-After` when to come again, seconds.
//!
//! A full meeting is refused after the upgrade, by `leave` with JOIN_FAILURE as the first frame.

use axum::response::{IntoResponse, Response};
use http::StatusCode;
use protocol::join::JoinRequestRefused;
use protocol::token::TokenRefused;

/// When to come again, seconds: what is missing is there again in a moment.
const RETRY_SOON: &str = "2";
/// The same while the server is full: it takes some seconds at least until it is not.
const RETRY_WHEN_FULL: &str = "10";

/// Why somebody does not get a connection. The module's table has the answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// More than 16 KiB of query.
    #[error("query string too long")]
    QueryTooLong,
    /// Neither in the query nor in the header.
    #[error("no access token")]
    NoToken,
    /// The token opens nothing.
    #[error("{}", token_text(*.0))]
    Token(TokenRefused),
    /// The token is good, but not for joining.
    #[error("access token does not allow to join")]
    MayNotJoin,
    /// The token's meeting or identity is missing or impossible.
    #[error("access token names no valid room and identity")]
    Unnamed,
    /// Removed, or the meeting was ended.
    #[error("access token has been revoked")]
    Revoked,
    /// A web page that may not connect.
    #[error("origin not allowed")]
    ForeignOrigin,
    /// The request is missing.
    #[error("invalid join_request: missing")]
    NoJoinRequest,
    /// The request cannot be read.
    #[error("invalid join_request: {0}")]
    JoinRequest(JoinRequestRefused),
    /// Another node has the meeting.
    #[error("the meeting runs on another node")]
    Elsewhere,
    /// Nobody can say who has the meeting.
    #[error("try again later")]
    Unavailable,
    /// This server cannot serve anybody new.
    #[error("the server is full, try again later")]
    Full,
    /// A participant or an address comes too fast.
    #[error("too many at once, try again later")]
    TooMany,
    /// This server stops.
    #[error("the server is shutting down")]
    Stopping,
    /// An ordinary request where a WebSocket belongs.
    #[error("WebSocket expected")]
    NotAWebSocket,
}

impl Refusal {
    /// The status of the answer.
    pub fn status(self) -> StatusCode {
        match self {
            Self::QueryTooLong => StatusCode::URI_TOO_LONG,
            Self::NoToken | Self::Token(_) => StatusCode::UNAUTHORIZED,
            Self::MayNotJoin | Self::Revoked | Self::ForeignOrigin => StatusCode::FORBIDDEN,
            Self::Unnamed | Self::NoJoinRequest | Self::JoinRequest(_) => StatusCode::BAD_REQUEST,
            Self::Elsewhere | Self::Unavailable | Self::Full | Self::TooMany | Self::Stopping => {
                StatusCode::SERVICE_UNAVAILABLE
            }
            Self::NotAWebSocket => StatusCode::UPGRADE_REQUIRED,
        }
    }

    /// A word for counting.
    pub fn label(self) -> &'static str {
        match self {
            Self::QueryTooLong => "query_too_long",
            Self::NoToken => "no_token",
            Self::Token(TokenRefused::Invalid) => "token_invalid",
            Self::Token(TokenRefused::Expired) => "token_expired",
            Self::Token(TokenRefused::NotYetValid) => "token_not_yet_valid",
            Self::MayNotJoin => "may_not_join",
            Self::Unnamed => "unnamed",
            Self::Revoked => "revoked",
            Self::ForeignOrigin => "foreign_origin",
            Self::NoJoinRequest | Self::JoinRequest(_) => "join_request",
            Self::Elsewhere => "elsewhere",
            Self::Unavailable => "unavailable",
            Self::Full => "full",
            Self::TooMany => "too_many",
            Self::Stopping => "stopping",
            Self::NotAWebSocket => "not_a_websocket",
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        metrics::counter!("rennsteig_signaling_refusals_total", "reason" => self.label()).increment(1);
        let mut response = (self.status(), self.to_string()).into_response();
        if self.status() == StatusCode::SERVICE_UNAVAILABLE {
            let seconds = if self == Self::Full { RETRY_WHEN_FULL } else { RETRY_SOON };
            response.headers_mut().insert(http::header::RETRY_AFTER, http::HeaderValue::from_static(seconds));
        }
        response
    }
}

fn token_text(refused: TokenRefused) -> &'static str {
    match refused {
        TokenRefused::Invalid => "invalid access token",
        TokenRefused::Expired => "access token has expired",
        TokenRefused::NotYetValid => "access token is not valid yet",
    }
}
