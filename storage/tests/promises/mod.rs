mod bookings;
mod doors;
mod invitations;
mod people;
mod races;
mod rooms;
mod samples;
mod sessions;
mod units;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use libtest_mimic::{Arguments, Trial};
use storage::{SqliteStore, Store};

/// A promise gets an empty database of its own.
type Promise = fn(Arc<dyn Store>) -> Pin<Box<dyn Future<Output = ()> + Send>>;

/// Names promises; the name of the function is the sentence that is promised.
macro_rules! promises {
    ($($name:ident),* $(,)?) => {
        pub(super) const PROMISES: &[(&str, super::Promise)] = &[$((stringify!($name), |store| Box::pin($name(store)))),*];
    };
}
use promises;

const LISTS: &[&[(&str, Promise)]] = &[
    units::PROMISES,
    people::PROMISES,
    sessions::PROMISES,
    rooms::PROMISES,
    bookings::PROMISES,
    invitations::PROMISES,
    doors::PROMISES,
    races::PROMISES,
];

pub(super) fn run() {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for &(name, promise) in LISTS.iter().copied().flatten() {
        trials.push(Trial::test(format!("sqlite::{name}"), move || {
            on_a_runtime(async {
                let store = SqliteStore::in_memory().await.expect("a temporary file can be made");
                promise(Arc::new(store)).await;
            });
            Ok(())
        }));
    }
    libtest_mimic::run(&arguments, trials).exit();
}

fn on_a_runtime(work: impl Future<Output = ()>) {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_all()
        .build()
        .expect("threads can be started")
        .block_on(work);
}
