use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use redis::Client;
use tokio::sync::{broadcast, watch};
use tokio::task::JoinHandle;
use tokio_stream::wrappers::BroadcastStream;

use super::link::{PATIENCE, in_time};
use super::revocations::Known;
use super::shelf;
use crate::{ClusterError, Event, EventStream};

/// Where events are published.
pub(super) const EVENTS: &str = "rennsteig:events";
/// Where revocations are published beside being kept.
pub(super) const REVOCATIONS: &str = "rennsteig:revocations:told";

/// Events a slow listener may be behind before it misses some.
const BACKLOG: usize = 1024;
/// How often a silent connection is asked whether it still lives.
const HEARTBEAT: Duration = Duration::from_secs(2);
/// Between two attempts to come back: from the first value, doubling, to the second.
const BACK_OFF: (Duration, Duration) = (Duration::from_millis(50), Duration::from_secs(1));

/// Listens on one subscribed connection for the whole node and passes on what it hears.
pub(super) struct Ear {
    heard: broadcast::Sender<Event>,
    is_listening: watch::Receiver<bool>,
    listening: JoinHandle<()>,
}

impl Ear {
    pub(super) fn open(client: Client, known: Arc<Known>) -> Self {
        let heard = broadcast::Sender::new(BACKLOG);
        let (tell_listening, is_listening) = watch::channel(false);
        let events = heard.clone();
        let listening = tokio::spawn(async move {
            let mut pause = BACK_OFF.0;
            loop {
                // Whatever ended it, the way back is the same; callers see `is_listening`.
                if listen(&client, &known, &events, &tell_listening).await.is_ok() {
                    pause = BACK_OFF.0;
                }
                let _ = tell_listening.send(false);
                tokio::time::sleep(pause).await;
                pause = (pause * 2).min(BACK_OFF.1);
            }
        });
        Self { heard, is_listening, listening }
    }

    /// Is the connection there, as far as is known?
    pub(super) fn is_listening(&self) -> bool {
        *self.is_listening.borrow()
    }

    /// Events from now on. If Redis is away, from the moment it is back.
    pub(super) async fn events(&self) -> EventStream {
        let heard = BroadcastStream::new(self.heard.subscribe());
        let mut is_listening = self.is_listening.clone();
        let _ = tokio::time::timeout(PATIENCE, is_listening.wait_for(|yes| *yes)).await;
        heard.filter_map(|event| std::future::ready(event.ok())).boxed()
    }
}

impl Drop for Ear {
    fn drop(&mut self) {
        self.listening.abort();
    }
}

/// Subscribes, catches up on revocations, and listens until the connection is lost.
/// Answers an error if it did not come that far.
async fn listen(
    client: &Client,
    known: &Known,
    heard: &broadcast::Sender<Event>,
    tell_listening: &watch::Sender<bool>,
) -> Result<(), ClusterError> {
    let (mut sink, mut messages) = in_time(client.get_async_pubsub()).await?.split();
    in_time(sink.subscribe(&[EVENTS, REVOCATIONS])).await?;
    // Only after subscribing, so that nothing falls between the two.
    known.catch_up().await?;
    let _ = tell_listening.send(true);
    let mut heartbeat = tokio::time::interval(HEARTBEAT);
    loop {
        tokio::select! {
            message = messages.next() => match message {
                Some(message) => hear(&message, known, heard),
                None => return Ok(()),
            },
            _ = heartbeat.tick() => {
                if in_time(sink.ping::<redis::Value>()).await.is_err() {
                    return Ok(());
                }
            }
        }
    }
}

/// What cannot be read comes from another version and is passed over.
fn hear(message: &redis::Msg, known: &Known, heard: &broadcast::Sender<Event>) {
    let Ok(text) = message.get_payload::<String>() else { return };
    if message.get_channel_name() == REVOCATIONS {
        if let Ok(revocation) = shelf::read(&text) {
            known.note(revocation);
        }
    } else if let Ok(event) = shelf::read(&text) {
        let _ = heard.send(event);
    }
}
