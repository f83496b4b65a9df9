use std::collections::BTreeMap;
use std::time::Duration;

use async_trait::async_trait;
use domain::lines::LinePlan;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::{ClusterError, LineUse, Lines, NodeId};

/// What was said last.
#[derive(Default)]
pub(super) struct MemoryLines {
    plan: Mutex<Option<LinePlan>>,
    uses: Mutex<BTreeMap<NodeId, (LineUse, Instant)>>,
}

#[async_trait]
impl Lines for MemoryLines {
    async fn set_plan(&self, plan: &LinePlan) -> Result<(), ClusterError> {
        *self.plan.lock().await = Some(plan.clone());
        Ok(())
    }

    async fn plan(&self) -> Result<Option<LinePlan>, ClusterError> {
        Ok(self.plan.lock().await.clone())
    }

    async fn note_use(&self, used: &LineUse, ttl: Duration) -> Result<(), ClusterError> {
        self.uses.lock().await.insert(used.node.clone(), (used.clone(), Instant::now() + ttl));
        Ok(())
    }

    async fn uses(&self) -> Result<Vec<LineUse>, ClusterError> {
        let mut uses = self.uses.lock().await;
        uses.retain(|_, (_, ends_at)| Instant::now() < *ends_at);
        Ok(uses.values().map(|(used, _)| used.clone()).collect())
    }
}
