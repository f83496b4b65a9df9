//! Whose account is closed leaves every meeting and hears nothing more: at once where it is closed, and within seconds
//! whoever closed it, for another process may have done so (`rennsteig person erase`), or the cluster was away.

use std::collections::HashMap;
use std::sync::{Mutex, PoisonError};

use cluster::{Event, Revocation};
use domain::{Identity, PersonId};
use jiff::{SignedDuration, Timestamp};
use protocol::token::LEEWAY_SECONDS;

use crate::app::{App, FOREIGN_TOKENS};
use crate::webhooks::keeping::NotKept;

/// What the revocation names as its meeting, for nodes that know of no others.
const EVERYWHERE: &str = "everywhere";

/// Of whom the cluster was told, and when the account was closed.
#[derive(Debug, Default)]
pub(crate) struct Told(Mutex<HashMap<PersonId, Timestamp>>);

/// Looks for accounts that were closed lately, and answers how many people were shut out.
pub(crate) async fn shut_out_due(app: &App) -> Result<usize, NotKept> {
    // No token that was issued before lives longer.
    let since = app.now() - app.config.token_ttl - SignedDuration::from_secs(LEEWAY_SECONDS as i64 + 1);
    let closed = app.store.read().await?.people_closed_since(since).await?;
    app.closed.forget_before(since);
    if closed.is_empty() {
        return Ok(0);
    }
    // An event may have been lost: who is still inside is sent away again.
    let reports = app.cluster.directory.reports().await?;
    let is_inside = |person: PersonId| {
        let identity = Identity::from(person);
        reports.iter().flat_map(|report| &report.participants).any(|one| one.identity == identity)
    };
    let mut count = 0;
    for (person, closed_at) in closed {
        if app.closed.knows(person, closed_at) && !is_inside(person) {
            continue;
        }
        shut_out(app, person, closed_at).await?;
        count += 1;
    }
    Ok(count)
}

/// Ends the person's tokens for all meetings, sends the person away from those that run, and ends what pages listen to.
/// Doing it twice does no harm.
pub(crate) async fn shut_out(app: &App, person: PersonId, closed_at: Timestamp) -> Result<(), NotKept> {
    app.publish(Event::AccessChanged { person }).await;
    let revocation = Revocation {
        meeting: EVERYWHERE.parse().expect("a short word is a name"),
        identity: Some(Identity::from(person)),
        token_id: None,
        issued_until: closed_at,
        for_good: false,
        in_use: true,
        everywhere: true,
        forget_at: closed_at + FOREIGN_TOKENS,
    };
    app.cluster.revocations.revoke(revocation).await?;
    app.closed.note(person, closed_at);
    Ok(())
}

impl Told {
    fn knows(&self, person: PersonId, closed_at: Timestamp) -> bool {
        self.with(|told| told.get(&person) == Some(&closed_at))
    }

    fn note(&self, person: PersonId, closed_at: Timestamp) {
        self.with(|told| told.insert(person, closed_at));
    }

    fn forget_before(&self, since: Timestamp) {
        self.with(|told| told.retain(|_, closed_at| *closed_at >= since));
    }

    fn with<T>(&self, work: impl FnOnce(&mut HashMap<PersonId, Timestamp>) -> T) -> T {
        work(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner))
    }
}
