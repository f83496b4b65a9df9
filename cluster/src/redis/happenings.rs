use std::sync::Arc;

use async_trait::async_trait;

use super::link::Link;
use super::shelf;
use crate::{ClusterError, HAPPENINGS_KEPT, Happening, Happenings, Receipt};

/// The one stream of all nodes.
const KEY: &str = "rennsteig:happenings";

/// What waits is a stream: read from its beginning, deleted entry by entry. No group of readers
/// is needed, because what two nodes fetch at once they keep once.
pub(super) struct RedisHappenings {
    link: Arc<Link>,
}

impl RedisHappenings {
    pub(super) fn new(link: Arc<Link>) -> Self {
        Self { link }
    }
}

/// One entry as Redis answers it: its id and its fields.
type Entry = (String, Vec<(String, String)>);

#[async_trait]
impl Happenings for RedisHappenings {
    async fn add(&self, happenings: &[Happening]) -> Result<(), ClusterError> {
        for happening in happenings {
            let mut append = redis::cmd("XADD");
            append.arg(KEY).arg("MAXLEN").arg("~").arg(HAPPENINGS_KEPT).arg("*");
            append.arg("happening").arg(shelf::write(happening)?);
            self.link.run::<String>(&append).await?;
        }
        Ok(())
    }

    async fn waiting(&self, limit: usize) -> Result<Vec<(Receipt, Happening)>, ClusterError> {
        let mut read = redis::cmd("XRANGE");
        read.arg(KEY).arg("-").arg("+").arg("COUNT").arg(limit);
        let entries: Vec<Entry> = self.link.run(&read).await?;
        let (mut found, mut unreadable) = (Vec::new(), Vec::new());
        for (id, fields) in entries {
            match fields.first().map(|(_, text)| shelf::read(text)) {
                Some(Ok(happening)) => found.push((Receipt(id), happening)),
                // What a newer or older version wrote must not hold up the rest.
                _ => unreadable.push(Receipt(id)),
            }
        }
        self.forget(&unreadable).await?;
        Ok(found)
    }

    async fn forget(&self, receipts: &[Receipt]) -> Result<(), ClusterError> {
        if receipts.is_empty() {
            return Ok(());
        }
        let mut delete = redis::cmd("XDEL");
        delete.arg(KEY);
        for receipt in receipts {
            delete.arg(&receipt.0);
        }
        self.link.run::<i64>(&delete).await.map(drop)
    }
}
