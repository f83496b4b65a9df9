use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use domain::lines::LinePlan;

use super::link::Link;
use super::shelf::Shelf;
use crate::{ClusterError, LineUse, Lines};

/// There is one plan.
const PLAN: &str = "plan";
/// It is said again all the time; one that nobody says any more is not for ever.
const PLAN_TTL: Duration = Duration::from_secs(24 * 60 * 60);

pub(super) struct RedisLines {
    plans: Shelf,
    uses: Shelf,
}

impl RedisLines {
    pub(super) fn new(link: Arc<Link>) -> Self {
        Self { plans: Shelf::new(link.clone(), "lines"), uses: Shelf::new(link, "line-uses") }
    }
}

#[async_trait]
impl Lines for RedisLines {
    async fn set_plan(&self, plan: &LinePlan) -> Result<(), ClusterError> {
        self.plans.put(PLAN, plan, PLAN_TTL).await
    }

    async fn plan(&self) -> Result<Option<LinePlan>, ClusterError> {
        self.plans.one(PLAN).await
    }

    async fn note_use(&self, used: &LineUse, ttl: Duration) -> Result<(), ClusterError> {
        self.uses.put(&used.node.0, used, ttl).await
    }

    async fn uses(&self) -> Result<Vec<LineUse>, ClusterError> {
        let mut uses: Vec<LineUse> = self.uses.all().await?;
        uses.sort_by(|one, other| one.node.cmp(&other.node));
        Ok(uses)
    }
}
