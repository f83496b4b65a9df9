//! Redis dies, hangs and comes back empty. No object is made anew: everything finds its way back.

use std::time::Duration;

use cluster::{Claim, Cluster, ClusterError, Event};

use super::revocations::{is_over, revocation, token};
use super::samples::{LONG, bounded, changed, end, identity, meeting, next, node, record, until};
use super::servers::redis::RedisServer;

pub(super) const PROMISES: &[(&str, super::Outage)] = &[
    ("a_dead_redis_is_answered_in_time_and_a_new_one_is_used", |server, one, other| {
        Box::pin(a_dead_redis_is_answered_in_time_and_a_new_one_is_used(server, one, other))
    }),
    ("a_hanging_redis_is_answered_in_time_and_used_when_it_goes_on", |server, one, other| {
        Box::pin(a_hanging_redis_is_answered_in_time_and_used_when_it_goes_on(server, one, other))
    }),
    ("revocations_survive_a_redis_that_lost_its_data", |server, one, other| {
        Box::pin(revocations_survive_a_redis_that_lost_its_data(server, one, other))
    }),
    ("an_outage_does_not_tell_old_revocations_again", |server, one, other| {
        Box::pin(an_outage_does_not_tell_old_revocations_again(server, one, other))
    }),
    ("an_owner_keeps_its_meeting_over_an_outage", |server, one, other| {
        Box::pin(an_owner_keeps_its_meeting_over_an_outage(server, one, other))
    }),
    ("a_redis_that_lost_its_data_gives_no_meeting_away_before_its_owner_could_speak", |server, _, _| {
        Box::pin(a_redis_that_lost_its_data_gives_no_meeting_away_before_its_owner_could_speak(server))
    }),
    ("a_node_may_start_before_redis", |server, one, other| Box::pin(a_node_may_start_before_redis(server, one, other))),
];

async fn a_dead_redis_is_answered_in_time_and_a_new_one_is_used(mut server: RedisServer, one: Cluster, other: Cluster) {
    let mut commands = one.bus.commands(&node("a")).await.expect("the bus answers");
    let mut events = one.bus.events().await.expect("the bus answers");
    other.bus.send(&node("a"), end("before")).await.expect("the bus answers");
    assert_eq!(next(&mut commands).await, end("before"));

    server.kill().expect("it can be killed");
    everything_says_unavailable(&one).await;

    server.restart().expect("it can be started again");
    everything_works(&one, &other, &mut commands, &mut events).await;
}

async fn a_hanging_redis_is_answered_in_time_and_used_when_it_goes_on(
    server: RedisServer,
    one: Cluster,
    other: Cluster,
) {
    let mut commands = one.bus.commands(&node("a")).await.expect("the bus answers");
    let mut events = one.bus.events().await.expect("the bus answers");
    other.directory.announce(&record("b"), LONG).await.expect("the directory answers");

    server.pause().expect("it can be stopped");
    everything_says_unavailable(&one).await;

    server.resume().expect("it can go on");
    everything_works(&one, &other, &mut commands, &mut events).await;
}

async fn everything_says_unavailable(cluster: &Cluster) {
    let unavailable = |error: ClusterError| assert!(matches!(error, ClusterError::Unavailable(_)), "{error:?}");
    let (directory, bus) = (&cluster.directory, &cluster.bus);
    let claim = bounded("claim", directory.claim(&meeting("m"), &node("a"), LONG)).await;
    unavailable(claim.expect_err("Redis is away"));
    unavailable(bounded("nodes", directory.nodes()).await.expect_err("Redis is away"));
    unavailable(bounded("send", bus.send(&node("a"), end("lost"))).await.expect_err("Redis is away"));
    unavailable(bounded("publish", bus.publish(changed())).await.expect_err("Redis is away"));
    let revoked = bounded("revoke", cluster.revocations.revoke(revocation("m", Some("guest-9"), 100))).await;
    unavailable(revoked.expect_err("Redis is away"));
    assert!(!bounded("is_reachable", directory.is_reachable()).await);
    let removed = token("m", "guest-9", 50);
    let own = bounded("is_revoked", cluster.revocations.is_revoked(&removed, super::samples::at(110)));
    assert!(own.await.expect("what was revoked here is known here"), "even if nobody else could be told");
}

async fn everything_works(
    one: &Cluster,
    other: &Cluster,
    commands: &mut cluster::CommandStream,
    events: &mut cluster::EventStream,
) {
    until("the directory is reachable", || one.directory.is_reachable()).await;
    until("the directory is reachable", || other.directory.is_reachable()).await;
    let claim = one.directory.claim(&meeting("new"), &node("a"), LONG).await.expect("the directory answers");
    assert!(matches!(claim, Claim::Ours(_)));
    other.bus.send(&node("a"), end("after")).await.expect("the bus answers");
    while next(commands).await != end("after") {}
    // Events are heard again once the subscription is back: publish until one arrives.
    let heard = next(events);
    tokio::pin!(heard);
    loop {
        other.bus.publish(changed()).await.expect("the bus answers");
        tokio::select! {
            _ = &mut heard => break,
            () = tokio::time::sleep(Duration::from_millis(20)) => {} // asks again
        }
    }
    until("what was revoked during the outage is known everywhere", || async {
        is_over(other, &token("m", "guest-9", 50), 110).await
    })
    .await;
}

async fn revocations_survive_a_redis_that_lost_its_data(mut server: RedisServer, one: Cluster, other: Cluster) {
    one.revocations.revoke(revocation("m", Some("guest-1"), 100)).await.expect("the cluster answers");
    assert!(is_over(&other, &token("m", "guest-1", 50), 110).await);
    server.kill().expect("it can be killed");
    assert!(is_over(&other, &token("m", "guest-1", 50), 110).await, "answered from memory");
    assert!(!is_over(&other, &token("m", "guest-2", 50), 110).await, "who was not removed may enter meanwhile");
    server.restart().expect("it can be started again");
    let third = Cluster::redis_settling(&server.url(), Duration::ZERO).await.expect("the address is fine");
    until("a node that was not there learns of it", || async {
        third.revocations.is_revoked(&token("m", "guest-1", 50), super::samples::at(110)).await.is_ok_and(|yes| yes)
    })
    .await;
}

async fn an_outage_does_not_tell_old_revocations_again(mut server: RedisServer, one: Cluster, other: Cluster) {
    let mut events = other.bus.events().await.expect("the bus answers");
    let revoked = |name: &str| Event::Revoked {
        meeting: meeting("m"),
        identity: Some(identity(name)),
        issued_until: Some(super::samples::at(100)),
        for_good: false,
        in_use: false,
        everywhere: false,
    };
    one.revocations.revoke(revocation("m", Some("guest-1"), 100)).await.expect("the cluster answers");
    assert_eq!(next(&mut events).await, revoked("guest-1"));
    server.kill().expect("it can be killed");
    one.revocations.revoke(revocation("m", Some("guest-2"), 100)).await.expect_err("Redis is away");
    server.restart().expect("it can be started again");
    until("both are known to who comes anew", || async {
        let Ok(third) = Cluster::redis_settling(&server.url(), Duration::ZERO).await else { return false };
        let mut known = true;
        for name in ["guest-1", "guest-2"] {
            let answer = third.revocations.is_revoked(&token("m", name, 50), super::samples::at(110)).await;
            known &= answer.is_ok_and(|yes| yes);
        }
        known
    })
    .await;
    // Both are back in Redis. Whatever is told from here on comes after what their return told.
    loop {
        let publishing = async {
            loop {
                one.bus.publish(changed()).await.expect("the bus answers");
                tokio::time::sleep(Duration::from_millis(20)).await; // asks again
            }
        };
        let event = tokio::select! {
            event = next(&mut events) => event,
            () = publishing => unreachable!("it publishes for ever"),
        };
        assert_ne!(event, revoked("guest-1"), "told a second time");
        if event == changed() {
            break;
        }
    }
}

async fn an_owner_keeps_its_meeting_over_an_outage(mut server: RedisServer, one: Cluster, other: Cluster) {
    let claim = one.directory.claim(&meeting("m"), &node("a"), LONG).await.expect("the directory answers");
    let Claim::Ours(lease) = claim else { panic!("nobody else claims it") };
    server.kill().expect("it can be killed");
    assert!(bounded("renew", one.directory.renew(&lease, LONG)).await.is_err());
    server.restart().expect("it can be started again");
    until("the lease is renewed", || async { one.directory.renew(&lease, LONG).await.is_ok_and(|kept| kept) }).await;
    let claim = other.directory.claim(&meeting("m"), &node("b"), LONG).await.expect("the directory answers");
    assert_eq!(claim, Claim::Theirs(lease.clone()));
    // And whoever takes it after yet another loss of data has a higher epoch all the same.
    server.kill().expect("it can be killed");
    server.restart().expect("it can be started again");
    until("the directory is reachable", || other.directory.is_reachable()).await;
    let claim = other.directory.claim(&meeting("m"), &node("b"), LONG).await.expect("the directory answers");
    let Claim::Ours(next) = claim else { panic!("Redis has forgotten the first owner") };
    assert!(next.epoch > lease.epoch);
    until("the first owner hears that it lost", || async {
        one.directory.renew(&lease, LONG).await.is_ok_and(|kept| !kept)
    })
    .await;
}

async fn a_redis_that_lost_its_data_gives_no_meeting_away_before_its_owner_could_speak(mut server: RedisServer) {
    let settling = Duration::from_secs(2);
    let one = Cluster::redis_settling(&server.url(), settling).await.expect("the address is fine");
    let other = Cluster::redis_settling(&server.url(), settling).await.expect("the address is fine");
    let ask = async |cluster: &Cluster, who: &str, name: &str| {
        cluster.directory.claim(&meeting(name), &node(who), LONG).await.expect("the directory answers")
    };
    // The very first node of all waits as well: it cannot know that it is.
    let mut lease = None;
    while lease.is_none() {
        match ask(&one, "a", "m").await {
            Claim::Ours(ours) => lease = Some(ours),
            Claim::Theirs(_) => panic!("nobody else is there"),
            Claim::Settling(_) => tokio::time::sleep(Duration::from_millis(20)).await, // asks again
        }
    }
    let lease = lease.expect("asked until it was there");
    for has_stopped in [true, false] {
        if has_stopped {
            server.kill().expect("it can be killed");
            server.restart().expect("it can be started again");
        } else {
            server.flush().expect("it can be emptied");
        }
        until("the directory is reachable", || other.directory.is_reachable()).await;
        assert!(matches!(ask(&other, "b", "m").await, Claim::Settling(_)), "the other one comes first");
        until("the owner says that it is there", || async {
            one.directory.renew(&lease, LONG).await.is_ok_and(|kept| kept)
        })
        .await;
        assert_eq!(ask(&other, "b", "m").await, Claim::Theirs(lease.clone()));
    }
    until("new meetings are given out", || async { matches!(ask(&other, "b", "new").await, Claim::Ours(_)) }).await;
}

async fn a_node_may_start_before_redis(mut server: RedisServer, _: Cluster, _: Cluster) {
    server.kill().expect("it can be killed");
    let early = Cluster::redis_settling(&server.url(), Duration::ZERO).await.expect("the address is fine");
    let mut commands = bounded("commands", early.bus.commands(&node("a"))).await.expect("the bus answers");
    let mut events = bounded("events", early.bus.events()).await.expect("the bus answers");
    let anybody = token("m", "guest-1", 50);
    let unknown = early.revocations.is_revoked(&anybody, super::samples::at(110));
    assert!(bounded("is_revoked", unknown).await.is_err(), "it never saw the list: not knowing is no answer");
    server.restart().expect("it can be started again");
    let late = Cluster::redis_settling(&server.url(), Duration::ZERO).await.expect("the address is fine");
    late.revocations.revoke(revocation("m", Some("guest-9"), 100)).await.expect("the cluster answers");
    everything_works(&early, &late, &mut commands, &mut events).await;
}
