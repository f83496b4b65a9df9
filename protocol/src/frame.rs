//! Signalling frames: binary protobuf, or JSON text for debugging.

use livekit_protocol::signal_request::Message as Request;
use livekit_protocol::{SignalRequest, SignalResponse};
use prost::Message;

/// Why a frame says nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FrameRefused {
    /// Not a signal request.
    #[error("the frame is not a signal request")]
    Malformed,
    /// A request of a kind this server does not know, or an empty one.
    #[error("the signal request is empty or unknown")]
    Unknown,
}

/// Reads a binary frame from a client.
pub fn decode_binary(frame: &[u8]) -> Result<Request, FrameRefused> {
    SignalRequest::decode(frame).map_err(|_| FrameRefused::Malformed)?.message.ok_or(FrameRefused::Unknown)
}

/// Reads a JSON text frame from a client.
pub fn decode_text(frame: &str) -> Result<Request, FrameRefused> {
    serde_json::from_str::<SignalRequest>(frame)
        .map_err(|_| FrameRefused::Malformed)?
        .message
        .ok_or(FrameRefused::Unknown)
}

/// Writes a binary frame for a client.
pub fn encode_binary(response: &SignalResponse) -> Vec<u8> {
    response.encode_to_vec()
}

/// Writes a JSON text frame for a client.
pub fn encode_text(response: &SignalResponse) -> String {
    serde_json::to_string(response).expect("signal responses have string keys only and are always JSON")
}

#[cfg(test)]
mod tests {
    use livekit_protocol::{MuteTrackRequest, signal_response};
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn binary_and_text_frames_say_the_same() {
        let mute = Request::Mute(MuteTrackRequest { sid: "TR_one".into(), muted: true });
        let binary = SignalRequest { message: Some(mute.clone()) }.encode_to_vec();
        assert_eq!(decode_binary(&binary), Ok(mute.clone()));
        assert_eq!(decode_text(r#"{"mute":{"sid":"TR_one","muted":true}}"#), Ok(mute));
    }

    #[test]
    fn an_empty_frame_is_unknown_and_garbage_malformed() {
        assert_eq!(decode_binary(b""), Err(FrameRefused::Unknown));
        assert_eq!(decode_binary(&[0xff; 5]), Err(FrameRefused::Malformed));
        assert_eq!(decode_text("{}"), Err(FrameRefused::Unknown));
        assert_eq!(decode_text("["), Err(FrameRefused::Malformed));
        let deep = format!("{}{}", "{\"mute\":".repeat(4_000), "}".repeat(4_000));
        assert_eq!(decode_text(&deep), Err(FrameRefused::Malformed));
    }

    #[test]
    fn answers_are_written_both_ways() {
        let pong = SignalResponse { message: Some(signal_response::Message::Pong(7)) };
        assert_eq!(encode_text(&pong), r#"{"pong":"7"}"#);
        assert_eq!(SignalResponse::decode(&encode_binary(&pong)[..]), Ok(pong));
    }

    proptest! {
        #[test]
        fn no_bytes_and_no_text_bring_the_reader_down(bytes: Vec<u8>, text: String) {
            let _ = decode_binary(&bytes);
            let _ = decode_text(&text);
        }
    }
}
