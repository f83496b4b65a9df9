use std::sync::{Arc, LazyLock};
use std::time::Duration;

use redis::Script;
use serde::Serialize;
use serde::de::DeserializeOwned;

use super::leases;
use super::link::Link;
use crate::{ClusterError, Lease};

/// Drops what is over, as far as a hundred entries per call; time is Redis's own.
macro_rules! script {
    ($body:literal) => {
        LazyLock::new(|| {
            Script::new(concat!(
                "local time = redis.call('TIME')\n",
                "local now = time[1] * 1000 + math.floor(time[2] / 1000)\n",
                "local over = redis.call('ZRANGEBYSCORE', KEYS[2], '-inf', now, 'LIMIT', 0, 100)\n",
                "if #over > 0 then\n",
                "  redis.call('HDEL', KEYS[1], unpack(over))\n",
                "  redis.call('ZREM', KEYS[2], unpack(over))\n",
                "end\n",
                $body
            ))
        })
    };
}

static PUT: LazyLock<Script> = script!(
    "redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
     redis.call('ZADD', KEYS[2], now + ARGV[3], ARGV[1])
     return 1"
);
/// Only while nobody else has the meeting; notes which run the lease is for.
/// Keys 3 and 4: lease, tenant. Arguments 4 and 5: the text of the lease, the run.
static PUT_AS_OWNER: LazyLock<Script> = script!(
    "local held = redis.call('GET', KEYS[3])
     if held and held ~= ARGV[4] then return 0 end
     local tenant = redis.call('HGET', KEYS[4], 'lease')
     if tenant and tenant ~= ARGV[4] then return 0 end
     if held then redis.call('HSET', KEYS[4], 'lease', ARGV[4], 'run', ARGV[5]) end
     redis.call('HSET', KEYS[1], ARGV[1], ARGV[2])
     redis.call('ZADD', KEYS[2], now + ARGV[3], ARGV[1])
     return 1"
);
/// Keys 3 and 4: lease, tenant. Argument 2: the text of the lease.
static REMOVE_AS_OWNER: LazyLock<Script> = script!(
    "local held = redis.call('GET', KEYS[3]) or redis.call('HGET', KEYS[4], 'lease')
     if held and held ~= ARGV[2] then return 0 end
     redis.call('HDEL', KEYS[1], ARGV[1])
     redis.call('ZREM', KEYS[2], ARGV[1])
     return 1"
);
static ALL: LazyLock<Script> = script!(
    "local alive = redis.call('ZRANGEBYSCORE', KEYS[2], '(' .. now, '+inf')
     local found = {}
     for first = 1, #alive, 1000 do
       local part = redis.call('HMGET', KEYS[1], unpack(alive, first, math.min(first + 999, #alive)))
       for _, value in ipairs(part) do if value then table.insert(found, value) end end
     end
     return found"
);
static ONE: LazyLock<Script> = script!(
    "local ends_at = redis.call('ZSCORE', KEYS[2], ARGV[1])
     if ends_at and tonumber(ends_at) > now then return redis.call('HGET', KEYS[1], ARGV[1]) end
     return false"
);
/// Named values of one kind, each forgotten at its own time: a hash of values, a sorted set of ends.
pub(super) struct Shelf {
    link: Arc<Link>,
    values: String,
    ends: String,
}

impl Shelf {
    pub(super) fn new(link: Arc<Link>, name: &str) -> Self {
        Self { link, values: format!("rennsteig:{name}"), ends: format!("rennsteig:{name}:ends") }
    }

    pub(super) async fn put(&self, name: &str, value: &impl Serialize, ttl: Duration) -> Result<(), ClusterError> {
        let ttl_ms = ttl.as_millis().to_string();
        self.call::<i64>(&PUT, &[name, &write(value)?, &ttl_ms]).await.map(drop)
    }

    /// Puts it there as the owner of a meeting, for a run of it.
    pub(super) async fn put_as_owner(
        &self,
        lease: &Lease,
        run: &str,
        value: &impl Serialize,
        ttl: Duration,
    ) -> Result<(), ClusterError> {
        let (name, ttl_ms) = (lease.meeting.as_str(), ttl.as_millis().to_string());
        let arguments = [name, &write(value)?, &ttl_ms, &leases::text(lease), run];
        self.call_as_owner::<i64>(&PUT_AS_OWNER, lease, &arguments).await.map(drop)
    }

    /// Removes it as the owner of a meeting.
    pub(super) async fn remove_as_owner(&self, lease: &Lease) -> Result<(), ClusterError> {
        let arguments = [lease.meeting.as_str(), &leases::text(lease)];
        self.call_as_owner::<i64>(&REMOVE_AS_OWNER, lease, &arguments).await.map(drop)
    }

    pub(super) async fn one<T: DeserializeOwned>(&self, name: &str) -> Result<Option<T>, ClusterError> {
        let text: Option<String> = self.call(&ONE, &[name]).await?;
        text.as_deref().map(read).transpose()
    }

    /// Everything that can be read; what a newer or older version wrote is passed over.
    pub(super) async fn all<T: DeserializeOwned>(&self) -> Result<Vec<T>, ClusterError> {
        let texts: Vec<String> = self.call(&ALL, &[]).await?;
        Ok(texts.iter().filter_map(|text| read(text).ok()).collect())
    }

    async fn call_as_owner<T: redis::FromRedisValue>(
        &self,
        script: &Script,
        lease: &Lease,
        arguments: &[&str],
    ) -> Result<T, ClusterError> {
        let keys = [leases::lease_key(&lease.meeting), leases::tenant_key(&lease.meeting)];
        self.link.script(script, &[&self.values, &self.ends, &keys[0], &keys[1]], arguments).await
    }

    async fn call<T: redis::FromRedisValue>(&self, script: &Script, arguments: &[&str]) -> Result<T, ClusterError> {
        self.link.script(script, &[&self.values, &self.ends], arguments).await
    }
}

pub(super) fn write(value: &impl Serialize) -> Result<String, ClusterError> {
    serde_json::to_string(value).map_err(|_| ClusterError::Inconsistent("a message cannot be written".into()))
}

pub(super) fn read<T: DeserializeOwned>(text: &str) -> Result<T, ClusterError> {
    serde_json::from_str(text).map_err(|_| ClusterError::Inconsistent("a message cannot be read".into()))
}
