use async_trait::async_trait;
use domain::BookingId;
use jiff::Timestamp;

use super::unit::{EngineUnit, Result, rows, sql};
use crate::rows::{DialInPinRow, IdRow, maybe};
use crate::{DialInPin, DialInPins};

#[async_trait]
impl DialInPins for EngineUnit {
    async fn dial_in_pin(&mut self, booking: BookingId) -> Result<Option<DialInPin>> {
        let question = rows::<DialInPinRow>("SELECT * FROM dial_in_pins WHERE booking_id = $1").bind(booking.as_uuid());
        maybe(self.first(question).await?)
    }

    async fn save_dial_in_pin(&mut self, pin: &DialInPin) -> Result<bool> {
        if self.booking_by_dial_in_pin(&pin.pin_hash).await?.is_some_and(|other| other != pin.booking) {
            return Ok(false);
        }
        let statement = sql("INSERT INTO dial_in_pins (booking_id, drawn, pin_hash, made_at) VALUES ($1, $2, $3, $4)
            ON CONFLICT (booking_id) DO UPDATE SET
                drawn = excluded.drawn, pin_hash = excluded.pin_hash, made_at = excluded.made_at")
        .bind(pin.booking.as_uuid())
        .bind(pin.drawn.to_vec())
        .bind(pin.pin_hash.to_vec())
        .bind(pin.made_at.as_second());
        self.execute(statement).await?;
        Ok(true)
    }

    async fn delete_dial_in_pin(&mut self, booking: BookingId) -> Result<()> {
        let statement = sql("DELETE FROM dial_in_pins WHERE booking_id = $1").bind(booking.as_uuid());
        self.execute(statement).await.map(drop)
    }

    async fn booking_by_dial_in_pin(&mut self, pin_hash: &[u8; 32]) -> Result<Option<BookingId>> {
        let question =
            rows::<IdRow>("SELECT booking_id AS id FROM dial_in_pins WHERE pin_hash = $1").bind(pin_hash.to_vec());
        Ok(self.first(question).await?.map(|row| BookingId::from_uuid(row.id)))
    }

    async fn bookings_without_dial_in_pin(&mut self, now: Timestamp, limit: u32) -> Result<Vec<BookingId>> {
        let question = rows::<IdRow>(
            "SELECT id FROM bookings
            WHERE cancelled_at IS NULL
                AND NOT EXISTS (SELECT 1 FROM dial_in_pins WHERE booking_id = bookings.id)
                AND EXISTS (SELECT 1 FROM occurrences WHERE booking_id = bookings.id AND state = 'held' AND end_s > $1)
            ORDER BY id LIMIT $2",
        )
        .bind(now.as_second())
        .bind(i64::from(limit));
        Ok(self.all(question).await?.into_iter().map(|row| BookingId::from_uuid(row.id)).collect())
    }
}
