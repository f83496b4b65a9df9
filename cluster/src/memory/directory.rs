use std::collections::HashMap;
use std::hash::Hash;
use std::time::Duration;

use async_trait::async_trait;
use domain::MeetingName;
use tokio::sync::Mutex;
use tokio::time::Instant;

use crate::{Claim, ClusterError, Directory, Lease, MeetingReport, NodeId, NodeRecord};

/// Leases, nodes and reports. One lock: every operation is a short look-up.
#[derive(Default)]
pub(super) struct MemoryDirectory {
    kept: Mutex<Kept>,
}

#[derive(Default)]
struct Kept {
    leases: HashMap<MeetingName, Expiring<Lease>>,
    /// The last epoch given to anybody. One counter for all meetings rises for each of them, too.
    epoch: u64,
    nodes: HashMap<NodeId, Expiring<NodeRecord>>,
    reports: HashMap<MeetingName, Expiring<MeetingReport>>,
}

struct Expiring<T> {
    value: T,
    ends_at: Instant,
}

impl<T> Expiring<T> {
    fn new(value: T, ttl: Duration) -> Self {
        Self { value, ends_at: Instant::now() + ttl }
    }

    fn is_alive(&self) -> bool {
        Instant::now() < self.ends_at
    }
}

fn alive<K: Eq + Hash, T: Clone>(kept: &mut HashMap<K, Expiring<T>>) -> Vec<T> {
    kept.retain(|_, entry| entry.is_alive());
    kept.values().map(|entry| entry.value.clone()).collect()
}

impl Kept {
    fn lease(&self, meeting: &MeetingName) -> Option<&Lease> {
        self.leases.get(meeting).filter(|held| held.is_alive()).map(|held| &held.value)
    }
}

#[async_trait]
impl Directory for MemoryDirectory {
    async fn claim(&self, meeting: &MeetingName, node: &NodeId, ttl: Duration) -> Result<Claim, ClusterError> {
        let mut kept = self.kept.lock().await;
        let lease = match kept.lease(meeting) {
            Some(held) if held.owner != *node => return Ok(Claim::Theirs(held.clone())),
            Some(ours) => ours.clone(),
            None => {
                kept.epoch += 1;
                Lease { meeting: meeting.clone(), owner: node.clone(), epoch: kept.epoch }
            }
        };
        kept.leases.insert(meeting.clone(), Expiring::new(lease.clone(), ttl));
        Ok(Claim::Ours(lease))
    }

    async fn renew(&self, lease: &Lease, ttl: Duration) -> Result<bool, ClusterError> {
        let mut kept = self.kept.lock().await;
        // An expired lease is still in the map until somebody else takes or releases it.
        match kept.leases.get_mut(&lease.meeting) {
            Some(held) if held.value == *lease => {
                *held = Expiring::new(lease.clone(), ttl);
                Ok(true)
            }
            _ => Ok(false),
        }
    }

    async fn release(&self, lease: &Lease) -> Result<(), ClusterError> {
        let mut kept = self.kept.lock().await;
        if kept.leases.get(&lease.meeting).is_some_and(|held| held.value == *lease) {
            kept.leases.remove(&lease.meeting);
        }
        Ok(())
    }

    async fn owner(&self, meeting: &MeetingName) -> Result<Option<Lease>, ClusterError> {
        Ok(self.kept.lock().await.lease(meeting).cloned())
    }

    async fn announce(&self, node: &NodeRecord, ttl: Duration) -> Result<(), ClusterError> {
        self.kept.lock().await.nodes.insert(node.id.clone(), Expiring::new(node.clone(), ttl));
        Ok(())
    }

    async fn nodes(&self) -> Result<Vec<NodeRecord>, ClusterError> {
        let mut nodes = alive(&mut self.kept.lock().await.nodes);
        nodes.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(nodes)
    }

    async fn publish_report(&self, report: &MeetingReport, ttl: Duration) -> Result<(), ClusterError> {
        self.kept.lock().await.reports.insert(report.meeting.clone(), Expiring::new(report.clone(), ttl));
        Ok(())
    }

    async fn withdraw_report(&self, meeting: &MeetingName) -> Result<(), ClusterError> {
        self.kept.lock().await.reports.remove(meeting);
        Ok(())
    }

    async fn reports(&self) -> Result<Vec<MeetingReport>, ClusterError> {
        let mut reports = alive(&mut self.kept.lock().await.reports);
        reports.sort_by(|one, other| one.meeting.cmp(&other.meeting));
        Ok(reports)
    }

    async fn report(&self, meeting: &MeetingName) -> Result<Option<MeetingReport>, ClusterError> {
        let kept = self.kept.lock().await;
        Ok(kept.reports.get(meeting).filter(|entry| entry.is_alive()).map(|entry| entry.value.clone()))
    }

    async fn is_reachable(&self) -> bool {
        true
    }
}
