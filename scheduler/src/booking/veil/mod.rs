//! What others see of a private booking: that a time is taken.

use domain::policy::{self, Action, Actor};
use domain::{Booking, Invitation, Occurrence};
use sha2::{Digest as _, Sha256};
use uuid::Uuid;

use super::stake;

/// What stands where the title would, for who reads this language.
pub(crate) fn title(locale: &str) -> &'static str {
    if locale == "en" { "Private appointment" } else { "Privater Termin" }
}

/// Is there no more to see of it for this person than its time?
pub(crate) fn hides(actor: &Actor, booking: &Booking, invitations: &[Invitation]) -> bool {
    booking.is_private && !policy::may(actor, Action::SeeBooking(stake::of(actor, booking, invitations)))
}

/// Always the same for a date, and no way to its meeting, of whose address its own id is a part.
pub(crate) fn id(occurrence: &Occurrence) -> Uuid {
    opaque(occurrence.id.as_uuid())
}

/// The same for a booking.
pub(crate) fn booking_id(booking: &Booking) -> Uuid {
    opaque(booking.id.as_uuid())
}

fn opaque(id: Uuid) -> Uuid {
    let mut bytes = [0; 16];
    bytes.copy_from_slice(&Sha256::digest(id.as_bytes())[..16]);
    Uuid::from_bytes(bytes)
}

#[cfg(test)]
mod tests;
