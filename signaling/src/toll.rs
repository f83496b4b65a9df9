//! How fast clients may come and talk: counted for each participant, whatever connection it uses, and
//! for each address, where many people may be behind one.
//!
//! A participant that is too fast is sent away. At an address nobody can know who is to blame:
//! there, messages wait, and who is new is asked to come again in a moment.

use std::collections::HashMap;
use std::hash::Hash;
use std::net::{IpAddr, Ipv6Addr};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use domain::{Identity, MeetingName};
use tokio::time::Instant;

use crate::config::{ADDRESS_PATIENCE, SignalingConfig};
use crate::pace::{Bucket, JOIN_COST, Rate};
use crate::refusal::Refusal;

/// What is done about a message.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// It is carried out.
    Now,
    /// It is carried out after this time.
    After(Duration),
    /// Whoever sent it is sent away.
    TooMuch,
}

/// Who comes from where, and how fast.
pub struct Tolls {
    began: Instant,
    participants: Buckets<(MeetingName, Identity)>,
    messages: Option<Buckets<IpAddr>>,
    joins: Option<Buckets<IpAddr>>,
}

/// What one connection pays from.
pub struct Toll {
    began: Instant,
    participant: Arc<Mutex<Bucket>>,
    address: Option<Arc<Mutex<Bucket>>>,
}

impl Tolls {
    pub fn new(config: &SignalingConfig) -> Self {
        let unless_zero = |rate: Rate| (rate.per_second > 0).then(|| Buckets::new(rate));
        Self {
            began: Instant::now(),
            participants: Buckets::new(config.participant_pace),
            messages: unless_zero(config.address_pace),
            joins: unless_zero(config.address_joins),
        }
    }

    /// Somebody knocks: before anything is looked at.
    pub fn knock(&self, from: Option<IpAddr>) -> Result<(), Refusal> {
        let Some((joins, network)) = self.joins.as_ref().zip(from.and_then(network)) else { return Ok(()) };
        let now = self.began.elapsed();
        if lock(&joins.of(&network, now)).pay(1.0, now) { Ok(()) } else { Err(Refusal::TooMany) }
    }

    /// Somebody with a good token comes in.
    pub fn enter(&self, from: Option<IpAddr>, meeting: &MeetingName, identity: &Identity) -> Result<Toll, Refusal> {
        let now = self.began.elapsed();
        let participant = self.participants.of(&(meeting.clone(), identity.clone()), now);
        if !lock(&participant).pay(JOIN_COST, now) {
            return Err(Refusal::TooMany);
        }
        let messages = self.messages.as_ref().zip(from.and_then(network));
        let address = messages.map(|(messages, network)| messages.of(&network, now));
        Ok(Toll { began: self.began, participant, address })
    }
}

impl Toll {
    /// Pays for one message.
    pub fn pay(&self, cost: f64) -> Due {
        let now = self.began.elapsed();
        if !lock(&self.participant).pay(cost, now) {
            return Due::TooMuch;
        }
        let wait = self.address.as_ref().map(|address| lock(address).borrow(cost, now)).unwrap_or_default();
        match wait {
            Duration::ZERO => Due::Now,
            wait if wait < ADDRESS_PATIENCE => Due::After(wait),
            _ => Due::TooMuch,
        }
    }
}

/// What one household or office has: an IPv4 address or an IPv6 /64. None for this machine itself:
/// behind a reverse proxy that says nothing of its clients these would be everybody.
fn network(address: IpAddr) -> Option<IpAddr> {
    let network = match address.to_canonical() {
        IpAddr::V4(address) => address.into(),
        IpAddr::V6(address) => Ipv6Addr::from_bits(address.to_bits() >> 64 << 64).into(),
    };
    (!address.to_canonical().is_loopback()).then_some(network)
}

/// One bucket for each, as long as somebody pays from it or it is not full again.
struct Buckets<K> {
    rate: Rate,
    kept: Mutex<Kept<K>>,
}

struct Kept<K> {
    buckets: HashMap<K, Arc<Mutex<Bucket>>>,
    /// With so many it is time to look for those nobody needs.
    look_at: usize,
}

/// Fewer than this are not worth a look.
const FEW: usize = 1024;

impl<K: Clone + Eq + Hash> Buckets<K> {
    fn new(rate: Rate) -> Self {
        Self { rate, kept: Mutex::new(Kept { buckets: HashMap::new(), look_at: FEW }) }
    }

    fn of(&self, key: &K, now: Duration) -> Arc<Mutex<Bucket>> {
        let mut kept = lock(&self.kept);
        if let Some(known) = kept.buckets.get(key) {
            return known.clone();
        }
        if kept.buckets.len() >= kept.look_at {
            kept.buckets.retain(|_, bucket| Arc::strong_count(bucket) > 1 || !lock(bucket).is_full(now));
            kept.look_at = (2 * kept.buckets.len()).max(FEW);
        }
        let new = Arc::new(Mutex::new(Bucket::new(self.rate, now)));
        kept.buckets.insert(key.clone(), new.clone());
        new
    }
}

fn lock<T>(it: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    it.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use cluster::NodeId;

    use super::*;

    fn tolls(change: impl FnOnce(&mut SignalingConfig)) -> Tolls {
        let mut config = SignalingConfig::new(NodeId("here".into()), "ws://here".into(), Vec::new());
        change(&mut config);
        Tolls::new(&config)
    }

    fn ip(text: &str) -> Option<IpAddr> {
        Some(text.parse().expect("an address"))
    }

    fn enter(tolls: &Tolls, from: &str, who: &str) -> Result<Toll, Refusal> {
        tolls.enter(ip(from), &"daily".parse().expect("a name"), &who.parse().expect("a name"))
    }

    #[tokio::test]
    async fn a_participant_has_one_purse_for_all_its_connections_and_others_have_their_own() {
        let slow = Rate { per_second: 1, burst: 100 };
        let tolls = tolls(|config| config.participant_pace = slow);
        let first = enter(&tolls, "192.0.2.1", "mallory").expect("a full purse");
        assert_eq!(first.pay(70.0), Due::Now);
        assert_eq!(first.pay(70.0), Due::TooMuch);
        assert_eq!(enter(&tolls, "192.0.2.99", "mallory").err(), Some(Refusal::TooMany));
        assert_eq!(enter(&tolls, "192.0.2.1", "anna").expect("her own purse").pay(70.0), Due::Now);
    }

    #[tokio::test]
    async fn knocking_is_counted_for_an_address_or_a_network_of_the_newer_kind() {
        let tolls = tolls(|config| config.address_joins = Rate { per_second: 1, burst: 2 });
        let knocks = |from: &str| (0..3).filter(|_| tolls.knock(ip(from)).is_ok()).count();
        assert_eq!(knocks("192.0.2.1"), 2);
        assert_eq!(knocks("192.0.2.2"), 2);
        assert_eq!(knocks("::ffff:192.0.2.2"), 0, "the same one in other words");
        assert_eq!((knocks("2001:db8::1"), knocks("2001:db8::2"), knocks("2001:db8:0:1::1")), (2, 0, 2));
        assert_eq!((knocks("127.0.0.1"), knocks("::1")), (3, 3), "a proxy on this machine is everybody");
        assert!(tolls.knock(None).is_ok());
    }

    #[tokio::test]
    async fn messages_from_a_busy_address_wait_and_only_far_too_many_end_a_connection() {
        let tolls = tolls(|config| config.address_pace = Rate { per_second: 10, burst: 10 });
        let people: Vec<Toll> =
            (0..20).map(|n| enter(&tolls, "192.0.2.1", &format!("guest-{n}")).expect("a purse")).collect();
        assert_eq!(people[0].pay(10.0), Due::Now);
        let Due::After(wait) = people[1].pay(5.0) else { panic!("it waits its turn") };
        assert!(wait <= Duration::from_millis(500) && wait > Duration::ZERO, "{wait:?}");
        assert_eq!(people[2].pay(1000.0), Due::TooMuch);
        let elsewhere = enter(&tolls, "192.0.2.2", "guest-0").expect("a purse");
        assert_eq!(elsewhere.pay(10.0), Due::Now);
    }

    #[test]
    fn purses_nobody_needs_are_thrown_away() {
        let buckets = Buckets::new(Rate { per_second: 10, burst: 10 });
        let held = buckets.of(&0, Duration::ZERO);
        assert!(lock(&buckets.of(&1, Duration::ZERO)).pay(10.0, Duration::ZERO));
        (2..FEW).for_each(|n| drop(buckets.of(&n, Duration::ZERO)));
        buckets.of(&FEW, Duration::ZERO);
        assert_eq!(lock(&buckets.kept).buckets.len(), 3, "the held one, the empty one, the new one");
        assert!(Arc::ptr_eq(&held, &buckets.of(&0, Duration::ZERO)));
    }
}
