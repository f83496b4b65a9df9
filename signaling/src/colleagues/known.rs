use std::collections::HashMap;
use std::sync::Arc;
use std::time::Duration;

use cluster::{NodeRecord, RENEW_EVERY};
use tokio::time::{Instant, sleep, timeout};

use crate::config::CLUSTER_PATIENCE;
use crate::registry::Registry;
use crate::relay::ANNOUNCE_EVERY;

/// Who is missing from the directory for so long is a colleague no more. A directory that came back
/// empty has to be told first by everybody that they are there.
const MISSED_FOR: Duration = Duration::from_secs(3 * ANNOUNCE_EVERY.as_secs());

/// The other nodes that were last seen in the directory, by address, and since when they are missing.
#[derive(Debug, Default)]
pub struct Known(HashMap<String, Option<Instant>>);

impl Known {
    /// Notes what the directory says now.
    pub fn see(&mut self, nodes: &[NodeRecord], own_url: &str, now: Instant) {
        for (url, missing_since) in &mut self.0 {
            let is_there = nodes.iter().any(|node| node.url == *url);
            *missing_since = if is_there { None } else { missing_since.or(Some(now)) };
        }
        self.0.retain(|_, missing_since| missing_since.is_none_or(|since| now - since < MISSED_FOR));
        let others = nodes.iter().filter(|node| node.url != own_url);
        others.for_each(|node| _ = self.0.insert(node.url.clone(), None));
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    pub fn urls(&self) -> Vec<String> {
        self.0.keys().cloned().collect()
    }
}

/// Keeps up with who is there, for ever.
pub async fn look(registry: Arc<Registry>) {
    let around = &registry.around;
    loop {
        // While the directory is away, those it named last stay.
        if let Ok(Ok(nodes)) = timeout(CLUSTER_PATIENCE, around.cluster.directory.nodes()).await {
            let mut known = around.colleagues.known.lock().expect("nobody panics while holding this lock");
            known.see(&nodes, &around.config.node_url, Instant::now());
        }
        sleep(RENEW_EVERY).await;
    }
}

#[cfg(test)]
mod tests {
    use cluster::NodeId;

    use super::*;

    fn node(name: &str) -> NodeRecord {
        NodeRecord { id: NodeId(name.into()), url: format!("ws://{name}"), draining: false, participants: 0 }
    }

    #[test]
    fn a_colleague_is_known_until_it_is_missing_for_a_while_and_nobody_is_their_own() {
        let (mut known, began) = (Known::default(), Instant::now());
        known.see(&[node("own"), node("one"), node("two")], "ws://own", began);
        let mut urls = known.urls();
        urls.sort();
        assert_eq!(urls, ["ws://one", "ws://two"]);
        // After an outage of hours a directory without its memory: everybody is missing, but only just.
        let later = began + Duration::from_secs(7_200);
        known.see(&[node("own")], "ws://own", later);
        known.see(&[node("two")], "ws://own", later + MISSED_FOR - Duration::from_millis(1));
        assert_eq!(known.urls().len(), 2);
        known.see(&[node("two")], "ws://own", later + MISSED_FOR);
        assert_eq!(known.urls(), ["ws://two"]);
        assert!(!known.is_empty());
    }
}
