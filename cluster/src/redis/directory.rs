use std::sync::{Arc, LazyLock};
use std::time::Duration;

use async_trait::async_trait;
use domain::MeetingName;
use redis::Script;

use super::link::Link;
use super::shelf::Shelf;
use crate::{Claim, ClusterError, Directory, Lease, MeetingReport, NodeId, NodeRecord};

/// A lease is the text `<epoch> <owner>` under a key that ends with it.
///
/// Epochs are microseconds of Redis's clock, or one more than the last: they rise even when Redis
/// has lost its data. The last epoch of a meeting is remembered for a day.
static CLAIM: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local held = redis.call('GET', KEYS[1])
         if held then
           local epoch, owner = string.match(held, '^(%d+) (.*)$')
           if owner == ARGV[1] then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
           return held
         end
         local time = redis.call('TIME')
         local epoch = time[1] * 1000000 + time[2]
         local last = tonumber(redis.call('GET', KEYS[2]) or '0')
         if epoch <= last then epoch = last + 1 end
         local text = string.format('%.0f', epoch)
         redis.call('SET', KEYS[1], text .. ' ' .. ARGV[1], 'NX', 'PX', ARGV[2])
         redis.call('SET', KEYS[2], text, 'EX', 86400)
         return text .. ' ' .. ARGV[1]",
    )
});
/// Renews what is ours, or what ran out and was never given to anybody else since.
static RENEW: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local held = redis.call('GET', KEYS[1])
         local ours = ARGV[1] .. ' ' .. ARGV[2]
         if held == ours then
           redis.call('PEXPIRE', KEYS[1], ARGV[3])
           return 1
         end
         if held then return 0 end
         local last = redis.call('GET', KEYS[2])
         if last and last ~= ARGV[1] then return 0 end
         redis.call('SET', KEYS[1], ours, 'NX', 'PX', ARGV[3])
         redis.call('SET', KEYS[2], ARGV[1], 'EX', 86400)
         return 1",
    )
});
/// Gives up what is ours. The marker in place of the epoch keeps the lease from being renewed later.
static RELEASE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "if redis.call('GET', KEYS[1]) == ARGV[1] .. ' ' .. ARGV[2] then redis.call('DEL', KEYS[1]) end
         if redis.call('GET', KEYS[2]) == ARGV[1] then
           redis.call('SET', KEYS[2], string.format('%.0f', tonumber(ARGV[1]) + 1), 'EX', 86400)
         end
         return 1",
    )
});

pub(super) struct RedisDirectory {
    link: Arc<Link>,
    nodes: Shelf,
    reports: Shelf,
}

impl RedisDirectory {
    pub(super) fn new(link: Arc<Link>) -> Self {
        let nodes = Shelf::new(link.clone(), "nodes");
        let reports = Shelf::new(link.clone(), "reports");
        Self { link, nodes, reports }
    }
}

fn lease_key(meeting: &MeetingName) -> String {
    format!("rennsteig:lease:{meeting}")
}

fn epoch_key(meeting: &MeetingName) -> String {
    format!("rennsteig:epoch:{meeting}")
}

fn parse_lease(meeting: &MeetingName, text: &str) -> Result<Lease, ClusterError> {
    text.split_once(' ')
        .and_then(|(epoch, owner)| Some((epoch.parse().ok()?, owner.to_owned())))
        .map(|(epoch, owner)| Lease { meeting: meeting.clone(), owner: NodeId(owner), epoch })
        .ok_or_else(|| ClusterError::Inconsistent(format!("the lease of meeting {meeting}")))
}

#[async_trait]
impl Directory for RedisDirectory {
    async fn claim(&self, meeting: &MeetingName, node: &NodeId, ttl: Duration) -> Result<Claim, ClusterError> {
        let (lease, epoch, ttl_ms) = (lease_key(meeting), epoch_key(meeting), ttl.as_millis().to_string());
        let text: String = self.link.script(&CLAIM, &[&lease, &epoch], &[&node.0, &ttl_ms]).await?;
        let lease = parse_lease(meeting, &text)?;
        Ok(if lease.owner == *node { Claim::Ours(lease) } else { Claim::Theirs(lease) })
    }

    async fn renew(&self, lease: &Lease, ttl: Duration) -> Result<bool, ClusterError> {
        let (key, epoch_key) = (lease_key(&lease.meeting), epoch_key(&lease.meeting));
        let (epoch, ttl_ms) = (lease.epoch.to_string(), ttl.as_millis().to_string());
        let kept: i64 = self.link.script(&RENEW, &[&key, &epoch_key], &[&epoch, &lease.owner.0, &ttl_ms]).await?;
        Ok(kept == 1)
    }

    async fn release(&self, lease: &Lease) -> Result<(), ClusterError> {
        let (key, epoch_key) = (lease_key(&lease.meeting), epoch_key(&lease.meeting));
        let epoch = lease.epoch.to_string();
        self.link.script::<i64>(&RELEASE, &[&key, &epoch_key], &[&epoch, &lease.owner.0]).await.map(drop)
    }

    async fn owner(&self, meeting: &MeetingName) -> Result<Option<Lease>, ClusterError> {
        let text: Option<String> = self.link.run(redis::cmd("GET").arg(lease_key(meeting))).await?;
        text.map(|text| parse_lease(meeting, &text)).transpose()
    }

    async fn announce(&self, node: &NodeRecord, ttl: Duration) -> Result<(), ClusterError> {
        self.nodes.put(&node.id.0, node, ttl).await
    }

    async fn nodes(&self) -> Result<Vec<NodeRecord>, ClusterError> {
        let mut nodes: Vec<NodeRecord> = self.nodes.all().await?;
        nodes.sort_by(|one, other| one.id.cmp(&other.id));
        Ok(nodes)
    }

    async fn publish_report(&self, report: &MeetingReport, ttl: Duration) -> Result<(), ClusterError> {
        self.reports.put(report.meeting.as_str(), report, ttl).await
    }

    async fn withdraw_report(&self, meeting: &MeetingName) -> Result<(), ClusterError> {
        self.reports.remove(meeting.as_str()).await
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
