use std::ops::Range;

use domain::PoolId;
use domain::capacity::{Loads, Share};

use super::unit::{Result, SqliteUnit, rows, sql};
use crate::rows::PoolLoadRow;

impl SqliteUnit {
    /// The unit that writes is alone: there is nothing to lock.
    pub(super) async fn lock_each(&mut self, _pools: &[PoolId]) -> Result<()> {
        Ok(())
    }

    pub(super) async fn stored_loads(&mut self, pools: &[PoolId], ranges: &[Range<i64>]) -> Result<Loads> {
        let ranges: Vec<String> = ranges.iter().map(|range| format!("[{},{}]", range.start, range.end)).collect();
        // CROSS JOIN: ranges and pools first, so that each is a seek in the primary key.
        let question = rows::<PoolLoadRow>(
            "SELECT loads.* FROM json_each($1) AS wanted CROSS JOIN json_each($2) AS span
            CROSS JOIN pool_loads AS loads ON loads.pool_id = unhex(wanted.value)
                AND loads.quarter >= span.value ->> 0 AND loads.quarter < span.value ->> 1",
        )
        .bind(super::unit::ids(pools.iter().map(|id| id.as_uuid())))
        .bind(format!("[{}]", ranges.join(",")));
        let found = self.all(question).await?;
        Ok(found.into_iter().map(|row| (row.quarter, Share::from(row.share))).map(keyed).collect())
    }

    /// Adds to the sums, all with one statement.
    pub(super) async fn add_loads(&mut self, moved: &Loads) -> Result<()> {
        let lines: Vec<String> = moved
            .iter()
            .map(|((pool, quarter), load)| {
                format!(
                    "[\"{}\",{quarter},{},{},{},{}]",
                    pool.as_uuid().simple(),
                    load.people_milli,
                    load.kbps,
                    load.people_variance_milli,
                    load.kbps_variance
                )
            })
            .collect();
        // WHERE true: without it the grammar takes ON CONFLICT for a join.
        let statement = sql("INSERT INTO pool_loads
                (pool_id, quarter, people_milli, kbps, people_variance_milli, kbps_variance)
            SELECT unhex(value ->> 0), value ->> 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5
            FROM json_each($1) WHERE true
            ON CONFLICT (pool_id, quarter) DO UPDATE SET
                people_milli = pool_loads.people_milli + excluded.people_milli,
                kbps = pool_loads.kbps + excluded.kbps,
                people_variance_milli = pool_loads.people_variance_milli + excluded.people_variance_milli,
                kbps_variance = pool_loads.kbps_variance + excluded.kbps_variance")
        .bind(format!("[{}]", lines.join(",")));
        self.execute(statement).await.map(drop)
    }
}

fn keyed((quarter, share): (i64, Share)) -> ((PoolId, i64), domain::capacity::Load) {
    ((share.pool, quarter), share.load)
}
