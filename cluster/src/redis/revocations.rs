use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use async_trait::async_trait;
use domain::{Identity, MeetingName};
use futures_util::future::try_join_all;
use jiff::Timestamp;

use super::ear::{EVENTS, Ear, REVOCATIONS};
use super::leases::{BORN, REMEMBER};
use super::link::Link;
use super::shelf::{Shelf, write};
use crate::ledger::Ledger;
use crate::{ClusterError, Event, Revocation, Revocations, TokenFacts};

/// The revocations this node knows, and the shelf where all nodes keep them.
///
/// The lock is held for look-ups only, never across an `await`.
pub(super) struct Known {
    link: Arc<Link>,
    shelf: Shelf,
    here: Mutex<Here>,
}

#[derive(Default)]
struct Here {
    ledger: Ledger,
    /// What was revoked here while Redis was away: nobody else has heard of it yet.
    untold: Vec<Revocation>,
    /// Has this node ever read the whole shelf? Before that, not knowing means nothing.
    caught_up: bool,
}

impl Known {
    pub(super) fn new(link: Arc<Link>) -> Self {
        Self { shelf: Shelf::new(link.clone(), "revocations"), link, here: Mutex::default() }
    }

    /// Notes what another node revoked.
    pub(super) fn note(&self, revocation: Revocation) {
        self.with(|here| here.ledger.add(revocation));
    }

    /// On every new connection: reads the whole shelf, and puts back what is missing there: Redis may have been away when
    /// it was revoked here, or have lost its data.
    pub(super) async fn catch_up(&self) -> Result<(), ClusterError> {
        // Meetings are given out from a while after this on: the sooner it is noted, the better.
        self.link.script::<i64>(&REMEMBER, &[BORN], &[]).await?;
        let kept: Vec<Revocation> = self.shelf.all().await?;
        let here = self.with(|here| here.ledger.all());
        for missing in here.into_iter().filter(|revocation| !kept.contains(revocation)) {
            self.keep(&missing).await?;
        }
        for untold in self.with(|here| here.untold.clone()) {
            self.tell(&untold).await?;
            self.with(|here| here.untold.retain(|revocation| *revocation != untold));
        }
        self.with(|here| {
            kept.into_iter().for_each(|revocation| here.ledger.add(revocation));
            here.caught_up = true;
        });
        Ok(())
    }

    /// Keeps it for all nodes and for those to come; other nodes note it at once.
    async fn keep(&self, revocation: &Revocation) -> Result<(), ClusterError> {
        let name = match revocation.everywhere {
            false => name(&revocation.meeting, revocation.identity.as_ref(), revocation.token_id.as_ref())?,
            true => everywhere(revocation.identity.as_ref())?,
        };
        // Counted from now by Redis's clock, so that nobody's wrong clock ends it early.
        let life = revocation.forget_at.duration_since(revocation.issued_until);
        let life = Duration::try_from(life).unwrap_or_default().max(Duration::from_secs(1));
        self.shelf.put(&name, revocation, life).await?;
        self.publish(REVOCATIONS, write(revocation)?).await
    }

    /// Tells owners to look at who is inside. Once only: whoever was let in again since must stay.
    async fn tell(&self, revocation: &Revocation) -> Result<(), ClusterError> {
        if revocation.token_id.is_some() {
            return Ok(());
        }
        let event = Event::Revoked {
            meeting: revocation.meeting.clone(),
            identity: revocation.identity.clone(),
            issued_until: Some(revocation.issued_until),
            for_good: revocation.for_good,
            in_use: revocation.in_use,
            everywhere: revocation.everywhere,
        };
        self.publish(EVENTS, write(&event)?).await
    }

    async fn keep_and_tell(&self, revocation: &Revocation) -> Result<(), ClusterError> {
        self.keep(revocation).await?;
        self.tell(revocation).await
    }

    async fn publish(&self, channel: &str, text: String) -> Result<(), ClusterError> {
        self.link.run::<i64>(redis::cmd("PUBLISH").arg(channel).arg(text)).await.map(drop)
    }

    fn with<T>(&self, work: impl FnOnce(&mut Here) -> T) -> T {
        work(&mut self.here.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

/// The name on the shelf: a list of texts, so that no name can look like another.
fn name(meeting: &MeetingName, identity: Option<&Identity>, token_id: Option<&String>) -> Result<String, ClusterError> {
    match token_id {
        None => write(&(meeting, identity)),
        Some(_) => write(&(meeting, identity, token_id)),
    }
}

/// The name of what holds in every meeting: a list of one text, as no other name is.
fn everywhere(identity: Option<&Identity>) -> Result<String, ClusterError> {
    write(&(identity,))
}

pub(super) struct RedisRevocations {
    known: Arc<Known>,
    ear: Arc<Ear>,
}

impl RedisRevocations {
    pub(super) fn new(known: Arc<Known>, ear: Arc<Ear>) -> Self {
        Self { known, ear }
    }

    /// Asks the shelf, for what was revoked elsewhere a moment ago.
    async fn ask(&self, token: &TokenFacts) -> Result<(), ClusterError> {
        let itself = token.token_id.as_ref().map(|id| (Some(&token.identity), Some(id)));
        let of_meeting = [(None, None), (Some(&token.identity), None)].into_iter().chain(itself);
        let names = of_meeting.map(|(identity, token_id)| name(&token.meeting, identity, token_id));
        let names: Vec<String> = names.chain([everywhere(Some(&token.identity))]).collect::<Result<_, _>>()?;
        // At once: somebody waits at the door, and Redis may be slow.
        for found in try_join_all(names.iter().map(|name| self.known.shelf.one::<Revocation>(name))).await? {
            found.into_iter().for_each(|revocation| self.known.note(revocation));
        }
        Ok(())
    }
}

#[async_trait]
impl Revocations for RedisRevocations {
    async fn revoke(&self, revocation: Revocation) -> Result<(), ClusterError> {
        // Here at once; elsewhere now or, if Redis is away, as soon as it is back.
        self.known.note(revocation.clone());
        let outcome = self.known.keep_and_tell(&revocation).await;
        if outcome.is_err() {
            self.known.with(|here| {
                here.untold.retain(|untold| revocation.issued_until < untold.forget_at);
                here.untold.push(revocation);
            });
        }
        outcome
    }

    async fn is_revoked(&self, token: &TokenFacts, now: Timestamp) -> Result<bool, ClusterError> {
        let look = || self.known.with(|here| (here.ledger.is_revoked(token, now), here.caught_up));
        let (is_revoked, caught_up) = look();
        // While Redis is away, asking would only keep people waiting.
        if is_revoked || (caught_up && !self.ear.is_listening()) {
            return Ok(is_revoked);
        }
        let asked = self.ask(token).await;
        let (is_revoked, caught_up) = look();
        match asked {
            Err(error) if !is_revoked && !caught_up => Err(error),
            _ => Ok(is_revoked),
        }
    }
}
