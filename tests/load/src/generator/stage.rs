//! The media thread: all sockets in one loop.

use std::sync::Arc;
use std::sync::mpsc::{Receiver, Sender, channel};
use std::time::{Duration, Instant};

use anyhow::{Context, Result};
use mio::{Events, Interest, Poll, Token, Waker};
use tokio::sync::oneshot;

use super::client::Client;
use super::flow::Clock;
use crate::scenario::Media;

const WAKE: Token = Token(usize::MAX);
/// Between two looks at timers; senders keep to their pace within it.
const TICK: Duration = Duration::from_millis(1);

type Act = Box<dyn FnOnce(&mut Vec<Client>, &mut bool, &Poll) + Send>;

/// The way to the media thread.
#[derive(Clone)]
pub struct Stage {
    acts: Sender<Act>,
    waker: Arc<Waker>,
}

impl Stage {
    /// Starts the thread.
    pub fn start(media: Media) -> Result<Self> {
        let poll = Poll::new()?;
        let waker = Arc::new(Waker::new(poll.registry(), WAKE)?);
        let (acts, inbox) = channel();
        std::thread::Builder::new().name("media".to_owned()).spawn(move || {
            if let Err(error) = turn(poll, &inbox, media) {
                eprintln!("the load failed: {error:#}");
                std::process::exit(1);
            }
        })?;
        Ok(Self { acts, waker })
    }

    /// Does something with everything on the media thread.
    pub async fn all<T: Send + 'static>(
        &self,
        act: impl FnOnce(&mut Vec<Client>, &mut bool) -> T + Send + 'static,
    ) -> Result<T> {
        self.act(move |clients, measuring, _| act(clients, measuring)).await
    }

    /// Does something with one participant.
    pub async fn with<T: Send + 'static>(
        &self,
        client: usize,
        act: impl FnOnce(&mut Client) -> T + Send + 'static,
    ) -> Result<T> {
        self.act(move |clients, _, _| act(&mut clients[client])).await
    }

    /// Adds a participant; answers its place.
    pub async fn add(&self, mut client: Client) -> Result<usize> {
        self.act(move |clients, _, poll| {
            let at = clients.len();
            poll.registry().register(&mut client.socket, Token(at), Interest::READABLE)?;
            clients.push(client);
            Ok(at)
        })
        .await?
    }

    async fn act<T: Send + 'static>(
        &self,
        act: impl FnOnce(&mut Vec<Client>, &mut bool, &Poll) -> T + Send + 'static,
    ) -> Result<T> {
        let (sender, answer) = oneshot::channel();
        let act: Act = Box::new(move |clients, measuring, poll| {
            let _ = sender.send(act(clients, measuring, poll));
        });
        self.acts.send(act).ok().context("the media thread has ended")?;
        self.waker.wake()?;
        answer.await.context("the media thread has ended")
    }
}

fn turn(mut poll: Poll, inbox: &Receiver<Act>, media: Media) -> Result<()> {
    let clock = Clock::start(media);
    // What is decrypted is also reported back; servers that estimate need that for pictures.
    let decrypt_all = media != Media::Audio;
    let mut events = Events::with_capacity(1_024);
    let mut clients: Vec<Client> = Vec::new();
    let mut measuring = false;
    let mut looked_at = Instant::now();
    loop {
        if let Err(error) = poll.poll(&mut events, Some(TICK))
            && error.kind() != std::io::ErrorKind::Interrupted
        {
            return Err(error.into());
        }
        for event in &events {
            if let Some(client) = clients.get_mut(event.token().0) {
                client.receive(&clock, decrypt_all, measuring)?;
            }
        }
        while let Ok(act) = inbox.try_recv() {
            act(&mut clients, &mut measuring, &poll);
        }
        let now = Instant::now();
        if now.saturating_duration_since(looked_at) < TICK / 2 {
            continue;
        }
        looked_at = now;
        for client in &mut clients {
            client.speak(&clock, now)?;
            client.advance(&clock, now)?;
            client.look(now);
        }
    }
}
