use std::collections::{HashMap, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use futures_util::{StreamExt, stream};
use tokio::sync::{Mutex, Notify, broadcast};
use tokio::time::Instant;
use tokio_stream::wrappers::BroadcastStream;

use crate::{Bus, ClusterError, Command, CommandStream, Event, EventStream, NodeId};

/// How long a command waits for a node that is away.
const AWAY: Duration = Duration::from_secs(60);
/// Events a slow listener may be behind before it misses some.
const BACKLOG: usize = 1024;

/// One queue of commands per node, one broadcast of events.
pub(super) struct MemoryBus {
    queues: Mutex<HashMap<NodeId, Arc<Queue>>>,
    events: broadcast::Sender<Event>,
}

#[derive(Default)]
struct Queue {
    waiting: Mutex<VecDeque<(Instant, Command)>>,
    /// Rings once per command, and is remembered if nobody listens at that moment.
    bell: Notify,
}

impl Queue {
    async fn push(&self, command: Command) {
        let mut waiting = self.waiting.lock().await;
        waiting.retain(|(sent_at, _)| sent_at.elapsed() < AWAY);
        waiting.push_back((Instant::now(), command));
        self.bell.notify_one();
    }

    async fn next(&self) -> Command {
        loop {
            if let Some(command) = self.take().await {
                return command;
            }
            self.bell.notified().await;
        }
    }

    async fn take(&self) -> Option<Command> {
        let mut waiting = self.waiting.lock().await;
        while let Some((sent_at, command)) = waiting.pop_front() {
            if sent_at.elapsed() < AWAY {
                return Some(command);
            }
        }
        None
    }
}

impl Default for MemoryBus {
    fn default() -> Self {
        Self { queues: Mutex::default(), events: broadcast::Sender::new(BACKLOG) }
    }
}

impl MemoryBus {
    async fn queue(&self, node: &NodeId) -> Arc<Queue> {
        self.queues.lock().await.entry(node.clone()).or_default().clone()
    }

    pub(super) fn tell(&self, event: Event) {
        // Nobody listening is no failure: events are hints.
        let _ = self.events.send(event);
    }
}

#[async_trait]
impl Bus for MemoryBus {
    async fn send(&self, to: &NodeId, command: Command) -> Result<(), ClusterError> {
        self.queue(to).await.push(command).await;
        Ok(())
    }

    async fn commands(&self, node: &NodeId) -> Result<CommandStream, ClusterError> {
        let queue = self.queue(node).await;
        Ok(stream::unfold(queue, |queue| async move { Some((queue.next().await, queue)) }).boxed())
    }

    async fn publish(&self, event: Event) -> Result<(), ClusterError> {
        self.tell(event);
        Ok(())
    }

    async fn events(&self) -> Result<EventStream, ClusterError> {
        let heard = BroadcastStream::new(self.events.subscribe());
        Ok(heard.filter_map(|event| std::future::ready(event.ok())).boxed())
    }
}
