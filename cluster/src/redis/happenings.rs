use std::sync::{Arc, LazyLock};

use async_trait::async_trait;
use redis::Script;

use super::leases::over_key;
use super::link::Link;
use super::shelf;
use crate::{ClusterError, HAPPENINGS_KEPT, Happening, Happenings, Receipt};

/// The one stream of all nodes.
const KEY: &str = "rennsteig:happenings";

/// Appends, unless the run was ended: an owner that was away while another took its meeting has
/// nothing more to say. Keys: stream, over. Arguments: the text, most entries.
static ADD: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "if redis.call('EXISTS', KEYS[2]) == 1 then return 0 end
         redis.call('XADD', KEYS[1], 'MAXLEN', '~', ARGV[2], '*', 'happening', ARGV[1])
         return 1",
    )
});

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
        let most = HAPPENINGS_KEPT.to_string();
        for happening in happenings {
            let (over, text) = (over_key(&happening.run), shelf::write(happening)?);
            self.link.script::<i64>(&ADD, &[KEY, &over], &[&text, &most]).await?;
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
