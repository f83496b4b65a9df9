use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use storage::{PostgresStore, StorageError, Store};
use tokio::time::Instant;

use super::samples::{booking, furnish, occurrence, person, read, write};
use super::servers::postgres::PostgresServer;

/// How long an answer may take while the database is away: a pool's patience and some for a busy machine.
const LIMIT: Duration = Duration::from_secs(8);

async fn bounded<T>(what: &str, work: impl Future<Output = T>) -> T {
    tokio::time::timeout(LIMIT, work).await.unwrap_or_else(|_| panic!("{what}: took longer than {LIMIT:?}"))
}

pub(super) async fn an_outage_is_answered_in_time_and_over_when_the_database_is_back(
    server: &mut PostgresServer,
    url: &str,
) {
    let store: Arc<dyn Store> = Arc::new(PostgresStore::connect(url).await.expect("it runs"));
    let (ada, _) = furnish(&store, 0).await;
    let held = booking(&ada, &[]);
    let mut open = write(&store).await;
    open.add_booking(&held, &[occurrence(&held, 0, 60)]).await.expect("nothing is held");

    server.shut_down();
    let lost = bounded("commit", open.commit()).await;
    assert!(matches!(lost, Err(StorageError::Unavailable(_))), "{lost:?}");
    let refused = bounded("begin", store.begin()).await.err();
    assert!(matches!(refused, Some(StorageError::Unavailable(_))), "{refused:?}");
    assert!(!bounded("is_reachable", store.is_reachable()).await);

    server.restart().expect("it can be started again");
    let deadline = Instant::now() + Duration::from_secs(20);
    while !store.is_reachable().await {
        assert!(Instant::now() < deadline, "the store finds its way back");
    }
    assert_eq!(read(&store).await.booking(held.id).await.expect("reading works"), None, "it was never acknowledged");
    let mut unit = write(&store).await;
    unit.add_person(&person("Ada")).await.expect("the address is free");
    unit.commit().await.expect("nothing stands against it");
    assert_eq!(read(&store).await.count_people().await.expect("people can be counted"), 2);
}
