use std::sync::Arc;

use storage::{StorageError, Store};

use super::samples::{furnish, person, read, room, write};

super::promises![
    what_is_not_committed_leaves_no_trace,
    what_is_committed_is_seen_by_the_next_unit,
    a_unit_that_failed_cannot_be_committed,
    a_reading_unit_cannot_write,
    a_reading_unit_sees_one_consistent_state,
    whoever_only_looks_sees_what_is_there_now_and_changes_nothing,
    a_living_database_is_reachable,
];

async fn what_is_not_committed_leaves_no_trace(store: Arc<dyn Store>) {
    let mut unit = write(&store).await;
    unit.add_person(&person("Ada")).await.expect("the address is free");
    drop(unit);
    assert_eq!(read(&store).await.count_people().await.expect("people can be counted"), 0);
}

async fn what_is_committed_is_seen_by_the_next_unit(store: Arc<dyn Store>) {
    let ada = person("Ada");
    let mut unit = write(&store).await;
    unit.add_person(&ada).await.expect("the address is free");
    unit.commit().await.expect("nothing stands against it");
    assert_eq!(read(&store).await.person(ada.id).await.expect("reading works"), Some(ada.clone()));
    assert_eq!(write(&store).await.person(ada.id).await.expect("reading works"), Some(ada));
}

async fn a_unit_that_failed_cannot_be_committed(store: Arc<dyn Store>) {
    let mut unit = write(&store).await;
    unit.add_room(&room("Saal")).await.expect("the name is free");
    let error = unit.add_room(&room("Saal")).await.expect_err("the name is taken");
    assert!(matches!(error, StorageError::Conflict(_)), "{error:?}");
    let error = unit.commit().await.expect_err("half of it would be missing");
    assert!(matches!(error, StorageError::Conflict(_)), "{error:?}");
    assert!(read(&store).await.rooms().await.expect("reading works").is_empty());
}

async fn a_reading_unit_cannot_write(store: Arc<dyn Store>) {
    let mut unit = read(&store).await;
    assert!(unit.add_person(&person("Ada")).await.is_err());
    assert!(read(&store).await.lock_rooms(&[]).await.is_err());
    assert_eq!(read(&store).await.count_people().await.expect("people can be counted"), 0);
}

async fn a_reading_unit_sees_one_consistent_state(store: Arc<dyn Store>) {
    furnish(&store, 0).await;
    let mut reading = read(&store).await;
    assert_eq!(reading.count_people().await.expect("people can be counted"), 1);
    let mut unit = write(&store).await;
    unit.add_person(&person("Ada")).await.expect("the address is free");
    unit.commit().await.expect("readers do not stop writers");
    assert_eq!(reading.count_people().await.expect("people can be counted"), 1);
    assert_eq!(read(&store).await.count_people().await.expect("people can be counted"), 2);
}

async fn whoever_only_looks_sees_what_is_there_now_and_changes_nothing(store: Arc<dyn Store>) {
    furnish(&store, 0).await;
    let mut looking = store.look().await.expect("the database is there");
    assert_eq!(looking.count_people().await.expect("people can be counted"), 1);
    let mut unit = write(&store).await;
    unit.add_person(&person("Ada")).await.expect("the address is free");
    unit.commit().await.expect("who looks does not stop writers");
    assert_eq!(looking.count_people().await.expect("people can be counted"), 2);
    assert!(looking.add_person(&person("Bea")).await.is_err());
    assert!(looking.lock_rooms(&[]).await.is_err());
    assert_eq!(read(&store).await.count_people().await.expect("people can be counted"), 2);
}

async fn a_living_database_is_reachable(store: Arc<dyn Store>) {
    assert!(store.is_reachable().await);
}
