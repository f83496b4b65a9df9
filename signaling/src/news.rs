//! Carries what happens in meetings to the cluster, beside the meetings: none of them ever waits.

use std::sync::Arc;
use std::time::Duration;

use cluster::{Happening, Happenings};
use domain::{MeetingName, Private};
use jiff::Timestamp;
use tokio::sync::{mpsc, oneshot};
use tokio::time::{sleep, timeout};

use crate::meeting::News;

/// Happenings that wait here while the cluster is away. What does not fit is lost, and the gap in
/// the numbers tells it.
const BACKLOG: usize = 20_000;
/// Carried at once.
const AT_ONCE: usize = 64;
/// Between two attempts.
const PAUSE: Duration = Duration::from_millis(500);
/// How long a stopping server waits until the rest is out.
pub const LAST_PATIENCE: Duration = Duration::from_secs(3);

enum Item {
    Happening(Box<Happening>),
    /// Everything before this is out.
    Mark(oneshot::Sender<()>),
}

/// Where meetings leave their news.
pub struct NewsDesk {
    items: mpsc::Sender<Item>,
}

impl NewsDesk {
    /// Call it inside a tokio runtime; what is told is carried until the desk is dropped.
    pub fn open(happenings: Arc<dyn Happenings>) -> Self {
        let (items, inbox) = mpsc::channel(BACKLOG);
        tokio::spawn(carry(happenings, inbox));
        Self { items }
    }

    /// Takes one piece of news at once, or loses it if far too much waits already.
    pub fn tell(&self, meeting: &MeetingName, run: &str, news: News, now: Timestamp) {
        let happening = Happening {
            meeting: meeting.clone(),
            run: run.to_owned(),
            sequence: news.sequence,
            event: news.event.event.clone(),
            at: now,
            body: Private::new(serde_json::to_string(&news.event).expect("messages are JSON")),
        };
        if self.items.try_send(Item::Happening(Box::new(happening))).is_err() {
            metrics::counter!("rennsteig_signaling_news_dropped_total").increment(1);
            tracing::warn!(meeting.id = %meeting, news.sequence, "the cluster was away too long: news of a meeting is lost");
        }
    }

    /// Waits until everything told so far is out, but not longer than that; answers whether it is.
    pub async fn empty(&self, patience: Duration) -> bool {
        let (mark, is_out) = oneshot::channel();
        let all_out = async {
            if self.items.send(Item::Mark(mark)).await.is_ok() {
                let _ = is_out.await;
            }
        };
        let is_out = timeout(patience, all_out).await.is_ok();
        if !is_out {
            tracing::warn!("the cluster is away: some news of meetings is lost with this process");
        }
        is_out
    }
}

async fn carry(happenings: Arc<dyn Happenings>, mut inbox: mpsc::Receiver<Item>) {
    let mut items = Vec::with_capacity(AT_ONCE);
    while inbox.recv_many(&mut items, AT_ONCE).await > 0 {
        let (mut batch, mut marks) = (Vec::new(), Vec::new());
        for item in items.drain(..) {
            match item {
                Item::Happening(happening) => batch.push(*happening),
                Item::Mark(mark) => marks.push(mark),
            }
        }
        // Some may arrive twice; in order they do.
        while !batch.is_empty() && happenings.add(&batch).await.is_err() {
            sleep(PAUSE).await;
        }
        for mark in marks {
            // Whoever waited may have stopped waiting.
            let _ = mark.send(());
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use cluster::{ClusterError, Receipt};

    use super::*;

    /// Away as often as told; what was added before it went away comes again.
    #[derive(Default)]
    struct Moody {
        away: Mutex<u32>,
        told: Mutex<Vec<u64>>,
    }

    #[async_trait::async_trait]
    impl Happenings for Moody {
        async fn add(&self, happenings: &[Happening]) -> Result<(), ClusterError> {
            let mut away = self.away.lock().expect("no test panics with it");
            if *away > 0 {
                *away -= 1;
                return Err(ClusterError::Unavailable("away".into()));
            }
            self.told.lock().expect("no test panics with it").extend(happenings.iter().map(|one| one.sequence));
            Ok(())
        }

        async fn waiting(&self, _: usize) -> Result<Vec<(Receipt, Happening)>, ClusterError> {
            Ok(Vec::new())
        }

        async fn forget(&self, _: &[Receipt]) -> Result<(), ClusterError> {
            Ok(())
        }
    }

    #[tokio::test]
    async fn news_waits_for_a_cluster_that_is_away_and_keeps_its_order() {
        let cluster = Arc::new(Moody { away: Mutex::new(1), ..Moody::default() });
        let desk = NewsDesk::open(cluster.clone());
        let meeting: MeetingName = "daily".parse().expect("a name");
        for sequence in 1..=200 {
            desk.tell(&meeting, "RM_1", News { sequence, event: Default::default() }, Timestamp::UNIX_EPOCH);
        }
        assert!(desk.empty(Duration::from_secs(60)).await);
        assert_eq!(*cluster.told.lock().expect("nobody else has it"), (1..=200).collect::<Vec<_>>());
    }

    #[tokio::test]
    async fn a_stopping_server_does_not_wait_for_ever() {
        let cluster = Arc::new(Moody { away: Mutex::new(u32::MAX), ..Moody::default() });
        let desk = NewsDesk::open(cluster);
        let meeting: MeetingName = "daily".parse().expect("a name");
        desk.tell(&meeting, "RM_1", News { sequence: 1, event: Default::default() }, Timestamp::UNIX_EPOCH);
        assert!(!desk.empty(Duration::from_millis(20)).await);
    }
}
