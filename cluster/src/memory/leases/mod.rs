//! Who has which meeting, as a state machine: instants are passed in. The same rules as the scripts
//! of the other engine (`redis/leases.rs`); both keep the promises of `cluster/tests`.

use std::collections::HashMap;
use std::time::Duration;

use domain::MeetingName;
use tokio::time::Instant;

use crate::{Claim, Lease, NodeId};

/// A longer pause between two questions, and the waiting begins anew.
const LONGEST_PAUSE: Duration = Duration::from_secs(2);

pub(super) struct Leases {
    settling: Duration,
    /// The last owner of a meeting that did not give it up, also if its time is over.
    tenants: HashMap<MeetingName, Tenant>,
    /// Since when, and last when, each other node asked for a meeting.
    wanted: HashMap<MeetingName, HashMap<NodeId, (Instant, Instant)>>,
    /// The last epoch given to anybody. One counter for all meetings rises for each of them, too.
    epoch: u64,
}

struct Tenant {
    lease: Lease,
    ends_at: Instant,
    /// Which run of the meeting it is for; unknown until the first report.
    run: Option<String>,
}

impl Leases {
    pub(super) fn new(settling: Duration) -> Self {
        Self { settling, tenants: HashMap::new(), wanted: HashMap::new(), epoch: 0 }
    }

    /// Who has it now.
    pub(super) fn held(&self, meeting: &MeetingName, now: Instant) -> Option<&Lease> {
        self.tenants.get(meeting).filter(|tenant| now < tenant.ends_at).map(|tenant| &tenant.lease)
    }

    /// Gives it to a node if nobody has it, and says which run that ends.
    pub(super) fn claim(
        &mut self,
        meeting: &MeetingName,
        node: &NodeId,
        ttl: Duration,
        now: Instant,
    ) -> (Claim, Option<String>) {
        let ends_at = now + ttl;
        match self.tenants.get_mut(meeting).filter(|tenant| now < tenant.ends_at) {
            Some(held) if held.lease.owner != *node => return (Claim::Theirs(held.lease.clone()), None),
            Some(ours) => {
                ours.ends_at = ends_at;
                return (Claim::Ours(ours.lease.clone()), None);
            }
            None => {}
        }
        if let Some(rest) = self.rest(meeting, node, now) {
            return (Claim::Settling(rest), None);
        }
        self.epoch += 1;
        self.wanted.remove(meeting);
        let lease = Lease { meeting: meeting.clone(), owner: node.clone(), epoch: self.epoch };
        let former = self.tenants.insert(meeting.clone(), Tenant { lease: lease.clone(), ends_at, run: None });
        (Claim::Ours(lease), former.and_then(|former| former.run))
    }

    /// How long another node has to go on asking for a meeting that its owner did not give up.
    fn rest(&mut self, meeting: &MeetingName, node: &NodeId, now: Instant) -> Option<Duration> {
        self.tenants.get(meeting).filter(|former| former.lease.owner != *node)?;
        let (since, last) = self.wanted.entry(meeting.clone()).or_default().entry(node.clone()).or_insert((now, now));
        if now - *last > LONGEST_PAUSE {
            *since = now;
        }
        *last = now;
        self.settling.checked_sub(now - *since).filter(|rest| !rest.is_zero())
    }

    /// Keeps it, unless somebody else had it since.
    pub(super) fn renew(&mut self, lease: &Lease, ttl: Duration, now: Instant) -> bool {
        let Some(tenant) = self.tenants.get_mut(&lease.meeting).filter(|tenant| tenant.lease == *lease) else {
            return false;
        };
        tenant.ends_at = now + ttl;
        self.wanted.remove(&lease.meeting);
        true
    }

    /// Gives it up, if it is still theirs.
    pub(super) fn release(&mut self, lease: &Lease) {
        if self.tenants.get(&lease.meeting).is_some_and(|tenant| tenant.lease == *lease) {
            self.tenants.remove(&lease.meeting);
        }
    }

    /// Gives it to another node, if it is still theirs.
    pub(super) fn hand_over(&mut self, lease: &Lease, heir: &NodeId, ttl: Duration, now: Instant) -> Option<Lease> {
        let tenant = self.tenants.get_mut(&lease.meeting)?;
        let epoch = lease.epoch + 1;
        let theirs = Lease { meeting: lease.meeting.clone(), owner: heir.clone(), epoch };
        if tenant.lease == theirs {
            return Some(theirs);
        }
        if tenant.lease != *lease {
            return None;
        }
        self.epoch = self.epoch.max(epoch);
        *tenant = Tenant { lease: theirs.clone(), ends_at: now + ttl, run: None };
        self.wanted.remove(&lease.meeting);
        Some(theirs)
    }

    /// Does the lease count, or has at least nobody else one?
    pub(super) fn counts(&self, lease: &Lease) -> bool {
        self.tenants.get(&lease.meeting).is_none_or(|tenant| tenant.lease == *lease)
    }

    /// Notes which run a lease is for.
    pub(super) fn note_run(&mut self, lease: &Lease, run: &str) {
        if let Some(tenant) = self.tenants.get_mut(&lease.meeting).filter(|tenant| tenant.lease == *lease) {
            tenant.run = Some(run.to_owned());
        }
    }

    /// Does the owner of this run hold the lease?
    pub(super) fn runs(&self, meeting: &MeetingName, run: &str, now: Instant) -> bool {
        let tenant = self.tenants.get(meeting);
        tenant.is_some_and(|tenant| now < tenant.ends_at && tenant.run.as_deref() == Some(run))
    }

    /// Nobody comes back to this run.
    pub(super) fn end_run(&mut self, meeting: &MeetingName, run: &str) {
        if self.tenants.get(meeting).is_some_and(|tenant| tenant.run.as_deref() == Some(run)) {
            self.tenants.remove(meeting);
        }
    }
}

#[cfg(test)]
mod tests;
