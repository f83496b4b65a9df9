//! Pools: what all meetings share, how much of it there is, and what is expected on it.

pub(crate) mod add;
pub(crate) mod change;
pub(crate) mod delete;
pub(crate) mod forecast;
pub(crate) mod list;

use domain::capacity::{HIGHEST_LIMIT_MBPS, HIGHEST_LIMIT_PEOPLE, Pool};
use domain::text;
use serde::{Deserialize, Serialize};
use storage::StorageError;
use utoipa::ToSchema;
use uuid::Uuid;

use super::problem::{Code, Problem};
use crate::capacity::findings::{Decision, PoolKindName};

/// A pool.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct PoolAnswer {
    pub(crate) id: Uuid,
    #[schema(inline)]
    kind: PoolKindName,
    pub(crate) name: String,
    /// How much it carries, Mbit/s; absent: not limited by that.
    limit_mbps: Option<u32>,
    /// How many participants it carries; absent: not limited by that.
    limit_people: Option<u32>,
    #[schema(inline)]
    on_overrun: Decision,
    /// The ETag without its quotes.
    version: i64,
}

impl From<&Pool> for PoolAnswer {
    fn from(pool: &Pool) -> Self {
        Self {
            id: pool.id.as_uuid(),
            kind: pool.kind.into(),
            name: pool.name.clone(),
            limit_mbps: pool.limit_mbps,
            limit_people: pool.limit_people,
            on_overrun: pool.on_overrun.into(),
            version: pool.version,
        }
    }
}

/// A pool as it shall be.
#[derive(Deserialize, ToSchema)]
pub(crate) struct PoolBody {
    #[schema(inline)]
    kind: PoolKindName,
    /// 1 to 100 characters, not the name of another pool.
    name: String,
    /// 1 to 10,000,000 Mbit/s; absent: not limited by that.
    #[schema(minimum = 1, maximum = 10_000_000)]
    limit_mbps: Option<u32>,
    /// 1 to 1,000,000 participants; absent: not limited by that.
    #[schema(minimum = 1, maximum = 1_000_000)]
    limit_people: Option<u32>,
    /// `warn` if absent.
    #[schema(inline)]
    on_overrun: Option<Decision>,
}

impl PoolBody {
    /// Writes the fields into the pool, or says which one does not fit.
    fn write(self, pool: &mut Pool) -> Result<(), Problem> {
        let name = text::line(&self.name, text::NAME_LIMIT);
        pool.name = name.map_err(|_| Problem::invalid("name", "1 to 100 characters, no line breaks"))?;
        let fits = |limit: Option<u32>, most| limit.is_none_or(|limit| (1..=most).contains(&limit));
        if !fits(self.limit_mbps, HIGHEST_LIMIT_MBPS) {
            return Err(Problem::invalid("limit_mbps", "1 to 10,000,000, or nothing"));
        }
        if !fits(self.limit_people, HIGHEST_LIMIT_PEOPLE) {
            return Err(Problem::invalid("limit_people", "1 to 1,000,000, or nothing"));
        }
        (pool.limit_mbps, pool.limit_people) = (self.limit_mbps, self.limit_people);
        pool.kind = self.kind.into();
        pool.on_overrun = self.on_overrun.unwrap_or(Decision::Warn).into();
        Ok(())
    }
}

fn name_taken(error: StorageError) -> Problem {
    match error {
        StorageError::Conflict(_) => {
            Problem::new(Code::AlreadyExists, "There is a pool of this name.").with_field("name")
        }
        error => error.into(),
    }
}

#[cfg(test)]
mod tests;
