use async_trait::async_trait;
use domain::{BookingId, Occurrence};
use jiff::Timestamp;

use super::unit::{EngineUnit, Result, rows, sql};
use crate::rows::{IdRow, ZoneRulesRow, ZoneStayRow, ZoneUpdateRow, all, maybe, stay_reason, zone_pass};
use crate::{Bookings as _, ZoneRules, ZoneStay, ZoneUpdate, Zones};

#[async_trait]
impl Zones for EngineUnit {
    async fn zone_rules(&mut self) -> Result<Vec<ZoneRules>> {
        let question = rows::<ZoneRulesRow>("SELECT * FROM zone_rules ORDER BY zone");
        Ok(self.all(question).await?.into_iter().map(ZoneRules::from).collect())
    }

    async fn note_zone_rules(&mut self, rules: &ZoneRules) -> Result<()> {
        let statement = sql("INSERT INTO zone_rules (zone, release, offsets) VALUES ($1, $2, $3)
            ON CONFLICT (zone) DO UPDATE SET release = excluded.release, offsets = excluded.offsets
            WHERE zone_rules.release < excluded.release")
        .bind(rules.zone.clone())
        .bind(rules.release.clone())
        .bind(rules.offsets.clone());
        self.execute(statement).await.map(drop)
    }

    async fn begin_zone_update(&mut self, update: &ZoneUpdate) -> Result<()> {
        let statement = sql("INSERT INTO zone_updates
                (zone, release, earlier_release, offsets, begun_s, pass, done_id, settled, moved)
            VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0) ON CONFLICT DO NOTHING")
        .bind(update.rules.zone.clone())
        .bind(update.rules.release.clone())
        .bind(update.earlier_release.clone())
        .bind(update.rules.offsets.clone())
        .bind(update.begun_at.as_second())
        .bind(zone_pass(update.pass))
        .bind(update.done.as_uuid());
        self.execute(statement).await.map(drop)
    }

    async fn zone_update_under_way(&mut self) -> Result<Option<ZoneUpdate>> {
        let question = rows::<ZoneUpdateRow>(
            "SELECT * FROM zone_updates WHERE ended_s IS NULL ORDER BY begun_s, release, zone LIMIT 1",
        );
        maybe(self.first(question).await?)
    }

    async fn zone_updates(&mut self, limit: u32) -> Result<Vec<ZoneUpdate>> {
        let question =
            rows::<ZoneUpdateRow>("SELECT * FROM zone_updates ORDER BY begun_s DESC, release DESC, zone LIMIT $1")
                .bind(i64::from(limit));
        all(self.all(question).await?)
    }

    async fn step_zone_update(&mut self, from: &ZoneUpdate, to: &ZoneUpdate) -> Result<()> {
        let statement = sql("UPDATE zone_updates SET pass = $3, done_id = $4, settled = $5, moved = $6, ended_s = $7
            WHERE zone = $1 AND release = $2 AND pass = $8 AND done_id = $9 AND settled = $10 AND ended_s IS NULL")
        .bind(from.rules.zone.clone())
        .bind(from.rules.release.clone())
        .bind(zone_pass(to.pass))
        .bind(to.done.as_uuid())
        .bind(i64::from(to.settled))
        .bind(i64::from(to.moved))
        .bind(to.ended_at.map(|at| at.as_second()))
        .bind(zone_pass(from.pass))
        .bind(from.done.as_uuid())
        .bind(i64::from(from.settled));
        self.execute_versioned(statement).await
    }

    async fn bookings_of_zone(
        &mut self,
        zone: &str,
        ends_after: Timestamp,
        after: BookingId,
        limit: u32,
    ) -> Result<Vec<BookingId>> {
        let question = rows::<IdRow>(
            "SELECT id FROM bookings WHERE zone = $1 AND cancelled_at IS NULL AND ends_s > $2 AND id > $3
            ORDER BY id LIMIT $4",
        )
        .bind(zone.to_owned())
        .bind(ends_after.as_second())
        .bind(after.as_uuid())
        .bind(i64::from(limit));
        Ok(self.all(question).await?.into_iter().map(|row| BookingId::from_uuid(row.id)).collect())
    }

    async fn zone_waits(&mut self, zone: &str, after: BookingId, limit: u32) -> Result<Vec<BookingId>> {
        let question = rows::<IdRow>(
            "SELECT booking_id AS id FROM zone_waits WHERE zone = $1 AND booking_id > $2 ORDER BY booking_id LIMIT $3",
        )
        .bind(zone.to_owned())
        .bind(after.as_uuid())
        .bind(i64::from(limit));
        Ok(self.all(question).await?.into_iter().map(|row| BookingId::from_uuid(row.id)).collect())
    }

    async fn add_zone_wait(&mut self, zone: &str, booking: BookingId) -> Result<()> {
        let statement = sql("INSERT INTO zone_waits (zone, booking_id) VALUES ($1, $2) ON CONFLICT DO NOTHING")
            .bind(zone.to_owned())
            .bind(booking.as_uuid());
        self.execute(statement).await.map(drop)
    }

    async fn end_zone_wait(&mut self, zone: &str, booking: BookingId) -> Result<()> {
        let statement = sql("DELETE FROM zone_waits WHERE zone = $1 AND booking_id = $2")
            .bind(zone.to_owned())
            .bind(booking.as_uuid());
        self.execute(statement).await.map(drop)
    }

    async fn note_zone_stay(&mut self, stay: &ZoneStay) -> Result<()> {
        let statement = sql("INSERT INTO zone_stays (occurrence_id, zone, release, wanted_s, reason)
            VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING")
        .bind(stay.date.as_uuid())
        .bind(stay.zone.clone())
        .bind(stay.release.clone())
        .bind(stay.wanted.as_second())
        .bind(stay_reason(stay.reason));
        self.execute(statement).await.map(drop)
    }

    async fn zone_stays(&mut self, limit: u32) -> Result<Vec<(ZoneStay, Occurrence)>> {
        let question =
            rows::<ZoneStayRow>("SELECT * FROM zone_stays ORDER BY wanted_s, occurrence_id, release LIMIT $1")
                .bind(i64::from(limit));
        let stays: Vec<ZoneStay> = all(self.all(question).await?)?;
        let ids: Vec<_> = stays.iter().map(|stay| stay.date).collect();
        let dates = self.occurrences_by_id(&ids).await?;
        let with_date = |stay: ZoneStay| {
            let date = dates.iter().map(|(date, _)| date).find(|date| date.id == stay.date)?;
            Some((stay, date.clone()))
        };
        Ok(stays.into_iter().filter_map(with_date).collect())
    }
}
