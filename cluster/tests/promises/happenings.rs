//! What happens in meetings on its way to whoever keeps it.

use cluster::{Cluster, Happening, Receipt};
use domain::Private;
use jiff::Timestamp;

use super::samples::meeting;

super::promises![
    what_happens_waits_in_order_until_it_is_forgotten,
    what_two_nodes_fetch_at_once_is_forgotten_once_without_harm,
];

fn happening(sequence: u64) -> Happening {
    Happening {
        meeting: meeting("council"),
        run: "RM_1".into(),
        sequence,
        event: "participant_joined".into(),
        at: Timestamp::from_second(1_800_000_000).expect("in range"),
        body: Private::from(r#"{"event":"participant_joined"}"#),
    }
}

async fn waiting(cluster: &Cluster, limit: usize) -> Vec<(Receipt, Happening)> {
    cluster.happenings.waiting(limit).await.expect("the cluster answers")
}

async fn what_happens_waits_in_order_until_it_is_forgotten(one: Cluster, other: Cluster) {
    let told: Vec<Happening> = (1..=5).map(happening).collect();
    one.happenings.add(&told[..2]).await.expect("the cluster answers");
    one.happenings.add(&told[2..]).await.expect("the cluster answers");
    let first = waiting(&other, 3).await;
    assert_eq!(first.iter().map(|(_, one)| one.clone()).collect::<Vec<_>>(), told[..3]);
    assert_eq!(waiting(&other, 3).await, first, "reading forgets nothing");
    let receipts: Vec<Receipt> = first.into_iter().map(|(receipt, _)| receipt).collect();
    other.happenings.forget(&receipts).await.expect("the cluster answers");
    let rest: Vec<Happening> = waiting(&one, 10).await.into_iter().map(|(_, one)| one).collect();
    assert_eq!(rest, told[3..]);
}

async fn what_two_nodes_fetch_at_once_is_forgotten_once_without_harm(one: Cluster, other: Cluster) {
    one.happenings.add(&[happening(1)]).await.expect("the cluster answers");
    let (here, there) = (waiting(&one, 10).await, waiting(&other, 10).await);
    one.happenings.add(&[happening(2)]).await.expect("the cluster answers");
    for fetched in [here, there] {
        let receipts: Vec<Receipt> = fetched.into_iter().map(|(receipt, _)| receipt).collect();
        one.happenings.forget(&receipts).await.expect("the cluster answers");
    }
    let rest: Vec<u64> = waiting(&other, 10).await.into_iter().map(|(_, one)| one.sequence).collect();
    assert_eq!(rest, [2]);
}
