//! The scripts that give, keep and end leases. Nothing else happens in Redis while one runs.
//!
//! | Key, ending with the meeting's name | Holds |
//! |---|---|
//! | `rennsteig:lease:` | `<epoch> <owner>` while somebody has it |
//! | `rennsteig:epoch:` | the last epoch, for a day; one more once it was given up, so that nobody renews it |
//! | `rennsteig:tenant:` | `lease`: the last one nobody gave up; `run`: which run it is for |
//! | `rennsteig:wants:` | since when, and last when, each other node asked for it, ms |
//!
//! `rennsteig:born` is when this memory of Redis began, ms; `rennsteig:over:<run>` marks runs that
//! were ended, for longer than anything of them can still be on its way.

use std::sync::LazyLock;

use domain::MeetingName;
use redis::Script;

use crate::{Claim, ClusterError, Lease, NodeId};

/// Since when Redis remembers.
pub(super) const BORN: &str = "rennsteig:born";

pub(super) fn lease_key(meeting: &MeetingName) -> String {
    format!("rennsteig:lease:{meeting}")
}

pub(super) fn epoch_key(meeting: &MeetingName) -> String {
    format!("rennsteig:epoch:{meeting}")
}

pub(super) fn tenant_key(meeting: &MeetingName) -> String {
    format!("rennsteig:tenant:{meeting}")
}

pub(super) fn wanted_key(meeting: &MeetingName) -> String {
    format!("rennsteig:wants:{meeting}")
}

pub(super) fn over_key(run: &str) -> String {
    format!("rennsteig:over:{run}")
}

/// The text of a lease in Redis.
pub(super) fn text(lease: &Lease) -> String {
    format!("{} {}", lease.epoch, lease.owner)
}

/// What `CLAIM` answers: a lease, or `wait` and milliseconds.
pub(super) fn read_claim(meeting: &MeetingName, node: &NodeId, text: &str) -> Result<Claim, ClusterError> {
    if let Some(rest) = text.strip_prefix("wait ").and_then(|rest| rest.parse().ok()) {
        return Ok(Claim::Settling(std::time::Duration::from_millis(rest)));
    }
    let lease = read_lease(meeting, text)?;
    Ok(if lease.owner == *node { Claim::Ours(lease) } else { Claim::Theirs(lease) })
}

pub(super) fn read_lease(meeting: &MeetingName, text: &str) -> Result<Lease, ClusterError> {
    text.split_once(' ')
        .and_then(|(epoch, owner)| Some((epoch.parse().ok()?, owner.to_owned())))
        .map(|(epoch, owner)| Lease { meeting: meeting.clone(), owner: NodeId(owner), epoch })
        .ok_or_else(|| ClusterError::Inconsistent(format!("the lease of meeting {meeting}")))
}

/// Keys: lease, epoch, tenant, wanted, born. Arguments: node, life and settling time in ms.
///
/// Epochs are microseconds of Redis's clock, or one more than the last: they rise even when Redis
/// has lost its data. Whoever wants a meeting that was not given up has to ask, itself and without a
/// longer pause, for the settling time: so Redis was there all the while, and the owner could have renewed.
pub(super) static CLAIM: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local held = redis.call('GET', KEYS[1])
         if held then
           local owner = string.match(held, '^%d+ (.*)$')
           if owner == ARGV[1] then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
           return held
         end
         local time = redis.call('TIME')
         local now = time[1] * 1000 + math.floor(time[2] / 1000)
         local settling = tonumber(ARGV[3])
         redis.call('SET', KEYS[5], string.format('%.0f', now), 'NX')
         local former = redis.call('HGET', KEYS[3], 'lease')
         if former and string.match(former, '^%d+ (.*)$') ~= ARGV[1] then
           local since, last = string.match(redis.call('HGET', KEYS[4], ARGV[1]) or '', '^(%d+) (%d+)$')
           if not since or now - last > 2000 then since = now end
           if now - since < settling then
             local asked = string.format('%.0f %.0f', since, now)
             redis.call('HSET', KEYS[4], ARGV[1], asked)
             redis.call('PEXPIRE', KEYS[4], settling + 2000)
             return 'wait ' .. string.format('%.0f', settling - (now - since))
           end
         elseif not former then
           local age = now - tonumber(redis.call('GET', KEYS[5]))
           if age < settling then return 'wait ' .. string.format('%.0f', settling - age) end
         end
         local run = redis.call('HGET', KEYS[3], 'run')
         if run then redis.call('SET', 'rennsteig:over:' .. run, '1', 'EX', 259200) end
         local epoch = time[1] * 1000000 + time[2]
         local before = tonumber(redis.call('GET', KEYS[2]) or '0')
         if epoch <= before then epoch = before + 1 end
         local number = string.format('%.0f', epoch)
         local text = number .. ' ' .. ARGV[1]
         redis.call('SET', KEYS[1], text, 'PX', ARGV[2])
         redis.call('SET', KEYS[2], number, 'EX', 86400)
         redis.call('DEL', KEYS[3], KEYS[4])
         redis.call('HSET', KEYS[3], 'lease', text)
         redis.call('EXPIRE', KEYS[3], 86400)
         return text",
    )
});

/// Notes since when Redis remembers, if nobody has yet. Key: born.
pub(super) static REMEMBER: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local time = redis.call('TIME')
         local now = time[1] * 1000 + math.floor(time[2] / 1000)
         redis.call('SET', KEYS[1], string.format('%.0f', now), 'NX')
         return 1",
    )
});

/// Renews what is ours, or what ran out and was never given to anybody else since.
/// Keys: lease, epoch, tenant, wanted, born. Arguments: epoch, owner, life in ms.
pub(super) static RENEW: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local held = redis.call('GET', KEYS[1])
         local ours = ARGV[1] .. ' ' .. ARGV[2]
         if held and held ~= ours then return 0 end
         if not held then
           local last = redis.call('GET', KEYS[2])
           if last and last ~= ARGV[1] then return 0 end
         end
         local time = redis.call('TIME')
         local now = time[1] * 1000 + math.floor(time[2] / 1000)
         redis.call('SET', KEYS[5], string.format('%.0f', now), 'NX')
         redis.call('SET', KEYS[1], ours, 'PX', ARGV[3])
         redis.call('SET', KEYS[2], ARGV[1], 'EX', 86400)
         redis.call('DEL', KEYS[4])
         redis.call('HSET', KEYS[3], 'lease', ours)
         redis.call('EXPIRE', KEYS[3], 86400)
         return 1",
    )
});

/// Gives up what is ours. The marker in place of the epoch keeps the lease from being renewed later.
/// Keys: lease, epoch, tenant. Arguments: epoch, owner.
pub(super) static RELEASE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local ours = ARGV[1] .. ' ' .. ARGV[2]
         if redis.call('GET', KEYS[1]) == ours then redis.call('DEL', KEYS[1]) end
         if redis.call('HGET', KEYS[3], 'lease') == ours then redis.call('DEL', KEYS[3]) end
         if redis.call('GET', KEYS[2]) == ARGV[1] then
           redis.call('SET', KEYS[2], string.format('%.0f', tonumber(ARGV[1]) + 1), 'EX', 86400)
         end
         return 1",
    )
});

/// Gives what is ours to another node; answers its lease, also if that was done already, or nothing.
/// Keys: lease, epoch, tenant, wanted. Arguments: epoch, owner, heir, life in ms.
pub(super) static HAND_OVER: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local ours = ARGV[1] .. ' ' .. ARGV[2]
         local held = redis.call('GET', KEYS[1])
         local number = string.format('%.0f', tonumber(ARGV[1]) + 1)
         local theirs = number .. ' ' .. ARGV[3]
         if held == theirs then return theirs end
         if held and held ~= ours then return false end
         if not held and redis.call('GET', KEYS[2]) ~= ARGV[1] then return false end
         redis.call('SET', KEYS[1], theirs, 'PX', ARGV[4])
         redis.call('SET', KEYS[2], number, 'EX', 86400)
         redis.call('DEL', KEYS[3], KEYS[4])
         redis.call('HSET', KEYS[3], 'lease', theirs)
         redis.call('EXPIRE', KEYS[3], 86400)
         return theirs",
    )
});

/// Keys: lease, tenant, over. Argument: the run. Answers 0 silent, 1 running, 2 over.
pub(super) static FATE: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "if redis.call('EXISTS', KEYS[3]) == 1 then return 2 end
         local tenant = redis.call('HMGET', KEYS[2], 'lease', 'run')
         if tenant[2] == ARGV[1] and tenant[1] == redis.call('GET', KEYS[1]) then return 1 end
         return 0",
    )
});

/// Keys: lease, epoch, tenant, over. Argument: the run. Answers whether it is over.
pub(super) static END_RUN: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local tenant = redis.call('HMGET', KEYS[3], 'lease', 'run')
         if tenant[2] == ARGV[1] then
           if tenant[1] == redis.call('GET', KEYS[1]) then return 0 end
           local epoch = string.match(tenant[1], '^(%d+) ')
           if redis.call('GET', KEYS[2]) == epoch then
             redis.call('SET', KEYS[2], string.format('%.0f', tonumber(epoch) + 1), 'EX', 86400)
           end
           redis.call('DEL', KEYS[3])
         end
         redis.call('SET', KEYS[4], '1', 'EX', 259200)
         return 1",
    )
});
