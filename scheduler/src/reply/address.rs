//! The address that calendars answer to: `answers+TOKEN@example.org`, another one for every
//! invitation.

use domain::{InvitationId, Private};
use protocol::token::TokenKey;
use subtle::ConstantTimeEq as _;

use crate::MailSender;

/// 128 bits: nobody guesses one. In hexadecimal, because mail servers may change the case.
const TOKEN_BYTES: usize = 16;

/// Where one invited person's calendar answers to.
pub(crate) fn answers_to(mailbox: &MailSender, key: &TokenKey, invitation: InvitationId) -> Private<String> {
    let address = mailbox.address();
    Private::new(format!("{}+{}@{}", address.user(), token(key, invitation), address.domain()))
}

/// Is one of the addresses that of this invitation?
pub(super) fn is_among(addresses: &[String], key: &TokenKey, invitation: InvitationId) -> bool {
    let expected = token(key, invitation);
    addresses.iter().any(|address| {
        let name = address.rsplit_once('@').map_or("", |(name, _)| name);
        let shown = name.rsplit_once('+').map_or("", |(_, token)| token).to_ascii_lowercase();
        bool::from(shown.as_bytes().ct_eq(expected.as_bytes()))
    })
}

fn token(key: &TokenKey, invitation: InvitationId) -> String {
    let derived = key.derive("answer by mail", invitation.as_uuid().as_bytes());
    derived[..TOKEN_BYTES].iter().map(|byte| format!("{byte:02x}")).collect()
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn an_address_opens_one_invitation_in_any_case_of_letters() {
        let key = TokenKey::new("k", "a".repeat(32)).expect("long enough");
        let invitation = |number| InvitationId::from_uuid(Uuid::from_u128(number));
        let mailbox: MailSender = "antwort@meet.example.org".parse().expect("an address");
        let address = answers_to(&mailbox, &key, invitation(1)).into_inner();
        assert!(address.starts_with("antwort+") && address.ends_with("@meet.example.org"), "{address}");
        let is = |address: &str, number| is_among(&[address.to_owned()], &key, invitation(number));
        assert!(is(&address, 1) && is(&address.to_uppercase(), 1));
        assert!(!is(&address, 2));
        for other in ["antwort@meet.example.org", "antwort+@meet.example.org", "", "+", "@"] {
            assert!(!is(other, 1), "{other}");
        }
        let other_key = TokenKey::new("k", "b".repeat(32)).expect("long enough");
        assert!(!is_among(&[address], &other_key, invitation(1)));
    }
}
