use std::collections::VecDeque;
use std::sync::{Arc, LazyLock};
use std::time::Duration;

use async_trait::async_trait;
use futures_util::{StreamExt, stream};
use redis::aio::MultiplexedConnection;
use redis::{Client, RedisResult, Script};

use super::ear::{EVENTS, Ear};
use super::link::{Link, connect, in_time};
use super::shelf;
use crate::{Bus, ClusterError, Command, CommandStream, Event, EventStream, NodeId};

/// How long a command waits for a node that is away, in milliseconds.
const AWAY_MS: u64 = 60_000;
/// The one group that reads a node's stream; Redis keeps its position.
const GROUP: &str = "node";
/// How long Redis holds a read that finds nothing. Below the patience of [`in_time`].
const BLOCK_MS: u64 = 700;
/// Between two attempts to read.
const PAUSE: Duration = Duration::from_millis(200);

/// Appends, forgets what nobody fetched in time, and lets an abandoned stream go.
static SEND: LazyLock<Script> = LazyLock::new(|| {
    Script::new(
        "local time = redis.call('TIME')
         local oldest = time[1] * 1000 + math.floor(time[2] / 1000) - ARGV[2]
         redis.call('XADD', KEYS[1], 'MINID', string.format('%.0f', oldest), '*', 'command', ARGV[1])
         redis.call('PEXPIRE', KEYS[1], ARGV[2] * 2)
         return 1",
    )
});

pub(super) struct RedisBus {
    client: Client,
    link: Arc<Link>,
    ear: Arc<Ear>,
}

impl RedisBus {
    pub(super) fn new(client: Client, link: Arc<Link>, ear: Arc<Ear>) -> Self {
        Self { client, link, ear }
    }
}

#[async_trait]
impl Bus for RedisBus {
    async fn send(&self, to: &NodeId, command: Command) -> Result<(), ClusterError> {
        let text = shelf::write(&command)?;
        self.link.script::<i64>(&SEND, &[&key(to)], &[&text, &AWAY_MS.to_string()]).await.map(drop)
    }

    async fn commands(&self, node: &NodeId) -> Result<CommandStream, ClusterError> {
        let inbox = Inbox::new(self.client.clone(), key(node));
        Ok(stream::unfold(inbox, |mut inbox| async move { Some((inbox.next().await, inbox)) }).boxed())
    }

    async fn publish(&self, event: Event) -> Result<(), ClusterError> {
        let text = shelf::write(&event)?;
        self.link.run::<i64>(redis::cmd("PUBLISH").arg(EVENTS).arg(text)).await.map(drop)
    }

    async fn events(&self) -> Result<EventStream, ClusterError> {
        Ok(self.ear.events().await)
    }
}

fn key(node: &NodeId) -> String {
    format!("rennsteig:commands:{node}")
}

/// One entry as Redis answers it: its id and its fields.
type Entry = (String, Vec<(String, String)>);
/// The streams of an answer, by key; none if the wait was in vain.
type Answer = Option<Vec<(String, Vec<Entry>)>>;

/// Reads one node's stream. An entry is acknowledged when the next one is asked for, so a
/// command that was handed out when the node died is handed out again.
struct Inbox {
    client: Client,
    key: String,
    connection: Option<MultiplexedConnection>,
    /// Read, not yet handed out.
    waiting: VecDeque<(String, Command)>,
    /// Handed out or unreadable, not yet acknowledged.
    done: Vec<String>,
    /// First what was handed out but never acknowledged, then what is new.
    position: &'static str,
}

impl Inbox {
    fn new(client: Client, key: String) -> Self {
        Self { client, key, connection: None, waiting: VecDeque::new(), done: Vec::new(), position: "0" }
    }

    async fn next(&mut self) -> Command {
        loop {
            if let Some((id, command)) = self.waiting.pop_front() {
                self.done.push(id);
                return command;
            }
            if self.fetch().await.is_err() {
                // The connection is gone or Redis lost its data: begin again with what is pending.
                // Nothing waits here any more, so nothing is handed out twice by that.
                self.connection = None;
                self.position = "0";
                tokio::time::sleep(PAUSE).await;
            }
        }
    }

    async fn fetch(&mut self) -> Result<(), ClusterError> {
        let mut connection = match &self.connection {
            Some(connection) => connection.clone(),
            None => in_time(open(&self.client, &self.key)).await?,
        };
        self.connection = Some(connection.clone());
        if !self.done.is_empty() {
            let mut acknowledge = redis::cmd("XACK");
            acknowledge.arg(&self.key).arg(GROUP).arg(&self.done);
            in_time(acknowledge.query_async::<i64>(&mut connection)).await?;
            self.done.clear();
        }
        let mut read = redis::cmd("XREADGROUP");
        read.arg("GROUP").arg(GROUP).arg("self").arg("COUNT").arg(64).arg("BLOCK").arg(BLOCK_MS);
        read.arg("STREAMS").arg(&self.key).arg(self.position);
        let answer: Answer = in_time(read.query_async(&mut connection)).await?;
        let (seconds, micros): (u64, u64) = in_time(redis::cmd("TIME").query_async(&mut connection)).await?;
        let entries: Vec<Entry> = answer.into_iter().flatten().flat_map(|(_, entries)| entries).collect();
        if self.position == "0" && entries.is_empty() {
            self.position = ">";
        }
        let oldest = (seconds * 1000 + micros / 1000).saturating_sub(AWAY_MS);
        for (id, fields) in entries {
            let sent_at: u64 = id.split('-').next().and_then(|part| part.parse().ok()).unwrap_or_default();
            let command = fields.first().and_then(|(_, text)| shelf::read(text).ok());
            match command {
                Some(command) if sent_at > oldest => self.waiting.push_back((id, command)),
                _ => self.done.push(id),
            }
        }
        Ok(())
    }
}

/// A connection of its own, because reading holds it, and the group, if it is not there yet.
async fn open(client: &Client, key: &str) -> RedisResult<MultiplexedConnection> {
    let mut connection = connect(client).await?;
    let mut create = redis::cmd("XGROUP");
    create.arg("CREATE").arg(key).arg(GROUP).arg("0").arg("MKSTREAM");
    match create.query_async::<()>(&mut connection).await {
        Err(error) if error.code() != Some("BUSYGROUP") => Err(error),
        _ => Ok(connection),
    }
}
