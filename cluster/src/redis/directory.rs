use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use domain::MeetingName;

use super::leases::{
    BORN, CLAIM, END_RUN, FATE, HAND_OVER, RELEASE, RENEW, epoch_key, lease_key, over_key, read_claim, read_lease,
    tenant_key, wanted_key,
};
use super::link::Link;
use super::shelf::Shelf;
use crate::{Claim, ClusterError, Directory, Fate, Lease, MeetingReport, NodeId, NodeRecord};

pub(super) struct RedisDirectory {
    link: Arc<Link>,
    settling: Duration,
    nodes: Shelf,
    reports: Shelf,
}

impl RedisDirectory {
    pub(super) fn new(link: Arc<Link>, settling: Duration) -> Self {
        let nodes = Shelf::new(link.clone(), "nodes");
        let reports = Shelf::new(link.clone(), "reports");
        Self { link, settling, nodes, reports }
    }
}

#[async_trait]
impl Directory for RedisDirectory {
    async fn claim(&self, meeting: &MeetingName, node: &NodeId, ttl: Duration) -> Result<Claim, ClusterError> {
        let keys = [lease_key(meeting), epoch_key(meeting), tenant_key(meeting), wanted_key(meeting)];
        let keys = [&*keys[0], &*keys[1], &*keys[2], &*keys[3], BORN];
        let (ttl_ms, settling_ms) = (ttl.as_millis().to_string(), self.settling.as_millis().to_string());
        let answer: String = self.link.script(&CLAIM, &keys, &[&node.0, &ttl_ms, &settling_ms]).await?;
        read_claim(meeting, node, &answer)
    }

    async fn renew(&self, lease: &Lease, ttl: Duration) -> Result<bool, ClusterError> {
        let meeting = &lease.meeting;
        let keys = [lease_key(meeting), epoch_key(meeting), tenant_key(meeting), wanted_key(meeting)];
        let keys = [&*keys[0], &*keys[1], &*keys[2], &*keys[3], BORN];
        let (epoch, ttl_ms) = (lease.epoch.to_string(), ttl.as_millis().to_string());
        let kept: i64 = self.link.script(&RENEW, &keys, &[&epoch, &lease.owner.0, &ttl_ms]).await?;
        Ok(kept == 1)
    }

    async fn release(&self, lease: &Lease) -> Result<(), ClusterError> {
        let keys = [lease_key(&lease.meeting), epoch_key(&lease.meeting), tenant_key(&lease.meeting)];
        let keys = [&*keys[0], &*keys[1], &*keys[2]];
        let epoch = lease.epoch.to_string();
        self.link.script::<i64>(&RELEASE, &keys, &[&epoch, &lease.owner.0]).await.map(drop)
    }

    async fn hand_over(&self, lease: &Lease, heir: &NodeId, ttl: Duration) -> Result<Option<Lease>, ClusterError> {
        let meeting = &lease.meeting;
        let keys = [lease_key(meeting), epoch_key(meeting), tenant_key(meeting), wanted_key(meeting)];
        let keys = [&*keys[0], &*keys[1], &*keys[2], &*keys[3]];
        let (epoch, ttl_ms) = (lease.epoch.to_string(), ttl.as_millis().to_string());
        let arguments = [&*epoch, &lease.owner.0, &heir.0, &ttl_ms];
        let text: Option<String> = self.link.script(&HAND_OVER, &keys, &arguments).await?;
        text.map(|text| read_lease(meeting, &text)).transpose()
    }

    async fn owner(&self, meeting: &MeetingName) -> Result<Option<Lease>, ClusterError> {
        let text: Option<String> = self.link.run(redis::cmd("GET").arg(lease_key(meeting))).await?;
        text.map(|text| read_lease(meeting, &text)).transpose()
    }

    async fn announce(&self, node: &NodeRecord, ttl: Duration) -> Result<(), ClusterError> {
        self.nodes.put(&node.id.0, node, ttl).await
    }

    async fn nodes(&self) -> Result<Vec<NodeRecord>, ClusterError> {
        let mut nodes: Vec<NodeRecord> = self.nodes.all().await?;
        nodes.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(nodes)
    }

    async fn publish_report(&self, lease: &Lease, report: &MeetingReport, ttl: Duration) -> Result<(), ClusterError> {
        self.reports.put_as_owner(lease, &report.run, report, ttl).await
    }

    async fn withdraw_report(&self, lease: &Lease) -> Result<(), ClusterError> {
        self.reports.remove_as_owner(lease).await
    }

    async fn fate(&self, meeting: &MeetingName, run: &str) -> Result<Fate, ClusterError> {
        let keys = [lease_key(meeting), tenant_key(meeting), over_key(run)];
        let answer: i64 = self.link.script(&FATE, &[&keys[0], &keys[1], &keys[2]], &[run]).await?;
        Ok(match answer {
            2 => Fate::Over,
            1 => Fate::Running,
            _ => Fate::Silent,
        })
    }

    async fn end_run(&self, meeting: &MeetingName, run: &str) -> Result<bool, ClusterError> {
        let keys = [lease_key(meeting), epoch_key(meeting), tenant_key(meeting), over_key(run)];
        let keys = [&*keys[0], &*keys[1], &*keys[2], &*keys[3]];
        self.link.script::<i64>(&END_RUN, &keys, &[run]).await.map(|over| over == 1)
    }

    async fn reports(&self) -> Result<Vec<MeetingReport>, ClusterError> {
        let mut reports: Vec<MeetingReport> = self.reports.all().await?;
        reports.sort_by(|one, other| one.meeting.cmp(&other.meeting));
        Ok(reports)
    }

    async fn report(&self, meeting: &MeetingName) -> Result<Option<MeetingReport>, ClusterError> {
        self.reports.one(meeting.as_str()).await
    }

    async fn is_reachable(&self) -> bool {
        self.link.run::<String>(&redis::cmd("PING")).await.is_ok()
    }
}
