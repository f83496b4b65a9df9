//! Redis, for several nodes.
//!
//! Redis is where nodes meet, not where the truth lives: the owner's memory is the truth of a
//! meeting, so losing Redis or its data loses no meeting. Nothing here waits without limit, and
//! everything finds its way back by itself when Redis returns, even with empty data.

mod bus;
mod directory;
mod ear;
mod happenings;
mod leases;
mod lines;
mod link;
mod revocations;
mod shelf;

use std::sync::Arc;
use std::time::Duration;

use redis::Client;

use crate::{Cluster, ClusterError, SETTLING};
use bus::RedisBus;
use directory::RedisDirectory;
use ear::Ear;
use happenings::RedisHappenings;
use lines::RedisLines;
use link::Link;
use revocations::RedisRevocations;

impl Cluster {
    /// For several nodes that share the Redis at `redis://host:port/`.
    ///
    /// Fails only when the address cannot be read: a Redis that is away now is looked for until
    /// it is there. Call it within a tokio runtime.
    pub async fn redis(url: &str) -> Result<Self, ClusterError> {
        Self::redis_settling(url, SETTLING).await
    }

    /// The same with another time for owners to come back ([`SETTLING`]), for tests.
    pub async fn redis_settling(url: &str, settling: Duration) -> Result<Self, ClusterError> {
        let client =
            Client::open(url).map_err(|_| ClusterError::Inconsistent("the address of Redis cannot be read".into()))?;
        let link = Arc::new(Link::new(client.clone()));
        let known = Arc::new(revocations::Known::new(link.clone()));
        let ear = Arc::new(Ear::open(client.clone(), known.clone()));
        Ok(Self {
            happenings: Arc::new(RedisHappenings::new(link.clone())),
            lines: Arc::new(RedisLines::new(link.clone())),
            directory: Arc::new(RedisDirectory::new(link.clone(), settling)),
            bus: Arc::new(RedisBus::new(client, link, ear.clone())),
            revocations: Arc::new(RedisRevocations::new(known, ear)),
        })
    }
}
