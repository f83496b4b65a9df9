//! The join token: a JWT (HS256) with LiveKit video grants.
//!
//! Issued by the scheduler when a person may enter now; verified by every signalling node.

use std::collections::BTreeMap;
use std::fmt;

use hmac::{Hmac, Mac as _};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use serde::{Deserialize, Serialize};
use sha2::Sha256;

/// Clocks of nodes may differ by this much, seconds.
pub const LEEWAY_SECONDS: u64 = 30;
/// Shortest acceptable secret, bytes.
pub const SECRET_MINIMUM: usize = 32;

/// A named secret that signs and verifies tokens. Never printed.
#[derive(Clone)]
pub struct TokenKey {
    id: String,
    secret: Vec<u8>,
}

impl TokenKey {
    /// Names a secret; refuses one shorter than [`SECRET_MINIMUM`].
    pub fn new(id: impl Into<String>, secret: impl Into<Vec<u8>>) -> Result<Self, WeakSecret> {
        let key = Self { id: id.into(), secret: secret.into() };
        if key.secret.len() < SECRET_MINIMUM { Err(WeakSecret) } else { Ok(key) }
    }

    /// The same secret under another name.
    pub fn named(&self, id: impl Into<String>) -> Self {
        Self { id: id.into(), secret: self.secret.clone() }
    }

    /// The name; the token's `iss`.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Signs any claims (HS256).
    pub(crate) fn sign(&self, claims: &impl Serialize) -> String {
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), claims, &EncodingKey::from_secret(&self.secret))
            .expect("claims are plain JSON and HS256 takes any secret")
    }

    /// Something else that only holders of the secret can make: HMAC-SHA256 (RFC 2104) of a
    /// purpose and a text. A purpose that is no token's keeps it apart from signatures.
    pub fn derive(&self, purpose: &str, text: &[u8]) -> [u8; 32] {
        let mut mac = Hmac::<Sha256>::new_from_slice(&self.secret).expect("a key may have any length");
        mac.update(purpose.as_bytes());
        // No purpose has this byte: what belongs to which stays unambiguous.
        mac.update(&[0]);
        mac.update(text);
        mac.finalize().into_bytes().into()
    }
}

impl fmt::Debug for TokenKey {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "TokenKey({})", self.id)
    }
}

/// The secret is shorter than [`SECRET_MINIMUM`] bytes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a token secret needs at least {SECRET_MINIMUM} bytes")]
pub struct WeakSecret;

/// Everything a join token says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Claims {
    /// Which key signed it.
    pub iss: String,
    /// The participant's identity; empty in tokens for the server API.
    #[serde(default)]
    pub sub: String,
    /// Unique id of this token.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub jti: Option<String>,
    /// Valid from, UTC seconds.
    #[serde(default)]
    pub nbf: i64,
    /// Issued at, UTC seconds; many makers do not say it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub iat: Option<i64>,
    /// Valid until, UTC seconds.
    pub exp: i64,
    /// The name others see.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub name: String,
    /// Free text for clients.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub metadata: String,
    /// Role and the like, by key.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub attributes: BTreeMap<String, String>,
    /// What it allows.
    #[serde(default)]
    pub video: VideoGrants,
    /// Limits of the meeting.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub room_config: Option<RoomConfig>,
    /// The site where its owner is at home; others in the meeting never learn it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub home_site: Option<String>,
    /// What joins: `agent`, `egress`, …; empty or `standard`: a person. Tokens for people never say it.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub kind: String,
}

impl Claims {
    /// When the token was issued, as far as it says: one that begins to be valid later was issued
    /// before that all the same (`iat`, RFC 7519, 4.1.6).
    pub fn issued_at(&self) -> i64 {
        self.iat.map_or(self.nbf, |iat| iat.min(self.nbf))
    }

    /// What a revocation is compared with, UTC seconds: [`Self::issued_at`], but a token that does
    /// not say `iat` opens [`LEEWAY_SECONDS`] before its `nbf` already and counts from then on.
    /// So whatever could be used when its owner was removed is over.
    pub fn usable_since(&self) -> i64 {
        if self.iat.is_some() { self.issued_at() } else { self.nbf.saturating_sub(LEEWAY_SECONDS as i64) }
    }
}

/// What a token allows. The three `can_*` permissions count as given when absent, as stock
/// token makers expect; ours always says them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct VideoGrants {
    /// The meeting.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub room: String,
    /// May join it.
    pub room_join: bool,
    /// May manage it through the server API.
    pub room_admin: bool,
    /// May make meetings through the server API.
    pub room_create: bool,
    /// May list meetings through the server API.
    pub room_list: bool,
    /// Where participants may be moved to through the server API.
    #[serde(skip_serializing_if = "String::is_empty")]
    pub destination_room: String,
    /// May publish media.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_publish: Option<bool>,
    /// May receive media.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_subscribe: Option<bool>,
    /// May send data.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub can_publish_data: Option<bool>,
    /// Which sources: `camera`, `microphone`, `screen_share`, `screen_share_audio`; all if empty.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub can_publish_sources: Vec<String>,
    /// May change own name, metadata and attributes.
    pub can_update_own_metadata: bool,
    /// Is not shown to others.
    pub hidden: bool,
    /// A program that records the meeting: everybody is told while it is inside.
    pub recorder: bool,
    /// A program that may publish what people say as text: everybody is told while it is inside.
    pub agent: bool,
}

/// Limits of a meeting, carried by its tokens.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", default)]
pub struct RoomConfig {
    /// At most this many participants; 0 = no limit.
    pub max_participants: u32,
}

/// Why a token opens nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TokenRefused {
    /// Not a JWT, another algorithm, an unknown key or a wrong signature.
    #[error("the token is not valid")]
    Invalid,
    /// Its time is over.
    #[error("the token has expired")]
    Expired,
    /// Its time has not come.
    #[error("the token is not valid yet")]
    NotYetValid,
}

/// Signs claims; `claims.iss` must name the key.
pub fn sign(claims: &Claims, key: &TokenKey) -> String {
    key.sign(claims)
}

/// Verifies signature and times at `now` (UTC seconds). One algorithm, no key from the header.
pub fn verify(token: &str, keys: &[TokenKey], now: i64) -> Result<Claims, TokenRefused> {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.required_spec_claims.clear();
    // Times are checked below against the caller's clock.
    validation.validate_exp = false;
    validation.validate_aud = false;
    let claims = keys
        .iter()
        .find_map(|key| {
            let data =
                jsonwebtoken::decode::<Claims>(token, &DecodingKey::from_secret(&key.secret), &validation).ok()?;
            (data.claims.iss == key.id).then_some(data.claims)
        })
        .ok_or(TokenRefused::Invalid)?;
    let leeway = LEEWAY_SECONDS as i64;
    if claims.exp + leeway <= now {
        Err(TokenRefused::Expired)
    } else if claims.nbf > now + leeway {
        Err(TokenRefused::NotYetValid)
    } else {
        Ok(claims)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key() -> TokenKey {
        TokenKey::new("rennsteig", *b"0123456789abcdef0123456789abcdef").expect("32 bytes")
    }

    fn claims() -> Claims {
        Claims {
            iss: "rennsteig".into(),
            sub: "anna".into(),
            jti: Some("one".into()),
            nbf: 1_000,
            iat: None,
            exp: 1_300,
            name: "Anna".into(),
            metadata: String::new(),
            attributes: BTreeMap::new(),
            video: VideoGrants { room: "daily".into(), room_join: true, ..VideoGrants::default() },
            room_config: None,
            home_site: None,
            kind: String::new(),
        }
    }

    #[test]
    fn a_signed_token_is_accepted_in_its_time_only() {
        let token = sign(&claims(), &key());
        assert_eq!(verify(&token, &[key()], 1_100), Ok(claims()));
        assert_eq!(verify(&token, &[key()], 1_331), Err(TokenRefused::Expired));
        assert_eq!(verify(&token, &[key()], 900), Err(TokenRefused::NotYetValid));
    }

    #[test]
    fn a_token_that_begins_later_was_issued_before_that() {
        assert_eq!(claims().issued_at(), 1_000);
        assert_eq!(Claims { iat: Some(400), ..claims() }.issued_at(), 400);
        assert_eq!(Claims { iat: Some(2_000), ..claims() }.issued_at(), 1_000);
        assert_eq!(claims().usable_since(), 970);
        assert_eq!(Claims { iat: Some(400), ..claims() }.usable_since(), 400);
        assert_eq!(Claims { iat: Some(2_000), ..claims() }.usable_since(), 1_000);
        assert_eq!(Claims { nbf: i64::MIN, ..claims() }.usable_since(), i64::MIN, "any number may come");
    }

    #[test]
    fn foreign_and_unsigned_tokens_are_refused() {
        let foreign = TokenKey::new("rennsteig", *b"another-secret-of-32-bytes-12345").expect("32 bytes");
        assert_eq!(verify(&sign(&claims(), &foreign), &[key()], 1_100), Err(TokenRefused::Invalid));
        let other_name = TokenKey::new("other", *b"0123456789abcdef0123456789abcdef").expect("32 bytes");
        assert_eq!(verify(&sign(&claims(), &other_name), &[other_name], 1_100), Err(TokenRefused::Invalid));
        let body = sign(&claims(), &key()).split('.').nth(1).expect("three parts").to_owned();
        // {"alg":"none","typ":"JWT"}
        let none = format!("eyJhbGciOiJub25lIiwidHlwIjoiSldUIn0.{body}.");
        assert_eq!(verify(&none, &[key()], 1_100), Err(TokenRefused::Invalid));
        assert_eq!(verify("", &[key()], 1_100), Err(TokenRefused::Invalid));
    }
}
