use std::sync::Arc;

use async_trait::async_trait;
use jiff::Timestamp;
use tokio::sync::Mutex;

use super::bus::MemoryBus;
use crate::ledger::Ledger;
use crate::{ClusterError, Event, Revocation, Revocations, TokenFacts};

pub(super) struct MemoryRevocations {
    ledger: Mutex<Ledger>,
    bus: Arc<MemoryBus>,
}

impl MemoryRevocations {
    pub(super) fn new(bus: Arc<MemoryBus>) -> Self {
        Self { ledger: Mutex::default(), bus }
    }
}

#[async_trait]
impl Revocations for MemoryRevocations {
    async fn revoke(&self, revocation: Revocation) -> Result<(), ClusterError> {
        let event = revocation.token_id.is_none().then(|| Event::Revoked {
            meeting: revocation.meeting.clone(),
            identity: revocation.identity.clone(),
            issued_until: Some(revocation.issued_until),
            for_good: revocation.for_good,
            in_use: revocation.in_use,
            everywhere: revocation.everywhere,
        });
        self.ledger.lock().await.add(revocation);
        if let Some(event) = event {
            self.bus.tell(event);
        }
        Ok(())
    }

    async fn is_revoked(&self, token: &TokenFacts, now: Timestamp) -> Result<bool, ClusterError> {
        Ok(self.ledger.lock().await.is_revoked(token, now))
    }
}
