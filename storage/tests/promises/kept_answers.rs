//! A request that is sent again finds its first answer, also if both come at the same moment.

use std::sync::Arc;

use domain::Person;
use storage::{KeptAnswer, RequestKey, Store};
use tokio::sync::Barrier;
use tokio::task::JoinSet;

use super::samples::{HOUR, at, furnish, person, read, write};

super::promises![
    a_key_is_taken_once_and_its_answer_is_found_again,
    a_key_belongs_to_one_person,
    a_key_whose_unit_was_not_committed_is_free_again,
    a_key_is_free_again_when_its_time_is_over,
    of_many_who_take_the_same_key_at_once_one_gets_it_and_the_others_see_its_answer,
];

const DAY: i64 = 24 * HOUR;

fn key(person: &Person) -> RequestKey {
    RequestKey { person: person.id, hash: [1; 32] }
}

async fn a_key_is_taken_once_and_its_answer_is_found_again(store: Arc<dyn Store>) {
    let (ada, _) = furnish(&store, 0).await;
    assert_eq!(read(&store).await.kept_answer(key(&ada), at(0)).await.expect("reading works"), None);
    let mut unit = write(&store).await;
    assert!(unit.take_key(key(&ada), &[7; 32], at(0), at(DAY)).await.expect("writing works"));
    unit.keep_answer(key(&ada), b"sealed").await.expect("writing works");
    unit.commit().await.expect("nothing stands against it");

    let mut unit = write(&store).await;
    assert!(!unit.take_key(key(&ada), &[8; 32], at(1), at(DAY + 1)).await.expect("writing works"));
    let kept = unit.kept_answer(key(&ada), at(1)).await.expect("reading works");
    assert_eq!(kept, Some(KeptAnswer { request_hash: [7; 32], answer: b"sealed".to_vec() }));
}

async fn a_key_belongs_to_one_person(store: Arc<dyn Store>) {
    let (ada, _) = furnish(&store, 0).await;
    let other = person("Other");
    let mut unit = write(&store).await;
    unit.add_person(&other).await.expect("the address is free");
    assert!(unit.take_key(key(&ada), &[7; 32], at(0), at(DAY)).await.expect("writing works"));
    assert!(unit.take_key(key(&other), &[7; 32], at(0), at(DAY)).await.expect("writing works"));
}

async fn a_key_whose_unit_was_not_committed_is_free_again(store: Arc<dyn Store>) {
    let (ada, _) = furnish(&store, 0).await;
    let mut unit = write(&store).await;
    assert!(unit.take_key(key(&ada), &[7; 32], at(0), at(DAY)).await.expect("writing works"));
    drop(unit);
    assert!(write(&store).await.take_key(key(&ada), &[8; 32], at(0), at(DAY)).await.expect("writing works"));
}

async fn a_key_is_free_again_when_its_time_is_over(store: Arc<dyn Store>) {
    let (ada, _) = furnish(&store, 0).await;
    let mut unit = write(&store).await;
    assert!(unit.take_key(key(&ada), &[7; 32], at(0), at(DAY)).await.expect("writing works"));
    assert!(unit.kept_answer(key(&ada), at(DAY - 1)).await.expect("reading works").is_some());
    assert!(unit.kept_answer(key(&ada), at(DAY)).await.expect("reading works").is_none());
    assert!(unit.take_key(key(&ada), &[8; 32], at(DAY), at(2 * DAY)).await.expect("writing works"));
    assert_eq!(unit.delete_old_answers(at(2 * DAY - 1)).await.expect("writing works"), 0);
    assert_eq!(unit.delete_old_answers(at(2 * DAY)).await.expect("writing works"), 1);
}

async fn of_many_who_take_the_same_key_at_once_one_gets_it_and_the_others_see_its_answer(store: Arc<dyn Store>) {
    const CLIENTS: u8 = 12;
    let (ada, _) = furnish(&store, 0).await;
    let gate = Arc::new(Barrier::new(usize::from(CLIENTS)));
    let mut clients = JoinSet::new();
    for client in 0..CLIENTS {
        let (store, gate, key) = (store.clone(), gate.clone(), key(&ada));
        clients.spawn(async move {
            gate.wait().await;
            let mut unit = write(&store).await;
            let won = unit.take_key(key, &[7; 32], at(0), at(DAY)).await.expect("its turn comes");
            if won {
                unit.keep_answer(key, &[client]).await.expect("writing works");
            }
            let kept = unit.kept_answer(key, at(0)).await.expect("reading works").expect("somebody has it");
            unit.commit().await.expect("nothing stands against it");
            (won, kept.answer)
        });
    }
    let outcomes = clients.join_all().await;
    let winners: Vec<&Vec<u8>> = outcomes.iter().filter(|(won, _)| *won).map(|(_, answer)| answer).collect();
    assert_eq!(winners.len(), 1, "{outcomes:?}");
    assert!(outcomes.iter().all(|(_, answer)| answer == winners[0]), "{outcomes:?}");
}
