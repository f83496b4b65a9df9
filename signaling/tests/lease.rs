//! Who has a meeting, and what happens when that is lost or cannot be known.

mod house;

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

use async_trait::async_trait;
use cluster::{Claim, Cluster, ClusterError, Command, Directory, Fate, Lease, MeetingReport, NodeId, NodeRecord};
use domain::MeetingName;
use house::{Client, House};
use protocol::livekit::signal_request::Message as Request;
use protocol::livekit::signal_response::Message as Response;
use protocol::livekit::{DisconnectReason, leave_request};

/// A directory that can go away, and counts who knocks in vain.
struct Flaky {
    inner: Arc<dyn Directory>,
    is_away: AtomicBool,
    in_vain: AtomicUsize,
    /// So many leases are given away without the answer being heard.
    unheard: AtomicUsize,
}

impl Flaky {
    fn around(cluster: &Cluster) -> Self {
        let (is_away, in_vain, unheard) = (AtomicBool::new(false), AtomicUsize::new(0), AtomicUsize::new(0));
        Self { inner: cluster.directory.clone(), is_away, in_vain, unheard }
    }

    fn knock(&self) -> Result<&dyn Directory, ClusterError> {
        if self.is_away.load(Ordering::SeqCst) {
            self.in_vain.fetch_add(1, Ordering::SeqCst);
            Err(ClusterError::Unavailable("away".into()))
        } else {
            Ok(&*self.inner)
        }
    }
}

#[async_trait]
impl Directory for Flaky {
    async fn claim(&self, meeting: &MeetingName, node: &NodeId, ttl: Duration) -> Result<Claim, ClusterError> {
        self.knock()?.claim(meeting, node, ttl).await
    }

    async fn renew(&self, lease: &Lease, ttl: Duration) -> Result<bool, ClusterError> {
        self.knock()?.renew(lease, ttl).await
    }

    async fn release(&self, lease: &Lease) -> Result<(), ClusterError> {
        self.knock()?.release(lease).await
    }

    async fn hand_over(&self, lease: &Lease, heir: &NodeId, ttl: Duration) -> Result<Option<Lease>, ClusterError> {
        let given = self.knock()?.hand_over(lease, heir, ttl).await;
        let is_heard =
            self.unheard.fetch_update(Ordering::SeqCst, Ordering::SeqCst, |left| left.checked_sub(1)).is_err();
        if is_heard { given } else { Err(ClusterError::Unavailable("the answer was lost".into())) }
    }

    async fn owner(&self, meeting: &MeetingName) -> Result<Option<Lease>, ClusterError> {
        self.knock()?.owner(meeting).await
    }

    async fn announce(&self, node: &NodeRecord, ttl: Duration) -> Result<(), ClusterError> {
        self.knock()?.announce(node, ttl).await
    }

    async fn nodes(&self) -> Result<Vec<NodeRecord>, ClusterError> {
        self.knock()?.nodes().await
    }

    async fn publish_report(&self, lease: &Lease, report: &MeetingReport, ttl: Duration) -> Result<(), ClusterError> {
        self.knock()?.publish_report(lease, report, ttl).await
    }

    async fn withdraw_report(&self, lease: &Lease) -> Result<(), ClusterError> {
        self.knock()?.withdraw_report(lease).await
    }

    async fn fate(&self, meeting: &MeetingName, run: &str) -> Result<Fate, ClusterError> {
        self.knock()?.fate(meeting, run).await
    }

    async fn end_run(&self, meeting: &MeetingName, run: &str) -> Result<bool, ClusterError> {
        self.knock()?.end_run(meeting, run).await
    }

    async fn reports(&self) -> Result<Vec<MeetingReport>, ClusterError> {
        self.knock()?.reports().await
    }

    async fn report(&self, meeting: &MeetingName) -> Result<Option<MeetingReport>, ClusterError> {
        self.knock()?.report(meeting).await
    }

    async fn is_reachable(&self) -> bool {
        self.knock().is_ok()
    }
}

async fn house() -> (House, Arc<Flaky>) {
    let mut flaky = None;
    let house = House::open_with(
        |config| config.lease = Duration::from_millis(90),
        |cluster| {
            let made = Arc::new(Flaky::around(cluster));
            cluster.directory = made.clone();
            flaky = Some(made);
        },
    )
    .await;
    (house, flaky.expect("set by the rewiring"))
}

async fn is_served(client: &mut Client) {
    client.say(Request::Ping(1)).await;
    client.find(|response| matches!(response, Response::Pong(_)).then_some(())).await;
}

#[tokio::test]
async fn a_meeting_that_another_node_took_sends_everybody_there() {
    let (house, _) = house().await;
    let mut anna = house.join("anna").await;
    let there = NodeId("there".into());
    let directory = &house.cluster.directory;
    house
        .until(async || {
            // Between our giving it up and their taking it the meeting may renew: try again.
            if let Some(lease) = directory.owner(&house::meeting()).await.expect("reachable") {
                directory.release(&lease).await.expect("reachable");
            }
            let claim = directory.claim(&house::meeting(), &there, Duration::from_secs(60)).await;
            matches!(claim, Ok(Claim::Ours(_)))
        })
        .await;
    let leave = anna.leave().await;
    assert_eq!(leave.reason, DisconnectReason::Migration as i32);
    assert_eq!(leave.action, leave_request::Action::Reconnect as i32);
}

#[tokio::test]
async fn a_meeting_that_was_ended_for_its_owner_is_let_go_and_opens_again_as_another_run() {
    let (house, _) = house().await;
    let mut anna = house.join("anna").await;
    let directory = &house.cluster.directory;
    let lease = directory.owner(&house::meeting()).await.expect("reachable").expect("ours");
    directory.release(&lease).await.expect("reachable");
    let leave = anna.leave().await;
    assert_eq!(leave.reason, DisconnectReason::Migration as i32);
    assert_eq!(leave.action, leave_request::Action::Reconnect as i32);
    let again = house.join("anna").await;
    let run = |client: &Client| client.welcome.room.as_ref().map(|room| room.sid.clone());
    assert_ne!(run(&again), run(&anna));
    let newer = directory.owner(&house::meeting()).await.expect("reachable").expect("ours");
    assert!(newer.epoch > lease.epoch);
}

#[tokio::test]
async fn meetings_go_on_while_the_directory_is_away() {
    let (house, flaky) = house().await;
    let mut anna = house.join("anna").await;
    flaky.is_away.store(true, Ordering::SeqCst);
    // Long enough for several renewals to fail and the lease to be over.
    house.until(async || flaky.in_vain.load(Ordering::SeqCst) > 6).await;
    is_served(&mut anna).await;
    let _ben = house.join("ben").await;

    // A meeting that is not here might be elsewhere: nobody opens a second one.
    let mut claims = house.claims("cleo");
    claims.video.room = "another".into();
    let refused = Client::connect(house.address, &house.sign(&claims), &house::join_request()).await;
    assert_eq!(refused.err(), Some((503, "try again later".to_owned())));

    flaky.is_away.store(false, Ordering::SeqCst);
    house.until_reported().await;
    is_served(&mut anna).await;
}

#[tokio::test]
async fn a_meeting_that_was_given_away_although_nobody_heard_it_has_one_owner() {
    let mut flaky = None;
    let first = House::open_with(
        |_| {},
        |cluster| {
            let made = Arc::new(Flaky::around(cluster));
            cluster.directory = made.clone();
            flaky = Some(made);
        },
    )
    .await;
    let flaky: Arc<Flaky> = flaky.expect("set by the rewiring");
    let shared = first.cluster.clone();
    let second = House::open_with(|config| config.node = NodeId("there".into()), |cluster| *cluster = shared).await;
    first.until(async || first.cluster.directory.nodes().await.expect("in process").len() == 2).await;
    let mut anna = first.join("anna").await;
    flaky.unheard.store(2, Ordering::SeqCst);
    first.send(Command::Drain { draining: true }).await;
    let leave = anna.leave().await;
    assert_eq!((leave.action(), leave.reason()), (leave_request::Action::Reconnect, DisconnectReason::Migration));
    assert_eq!(flaky.unheard.load(Ordering::SeqCst), 0);
    let anna = second.join("anna").await;
    assert_eq!(anna.welcome.server_info.as_ref().map(|server| server.node_id.as_str()), Some("there"));
}
