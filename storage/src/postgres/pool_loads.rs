use std::ops::Range;

use domain::PoolId;
use domain::capacity::{Load, Loads, Share};

use super::unit::{PostgresUnit, Result, ids, rows, sql};
use crate::rows::PoolLoadRow;

impl PostgresUnit {
    /// One advisory lock per pool, always in the same order. They come after the locks of rooms.
    pub(super) async fn lock_each(&mut self, pools: &[PoolId]) -> Result<()> {
        let mut keys: Vec<i64> = pools.iter().copied().map(lock_key).collect();
        keys.sort_unstable();
        keys.dedup();
        for key in keys {
            self.execute(sql("SELECT pg_advisory_xact_lock($1)").bind(key)).await?;
        }
        Ok(())
    }

    pub(super) async fn stored_loads(&mut self, pools: &[PoolId], ranges: &[Range<i64>]) -> Result<Loads> {
        let question = rows::<PoolLoadRow>(
            "SELECT loads.* FROM unnest($2::bigint[], $3::bigint[]) AS span (first, last)
            JOIN pool_loads AS loads ON loads.pool_id = ANY($1)
                AND loads.quarter >= span.first AND loads.quarter < span.last",
        )
        .bind(ids(pools.iter().map(|id| id.as_uuid())))
        .bind(ranges.iter().map(|range| range.start).collect::<Vec<_>>())
        .bind(ranges.iter().map(|range| range.end).collect::<Vec<_>>());
        let found = self.all(question).await?;
        Ok(found.into_iter().map(|row| (row.quarter, Share::from(row.share))).map(keyed).collect())
    }

    /// Adds to the sums, all with one statement and in one order: two units wait for each other one way only.
    pub(super) async fn add_loads(&mut self, moved: &Loads) -> Result<()> {
        let column = |of: fn(&Load) -> i64| moved.values().map(of).collect::<Vec<i64>>();
        let statement = sql("INSERT INTO pool_loads
                (pool_id, quarter, people_milli, kbps, people_variance_milli, kbps_variance)
            SELECT * FROM unnest($1::uuid[], $2::bigint[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
                AS moved (pool_id, quarter, people_milli, kbps, people_variance_milli, kbps_variance)
            ORDER BY pool_id, quarter
            ON CONFLICT (pool_id, quarter) DO UPDATE SET
                people_milli = pool_loads.people_milli + excluded.people_milli,
                kbps = pool_loads.kbps + excluded.kbps,
                people_variance_milli = pool_loads.people_variance_milli + excluded.people_variance_milli,
                kbps_variance = pool_loads.kbps_variance + excluded.kbps_variance")
        .bind(ids(moved.keys().map(|(pool, _)| pool.as_uuid())))
        .bind(moved.keys().map(|(_, quarter)| *quarter).collect::<Vec<_>>())
        .bind(column(|load| load.people_milli))
        .bind(column(|load| load.kbps))
        .bind(column(|load| load.people_variance_milli))
        .bind(column(|load| load.kbps_variance));
        self.execute(statement).await.map(drop)
    }
}

/// The number a pool's lock goes by: never that of its room, were it one.
fn lock_key(pool: PoolId) -> i64 {
    let (high, low) = pool.as_uuid().as_u64_pair();
    (!(high ^ low)).cast_signed()
}

fn keyed((quarter, share): (i64, Share)) -> ((PoolId, i64), Load) {
    ((share.pool, quarter), share.load)
}
