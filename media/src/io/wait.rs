use std::io;
use std::os::fd::AsRawFd;
use std::sync::Arc;
use std::time::Duration;

use mio::unix::SourceFd;
use mio::{Events, Interest, Poll, Token, Waker};

const SOCKET: Token = Token(0);
const NUDGE: Token = Token(1);

/// Sleeps until a packet comes, a command is put into the inbox, or time is up: one `epoll`
/// with an `eventfd`, so an idle worker costs nothing and a command waits for nobody.
pub(crate) struct Wait {
    poll: Poll,
    events: Events,
    nudge: Nudge,
}

/// Wakes a worker; cheap, from any thread.
#[derive(Clone, Debug)]
pub(crate) struct Nudge(Arc<Waker>);

impl Wait {
    pub(crate) fn on(socket: &impl AsRawFd) -> io::Result<Self> {
        let poll = Poll::new()?;
        poll.registry().register(&mut SourceFd(&socket.as_raw_fd()), SOCKET, Interest::READABLE)?;
        let nudge = Nudge(Arc::new(Waker::new(poll.registry(), NUDGE)?));
        Ok(Self { poll, events: Events::with_capacity(8), nudge })
    }

    pub(crate) fn nudge(&self) -> Nudge {
        self.nudge.clone()
    }

    /// Returns whether packets may have come. They are announced once, so the socket must then
    /// be read until it is empty.
    pub(crate) fn sleep(&mut self, at_most: Duration) -> bool {
        match self.poll.poll(&mut self.events, Some(at_most)) {
            Ok(()) => self.events.iter().any(|event| event.token() == SOCKET),
            // Interrupted: look at the socket to be sure.
            Err(_) => true,
        }
    }
}

impl Nudge {
    pub(crate) fn wake(&self) {
        // It fails only if the counter is full, and then the worker is awake anyway.
        let _ = self.0.wake();
    }
}
