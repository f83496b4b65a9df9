//! What bookings take of the pools. A unit collects by how much it moves the sums and writes that once, when it
//! commits, in the order of pools and times: so units never wait for each other crosswise, and only for moments.

use std::ops::Range;

use async_trait::async_trait;
use domain::capacity::{Loads, Share, claims, claims_since};
use domain::{Booking, BookingId, BookingState, Occurrence, PoolId};
use jiff::Timestamp;

use super::unit::{EngineUnit, Result, rows, sql};
use crate::PoolClaims;
use crate::rows::{IdRow, NumberRow, OccurrenceRow, ShareRow, all};

#[async_trait]
impl PoolClaims for EngineUnit {
    async fn shares_of(&mut self, booking: BookingId) -> Result<Vec<Share>> {
        let question = rows::<ShareRow>(
            "SELECT pool_id, people_milli, kbps, people_variance_milli, kbps_variance
            FROM pool_shares WHERE booking_id = $1 ORDER BY pool_id",
        )
        .bind(booking.as_uuid());
        Ok(self.all(question).await?.into_iter().map(Share::from).collect())
    }

    async fn save_shares(
        &mut self,
        booking: &Booking,
        dates: &[Occurrence],
        shares: &[Share],
        since: Timestamp,
    ) -> Result<()> {
        let counted =
            sql("UPDATE bookings SET counted_at = $2 WHERE id = $1").bind(booking.id.as_uuid()).bind(since.as_second());
        self.execute(counted).await?;
        let earlier = self.shares_of(booking.id).await?;
        if earlier == shares {
            return Ok(());
        }
        self.execute(sql("DELETE FROM pool_shares WHERE booking_id = $1").bind(booking.id.as_uuid())).await?;
        for share in shares {
            let statement = sql("INSERT INTO pool_shares
                    (booking_id, pool_id, people_milli, kbps, people_variance_milli, kbps_variance)
                VALUES ($1, $2, $3, $4, $5, $6)")
            .bind(booking.id.as_uuid())
            .bind(share.pool.as_uuid())
            .bind(share.load.people_milli)
            .bind(share.load.kbps)
            .bind(share.load.people_variance_milli)
            .bind(share.load.kbps_variance);
            self.execute(statement).await?;
        }
        if booking.state == BookingState::Active {
            self.move_loads(&claims_since(&earlier, dates, since), &claims_since(shares, dates, since));
        }
        Ok(())
    }

    async fn pool_loads(&mut self, pools: &[PoolId], quarters: &[Range<i64>]) -> Result<Loads> {
        let mut ranges: Vec<Range<i64>> = Vec::new();
        let mut sorted = quarters.to_vec();
        sorted.sort_unstable_by_key(|range| range.start);
        for range in sorted {
            match ranges.last_mut() {
                Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
                _ => ranges.push(range),
            }
        }
        let mut loads: Loads = self.stored_loads(pools, &ranges).await?;
        let is_asked =
            |pool: PoolId, quarter: i64| pools.contains(&pool) && ranges.iter().any(|range| range.contains(&quarter));
        for ((pool, quarter), load) in &self.moved {
            if is_asked(*pool, *quarter) {
                *loads.entry((*pool, *quarter)).or_default() += *load;
            }
        }
        loads.retain(|_, load| !load.is_zero());
        Ok(loads)
    }

    async fn note_capacity_change(&mut self, at: Timestamp) -> Result<()> {
        let statement = sql("INSERT INTO capacity_changes (only_one, changed_at) VALUES (1, $1)
            ON CONFLICT (only_one) DO UPDATE SET changed_at = excluded.changed_at")
        .bind(at.as_second());
        self.execute(statement).await.map(drop)
    }

    async fn bookings_to_count(&mut self, now: Timestamp, limit: u32) -> Result<Vec<BookingId>> {
        let question = rows::<NumberRow>("SELECT changed_at AS number FROM capacity_changes");
        let Some(changed) = self.first(question).await? else { return Ok(Vec::new()) };
        let question = rows::<IdRow>(
            "SELECT id FROM bookings
            WHERE cancelled_at IS NULL AND (counted_at IS NULL OR counted_at <= $1) AND EXISTS (
                SELECT 1 FROM occurrences WHERE booking_id = bookings.id AND state = 'held' AND end_s > $2)
            ORDER BY id LIMIT $3",
        )
        .bind(changed.number)
        .bind(now.as_second())
        .bind(i64::from(limit));
        Ok(self.all(question).await?.into_iter().map(|row| BookingId::from_uuid(row.id)).collect())
    }

    async fn forget_capacity_change(&mut self, before: Timestamp) -> Result<()> {
        let statement = sql("DELETE FROM capacity_changes WHERE changed_at < $1").bind(before.as_second());
        self.execute(statement).await.map(drop)
    }
}

impl EngineUnit {
    /// What a booking takes as it stands in the database: nothing without shares or once it is cancelled.
    pub(super) async fn claimed(&mut self, booking: BookingId) -> Result<Claimed> {
        let shares = self.shares_of(booking).await?;
        if shares.is_empty() {
            return Ok(Claimed::default());
        }
        let active =
            rows::<IdRow>("SELECT id FROM bookings WHERE id = $1 AND cancelled_at IS NULL").bind(booking.as_uuid());
        if self.first(active).await?.is_none() {
            return Ok(Claimed::default());
        }
        let question = rows::<OccurrenceRow>("SELECT * FROM occurrences WHERE booking_id = $1").bind(booking.as_uuid());
        let dates: Vec<Occurrence> = all(self.all(question).await?)?;
        let loads = claims(&shares, &dates);
        Ok(Claimed { shares, loads })
    }

    /// Moves the sums from what a booking took to what it takes with these dates.
    pub(super) fn reclaim(&mut self, before: &Claimed, booking: &Booking, dates: &[Occurrence]) {
        let now = match booking.state {
            BookingState::Active => claims(&before.shares, dates),
            BookingState::Cancelled { .. } => Loads::new(),
        };
        self.move_loads(&before.loads, &now);
    }

    /// Moves the sums from what one date took to what it takes as it is about to be written.
    pub(super) async fn reclaim_one(&mut self, date: &Occurrence) -> Result<()> {
        let before = self.claimed(date.booking).await?;
        if before.shares.is_empty() {
            return Ok(());
        }
        let question = rows::<OccurrenceRow>("SELECT * FROM occurrences WHERE id = $1").bind(date.id.as_uuid());
        let stored: Vec<Occurrence> = all(self.all(question).await?)?;
        self.move_loads(&claims(&before.shares, &stored), &claims(&before.shares, [date]));
        Ok(())
    }

    /// Remembers by how much sums are moved until the unit commits.
    pub(super) fn move_loads(&mut self, from: &Loads, to: &Loads) {
        from.iter().for_each(|(key, load)| *self.moved.entry(*key).or_default() -= *load);
        to.iter().for_each(|(key, load)| *self.moved.entry(*key).or_default() += *load);
    }

    /// Writes what was moved.
    pub(super) async fn settle_loads(&mut self) -> Result<()> {
        let mut moved = std::mem::take(&mut self.moved);
        moved.retain(|_, load| !load.is_zero());
        if moved.is_empty() { Ok(()) } else { self.add_loads(&moved).await }
    }
}

/// What an active booking takes.
#[derive(Default)]
pub(super) struct Claimed {
    pub(super) shares: Vec<Share>,
    pub(super) loads: Loads,
}
