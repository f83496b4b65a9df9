use async_trait::async_trait;
use domain::OccurrenceId;
use domain::reminder::LONGEST_MINUTES;
use jiff::Timestamp;

use super::unit::{EngineUnit, Result, rows, sql};
use crate::Reminders;
use crate::rows::IdRow;

#[async_trait]
impl Reminders for EngineUnit {
    async fn dates_to_remind(&mut self, now: Timestamp, limit: u32) -> Result<Vec<OccurrenceId>> {
        let question = rows::<IdRow>(
            "SELECT occurrences.id FROM bookings JOIN occurrences ON occurrences.booking_id = bookings.id
            WHERE bookings.remind_minutes IS NOT NULL AND bookings.cancelled_at IS NULL
                AND occurrences.state = 'held' AND start_s > $1 AND start_s <= $1 + $2
                AND start_s - bookings.remind_minutes * 60 <= $1
                AND bookings.updated_at <= start_s - bookings.remind_minutes * 60
                AND (occurrences.reminded_for IS NULL OR occurrences.reminded_for <> start_s)
            ORDER BY start_s, occurrences.id LIMIT $3",
        )
        .bind(now.as_second())
        .bind(i64::from(LONGEST_MINUTES) * 60)
        .bind(i64::from(limit));
        Ok(self.all(question).await?.into_iter().map(|row| OccurrenceId::from_uuid(row.id)).collect())
    }

    async fn note_reminder(&mut self, occurrence: OccurrenceId, start: Timestamp) -> Result<bool> {
        let statement = sql("UPDATE occurrences SET reminded_for = $2
            WHERE id = $1 AND start_s = $2 AND (reminded_for IS NULL OR reminded_for <> $2)")
        .bind(occurrence.as_uuid())
        .bind(start.as_second());
        Ok(self.execute(statement).await? == 1)
    }
}
