use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};

use bytes::Bytes;
use jiff::Timestamp;
use protocol::frame;
use protocol::livekit::SignalResponse;
use tokio::sync::{Notify, mpsc};

use crate::config::OUTBOX_LIMIT;

/// A message encoded once for all its receivers.
pub struct Outgoing {
    response: SignalResponse,
    binary: Bytes,
}

impl Outgoing {
    pub fn new(response: SignalResponse) -> Arc<Self> {
        let binary = frame::encode_binary(&response).into();
        Arc::new(Self { response, binary })
    }

    pub fn response(&self) -> &SignalResponse {
        &self.response
    }

    pub fn binary(&self) -> Bytes {
        self.binary.clone()
    }

    /// For the few who debug in text.
    pub fn text(&self) -> String {
        frame::encode_text(&self.response)
    }
}

/// What a connection's writer is told.
pub enum Outbound {
    /// Write this.
    Say(Arc<Outgoing>),
    /// Close, after everything before.
    Close,
}

/// The way to one client: bounded, so that one who does not read costs memory for
/// [`OUTBOX_LIMIT`] messages at most and is then cut off.
#[derive(Clone)]
pub struct Outbox {
    sender: mpsc::Sender<Outbound>,
    cut: Arc<Notify>,
    /// When the client was last heard, UTC milliseconds.
    heard: Arc<AtomicI64>,
}

/// The other end, held by the connection.
pub struct Outlet {
    pub receiver: mpsc::Receiver<Outbound>,
    pub cut: Arc<Notify>,
}

pub fn outbox() -> (Outbox, Outlet) {
    let (sender, receiver) = mpsc::channel(OUTBOX_LIMIT);
    let cut = Arc::new(Notify::new());
    (Outbox { sender, cut: cut.clone(), heard: Arc::default() }, Outlet { receiver, cut })
}

impl Outbox {
    pub fn say(&self, message: &Arc<Outgoing>) {
        self.push(Outbound::Say(message.clone()));
    }

    /// The client said something.
    pub fn note_heard(&self, now: Timestamp) {
        self.heard.store(now.as_millisecond(), Ordering::Relaxed);
    }

    /// When the client last said something; long ago if it never did.
    pub fn heard_at(&self) -> Timestamp {
        Timestamp::from_millisecond(self.heard.load(Ordering::Relaxed)).unwrap_or(Timestamp::UNIX_EPOCH)
    }

    pub fn close(&self) {
        self.push(Outbound::Close);
    }

    fn push(&self, outbound: Outbound) {
        if let Err(mpsc::error::TrySendError::Full(_)) = self.sender.try_send(outbound) {
            metrics::counter!("rennsteig_signaling_slow_readers_total").increment(1);
            self.cut.notify_one();
        }
    }
}

#[cfg(test)]
mod tests {
    use futures_util::FutureExt as _;
    use protocol::livekit::signal_response::Message;

    use super::*;

    #[tokio::test]
    async fn a_reader_who_takes_nothing_is_cut_off_once_the_outbox_is_full() {
        let (outbox, outlet) = outbox();
        let message = Outgoing::new(SignalResponse { message: Some(Message::Pong(1)) });
        (0..OUTBOX_LIMIT).for_each(|_| outbox.say(&message));
        assert!(outlet.cut.notified().now_or_never().is_none());
        outbox.say(&message);
        assert!(outlet.cut.notified().now_or_never().is_some());
        assert_eq!(outlet.receiver.len(), OUTBOX_LIMIT);
    }
}
