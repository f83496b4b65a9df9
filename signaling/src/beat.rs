//! Keeps a meeting's lease and publishes its reports, beside the actor so that a slow cluster
//! never holds up a meeting. What came of each renewal goes to the actor as a [`Tenure`], which
//! says how long it may act.

use std::time::Duration;

use cluster::{Cluster, Lease, MeetingReport, RENEW_EVERY, Renewal, Tenure};
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use crate::config::CLUSTER_PATIENCE;

/// A report nobody renews is forgotten after this time.
const REPORT_TTL: Duration = Duration::from_secs(5);
/// While the directory is away it is said so this often.
const COMPLAIN_EVERY: Duration = Duration::from_secs(60);

/// Runs until the meeting is over or another node has it.
pub async fn keep(
    cluster: Cluster,
    lease: Lease,
    ttl: Duration,
    reports: watch::Receiver<Option<MeetingReport>>,
    tenure: watch::Sender<Tenure>,
) -> Lease {
    // Apart from each other: a report that waits for an answer must not delay a renewal.
    tokio::select! {
        () = publish(&cluster, &lease, reports, tenure.subscribe()) => {}
        () = renew(&cluster, &lease, ttl, &tenure) => {}
    }
    lease
}

/// Ends when the actor does.
async fn publish(
    cluster: &Cluster,
    lease: &Lease,
    mut reports: watch::Receiver<Option<MeetingReport>>,
    tenure: watch::Receiver<Tenure>,
) {
    while reports.changed().await.is_ok() {
        let report = reports.borrow_and_update().clone();
        if let Some(report) = report
            && tenure.borrow().may_act(Instant::now())
        {
            // A missed report is replaced by the next one in a second.
            let _ = timeout(CLUSTER_PATIENCE, cluster.directory.publish_report(lease, &report, REPORT_TTL)).await;
        }
    }
}

/// Ends when the lease is lost.
async fn renew(cluster: &Cluster, lease: &Lease, ttl: Duration, tenure: &watch::Sender<Tenure>) {
    let mut renewals = interval(RENEW_EVERY.min(ttl / 3));
    renewals.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut complained_at: Option<Instant> = None;
    loop {
        renewals.tick().await;
        let asked_at = Instant::now();
        let renewal = match timeout(CLUSTER_PATIENCE, cluster.directory.renew(lease, ttl)).await {
            Ok(Ok(true)) => Renewal::Kept,
            Ok(Ok(false)) => Renewal::Lost,
            _ => Renewal::Unknown,
        };
        tenure.send_modify(|tenure| tenure.heard(asked_at, renewal));
        match renewal {
            Renewal::Kept => complained_at = None,
            // The meeting goes on: nobody is sent away because the directory is.
            Renewal::Unknown => {
                if complained_at.is_none_or(|at| at.elapsed() > COMPLAIN_EVERY) {
                    complained_at = Some(Instant::now());
                    tracing::warn!(meeting.id = %lease.meeting, "cannot renew the lease of a meeting, it goes on");
                }
            }
            Renewal::Lost => {
                tracing::warn!(meeting.id = %lease.meeting, lease.epoch = lease.epoch, "another node has this meeting now");
                return;
            }
        }
    }
}

/// Waits until the owner may act; `false` if it may not any more.
pub async fn may_act(tenure: &mut watch::Receiver<Tenure>) -> bool {
    loop {
        let known = *tenure.borrow_and_update();
        if known.may_act(Instant::now()) {
            return true;
        }
        if known.is_lost() || tenure.changed().await.is_err() {
            return false;
        }
    }
}
