//! Nobody takes a meeting before its owner had the time to say that it is still there.

use std::time::Duration;

use cluster::{Claim, Cluster, Lease};
use tokio::time::Instant;

use super::samples::{LONG, SHORT, meeting, node, until};

/// Long enough to tell waiting from being slow.
pub(super) const TIME: Duration = Duration::from_millis(600);

super::promises![
    a_meeting_nobody_gave_up_is_given_only_to_who_goes_on_asking,
    an_owner_that_comes_back_in_time_keeps_its_meeting,
    an_owner_itself_and_a_meeting_that_was_given_up_need_no_waiting,
];

async fn ask(cluster: &Cluster, who: &str) -> Claim {
    cluster.directory.claim(&meeting("m"), &node(who), SHORT).await.expect("the directory answers")
}

/// Asks until somebody has it.
async fn insist(cluster: &Cluster, who: &str) -> Claim {
    loop {
        match ask(cluster, who).await {
            Claim::Settling(rest) => {
                assert!(rest <= TIME, "{rest:?}");
                tokio::time::sleep(Duration::from_millis(20)).await; // asks again
            }
            answer => return answer,
        }
    }
}

async fn has(cluster: &Cluster, who: &str) -> Lease {
    let Claim::Ours(lease) = insist(cluster, who).await else { panic!("nobody else has it") };
    lease
}

async fn runs_out(cluster: &Cluster) {
    let owner = || async { cluster.directory.owner(&meeting("m")).await.expect("the directory answers") };
    until("the lease runs out", || async { owner().await.is_none() }).await;
}

async fn a_meeting_nobody_gave_up_is_given_only_to_who_goes_on_asking(one: Cluster, other: Cluster) {
    let lost = has(&one, "a").await;
    runs_out(&other).await;
    let began = Instant::now();
    let held = has(&other, "b").await;
    assert!(began.elapsed() >= TIME.mul_f32(0.9), "{:?}", began.elapsed());
    assert!(held.epoch > lost.epoch);
    assert!(!one.directory.renew(&lost, LONG).await.expect("the directory answers"));
}

async fn an_owner_that_comes_back_in_time_keeps_its_meeting(one: Cluster, other: Cluster) {
    let lease = has(&one, "a").await;
    for _ in 0..2 {
        runs_out(&other).await;
        assert!(matches!(ask(&other, "b").await, Claim::Settling(_)));
        assert!(one.directory.renew(&lease, LONG).await.expect("the directory answers"));
        assert_eq!(ask(&other, "b").await, Claim::Theirs(lease.clone()));
        assert!(one.directory.renew(&lease, SHORT).await.expect("the directory answers"));
    }
}

async fn an_owner_itself_and_a_meeting_that_was_given_up_need_no_waiting(one: Cluster, other: Cluster) {
    let first = has(&one, "a").await;
    runs_out(&one).await;
    let Claim::Ours(again) = ask(&one, "a").await else { panic!("it was its own") };
    assert!(again.epoch > first.epoch, "but it is another tenure");
    one.directory.release(&again).await.expect("the directory answers");
    assert!(matches!(ask(&other, "b").await, Claim::Ours(_)));
}
