use cluster::{Claim, Cluster, Fate, Happening, Lease};
use domain::Private;
use tokio::task::JoinSet;

use super::samples::{LONG, SHORT, meeting, node, record, report, until};

super::promises![
    a_meeting_belongs_to_who_claims_it_first,
    of_many_claiming_at_once_one_gets_the_meeting,
    claiming_again_as_owner_renews,
    an_expired_lease_goes_to_another_with_a_higher_epoch,
    a_lost_lease_can_neither_be_renewed_nor_released,
    an_expired_lease_nobody_took_can_be_renewed,
    a_meeting_handed_over_is_the_heirs_with_the_next_epoch,
    only_who_has_a_meeting_can_hand_it_over,
    a_meeting_handed_over_ends_no_run,
    a_released_meeting_is_free_and_its_lease_is_over,
    a_renewed_lease_outlives_its_first_life,
    nodes_are_known_while_they_announce_themselves,
    a_report_is_replaced_withdrawn_and_forgotten,
    nothing_an_owner_says_counts_once_another_has_the_meeting,
    a_silent_run_is_ended_for_good_and_a_running_one_is_not,
    a_meeting_that_was_given_up_ends_no_run,
    the_directory_is_reachable,
];

async fn ours(cluster: &Cluster, name: &str, owner: &str, ttl: std::time::Duration) -> Lease {
    match cluster.directory.claim(&meeting(name), &node(owner), ttl).await.expect("the directory answers") {
        Claim::Ours(lease) => lease,
        other => panic!("{owner} should own {name}: {other:?}"),
    }
}

async fn owner(cluster: &Cluster, name: &str) -> Option<Lease> {
    cluster.directory.owner(&meeting(name)).await.expect("the directory answers")
}

/// Waits until a lease that was given later for a short life has run out.
async fn a_short_life_is_over(cluster: &Cluster) {
    ours(cluster, "witness", "w", SHORT).await;
    until("the witness runs out", || async { owner(cluster, "witness").await.is_none() }).await;
}

async fn a_meeting_belongs_to_who_claims_it_first(one: Cluster, other: Cluster) {
    assert_eq!(owner(&one, "m").await, None);
    let lease = ours(&one, "m", "a", LONG).await;
    assert_eq!((lease.owner.clone(), lease.meeting.clone()), (node("a"), meeting("m")));
    let claim = other.directory.claim(&meeting("m"), &node("b"), LONG).await.expect("the directory answers");
    assert_eq!(claim, Claim::Theirs(lease.clone()));
    assert_eq!(owner(&other, "m").await, Some(lease));
    ours(&other, "another meeting: with spaces", "node with spaces", LONG).await;
    assert_eq!(
        owner(&one, "another meeting: with spaces").await.map(|lease| lease.owner),
        Some(node("node with spaces"))
    );
}

async fn of_many_claiming_at_once_one_gets_the_meeting(one: Cluster, other: Cluster) {
    let mut claims = JoinSet::new();
    for number in 0..32 {
        let cluster = if number % 2 == 0 { one.clone() } else { other.clone() };
        claims.spawn(async move {
            let name = node(&format!("node-{number}"));
            cluster.directory.claim(&meeting("m"), &name, LONG).await.expect("the directory answers")
        });
    }
    let claims = claims.join_all().await;
    let winners = claims.iter().filter(|claim| matches!(claim, Claim::Ours(_))).count();
    assert_eq!(winners, 1, "{claims:?}");
    let leases: std::collections::HashSet<u64> = claims.iter().map(epoch).collect();
    assert_eq!(leases.len(), 1, "all see the same lease");
}

fn epoch(claim: &Claim) -> u64 {
    match claim {
        Claim::Ours(lease) | Claim::Theirs(lease) => lease.epoch,
        Claim::Settling(_) => panic!("nobody had it before"),
    }
}

async fn claiming_again_as_owner_renews(one: Cluster, other: Cluster) {
    let first = ours(&one, "m", "a", SHORT).await;
    let second = ours(&one, "m", "a", LONG).await;
    assert_eq!(first, second);
    a_short_life_is_over(&one).await;
    assert_eq!(owner(&other, "m").await, Some(first));
}

async fn an_expired_lease_goes_to_another_with_a_higher_epoch(one: Cluster, other: Cluster) {
    let mut last = ours(&one, "m", "a", SHORT).await;
    for name in ["b", "c", "a"] {
        until("the lease runs out", || async { owner(&other, "m").await.is_none() }).await;
        let next = ours(&other, "m", name, SHORT).await;
        assert!(next.epoch > last.epoch, "{} after {}", next.epoch, last.epoch);
        last = next;
    }
}

async fn a_lost_lease_can_neither_be_renewed_nor_released(one: Cluster, other: Cluster) {
    let lost = ours(&one, "m", "a", SHORT).await;
    until("the lease runs out", || async { owner(&one, "m").await.is_none() }).await;
    let held = ours(&other, "m", "b", LONG).await;
    assert!(!one.directory.renew(&lost, LONG).await.expect("the directory answers"));
    one.directory.release(&lost).await.expect("the directory answers");
    assert_eq!(owner(&one, "m").await, Some(held.clone()));
    let wrong_epoch = Lease { epoch: held.epoch - 1, ..held.clone() };
    assert!(!other.directory.renew(&wrong_epoch, LONG).await.expect("the directory answers"));
    other.directory.release(&wrong_epoch).await.expect("the directory answers");
    assert_eq!(owner(&one, "m").await, Some(held.clone()));
    assert!(other.directory.renew(&held, LONG).await.expect("the directory answers"));
}

async fn an_expired_lease_nobody_took_can_be_renewed(one: Cluster, other: Cluster) {
    let lease = ours(&one, "m", "a", SHORT).await;
    until("the lease runs out", || async { owner(&one, "m").await.is_none() }).await;
    assert!(one.directory.renew(&lease, LONG).await.expect("the directory answers"));
    assert_eq!(owner(&other, "m").await, Some(lease));
    let claim = other.directory.claim(&meeting("m"), &node("b"), LONG).await.expect("the directory answers");
    assert!(matches!(claim, Claim::Theirs(_)));
}

async fn a_released_meeting_is_free_and_its_lease_is_over(one: Cluster, other: Cluster) {
    let released = ours(&one, "m", "a", LONG).await;
    one.directory.release(&released).await.expect("the directory answers");
    assert_eq!(owner(&other, "m").await, None);
    assert!(!one.directory.renew(&released, LONG).await.expect("the directory answers"));
    let next = ours(&other, "m", "b", LONG).await;
    assert!(next.epoch > released.epoch);
}

async fn a_renewed_lease_outlives_its_first_life(one: Cluster, other: Cluster) {
    let lease = ours(&one, "m", "a", SHORT).await;
    assert!(one.directory.renew(&lease, LONG).await.expect("the directory answers"));
    a_short_life_is_over(&one).await;
    assert_eq!(owner(&other, "m").await, Some(lease));
}

async fn nodes_are_known_while_they_announce_themselves(one: Cluster, other: Cluster) {
    one.directory.announce(&record("b"), LONG).await.expect("the directory answers");
    other.directory.announce(&record("a"), LONG).await.expect("the directory answers");
    let mut draining = record("b");
    draining.draining = true;
    one.directory.announce(&draining, LONG).await.expect("the directory answers");
    let nodes = other.directory.nodes().await.expect("the directory answers");
    assert_eq!(nodes, vec![record("a"), draining]);
    one.directory.announce(&record("b"), SHORT).await.expect("the directory answers");
    until("a silent node is forgotten", || async {
        one.directory.nodes().await.expect("the directory answers") == vec![record("a")]
    })
    .await;
}

async fn a_report_is_replaced_withdrawn_and_forgotten(one: Cluster, other: Cluster) {
    let (here, there) = (ours(&one, "m", "a", LONG).await, ours(&other, "l", "b", LONG).await);
    one.directory.publish_report(&here, &report("m", 1), LONG).await.expect("the directory answers");
    one.directory.publish_report(&here, &report("m", 2), LONG).await.expect("the directory answers");
    other.directory.publish_report(&there, &report("l", 3), LONG).await.expect("the directory answers");
    let reports = other.directory.reports().await.expect("the directory answers");
    assert_eq!(reports, vec![report("l", 3), report("m", 2)]);
    assert_eq!(reports[1].participants[0].name.expose(), "Gast Müller");
    assert_eq!(other.directory.report(&meeting("m")).await.expect("the directory answers"), Some(report("m", 2)));
    one.directory.withdraw_report(&here).await.expect("the directory answers");
    assert_eq!(other.directory.report(&meeting("m")).await.expect("the directory answers"), None);
    one.directory.publish_report(&there, &report("l", 4), SHORT).await.expect("the directory answers");
    until("an old report is forgotten", || async {
        let one_by_one = other.directory.report(&meeting("l")).await.expect("the directory answers");
        one_by_one.is_none() && other.directory.reports().await.expect("the directory answers").is_empty()
    })
    .await;
}

async fn nothing_an_owner_says_counts_once_another_has_the_meeting(one: Cluster, other: Cluster) {
    let lost = ours(&one, "m", "a", SHORT).await;
    one.directory.publish_report(&lost, &report("m", 1), LONG).await.expect("the directory answers");
    until("the lease runs out", || async { owner(&one, "m").await.is_none() }).await;
    let held = ours(&other, "m", "b", LONG).await;
    let mut theirs = report("m", 2);
    theirs.run = "RM_other".into();
    other.directory.publish_report(&held, &theirs, LONG).await.expect("the directory answers");

    one.directory.publish_report(&lost, &report("m", 3), LONG).await.expect("the directory answers");
    one.directory.withdraw_report(&lost).await.expect("the directory answers");
    assert_eq!(other.directory.report(&meeting("m")).await.expect("the directory answers"), Some(theirs));
    for (run, sequence) in [("RM_m", 9), ("RM_other", 1)] {
        one.happenings.add(&[happening(run, sequence)]).await.expect("the cluster answers");
    }
    assert_eq!(runs_told(&other).await, [("RM_other".to_owned(), 1)]);
    assert_eq!(fate(&one, "RM_m").await, Fate::Over);
    assert_eq!(fate(&one, "RM_other").await, Fate::Running);
}

async fn a_silent_run_is_ended_for_good_and_a_running_one_is_not(one: Cluster, other: Cluster) {
    let lease = ours(&one, "m", "a", SHORT).await;
    one.directory.publish_report(&lease, &report("m", 1), LONG).await.expect("the directory answers");
    until("the lease runs out", || async { owner(&one, "m").await.is_none() }).await;
    assert_eq!(fate(&other, "RM_m").await, Fate::Silent);
    assert!(one.directory.renew(&lease, LONG).await.expect("the directory answers"));
    assert_eq!(fate(&other, "RM_m").await, Fate::Running);
    assert!(!other.directory.end_run(&meeting("m"), "RM_m").await.expect("the directory answers"));

    assert!(one.directory.renew(&lease, SHORT).await.expect("the directory answers"));
    until("the lease runs out", || async { owner(&one, "m").await.is_none() }).await;
    for _ in 0..2 {
        assert!(other.directory.end_run(&meeting("m"), "RM_m").await.expect("the directory answers"));
    }
    assert!(!one.directory.renew(&lease, LONG).await.expect("the directory answers"));
    one.happenings.add(&[happening("RM_m", 2)]).await.expect("the cluster answers");
    assert_eq!(runs_told(&one).await, []);
    assert_eq!(fate(&one, "RM_m").await, Fate::Over);
    assert_eq!(fate(&one, "RM_never_heard_of").await, Fate::Silent);
    let next = ours(&other, "m", "b", LONG).await;
    assert!(next.epoch > lease.epoch);
}

async fn a_meeting_that_was_given_up_ends_no_run(one: Cluster, other: Cluster) {
    let lease = ours(&one, "m", "a", LONG).await;
    one.directory.publish_report(&lease, &report("m", 1), LONG).await.expect("the directory answers");
    one.directory.release(&lease).await.expect("the directory answers");
    ours(&other, "m", "b", LONG).await;
    // The last words of a run may still be on their way when the next one begins.
    one.happenings.add(&[happening("RM_m", 2)]).await.expect("the cluster answers");
    assert_eq!(runs_told(&other).await, [("RM_m".to_owned(), 2)]);
    assert_eq!(fate(&other, "RM_m").await, Fate::Silent);
}

async fn fate(cluster: &Cluster, run: &str) -> Fate {
    cluster.directory.fate(&meeting("m"), run).await.expect("the directory answers")
}

fn happening(run: &str, sequence: u64) -> Happening {
    let at = super::samples::at(0);
    Happening { meeting: meeting("m"), run: run.into(), sequence, event: "e".into(), at, body: Private::from("{}") }
}

async fn runs_told(cluster: &Cluster) -> Vec<(String, u64)> {
    let waiting = cluster.happenings.waiting(10).await.expect("the cluster answers");
    waiting.into_iter().map(|(_, one)| (one.run, one.sequence)).collect()
}

async fn the_directory_is_reachable(one: Cluster, other: Cluster) {
    assert!(one.directory.is_reachable().await);
    assert!(other.directory.is_reachable().await);
}

async fn hand_over(cluster: &Cluster, lease: &Lease, heir: &str) -> Option<Lease> {
    cluster.directory.hand_over(lease, &node(heir), LONG).await.expect("the directory answers")
}

async fn a_meeting_handed_over_is_the_heirs_with_the_next_epoch(one: Cluster, other: Cluster) {
    let first = ours(&one, "m", "a", LONG).await;
    let theirs = hand_over(&one, &first, "b").await.expect("it was theirs to give");
    assert_eq!((theirs.owner.clone(), theirs.epoch), (node("b"), first.epoch + 1));
    assert_eq!(owner(&other, "m").await, Some(theirs.clone()));
    assert_eq!(hand_over(&one, &first, "b").await, Some(theirs.clone()), "an answer that was lost");
    assert_eq!(hand_over(&one, &first, "c").await, None, "not to somebody else");
    assert_eq!(ours(&other, "m", "b", LONG).await, theirs);
    assert!(!one.directory.renew(&first, LONG).await.expect("the directory answers"));
    one.directory.release(&first).await.expect("the directory answers");
    let claim = one.directory.claim(&meeting("m"), &node("a"), LONG).await.expect("the directory answers");
    assert_eq!(claim, Claim::Theirs(theirs.clone()));
    let back = hand_over(&other, &theirs, "a").await.expect("it was theirs to give");
    other.directory.release(&back).await.expect("the directory answers");
    assert!(ours(&one, "m", "c", LONG).await.epoch > back.epoch, "an epoch is never given twice");
}

async fn only_who_has_a_meeting_can_hand_it_over(one: Cluster, other: Cluster) {
    let lost = ours(&one, "m", "a", SHORT).await;
    a_short_life_is_over(&one).await;
    let held = ours(&other, "m", "b", LONG).await;
    assert_eq!(hand_over(&one, &lost, "c").await, None);
    assert_eq!(owner(&one, "m").await, Some(held.clone()));
    other.directory.release(&held).await.expect("the directory answers");
    assert_eq!(hand_over(&other, &held, "c").await, None, "it was given up");
    assert_eq!(owner(&one, "m").await, None);
}

async fn a_meeting_handed_over_ends_no_run(one: Cluster, other: Cluster) {
    let first = ours(&one, "m", "a", LONG).await;
    let made = report("m", 1);
    one.directory.publish_report(&first, &made, LONG).await.expect("the directory answers");
    hand_over(&one, &first, "b").await.expect("it was theirs to give");
    let fate = other.directory.fate(&meeting("m"), &made.run).await.expect("the directory answers");
    assert_eq!(fate, Fate::Silent, "its owner before says itself how it ends");
}
