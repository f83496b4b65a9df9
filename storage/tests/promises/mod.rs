mod app_passwords;
mod attendance;
mod bookings;
mod calendar_feeds;
mod calendar_programs;
mod capacity;
mod continuations;
mod deletions;
mod dial_in_pins;
mod doors;
mod invitations;
mod kept_answers;
mod outage;
mod outbox;
mod people;
mod races;
mod reminders;
mod replies;
mod room_claims;
mod room_holds;
mod room_requests;
mod room_rules;
mod room_waits;
mod rooms;
mod samples;
mod series;
#[path = "../../../tests/src/servers/mod.rs"]
#[expect(dead_code, reason = "shared with other tests; this one starts PostgreSQL only")]
mod servers;
mod sessions;
mod units;
mod webhooks;
mod zones;

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;

use libtest_mimic::{Arguments, Failed, Trial};
use servers::postgres::PostgresServer;
use storage::{PostgresStore, SqliteStore, Store};

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
    room_claims::PROMISES,
    room_rules::PROMISES,
    room_requests::PROMISES,
    room_holds::PROMISES,
    room_waits::PROMISES,
    bookings::PROMISES,
    continuations::PROMISES,
    invitations::PROMISES,
    doors::PROMISES,
    outbox::PROMISES,
    reminders::PROMISES,
    attendance::PROMISES,
    replies::PROMISES,
    webhooks::PROMISES,
    kept_answers::PROMISES,
    races::PROMISES,
    series::PROMISES,
    deletions::PROMISES,
    dial_in_pins::PROMISES,
    calendar_feeds::PROMISES,
    app_passwords::PROMISES,
    calendar_programs::PROMISES,
    capacity::PROMISES,
    zones::PROMISES,
];

pub(super) fn run() {
    let arguments = Arguments::from_args();
    // Missing PostgreSQL is a failure of every promise that needs it, said once here.
    let server = Arc::new(PostgresServer::start().map_err(|error| error.to_string()));
    let mut trials = Vec::new();
    for &(name, promise) in LISTS.iter().copied().flatten() {
        trials.push(Trial::test(format!("sqlite::{name}"), move || on_sqlite(promise)));
        let server = server.clone();
        trials.push(Trial::test(format!("postgres::{name}"), move || on_postgres(&server, name, promise)));
    }
    let name = "an_outage_is_answered_in_time_and_over_when_the_database_is_back";
    trials.push(Trial::test(format!("postgres::{name}"), || {
        // A server of its own: the others go on.
        let mut server = PostgresServer::start()?;
        let url = server.create_database("outage")?;
        on_a_runtime(async {
            outage::an_outage_is_answered_in_time_and_over_when_the_database_is_back(&mut server, &url).await;
            Ok(())
        })
    }));
    let conclusion = libtest_mimic::run(&arguments, trials);
    // Stops the server: exiting runs no destructors.
    drop(server);
    conclusion.exit();
}

fn on_sqlite(promise: Promise) -> Result<(), Failed> {
    on_a_runtime(async {
        let store = SqliteStore::in_memory().await?;
        promise(Arc::new(store)).await;
        Ok(())
    })
}

fn on_postgres(server: &Result<PostgresServer, String>, name: &str, promise: Promise) -> Result<(), Failed> {
    let server = server.as_ref().map_err(Clone::clone)?;
    // Names of databases have at most 63 bytes.
    let url = server.create_database(&name[..name.len().min(63)])?;
    on_a_runtime(async {
        let store = PostgresStore::connect(&url).await?;
        promise(Arc::new(store)).await;
        Ok(())
    })
}

fn on_a_runtime(work: impl Future<Output = Result<(), Failed>>) -> Result<(), Failed> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(4)
        .enable_all()
        .build()
        .expect("threads can be started")
        .block_on(work)
}
