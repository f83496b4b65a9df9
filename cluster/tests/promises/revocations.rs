use cluster::{Cluster, Event, Revocation, TokenFacts};

use super::samples::{at, identity, meeting, next};

super::promises![
    a_revoked_token_is_over_on_every_node,
    newer_tokens_and_other_people_are_not_touched,
    a_whole_meeting_is_revoked_at_once,
    a_revocation_is_forgotten_when_no_token_can_need_it,
    revoking_twice_keeps_the_later_instant,
    who_was_removed_for_good_does_not_return_with_a_later_token,
    one_token_is_revoked_by_its_name,
    somebody_is_shut_out_of_every_meeting,
    everybody_hears_of_a_revocation,
];

pub(super) fn revocation(meeting_name: &str, who: Option<&str>, issued_until: i64) -> Revocation {
    Revocation {
        meeting: meeting(meeting_name),
        identity: who.map(identity),
        token_id: None,
        issued_until: at(issued_until),
        for_good: false,
        in_use: false,
        everywhere: false,
        forget_at: at(issued_until + 600),
    }
}

pub(super) fn token(meeting_name: &str, who: &str, issued_at: i64) -> TokenFacts {
    TokenFacts { meeting: meeting(meeting_name), identity: identity(who), token_id: None, issued_at: at(issued_at) }
}

pub(super) async fn is_over(cluster: &Cluster, token: &TokenFacts, now: i64) -> bool {
    cluster.revocations.is_revoked(token, at(now)).await.expect("the cluster answers")
}

async fn revoke(cluster: &Cluster, revocation: Revocation) {
    cluster.revocations.revoke(revocation).await.expect("the cluster answers");
}

async fn a_revoked_token_is_over_on_every_node(one: Cluster, other: Cluster) {
    let stolen = token("m", "guest-1", 50);
    assert!(!is_over(&other, &stolen, 60).await);
    revoke(&one, revocation("m", Some("guest-1"), 100)).await;
    assert!(is_over(&one, &stolen, 100).await);
    assert!(is_over(&other, &stolen, 100).await);
    assert!(is_over(&other, &token("m", "guest-1", 100), 100).await, "issued in the same second");
}

async fn newer_tokens_and_other_people_are_not_touched(one: Cluster, other: Cluster) {
    revoke(&one, revocation("m", Some("guest-1"), 100)).await;
    assert!(!is_over(&other, &token("m", "guest-1", 101), 110).await);
    assert!(!is_over(&other, &token("m", "guest-2", 50), 110).await);
    assert!(!is_over(&other, &token("l", "guest-1", 50), 110).await);
}

async fn somebody_is_shut_out_of_every_meeting(one: Cluster, other: Cluster) {
    let everywhere = Revocation { everywhere: true, ..revocation("m", Some("guest-1"), 100) };
    revoke(&one, everywhere).await;
    for cluster in [&one, &other] {
        assert!(is_over(cluster, &token("m", "guest-1", 100), 100).await);
        assert!(is_over(cluster, &token("another", "guest-1", 50), 100).await);
        assert!(!is_over(cluster, &token("another", "guest-1", 101), 110).await);
        assert!(!is_over(cluster, &token("another", "guest-2", 50), 110).await);
    }
    assert!(!is_over(&other, &token("another", "guest-1", 50), 700).await, "forgotten when no token can need it");
}

async fn who_was_removed_for_good_does_not_return_with_a_later_token(one: Cluster, other: Cluster) {
    let for_good = Revocation { for_good: true, ..revocation("m", Some("guest-1"), 100) };
    revoke(&one, for_good).await;
    // A removal of the usual kind on top changes nothing about that.
    revoke(&one, revocation("m", Some("guest-1"), 101)).await;
    for issued_at in [50, 101, 400] {
        assert!(is_over(&one, &token("m", "guest-1", issued_at), 110).await);
        assert!(is_over(&other, &token("m", "guest-1", issued_at), 110).await);
    }
    assert!(!is_over(&other, &token("m", "guest-2", 400), 110).await);
}

async fn one_token_is_revoked_by_its_name(one: Cluster, other: Cluster) {
    let named = |id: &str, issued_at| TokenFacts { token_id: Some(id.into()), ..token("m", "guest-1", issued_at) };
    // From a clock that is ahead: newer than what is revoked by time.
    revoke(&one, revocation("m", Some("guest-1"), 100)).await;
    for (id, issued_at) in [("a", 120), ("b", 125)] {
        let only = Revocation { token_id: Some(id.into()), ..revocation("m", Some("guest-1"), issued_at) };
        revoke(&one, only).await;
    }
    for cluster in [&one, &other] {
        for id in ["a", "b"] {
            assert!(is_over(cluster, &named(id, 120), 130).await, "{id}");
        }
        assert!(!is_over(cluster, &named("c", 120), 130).await, "let in anew by a clock that is right");
        assert!(!is_over(cluster, &token("m", "guest-1", 120), 130).await, "without a name");
        assert!(!is_over(cluster, &named("a", 121), 130).await, "a maker that gives all its tokens one name");
        let somebody = TokenFacts { identity: identity("guest-2"), ..named("a", 120) };
        assert!(!is_over(cluster, &somebody, 130).await);
    }
}

async fn a_whole_meeting_is_revoked_at_once(one: Cluster, other: Cluster) {
    revoke(&one, revocation("m", None, 100)).await;
    for name in ["guest-1", "guest-2", "somebody"] {
        assert!(is_over(&other, &token("m", name, 99), 110).await);
        assert!(!is_over(&other, &token("m", name, 101), 110).await);
        assert!(!is_over(&other, &token("l", name, 99), 110).await);
    }
}

async fn a_revocation_is_forgotten_when_no_token_can_need_it(one: Cluster, other: Cluster) {
    revoke(&one, revocation("m", Some("guest-1"), 100)).await;
    let stolen = token("m", "guest-1", 50);
    for (now, expected) in [(699, true), (700, false)] {
        for cluster in [&one, &other] {
            assert_eq!(is_over(cluster, &stolen, now).await, expected, "{now}");
        }
    }
}

async fn revoking_twice_keeps_the_later_instant(one: Cluster, other: Cluster) {
    revoke(&one, revocation("m", Some("guest-1"), 100)).await;
    revoke(&other, revocation("m", Some("guest-1"), 200)).await;
    for cluster in [&one, &other] {
        assert!(is_over(cluster, &token("m", "guest-1", 150), 210).await);
        assert!(!is_over(cluster, &token("m", "guest-1", 201), 210).await);
    }
}

async fn everybody_hears_of_a_revocation(one: Cluster, other: Cluster) {
    let mut here = one.bus.events().await.expect("the bus answers");
    let mut there = other.bus.events().await.expect("the bus answers");
    revoke(&one, revocation("m", Some("guest-1"), 100)).await;
    revoke(&one, revocation("m", None, 100)).await;
    for events in [&mut here, &mut there] {
        let issued_until = Some(at(100));
        let heard = |identity| Event::Revoked {
            meeting: meeting("m"),
            identity,
            issued_until,
            for_good: false,
            in_use: false,
            everywhere: false,
        };
        assert_eq!(next(events).await, heard(Some(identity("guest-1"))));
        assert_eq!(next(events).await, heard(None));
    }
}
