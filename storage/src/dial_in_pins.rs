use async_trait::async_trait;
use domain::BookingId;
use jiff::Timestamp;

use crate::StorageError;

type Result<T> = std::result::Result<T, StorageError>;

/// What a booking's PIN for telephones is worked out from. The PIN itself is stored nowhere.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DialInPin {
    /// Whose.
    pub booking: BookingId,
    /// What was drawn.
    pub drawn: [u8; 32],
    /// By this it is found.
    pub pin_hash: [u8; 32],
    /// When.
    pub made_at: Timestamp,
}

/// PINs for telephones, one for each booking.
#[async_trait]
pub trait DialInPins {
    /// A booking's.
    async fn dial_in_pin(&mut self, booking: BookingId) -> Result<Option<DialInPin>>;
    /// Gives a booking its PIN in place of any earlier one; `false` if another booking has the same.
    async fn save_dial_in_pin(&mut self, pin: &DialInPin) -> Result<bool>;
    /// Ends a booking's PIN.
    async fn delete_dial_in_pin(&mut self, booking: BookingId) -> Result<()>;
    /// Whose PIN it is.
    async fn booking_by_dial_in_pin(&mut self, pin_hash: &[u8; 32]) -> Result<Option<BookingId>>;
    /// Those with dates to come that have none, at most `limit`.
    async fn bookings_without_dial_in_pin(&mut self, now: Timestamp, limit: u32) -> Result<Vec<BookingId>>;
}
