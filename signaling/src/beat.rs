//! Keeps a meeting's lease and publishes its reports, beside the actor so that a slow cluster
//! never holds up a meeting.

use std::time::Duration;

use cluster::{Claim, Cluster, Lease, MeetingReport};
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use crate::actor::{Handle, Input};
use crate::config::CLUSTER_PATIENCE;
use crate::meeting::Farewell;

/// A report nobody renews is forgotten after this time.
const REPORT_TTL: Duration = Duration::from_secs(5);

/// Runs until the meeting is over.
pub async fn keep(
    cluster: Cluster,
    mut lease: Lease,
    ttl: Duration,
    mut reports: watch::Receiver<Option<MeetingReport>>,
    handle: Handle,
) -> Lease {
    let mut renewals = interval(ttl / 3);
    renewals.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut complained_at: Option<Instant> = None;
    loop {
        tokio::select! {
            changed = reports.changed() => {
                if changed.is_err() {
                    return lease;
                }
                let report = reports.borrow_and_update().clone();
                if let Some(report) = report {
                    // A missed report is replaced by the next one in a second.
                    let _ = timeout(CLUSTER_PATIENCE, cluster.directory.publish_report(&report, REPORT_TTL)).await;
                }
            }
            _ = renewals.tick() => match renew(&cluster, &lease, ttl).await {
                Renewal::Kept => complained_at = None,
                Renewal::Anew(newer) => lease = newer,
                Renewal::Unknown => {
                    // The meeting goes on: nobody is sent away because the directory is.
                    if complained_at.is_none_or(|at| at.elapsed() > Duration::from_secs(60)) {
                        complained_at = Some(Instant::now());
                        tracing::warn!(meeting.id = %lease.meeting, "cannot renew the lease of a meeting, it goes on");
                    }
                }
                Renewal::Lost => {
                    tracing::warn!(meeting.id = %lease.meeting, "another node has this meeting now");
                    handle.send(Input::Close(Farewell::Elsewhere)).await;
                    return lease;
                }
            },
        }
    }
}

enum Renewal {
    Kept,
    /// It had run out, and nobody had taken it.
    Anew(Lease),
    Lost,
    Unknown,
}

async fn renew(cluster: &Cluster, lease: &Lease, ttl: Duration) -> Renewal {
    match timeout(CLUSTER_PATIENCE, cluster.directory.renew(lease, ttl)).await {
        Ok(Ok(true)) => Renewal::Kept,
        Ok(Ok(false)) => {
            match timeout(CLUSTER_PATIENCE, cluster.directory.claim(&lease.meeting, &lease.owner, ttl)).await {
                Ok(Ok(Claim::Ours(newer))) => Renewal::Anew(newer),
                Ok(Ok(Claim::Theirs(_))) => Renewal::Lost,
                _ => Renewal::Unknown,
            }
        }
        _ => Renewal::Unknown,
    }
}
