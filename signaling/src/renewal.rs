//! Fresh tokens for those inside.

use domain::Private;
use protocol::token::{Claims, sign};

use crate::meeting::REFRESHED_TOKEN_SECONDS;
use crate::registry::Surroundings;

/// Signs the claims anew with a later end; a token that lives longer anyway keeps it. The beginning
/// stays: whatever ends the first token ends all its successors, also one made in the moment
/// between a removal elsewhere and our hearing of it.
pub fn renewed(mut claims: Claims, around: &Surroundings) -> Option<Private<String>> {
    let key = around.config.token_keys.iter().find(|key| key.id() == claims.iss)?;
    let now = around.clock.now().as_second();
    let mut bytes = [0; 16];
    around.random.fill(&mut bytes);
    claims.jti = Some(uuid::Builder::from_random_bytes(bytes).into_uuid().simple().to_string());
    claims.exp = claims.exp.max(now + REFRESHED_TOKEN_SECONDS);
    Some(Private::new(sign(&claims, key)))
}
