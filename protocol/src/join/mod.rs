//! What a client says of itself when it knocks: the `join_request` parameter of `/rtc/v1`, or the
//! plain query of `/rtc`.

mod plain;

use std::io::Read;

use base64::Engine;
use base64::alphabet::URL_SAFE;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};
use flate2::read::GzDecoder;
use livekit_protocol::wrapped_join_request::Compression;
use livekit_protocol::{JoinRequest, WrappedJoinRequest};
use prost::Message;

pub use plain::PlainJoinRequest;

/// Largest join request after unpacking, bytes. A packed bomb costs no more than this.
pub const JOIN_REQUEST_LIMIT: usize = 1024 * 1024;

/// Clients differ in whether they pad.
const BASE64URL: GeneralPurpose = GeneralPurpose::new(
    &URL_SAFE,
    GeneralPurposeConfig::new().with_decode_padding_mode(DecodePaddingMode::Indifferent),
);

/// Why a join request cannot be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum JoinRequestRefused {
    /// Not base64url.
    #[error("join_request is not base64url")]
    NotBase64,
    /// The wrapping or the request in it is not the message expected.
    #[error("join_request is not a join request")]
    NotAMessage,
    /// Packed in a way that cannot be unpacked.
    #[error("join_request cannot be unpacked")]
    NotUnpackable,
    /// Larger than [`JOIN_REQUEST_LIMIT`] once unpacked.
    #[error("join_request is larger than 1 MiB")]
    TooLarge,
}

/// Reads a join request: base64url (padded or not) of a wrapped, maybe gzipped message.
pub fn decode(text: &str) -> Result<JoinRequest, JoinRequestRefused> {
    let wrapped = BASE64URL.decode(text).map_err(|_| JoinRequestRefused::NotBase64)?;
    let wrapped = WrappedJoinRequest::decode(&wrapped[..]).map_err(|_| JoinRequestRefused::NotAMessage)?;
    let plain = match Compression::try_from(wrapped.compression) {
        Ok(Compression::None) => wrapped.join_request,
        Ok(Compression::Gzip) => unpack(&wrapped.join_request)?,
        Err(_) => return Err(JoinRequestRefused::NotUnpackable),
    };
    if plain.len() > JOIN_REQUEST_LIMIT {
        return Err(JoinRequestRefused::TooLarge);
    }
    JoinRequest::decode(&plain[..]).map_err(|_| JoinRequestRefused::NotAMessage)
}

/// Writes a join request as a client would, gzipped if asked; for clients of our own and tests.
pub fn encode(request: &JoinRequest, gzip: bool) -> String {
    let plain = request.encode_to_vec();
    let (compression, join_request) = if gzip {
        let mut packed = Vec::new();
        flate2::read::GzEncoder::new(&plain[..], flate2::Compression::default())
            .read_to_end(&mut packed)
            .expect("reading from memory does not fail");
        (Compression::Gzip, packed)
    } else {
        (Compression::None, plain)
    };
    BASE64URL.encode(WrappedJoinRequest { compression: compression as i32, join_request }.encode_to_vec())
}

fn unpack(packed: &[u8]) -> Result<Vec<u8>, JoinRequestRefused> {
    let mut plain = Vec::new();
    GzDecoder::new(packed)
        .take(JOIN_REQUEST_LIMIT as u64 + 1)
        .read_to_end(&mut plain)
        .map_err(|_| JoinRequestRefused::NotUnpackable)?;
    Ok(plain)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn request() -> JoinRequest {
        JoinRequest { participant_sid: "PA_one".into(), reconnect: true, ..JoinRequest::default() }
    }

    #[test]
    fn a_join_request_is_read_plain_and_packed_padded_and_not() {
        for gzip in [false, true] {
            let text = encode(&request(), gzip);
            assert_eq!(decode(&text), Ok(request()));
            assert_eq!(decode(text.trim_end_matches('=')), Ok(request()));
        }
    }

    #[test]
    fn broken_join_requests_are_refused_each_for_its_reason() {
        assert_eq!(decode("???"), Err(JoinRequestRefused::NotBase64));
        assert_eq!(decode("_____w"), Err(JoinRequestRefused::NotAMessage));
        let wrap = |compression, join_request: &[u8]| {
            BASE64URL.encode(WrappedJoinRequest { compression, join_request: join_request.to_vec() }.encode_to_vec())
        };
        assert_eq!(decode(&wrap(1, b"not gzip")), Err(JoinRequestRefused::NotUnpackable));
        assert_eq!(decode(&wrap(7, b"")), Err(JoinRequestRefused::NotUnpackable));
        assert_eq!(decode(&wrap(0, &[0xff; 9])), Err(JoinRequestRefused::NotAMessage));
    }

    #[test]
    fn a_packed_bomb_is_refused_at_the_limit() {
        let bomb = JoinRequest { metadata: "x".repeat(JOIN_REQUEST_LIMIT + 1), ..JoinRequest::default() };
        let text = encode(&bomb, true);
        assert!(text.len() < 4096);
        assert_eq!(decode(&text), Err(JoinRequestRefused::TooLarge));
    }
}
