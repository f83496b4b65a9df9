//! Carries what two meetings of this node say to each other about a participant that is shown in both.
//!
//! ```text
//!  source's task ──watch: Shown──▶ carrier ──Input──▶ destination's task
//!                ◀──Input── carrier ◀──watch: Demand──
//! ```
//! Only the latest word of each side is kept, so a slow meeting holds nothing up and piles nothing up.
//! A side that lets go of its end, or is over, has ended it.

use std::sync::Arc;

use domain::{Identity, MeetingName};
use media::PeerId;
use tokio::sync::watch;

use crate::actor::{Handle, Input};
use crate::meeting::{Command, Demand, Link, Order, OrderRefused, Reply, Shown};
use crate::registry::{Door, Registry};

/// Where one side of a forwarding says what is new.
pub enum End {
    /// The meeting the participant is in.
    Source(watch::Sender<Option<Shown>>),
    /// The meeting it is shown in.
    Destination(watch::Sender<Option<Demand>>),
}

/// Why a participant is not forwarded.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ForwardRefused {
    /// One of the meetings does not allow it.
    #[error(transparent)]
    Refused(#[from] OrderRefused),
    /// Another node has the destination.
    #[error("another node has the destination")]
    Elsewhere,
    /// The source ended meanwhile.
    #[error("the meeting is over")]
    SourceOver,
    /// The destination cannot be found or opened.
    #[error("the destination cannot be opened")]
    Unavailable,
}

/// Shows a participant of `source` in the meeting `to` too, which is opened if nobody has it.
pub async fn begin(
    registry: &Arc<Registry>,
    source: Handle,
    to: MeetingName,
    identity: Identity,
) -> Result<(), ForwardRefused> {
    let registry = registry.clone();
    // Whoever asked may stop waiting; what was begun is done all the same, or taken back.
    let task = tokio::spawn(async move {
        let link = Link(registry.number());
        let (shows, shown) = watch::channel(None);
        let order = Order::Forward { identity, to: to.clone(), link };
        let first = match source.tie(link, End::Source(shows), order).await {
            Some(Ok(Reply::Shown(first))) => first,
            Some(Err(refused)) => return Err(refused.into()),
            Some(Ok(_)) | None => return Err(ForwardRefused::SourceOver),
        };
        match host(&registry, &to, link, first).await {
            Ok((destination, demanded)) => {
                let show = move |shown| Command::Show { link, shown: Box::new(shown) };
                tokio::spawn(carry(shown, destination, link, show));
                tokio::spawn(carry(demanded, source, link, move |demand| Command::Demand { link, demand }));
                Ok(())
            }
            Err(refused) => {
                source.send(Input::Linked(Command::Cut { link })).await;
                Err(refused)
            }
        }
    });
    task.await.unwrap_or(Err(ForwardRefused::Unavailable))
}

async fn host(
    registry: &Arc<Registry>,
    to: &MeetingName,
    link: Link,
    shown: Box<Shown>,
) -> Result<(Handle, watch::Receiver<Option<Demand>>), ForwardRefused> {
    let destination = match registry.enter(to).await {
        Ok(Door::Here(handle)) => handle,
        Ok(Door::There(_)) => return Err(ForwardRefused::Elsewhere),
        Err(_) => return Err(ForwardRefused::Unavailable),
    };
    let (demands, demanded) = watch::channel(None);
    let order = Order::Host { link, peer: PeerId(registry.number()), shown };
    // One that closes in this very moment is opened again by the next call.
    destination.tie(link, End::Destination(demands), order).await.ok_or(ForwardRefused::Unavailable)??;
    Ok((destination, demanded))
}

/// Tells one side what the other one says, until that has ended it.
async fn carry<T: Clone>(mut said: watch::Receiver<Option<T>>, to: Handle, link: Link, command: impl Fn(T) -> Command) {
    while said.changed().await.is_ok() {
        let word = said.borrow_and_update().clone();
        if let Some(word) = word {
            to.send(Input::Linked(command(word))).await;
        }
    }
    to.send(Input::Linked(Command::Cut { link })).await;
}
