use protocol::livekit::DisconnectReason;
use protocol::livekit::leave_request::Action;

/// Why a probe, or one client of it, did not get through.
#[derive(Debug, thiserror::Error)]
pub enum ProbeError {
    /// Not an address one can join at.
    #[error("the address must start with http:// or ws:// and name a host; the probe speaks no TLS")]
    Address,
    /// The key that shall sign the probe's own tokens is unusable.
    #[error("the key cannot sign tokens: {0}")]
    Key(#[from] protocol::token::WeakSecret),
    /// No TCP or TLS connection.
    #[error("cannot connect to the server: {0}")]
    Connect(#[from] std::io::Error),
    /// The server answered, but did not open a WebSocket.
    #[error("the server refused with HTTP status {status}: {body}")]
    Refused {
        /// HTTP status.
        status: u16,
        /// What it said, shortened.
        body: String,
    },
    /// The server ended the session.
    #[error("the server ended the session: {reason:?}, {action:?}")]
    Left {
        /// Why.
        reason: DisconnectReason,
        /// What a client shall do about it.
        action: Action,
    },
    /// The connection broke without a word.
    #[error("the signalling connection broke: {0}")]
    Broken(String),
    /// The server said something no server may say at this point.
    #[error("unexpected answer: {0}")]
    Unexpected(String),
    /// The WebRTC engine refused.
    #[error("WebRTC: {0}")]
    Engine(#[from] webrtc::error::Error),
    /// Something did not happen in time.
    #[error("{0}: not within {1:.1} seconds")]
    Late(&'static str, f64),
}

impl From<tokio_tungstenite::tungstenite::Error> for ProbeError {
    fn from(error: tokio_tungstenite::tungstenite::Error) -> Self {
        use tokio_tungstenite::tungstenite::Error;
        match error {
            Error::Http(response) => {
                let body = response.body().as_deref().unwrap_or_default();
                let body = String::from_utf8_lossy(&body[..body.len().min(500)]).trim().to_owned();
                Self::Refused { status: response.status().as_u16(), body }
            }
            Error::Io(error) => Self::Connect(error),
            other => Self::Broken(other.to_string()),
        }
    }
}
