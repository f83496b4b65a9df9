use std::collections::HashMap;
use std::hash::Hash;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use domain::MeetingName;
use tokio::sync::Mutex;
use tokio::time::Instant;

use super::Over;
use super::leases::Leases;
use crate::{Claim, ClusterError, Directory, Fate, Lease, MeetingReport, NodeId, NodeRecord};

/// Leases, nodes and reports. One lock: every operation is a short look-up.
pub(super) struct MemoryDirectory {
    kept: Mutex<Kept>,
    over: Arc<Over>,
}

struct Kept {
    leases: Leases,
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

impl MemoryDirectory {
    pub(super) fn new(settling: Duration, over: Arc<Over>) -> Self {
        let kept = Kept { leases: Leases::new(settling), nodes: HashMap::new(), reports: HashMap::new() };
        Self { kept: Mutex::new(kept), over }
    }
}

#[async_trait]
impl Directory for MemoryDirectory {
    async fn claim(&self, meeting: &MeetingName, node: &NodeId, ttl: Duration) -> Result<Claim, ClusterError> {
        let mut kept = self.kept.lock().await;
        let (claim, ended) = kept.leases.claim(meeting, node, ttl, Instant::now());
        if let Some(run) = ended {
            self.over.with(|over| over.insert(run));
        }
        Ok(claim)
    }

    async fn renew(&self, lease: &Lease, ttl: Duration) -> Result<bool, ClusterError> {
        Ok(self.kept.lock().await.leases.renew(lease, ttl, Instant::now()))
    }

    async fn release(&self, lease: &Lease) -> Result<(), ClusterError> {
        self.kept.lock().await.leases.release(lease);
        Ok(())
    }

    async fn hand_over(&self, lease: &Lease, heir: &NodeId, ttl: Duration) -> Result<Option<Lease>, ClusterError> {
        Ok(self.kept.lock().await.leases.hand_over(lease, heir, ttl, Instant::now()))
    }

    async fn owner(&self, meeting: &MeetingName) -> Result<Option<Lease>, ClusterError> {
        Ok(self.kept.lock().await.leases.held(meeting, Instant::now()).cloned())
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

    async fn publish_report(&self, lease: &Lease, report: &MeetingReport, ttl: Duration) -> Result<(), ClusterError> {
        let mut kept = self.kept.lock().await;
        if kept.leases.counts(lease) {
            kept.leases.note_run(lease, &report.run);
            kept.reports.insert(report.meeting.clone(), Expiring::new(report.clone(), ttl));
        }
        Ok(())
    }

    async fn withdraw_report(&self, lease: &Lease) -> Result<(), ClusterError> {
        let mut kept = self.kept.lock().await;
        if kept.leases.counts(lease) {
            kept.reports.remove(&lease.meeting);
        }
        Ok(())
    }

    async fn fate(&self, meeting: &MeetingName, run: &str) -> Result<Fate, ClusterError> {
        let kept = self.kept.lock().await;
        Ok(if self.over.with(|over| over.contains(run)) {
            Fate::Over
        } else if kept.leases.runs(meeting, run, Instant::now()) {
            Fate::Running
        } else {
            Fate::Silent
        })
    }

    async fn end_run(&self, meeting: &MeetingName, run: &str) -> Result<bool, ClusterError> {
        let mut kept = self.kept.lock().await;
        if kept.leases.runs(meeting, run, Instant::now()) {
            return Ok(false);
        }
        kept.leases.end_run(meeting, run);
        self.over.with(|over| over.insert(run.to_owned()));
        Ok(true)
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
