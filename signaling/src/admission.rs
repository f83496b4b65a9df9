//! From a request to the right to come in.

use domain::{Clock, Identity, MeetingName, MeetingRole, Private};
use http::{HeaderMap, Uri, header};
use protocol::join::PlainJoinRequest;
use protocol::livekit::JoinRequest;
use protocol::token::{Claims, verify};
use serde::Deserialize;

use crate::config::{QUERY_LIMIT, SignalingConfig};
use crate::meeting::role;
use crate::refusal::Refusal;

/// Somebody with a good token.
pub struct Visitor {
    pub meeting: MeetingName,
    pub identity: Identity,
    pub claims: Claims,
}

impl Visitor {
    /// Whether the token makes somebody a moderator.
    pub fn moderates(&self) -> bool {
        role(self.claims.attributes.get("role").map(String::as_str)) == MeetingRole::Moderator
    }
}

/// What a client asks for, and in which shape.
pub struct Wish {
    pub request: JoinRequest,
    /// The older shape: it publishes on one connection and receives on another.
    pub has_two_sides: bool,
}

#[derive(Default, Deserialize)]
struct Query {
    access_token: Option<Private<String>>,
    join_request: Option<Private<String>>,
}

/// Who asks, by token from the query or the header.
pub fn identify(
    config: &SignalingConfig,
    clock: &dyn Clock,
    uri: &Uri,
    headers: &HeaderMap,
) -> Result<Visitor, Refusal> {
    let origin = headers.get(header::ORIGIN).map(|origin| origin.to_str().unwrap_or("null"));
    if !config.origins.allow(origin) {
        return Err(Refusal::ForeignOrigin);
    }
    let token = query(uri)?.access_token.or_else(|| bearer(headers)).ok_or(Refusal::NoToken)?;
    let now = clock.now().as_second();
    let claims = verify(token.expose(), &config.token_keys, now).map_err(Refusal::Token)?;
    if !claims.video.room_join {
        return Err(Refusal::MayNotJoin);
    }
    let meeting = claims.video.room.parse().map_err(|_| Refusal::Unnamed)?;
    let identity = claims.sub.parse().map_err(|_| Refusal::Unnamed)?;
    Ok(Visitor { meeting, identity, claims })
}

/// What the client asks for.
pub fn join_request(uri: &Uri) -> Result<Wish, Refusal> {
    let has_two_sides = is_older(uri);
    match query(uri)?.join_request {
        Some(text) => {
            let request = protocol::join::decode(text.expose()).map_err(Refusal::JoinRequest)?;
            Ok(Wish { request, has_two_sides: false })
        }
        None if has_two_sides => {
            let plain = axum::extract::Query::<PlainJoinRequest>::try_from_uri(uri);
            let request = plain.map(|query| query.0).unwrap_or_default().into();
            Ok(Wish { request, has_two_sides })
        }
        None => Err(Refusal::NoJoinRequest),
    }
}

/// `/rtc` and `/rtc/validate`.
fn is_older(uri: &Uri) -> bool {
    !uri.path().starts_with("/rtc/v1")
}

fn query(uri: &Uri) -> Result<Query, Refusal> {
    if uri.query().is_some_and(|query| query.len() > QUERY_LIMIT) {
        return Err(Refusal::QueryTooLong);
    }
    Ok(axum::extract::Query::<Query>::try_from_uri(uri).map(|query| query.0).unwrap_or_default())
}

/// The token in the header.
pub fn bearer(headers: &HeaderMap) -> Option<Private<String>> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok()?;
    let token = value.strip_prefix("Bearer ").or_else(|| value.strip_prefix("bearer "))?;
    Some(Private::from(token.trim()))
}
