//! An offer to take over a booking, as it stands in a link. It is kept nowhere: what it says is sealed with the token key, and
//! only the colleague it names can take it, signed in.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use domain::{Booking, BookingId, BookingState, PersonId, Private};
use jiff::{SignedDuration, Timestamp};
use protocol::token::TokenKey;
use subtle::ConstantTimeEq as _;
use uuid::Uuid;

/// How long an offer stands.
pub(crate) const OFFERED_FOR: SignedDuration = SignedDuration::from_hours(7 * 24);
/// Three ids, SEQUENCE and an instant.
const SAID: usize = 3 * 16 + 4 + 8;

/// What is offered, by whom, to whom, and until when.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Offer {
    pub(crate) booking: BookingId,
    /// Whose booking it is.
    pub(crate) from: PersonId,
    pub(crate) to: PersonId,
    /// A booking that was moved since is another one than was offered.
    pub(crate) sequence: i32,
    pub(crate) expires_at: Timestamp,
}

impl Offer {
    /// As it stands in the link.
    pub(crate) fn seal(&self, key: &TokenKey) -> Private<String> {
        let mut said = Vec::with_capacity(SAID + 32);
        for id in [self.booking.as_uuid(), self.from.as_uuid(), self.to.as_uuid()] {
            said.extend(id.as_bytes());
        }
        said.extend(self.sequence.to_be_bytes());
        said.extend(self.expires_at.as_second().to_be_bytes());
        let seal = key.derive("offer to take over", &said);
        said.extend(seal);
        Private::new(URL_SAFE_NO_PAD.encode(said))
    }

    /// What the link says, if it was sealed with this key.
    pub(crate) fn open(key: &TokenKey, text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text).ok()?;
        let (said, seal) = bytes.split_at_checked(SAID)?;
        if !bool::from(key.derive("offer to take over", said).as_slice().ct_eq(seal)) {
            return None;
        }
        let id = |place: usize| Uuid::from_slice(&said[place * 16..(place + 1) * 16]).ok();
        let (sequence, seconds) = said[48..].split_at(4);
        Some(Self {
            booking: BookingId::from_uuid(id(0)?),
            from: PersonId::from_uuid(id(1)?),
            to: PersonId::from_uuid(id(2)?),
            sequence: i32::from_be_bytes(sequence.try_into().ok()?),
            expires_at: Timestamp::from_second(i64::from_be_bytes(seconds.try_into().ok()?)).ok()?,
        })
    }

    /// Does it still stand, for the booking as it is now?
    pub(crate) fn stands(&self, booking: &Booking, now: Timestamp) -> bool {
        booking.id == self.booking
            && booking.organiser == self.from
            && booking.sequence == self.sequence
            && booking.state == BookingState::Active
            && now < self.expires_at
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn key(text: &str) -> TokenKey {
        TokenKey::new("k", text.repeat(32)).expect("long enough")
    }

    fn offer() -> Offer {
        let id = Uuid::from_u128;
        Offer {
            booking: BookingId::from_uuid(id(1)),
            from: PersonId::from_uuid(id(2)),
            to: PersonId::from_uuid(id(3)),
            sequence: 4,
            expires_at: "2026-11-30T08:00:00Z".parse().expect("an instant"),
        }
    }

    #[test]
    fn what_was_sealed_is_read_again_and_nothing_else_is() {
        let sealed = offer().seal(&key("a"));
        assert_eq!(Offer::open(&key("a"), sealed.expose()), Some(offer()));
        assert_eq!(Offer::open(&key("b"), sealed.expose()), None);
        let bytes = URL_SAFE_NO_PAD.decode(sealed.expose()).expect("base64url");
        for place in 0..bytes.len() {
            let mut other = bytes.clone();
            other[place] ^= 1;
            assert_eq!(Offer::open(&key("a"), &URL_SAFE_NO_PAD.encode(other)), None, "{place}");
            assert_eq!(Offer::open(&key("a"), &URL_SAFE_NO_PAD.encode(&bytes[..place])), None, "{place}");
        }
        assert_eq!(Offer::open(&key("a"), "not base64!"), None);
    }
}
