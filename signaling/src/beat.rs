//! Keeps a meeting's lease and publishes its reports, beside the actor so that a slow cluster
//! never holds up a meeting. What came of each renewal goes to the actor as a [`Tenure`], which
//! says how long it may act.

use std::sync::Arc;
use std::time::Duration;

use cluster::{Cluster, Lease, MeetingReport, RENEW_EVERY, Renewal, Tenure};
use tokio::sync::watch;
use tokio::time::{Instant, MissedTickBehavior, interval, timeout};

use crate::colleagues::HEDGE;
use crate::config::CLUSTER_PATIENCE;
use crate::registry::Surroundings;

/// A report nobody renews is forgotten after this time.
const REPORT_TTL: Duration = Duration::from_secs(5);
/// While the directory is away it is said so this often.
const COMPLAIN_EVERY: Duration = Duration::from_secs(60);

/// Runs until the meeting is over or another node has it.
pub async fn keep(
    around: Arc<Surroundings>,
    lease: Lease,
    reports: watch::Receiver<Option<MeetingReport>>,
    tenure: watch::Sender<Tenure>,
) -> Lease {
    // Apart from each other: a report that waits for an answer must not delay a renewal.
    tokio::select! {
        () = publish(&around.cluster, &lease, reports, tenure.subscribe()) => {}
        () = renew(&around, &lease, &tenure) => {}
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
async fn renew(around: &Surroundings, lease: &Lease, tenure: &watch::Sender<Tenure>) {
    let mut renewals = interval(RENEW_EVERY.min(around.config.lease / 3));
    renewals.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut complained_at: Option<Instant> = None;
    loop {
        renewals.tick().await;
        let asked_at = Instant::now();
        let renewal = ask(around, lease).await;
        tenure.send_modify(|tenure| tenure.heard(asked_at, renewal));
        match renewal {
            Renewal::Kept => complained_at = None,
            Renewal::Unknown | Renewal::Unheard => {
                if complained_at.is_none_or(|at| at.elapsed() > COMPLAIN_EVERY) {
                    complained_at = Some(Instant::now());
                    let meeting = &lease.meeting;
                    // The meeting goes on: nobody is sent away because the directory is.
                    if renewal == Renewal::Unknown {
                        tracing::warn!(meeting.id = %meeting, "cannot renew the lease of a meeting, it goes on");
                    } else {
                        tracing::warn!(
                            meeting.id = %meeting,
                            "cannot renew the lease of a meeting, and another node does not say whether it can: \
                             the meeting stands still unless one answers soon"
                        );
                    }
                }
            }
            Renewal::Lost => {
                tracing::warn!(meeting.id = %lease.meeting, lease.epoch = lease.epoch, "another node has this meeting now");
                return;
            }
        }
    }
}

/// Asks the directory and, if that does not answer soon, the colleagues as well.
async fn ask(around: &Surroundings, lease: &Lease) -> Renewal {
    let own = async {
        match timeout(CLUSTER_PATIENCE, around.cluster.directory.renew(lease, around.config.lease)).await {
            Ok(Ok(true)) => Some(Renewal::Kept),
            Ok(Ok(false)) => Some(Renewal::Lost),
            _ => None,
        }
    };
    tokio::pin!(own);
    match timeout(HEDGE, &mut own).await {
        Ok(Some(renewal)) => return renewal,
        Ok(None) => return around.colleagues.ask(lease).await,
        Err(_) => {}
    }
    let others = around.colleagues.ask(lease);
    tokio::pin!(others);
    tokio::select! {
        heard = &mut own => match heard {
            Some(renewal) => renewal,
            None => others.await,
        },
        renewal = &mut others => match renewal {
            Renewal::Kept | Renewal::Lost => renewal,
            Renewal::Unknown | Renewal::Unheard => own.await.unwrap_or(renewal),
        },
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
