//! Webhooks: what another program is told, and how it knows that it comes from here.
//!
//! Body and signature are those of the LiveKit protocol, so that the receivers of its server SDKs
//! read and verify them as they are.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::token::TokenKey;

/// What the body is, as receivers expect it.
pub const CONTENT_TYPE: &str = "application/webhook+json";
/// How long a signature holds, seconds: an old message must not be played back later.
pub const SIGNATURE_SECONDS: i64 = 300;

/// Every event there is; the names are those of the LiveKit protocol.
pub const EVENTS: &[&str] = &[
    ROOM_STARTED,
    ROOM_FINISHED,
    PARTICIPANT_JOINED,
    PARTICIPANT_LEFT,
    PARTICIPANT_CONNECTION_ABORTED,
    TRACK_PUBLISHED,
    TRACK_UNPUBLISHED,
];
/// A meeting was opened.
pub const ROOM_STARTED: &str = "room_started";
/// A meeting is over.
pub const ROOM_FINISHED: &str = "room_finished";
/// Somebody is inside and media can flow.
pub const PARTICIPANT_JOINED: &str = "participant_joined";
/// Somebody who was inside is gone.
pub const PARTICIPANT_LEFT: &str = "participant_left";
/// Somebody came, but is gone before media could flow.
pub const PARTICIPANT_CONNECTION_ABORTED: &str = "participant_connection_aborted";
/// A microphone, camera or screen can be received.
pub const TRACK_PUBLISHED: &str = "track_published";
/// It cannot any more.
pub const TRACK_UNPUBLISHED: &str = "track_unpublished";

/// The id of what happened in a run (`RM_…`): always the same for the same number, whoever tells it
/// and however often.
pub fn event_id(run: &str, sequence: u64) -> String {
    format!("EV_{}_{sequence}", run.trim_start_matches("RM_"))
}

#[derive(Serialize)]
struct Signature<'a> {
    iss: &'a str,
    nbf: i64,
    exp: i64,
    /// Of the body, in base64 (RFC 4648, section 4).
    sha256: String,
}

/// The `Authorization` header of a body that is sent at `now` (UTC seconds): a JWT (RFC 7519) that
/// names the body's hash. A minute early, because clocks differ.
pub fn authorization(body: &[u8], key: &TokenKey, now: i64) -> String {
    let sha256 = STANDARD.encode(Sha256::digest(body));
    key.sign(&Signature { iss: key.id(), nbf: now - 60, exp: now + SIGNATURE_SECONDS, sha256 })
}

#[cfg(test)]
mod tests {
    use base64::engine::general_purpose::URL_SAFE_NO_PAD;
    use serde_json::Value;

    use super::*;

    #[test]
    fn the_signature_names_the_hash_of_the_body_and_ends_soon() {
        let key = TokenKey::new("hooks", *b"0123456789abcdef0123456789abcdef").expect("32 bytes");
        let token = authorization(b"{}", &key, 1_000);
        let claims = token.split('.').nth(1).expect("three parts");
        let claims: Value =
            serde_json::from_slice(&URL_SAFE_NO_PAD.decode(claims).expect("base64url")).expect("claims are JSON");
        // What `printf '{}' | openssl dgst -sha256 -binary | base64` says.
        assert_eq!(claims["sha256"], "RBNvo1WzZ4oRRq0W9+hknpT7T8If536DEMBg9hyq/4o=");
        assert_eq!((&claims["iss"], &claims["exp"]), (&"hooks".into(), &1_300.into()));
        // It is no join token.
        assert!(crate::token::verify(&token, std::slice::from_ref(&key), 1_000).is_ok_and(|it| !it.video.room_join));
    }
}
