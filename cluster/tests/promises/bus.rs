use cluster::{Cluster, Command, Event};
use domain::OccurrenceId;
use uuid::Uuid;

use super::samples::{changed, end, identity, meeting, next, node};

super::promises![
    commands_reach_their_node_in_order,
    commands_sent_while_a_node_is_away_wait_for_it,
    a_node_that_comes_back_gets_the_rest,
    events_reach_every_listener_on_every_node,
    events_before_listening_are_not_heard,
];

async fn commands_reach_their_node_in_order(one: Cluster, other: Cluster) {
    let mut here = one.bus.commands(&node("a")).await.expect("the bus answers");
    let mut there = other.bus.commands(&node("b")).await.expect("the bus answers");
    let remove = Command::RemoveParticipant { meeting: meeting("m"), identity: identity("guest-1") };
    other.bus.send(&node("b"), remove.clone()).await.expect("the bus answers");
    for number in 0..100 {
        other.bus.send(&node("a"), end(&format!("m-{number}"))).await.expect("the bus answers");
    }
    for number in 0..100 {
        assert_eq!(next(&mut here).await, end(&format!("m-{number}")));
    }
    assert_eq!(next(&mut there).await, remove);
}

async fn commands_sent_while_a_node_is_away_wait_for_it(one: Cluster, other: Cluster) {
    for name in ["first", "second"] {
        other.bus.send(&node("a"), end(name)).await.expect("the bus answers");
    }
    let mut commands = one.bus.commands(&node("a")).await.expect("the bus answers");
    assert_eq!(next(&mut commands).await, end("first"));
    assert_eq!(next(&mut commands).await, end("second"));
    other.bus.send(&node("a"), end("third")).await.expect("the bus answers");
    assert_eq!(next(&mut commands).await, end("third"));
}

async fn a_node_that_comes_back_gets_the_rest(one: Cluster, other: Cluster) {
    let mut commands = one.bus.commands(&node("a")).await.expect("the bus answers");
    other.bus.send(&node("a"), end("before")).await.expect("the bus answers");
    assert_eq!(next(&mut commands).await, end("before"));
    drop(commands);
    other.bus.send(&node("a"), end("meanwhile")).await.expect("the bus answers");
    let mut commands = one.bus.commands(&node("a")).await.expect("the bus answers");
    // At least once: the last one handed out before may come again, what came meanwhile must come.
    let mut first = next(&mut commands).await;
    if first == end("before") {
        first = next(&mut commands).await;
    }
    assert_eq!(first, end("meanwhile"));
}

async fn events_reach_every_listener_on_every_node(one: Cluster, other: Cluster) {
    let mut listeners = Vec::new();
    for cluster in [&one, &one, &other] {
        listeners.push(cluster.bus.events().await.expect("the bus answers"));
    }
    let door = Event::DoorChanged { occurrence: OccurrenceId::from_uuid(Uuid::from_u128(9)) };
    one.bus.publish(changed()).await.expect("the bus answers");
    one.bus.publish(door.clone()).await.expect("the bus answers");
    for listener in &mut listeners {
        assert_eq!(next(listener).await, changed());
        assert_eq!(next(listener).await, door);
    }
}

async fn events_before_listening_are_not_heard(one: Cluster, other: Cluster) {
    let mut early = other.bus.events().await.expect("the bus answers");
    one.bus.publish(changed()).await.expect("the bus answers");
    assert_eq!(next(&mut early).await, changed());
    let mut late = other.bus.events().await.expect("the bus answers");
    let door = Event::DoorChanged { occurrence: OccurrenceId::from_uuid(Uuid::from_u128(9)) };
    one.bus.publish(door.clone()).await.expect("the bus answers");
    assert_eq!(next(&mut late).await, door);
}
