mod bus;
mod directory;
mod happenings;
mod lines;
mod outage;
mod revocations;
mod samples;
#[path = "../../../tests/src/servers/mod.rs"]
#[expect(dead_code, reason = "shared with other tests; this one starts Redis only")]
mod servers;
mod settling;

use std::future::Future;
use std::pin::Pin;
use std::time::Duration;

use cluster::{Cluster, ClusterError};
use libtest_mimic::{Arguments, Failed, Trial};
use servers::redis::RedisServer;

type Work = Pin<Box<dyn Future<Output = ()> + Send>>;
/// A promise gets two nodes of a cluster of its own.
type Promise = fn(Cluster, Cluster) -> Work;
/// What holds when Redis fails gets Redis, too.
type Outage = fn(RedisServer, Cluster, Cluster) -> Work;

/// Names promises; the name of the function is the sentence that is promised.
macro_rules! promises {
    ($($name:ident),* $(,)?) => {
        pub(super) const PROMISES: &[(&str, super::Promise)] =
            &[$((stringify!($name), |one, other| Box::pin($name(one, other)))),*];
    };
}
use promises;

const LISTS: &[&[(&str, Promise)]] =
    &[directory::PROMISES, bus::PROMISES, happenings::PROMISES, lines::PROMISES, revocations::PROMISES];

pub(super) fn run() {
    let arguments = Arguments::from_args();
    let mut trials = Vec::new();
    for &(name, promise) in LISTS.iter().copied().flatten() {
        trials.push(Trial::test(format!("memory::{name}"), move || {
            on_a_runtime(async {
                let cluster = Cluster::in_process();
                promise(cluster.clone(), cluster).await;
                Ok(())
            })
        }));
        trials.push(Trial::test(format!("redis::{name}"), move || {
            let server = RedisServer::start()?;
            on_a_runtime(async {
                promise(redis(&server, Duration::ZERO).await?, redis(&server, Duration::ZERO).await?).await;
                Ok(())
            })
        }));
    }
    for &(name, promise) in outage::PROMISES {
        trials.push(Trial::test(format!("redis::{name}"), move || {
            let server = RedisServer::start()?;
            on_a_runtime(async {
                let (one, other) = (redis(&server, Duration::ZERO).await?, redis(&server, Duration::ZERO).await?);
                promise(server, one, other).await;
                Ok(())
            })
        }));
    }
    for &(name, promise) in settling::PROMISES {
        trials.push(Trial::test(format!("memory::{name}"), move || {
            on_a_runtime(async {
                let cluster = Cluster::in_process_settling(settling::TIME);
                promise(cluster.clone(), cluster).await;
                Ok(())
            })
        }));
        trials.push(Trial::test(format!("redis::{name}"), move || {
            let server = RedisServer::start()?;
            on_a_runtime(async {
                let (one, other) = (redis(&server, settling::TIME).await?, redis(&server, settling::TIME).await?);
                promise(one, other).await;
                Ok(())
            })
        }));
    }
    libtest_mimic::run(&arguments, trials).exit();
}

async fn redis(server: &RedisServer, settling: Duration) -> Result<Cluster, ClusterError> {
    Cluster::redis_settling(&server.url(), settling).await
}

fn on_a_runtime(work: impl Future<Output = Result<(), Failed>>) -> Result<(), Failed> {
    tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .expect("threads can be started")
        .block_on(work)
}
