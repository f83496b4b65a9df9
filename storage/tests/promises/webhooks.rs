//! What happened in meetings, on its way to other programs: in order, again, and for a while.

use std::sync::Arc;

use domain::Private;
use storage::{NewWebhook, Store, Webhook, WebhookFilter};
use tokio::task::JoinSet;

use super::samples::{HOUR, at, read, write};

super::promises![
    what_happened_is_kept_once_however_often_it_is_told,
    of_one_run_only_the_first_that_waits_is_taken,
    what_is_postponed_holds_up_its_own_run_and_no_other,
    of_many_who_take_at_once_each_webhook_goes_to_one,
    what_was_delivered_is_listed_sent_again_and_forgotten_in_time,
    more_than_fits_is_forgotten_from_the_oldest,
    positions_are_seen_in_their_order,
    a_run_is_open_until_its_last_word_is_kept,
    a_run_is_read_in_its_order_page_by_page,
];

const SINK: &str = "https://sink.example.org/";

fn webhook(run: &str, sequence: u64) -> NewWebhook {
    NewWebhook {
        endpoint: SINK.into(),
        meeting: "council".parse().expect("a name"),
        run: run.into(),
        sequence,
        event: "participant_joined".into(),
        body: Private::from("{\"name\":\"Gr\u{fc}n\"}"),
        created_at: at(0),
        give_up_at: at(72 * HOUR),
    }
}

async fn add(store: &Arc<dyn Store>, webhook: &NewWebhook) -> bool {
    let mut unit = write(store).await;
    let is_new = unit.add_webhook(webhook).await.expect("writable");
    unit.commit().await.expect("nothing stands against it");
    is_new
}

async fn take(store: &Arc<dyn Store>, now: i64) -> Vec<Webhook> {
    let mut unit = write(store).await;
    let taken = unit.take_due_webhooks(SINK, at(now), at(now + 60), 10).await.expect("readable");
    unit.commit().await.expect("nothing stands against it");
    taken
}

async fn settle(store: &Arc<dyn Store>, webhook: &Webhook, now: i64) {
    let mut unit = write(store).await;
    unit.settle_webhook(webhook.position, at(now)).await.expect("writable");
    unit.commit().await.expect("nothing stands against it");
}

async fn list(store: &Arc<dyn Store>, filter: WebhookFilter) -> Vec<Webhook> {
    read(store).await.webhooks(&filter, 100).await.expect("readable")
}

fn numbers(webhooks: &[Webhook]) -> Vec<(&str, u64)> {
    webhooks.iter().map(|one| (one.what.run.as_str(), one.what.sequence)).collect()
}

async fn what_happened_is_kept_once_however_often_it_is_told(store: Arc<dyn Store>) {
    assert!(add(&store, &webhook("a", 1)).await);
    assert!(!add(&store, &webhook("a", 1)).await);
    let elsewhere = NewWebhook { endpoint: "https://other.example.org/".into(), ..webhook("a", 1) };
    assert!(add(&store, &elsewhere).await);
    let kept = list(&store, WebhookFilter::default()).await;
    assert_eq!(kept.iter().map(|one| one.what.clone()).collect::<Vec<_>>(), [webhook("a", 1), elsewhere]);
    assert!(kept.iter().all(|one| one.attempts == 0 && one.delivered_at.is_none() && one.due_at == at(0)));
}

async fn of_one_run_only_the_first_that_waits_is_taken(store: Arc<dyn Store>) {
    // Told in another order than it happened: two nodes may have been in a hurry.
    for (run, sequence) in [("a", 2), ("a", 1), ("b", 1), ("a", 3)] {
        add(&store, &webhook(run, sequence)).await;
    }
    let first = take(&store, 0).await;
    assert_eq!(numbers(&first), [("a", 1), ("b", 1)]);
    assert_eq!(take(&store, 59).await, [], "somebody is at it");
    assert_eq!(numbers(&take(&store, 60).await), [("a", 1), ("b", 1)], "who took them died");
    settle(&store, &first[0], 60).await;
    assert_eq!(numbers(&take(&store, 60).await), [("a", 2)]);
}

async fn what_is_postponed_holds_up_its_own_run_and_no_other(store: Arc<dyn Store>) {
    for (run, sequence) in [("a", 1), ("a", 2), ("b", 1), ("b", 2)] {
        add(&store, &webhook(run, sequence)).await;
    }
    let taken = take(&store, 0).await;
    let mut unit = write(&store).await;
    unit.postpone_webhook(taken[0].position, at(HOUR), "503").await.expect("writable");
    unit.settle_webhook(taken[1].position, at(1)).await.expect("writable");
    unit.commit().await.expect("nothing stands against it");
    assert_eq!(numbers(&take(&store, 1).await), [("b", 2)]);
    let again = take(&store, HOUR).await;
    assert_eq!(numbers(&again), [("a", 1), ("b", 2)]);
    assert_eq!((again[0].attempts, again[0].last_answer.as_deref()), (1, Some("503")));
    // Given up at last, it stands in nobody's way.
    let late = NewWebhook { give_up_at: at(200 * HOUR), ..webhook("a", 3) };
    add(&store, &late).await;
    assert_eq!(numbers(&take(&store, 100 * HOUR).await), [("a", 3)]);
}

async fn of_many_who_take_at_once_each_webhook_goes_to_one(store: Arc<dyn Store>) {
    for run in 0..30 {
        add(&store, &webhook(&run.to_string(), 1)).await;
    }
    let mut takers = JoinSet::new();
    for _ in 0..6 {
        let store = store.clone();
        takers.spawn(async move { take(&store, 0).await });
    }
    let mut taken: Vec<i64> = takers.join_all().await.into_iter().flatten().map(|one| one.position).collect();
    loop {
        let rest = take(&store, 0).await;
        if rest.is_empty() {
            break;
        }
        taken.extend(rest.into_iter().map(|one| one.position));
    }
    taken.sort_unstable();
    let all = taken.len();
    taken.dedup();
    assert_eq!((all, taken.len()), (30, 30));
}

async fn what_was_delivered_is_listed_sent_again_and_forgotten_in_time(store: Arc<dyn Store>) {
    add(&store, &webhook("a", 1)).await;
    add(&store, &NewWebhook { meeting: "other".parse().expect("a name"), ..webhook("b", 1) }).await;
    let taken = take(&store, 0).await;
    settle(&store, &taken[0], 5).await;
    let delivered = |is_delivered| WebhookFilter { is_delivered: Some(is_delivered), ..WebhookFilter::default() };
    let shown = list(&store, delivered(true)).await;
    assert_eq!((numbers(&shown), shown[0].delivered_at), (vec![("a", 1)], Some(at(5))));
    assert_eq!(numbers(&list(&store, delivered(false)).await), [("b", 1)]);
    let of = |name: &str| WebhookFilter { meeting: Some(name.parse().expect("a name")), ..WebhookFilter::default() };
    assert_eq!(numbers(&list(&store, of("other")).await), [("b", 1)]);
    let after = WebhookFilter { after: taken[0].position, ..WebhookFilter::default() };
    assert_eq!(numbers(&list(&store, after).await), [("b", 1)]);
    let before = |position| WebhookFilter { newest_before: Some(position), ..WebhookFilter::default() };
    assert_eq!(numbers(&list(&store, before(0)).await), [("b", 1), ("a", 1)]);
    assert_eq!(numbers(&list(&store, before(taken[1].position)).await), [("a", 1)]);

    let mut unit = write(&store).await;
    assert!(unit.renew_webhook(taken[0].position, at(10)).await.expect("writable"));
    assert!(!unit.renew_webhook(taken[1].position + 99, at(10)).await.expect("writable"));
    unit.commit().await.expect("nothing stands against it");
    assert_eq!(numbers(&take(&store, 10).await), [("a", 1)]);

    let mut unit = write(&store).await;
    assert_eq!(unit.delete_old_webhooks(at(72 * HOUR - 1), 100).await.expect("writable"), 0);
    assert_eq!(unit.delete_old_webhooks(at(72 * HOUR), 100).await.expect("writable"), 2);
    unit.commit().await.expect("nothing stands against it");
}

async fn more_than_fits_is_forgotten_from_the_oldest(store: Arc<dyn Store>) {
    for sequence in 1..=5 {
        add(&store, &webhook("a", sequence)).await;
    }
    let mut unit = write(&store).await;
    assert_eq!(unit.delete_old_webhooks(at(0), 2).await.expect("writable"), 3);
    unit.commit().await.expect("nothing stands against it");
    assert_eq!(numbers(&take(&store, 0).await), [("a", 4)], "the rest still goes in order");
}

async fn positions_are_seen_in_their_order(store: Arc<dyn Store>) {
    let mut writers = JoinSet::new();
    for run in 0..20 {
        let store = store.clone();
        writers.spawn(async move { add(&store, &webhook(&run.to_string(), 1)).await });
    }
    // Polls while others write: whoever goes on after the last one seen has seen them all.
    let (mut last, mut seen) = (0, 0);
    while seen < 20 {
        let more = list(&store, WebhookFilter { after: last, ..WebhookFilter::default() }).await;
        seen += more.len();
        last = more.last().map_or(last, |one| one.position);
        if more.is_empty() && writers.join_next().await.is_none() {
            break;
        }
    }
    let rest = list(&store, WebhookFilter { after: last, ..WebhookFilter::default() }).await.len();
    assert_eq!(seen + rest, 20);
    assert_eq!(list(&store, WebhookFilter::default()).await.len(), 20);
}

async fn a_run_is_open_until_its_last_word_is_kept(store: Arc<dyn Store>) {
    let finished = |run: &str, sequence| NewWebhook { event: "room_finished".into(), ..webhook(run, sequence) };
    for row in [webhook("a", 1), webhook("b", 1), webhook("a", 3), webhook("a", 2), webhook("c", 1), finished("c", 2)] {
        assert!(add(&store, &row).await);
    }
    let elsewhere = NewWebhook { endpoint: "https://other.example.org/".into(), ..webhook("d", 7) };
    assert!(add(&store, &elsewhere).await);
    let open = async |limit| {
        let mut unit = read(&store).await;
        let mut open = unit.last_webhooks_of_open_runs(SINK, "room_finished", limit).await.expect("readable");
        open.sort_by(|one, other| one.what.run.cmp(&other.what.run));
        numbers(&open).iter().map(|(run, sequence)| format!("{run}{sequence}")).collect::<Vec<_>>()
    };
    assert_eq!(open(10).await, ["a3", "b1"]);
    assert_eq!(open(1).await.len(), 1);
    assert!(add(&store, &finished("a", 4)).await);
    assert_eq!(open(10).await, ["b1"]);
}

async fn a_run_is_read_in_its_order_page_by_page(store: Arc<dyn Store>) {
    for row in [webhook("a", 3), webhook("b", 1), webhook("a", 1), webhook("a", 2), webhook("a", 10)] {
        assert!(add(&store, &row).await);
    }
    let elsewhere = NewWebhook { endpoint: "https://other.example.org/".into(), ..webhook("a", 4) };
    assert!(add(&store, &elsewhere).await);
    let page = async |after, limit| {
        let mut unit = read(&store).await;
        let rows = unit.webhooks_of_run(SINK, "a", after, limit).await.expect("readable");
        rows.iter().map(|row| row.what.sequence).collect::<Vec<_>>()
    };
    assert_eq!(page(0, 2).await, [1, 2]);
    assert_eq!(page(2, 2).await, [3, 10]);
    assert_eq!(page(10, 2).await, [0; 0]);
}
