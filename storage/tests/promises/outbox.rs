//! Messages on their way out: sent once, tried again, given up.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::{MailId, Private};
use storage::{Mail, Store};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::samples::{HOUR, at, read, write};

super::promises![
    a_message_is_written_only_if_its_unit_is_committed,
    what_is_taken_is_out_of_reach_until_its_time_is_up,
    of_many_who_take_at_once_each_message_goes_to_one,
    a_message_in_vain_waits_counts_and_is_given_up_at_last,
];

fn mail(due: i64) -> Mail {
    Mail {
        id: MailId::from_uuid(Uuid::now_v7()),
        recipient: Private::from("gast@example.org"),
        message: Private::new("Subject: Gr\u{fc}\u{df}e\r\n\r\n\u{1f44b}\0\r\n".as_bytes().to_vec()),
        attempts: 0,
        created_at: at(0),
        due_at: at(due),
        give_up_at: at(5 * 24 * HOUR),
    }
}

async fn add(store: &Arc<dyn Store>, mail: &Mail) {
    let mut unit = write(store).await;
    unit.add_mail(mail).await.expect("writable");
    unit.commit().await.expect("nothing stands against it");
}

async fn take(store: &Arc<dyn Store>, now: i64, until: i64) -> Vec<Mail> {
    let mut unit = write(store).await;
    let taken = unit.take_due_mail(at(now), at(until), 10).await.expect("readable");
    unit.commit().await.expect("nothing stands against it");
    taken
}

async fn a_message_is_written_only_if_its_unit_is_committed(store: Arc<dyn Store>) {
    let mut unit = write(&store).await;
    unit.add_mail(&mail(0)).await.expect("writable");
    drop(unit);
    assert_eq!(read(&store).await.count_mail().await.expect("readable"), 0);
    let written = mail(0);
    add(&store, &written).await;
    assert_eq!(read(&store).await.count_mail().await.expect("readable"), 1);
    let taken = take(&store, 0, 60).await;
    assert_eq!(taken, [Mail { due_at: at(60), ..written }]);
}

async fn what_is_taken_is_out_of_reach_until_its_time_is_up(store: Arc<dyn Store>) {
    let (due, later) = (mail(0), mail(HOUR));
    add(&store, &due).await;
    add(&store, &later).await;
    assert_eq!(take(&store, 0, 60).await.iter().map(|one| one.id).collect::<Vec<_>>(), [due.id]);
    assert_eq!(take(&store, 59, 120).await, []);
    // Who took it died: somebody else gets it.
    assert_eq!(take(&store, 60, 120).await.iter().map(|one| one.id).collect::<Vec<_>>(), [due.id]);
    let mut unit = write(&store).await;
    unit.delete_mail(due.id).await.expect("writable");
    unit.commit().await.expect("nothing stands against it");
    assert_eq!(take(&store, HOUR, 2 * HOUR).await.iter().map(|one| one.id).collect::<Vec<_>>(), [later.id]);
}

async fn of_many_who_take_at_once_each_message_goes_to_one(store: Arc<dyn Store>) {
    for _ in 0..40 {
        add(&store, &mail(0)).await;
    }
    let mut takers = JoinSet::new();
    for _ in 0..8 {
        let store = store.clone();
        takers.spawn(async move { take(&store, 0, HOUR).await });
    }
    let mut taken: Vec<MailId> = takers.join_all().await.into_iter().flatten().map(|one| one.id).collect();
    // Who met a neighbour may have gone away with less than there was.
    loop {
        let rest = take(&store, 0, HOUR).await;
        if rest.is_empty() {
            break;
        }
        taken.extend(rest.into_iter().map(|one| one.id));
    }
    assert_eq!(taken.len(), 40);
    assert_eq!(taken.into_iter().collect::<BTreeSet<_>>().len(), 40);
}

async fn a_message_in_vain_waits_counts_and_is_given_up_at_last(store: Arc<dyn Store>) {
    let one = mail(0);
    add(&store, &one).await;
    take(&store, 0, 60).await;
    let mut unit = write(&store).await;
    unit.postpone_mail(one.id, at(HOUR)).await.expect("writable");
    unit.commit().await.expect("nothing stands against it");
    assert_eq!(take(&store, HOUR - 1, 2 * HOUR).await, []);
    let again = take(&store, HOUR, 2 * HOUR).await;
    assert_eq!(again.iter().map(|one| one.attempts).collect::<Vec<_>>(), [1]);
    assert_eq!(take(&store, 5 * 24 * HOUR, 6 * 24 * HOUR).await, [], "nobody waits for it any more");
    let mut unit = write(&store).await;
    assert_eq!(unit.delete_overdue_mail(at(5 * 24 * HOUR - 1)).await.expect("writable"), 0);
    assert_eq!(unit.delete_overdue_mail(at(5 * 24 * HOUR)).await.expect("writable"), 1);
    unit.commit().await.expect("nothing stands against it");
}
