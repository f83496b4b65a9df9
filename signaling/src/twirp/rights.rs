//! Which token may do what. A join token of ours may do nothing here.

use http::HeaderMap;
use protocol::token::{Claims, TokenRefused, verify};

use super::error::{Code, TwirpError};
use crate::admission::bearer;
use crate::registry::Registry;

/// The holder of a good token.
pub fn identify(registry: &Registry, headers: &HeaderMap) -> Result<Claims, TwirpError> {
    let refuse = |text| TwirpError::new(Code::Unauthenticated, text);
    let token = bearer(headers).ok_or(refuse("no access token"))?;
    let now = registry.around.clock.now().as_second();
    verify(token.expose(), &registry.around.config.token_keys, now).map_err(|refused| match refused {
        TokenRefused::Invalid => refuse("invalid access token"),
        TokenRefused::Expired => refuse("access token has expired"),
        TokenRefused::NotYetValid => refuse("access token is not valid yet"),
    })
}

/// `roomCreate`: makes and ends meetings.
pub fn may_create(claims: &Claims) -> Result<(), TwirpError> {
    allow(claims.video.room_create)
}

/// `roomList`: sees all meetings.
pub fn may_list(claims: &Claims) -> Result<(), TwirpError> {
    allow(claims.video.room_list)
}

/// `roomAdmin` for this meeting: does everything with it.
pub fn may_administer(claims: &Claims, room: &str) -> Result<(), TwirpError> {
    allow(claims.video.room_admin && !room.is_empty() && claims.video.room == room)
}

/// `roomAdmin` for the meeting and `destinationRoom` for the one somebody is led to or shown in.
pub fn may_lead(claims: &Claims, room: &str, destination: &str) -> Result<(), TwirpError> {
    may_administer(claims, room)?;
    allow(!destination.is_empty() && claims.video.destination_room == destination)
}

fn allow(allowed: bool) -> Result<(), TwirpError> {
    let refusal = TwirpError::new(Code::PermissionDenied, "the access token does not allow this");
    if allowed { Ok(()) } else { Err(refusal) }
}
