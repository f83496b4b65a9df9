//! The secret in a guest's personal link.
//!
//! It is derived from the token key, the invitation and how often the link was renewed. So a later
//! message can name the same link again, although the database holds only its hash: whoever reads
//! the database alone opens nothing.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::{InvitationId, Private};
use protocol::token::TokenKey;

use crate::secret::{self, Secret};

/// How often a link can be renewed and still be found again.
const MOST_RENEWALS: u32 = 1_000;

/// The secret of a new invitation.
pub(crate) fn first(key: &TokenKey, invitation: InvitationId) -> Secret {
    nth(key, invitation, 0)
}

/// The secret after the one with this hash. If that cannot be found, the token key was exchanged,
/// and so every secret made from the new one is new.
pub(crate) fn next(key: &TokenKey, invitation: InvitationId, hash: &[u8; 32]) -> Secret {
    let after = find(key, invitation, hash).map_or(0, |(renewals, _)| renewals + 1);
    nth(key, invitation, after)
}

/// The secret with this hash, unless the token key was exchanged since.
pub(crate) fn known(key: &TokenKey, invitation: InvitationId, hash: &[u8; 32]) -> Option<Private<String>> {
    find(key, invitation, hash).map(|(_, secret)| secret.text)
}

fn find(key: &TokenKey, invitation: InvitationId, hash: &[u8; 32]) -> Option<(u32, Secret)> {
    (0..=MOST_RENEWALS).map(|n| (n, nth(key, invitation, n))).find(|(_, secret)| &secret.hash == hash)
}

fn nth(key: &TokenKey, invitation: InvitationId, renewals: u32) -> Secret {
    let mut text = invitation.as_uuid().as_bytes().to_vec();
    text.extend(renewals.to_be_bytes());
    let derived = key.derive("guest link", &text);
    let text = URL_SAFE_NO_PAD.encode(&derived[..secret::LINK_BYTES]);
    Secret { hash: secret::hash(&text), text: Private::new(text) }
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    fn key(text: &str) -> TokenKey {
        TokenKey::new("k", text.repeat(32)).expect("long enough")
    }

    fn invitation(number: u128) -> InvitationId {
        InvitationId::from_uuid(Uuid::from_u128(number))
    }

    #[test]
    fn a_link_is_found_again_and_a_renewed_one_as_well() {
        let one = first(&key("a"), invitation(1));
        assert_eq!(one.text.expose().len(), 22, "128 bits");
        assert_eq!(known(&key("a"), invitation(1), &one.hash).as_ref(), Some(&one.text));
        let other = next(&key("a"), invitation(1), &one.hash);
        assert_ne!(one.hash, other.hash);
        assert_eq!(known(&key("a"), invitation(1), &other.hash), Some(other.text));
    }

    #[test]
    fn another_invitation_or_key_opens_nothing() {
        let one = first(&key("a"), invitation(1));
        assert_ne!(one.hash, first(&key("a"), invitation(2)).hash);
        assert_eq!(known(&key("b"), invitation(1), &one.hash), None);
        assert_ne!(next(&key("b"), invitation(1), &one.hash).hash, one.hash);
    }
}
