//! One person's data: everything that is stored, as JSON, or nothing any more.

use cluster::Event;
use domain::retention::Reason;
use domain::{BookingId, OccurrenceState, PersonId, Private};
use jiff::Timestamp;
use serde_json::{Map, Value, json};
use storage::{AuditEntry, StorageError, Subject};

use crate::app::App;
use crate::closed_accounts;
use crate::http::bookings::{Rows, cancel};
use crate::http::session::sign_in;
use crate::mail::news;

/// Why a person's data was neither handed over nor erased.
#[derive(Debug, thiserror::Error)]
pub enum NotDone {
    /// Nothing is stored under this mail address.
    #[error("nothing is stored under this mail address")]
    Unknown,
    /// It is the last administrator: nobody could let anybody in any more.
    #[error("this is the only administrator; make somebody else administrator first")]
    LastAdministrator,
    /// The database, or what lies in it.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// What erasing a person would do, or did.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Erasing {
    /// Is there an account, or are there only invitations as a guest?
    pub has_account: bool,
    /// Bookings with dates to come that the person organises: they are cancelled, and who is invited is told.
    pub cancelled: u32,
    /// Rows by table: deleted, or what was personal taken out of them. While it is only asked: found.
    pub rows: Vec<(&'static str, u64)>,
}

pub(crate) fn subject(account: Option<PersonId>, address: &Private<String>) -> Subject {
    let address = Private::new(address.expose().trim().to_lowercase());
    let sign_in_hash = sign_in::subject("address", address.expose());
    Subject { account, address, sign_in_hash }
}

/// Everything stored about the person with this mail address, by table, with its purpose and period.
pub(crate) async fn export(app: &App, address: &Private<String>) -> Result<Value, NotDone> {
    let subject = found(app, address).await?;
    let mut unit = app.store.read().await?;
    let rows = unit.stored_about(&subject).await?;
    if rows.is_empty() {
        return Err(NotDone::Unknown);
    }
    let mut tables = Map::new();
    for held in domain::retention::HOLDINGS {
        let mut stored = Vec::new();
        for row in rows.iter().filter(|row| row.table == held.table) {
            let columns: Map<String, Value> = serde_json::from_str(row.columns.expose())
                .map_err(|_| StorageError::Inconsistent(format!("a row of {} cannot be shown", held.table)))?;
            stored.push(readable(columns));
        }
        if !stored.is_empty() {
            let table = json!({ "purpose": held.purpose, "period": held.period, "rows": stored });
            tables.insert(held.table.to_owned(), table);
        }
    }
    Ok(json!({ "address": subject.address, "written_at": app.now().to_string(), "stored": tables }))
}

/// Instants as people read them.
fn readable(mut columns: Map<String, Value>) -> Map<String, Value> {
    for (name, value) in &mut columns {
        let is_instant = name.ends_with("_at")
            || name.ends_with("_s")
            || ["proposed_start", "proposed_end", "valid_until"].contains(&name.as_str());
        if let Some(at) = value.as_i64().filter(|_| is_instant).and_then(|seconds| Timestamp::from_second(seconds).ok())
        {
            *value = at.to_string().into();
        }
    }
    columns
}

/// What erasing would do.
pub(crate) async fn ask(app: &App, address: &Private<String>) -> Result<Erasing, NotDone> {
    let subject = found(app, address).await?;
    let mut unit = app.store.read().await?;
    let stored = unit.stored_about(&subject).await?;
    if stored.is_empty() {
        return Err(NotDone::Unknown);
    }
    let mut rows: Vec<(&'static str, u64)> = Vec::new();
    for row in stored {
        match rows.last_mut().filter(|(table, _)| *table == row.table) {
            Some((_, count)) => *count += 1,
            None => rows.push((row.table, 1)),
        }
    }
    let cancelled = match subject.account {
        Some(account) => unit.bookings_to_come(account, app.now()).await?.len() as u32,
        None => 0,
    };
    Ok(Erasing { has_account: subject.account.is_some(), cancelled, rows })
}

/// Cancels what the person organises, tells those invited, and erases the person.
pub(crate) async fn erase(app: &App, address: &Private<String>) -> Result<Erasing, NotDone> {
    let asked = ask(app, address).await?;
    let subject = found(app, address).await?;
    let now = app.now();
    if let Some(account) = subject.account {
        close(app, account, now).await?;
        // One booking in each unit: who books meanwhile waits for no more.
        let ids = app.store.read().await?.bookings_to_come(account, now).await?;
        for id in ids {
            cancel_booking(app, id, account, now).await?;
        }
    }
    let mut unit = app.store.begin().await?;
    let rows = unit.erase(&subject, Reason::Erasure, now).await?;
    // By number only: who it was is what is erased.
    unit.add_audit(&entry(now, "person.erased", subject.account.map_or("guest".into(), |id| format!("person {id}"))))
        .await?;
    unit.commit().await?;
    Ok(Erasing { rows, ..asked })
}

/// Nobody signs in, books or is invited under this account from now on.
async fn close(app: &App, account: PersonId, now: Timestamp) -> Result<(), NotDone> {
    let mut unit = app.store.begin().await?;
    let Some(mut person) = unit.person(account).await? else { return Ok(()) };
    if person.disabled_at.is_none() && person.roles.contains(&domain::Role::Administrator) {
        let others = unit.find_people("", None, u32::MAX).await?;
        let administers = |one: &domain::Person| {
            one.id != account && one.disabled_at.is_none() && one.roles.contains(&domain::Role::Administrator)
        };
        if !others.iter().any(administers) {
            return Err(NotDone::LastAdministrator);
        }
    }
    let closed_at = person.disabled_at.unwrap_or(now);
    person.disabled_at = Some(closed_at);
    unit.end_access_of(account).await?;
    unit.save_person(&person).await?;
    unit.commit().await?;
    // As far as this process reaches the nodes; those that it does not reach look for themselves.
    if let Err(error) = closed_accounts::shut_out(app, account, closed_at).await {
        tracing::warn!(%error, "who is in a meeting leaves it within seconds, not at once");
    }
    Ok(())
}

async fn cancel_booking(app: &App, id: BookingId, organiser: PersonId, now: Timestamp) -> Result<(), StorageError> {
    let mut unit = app.store.begin().await?;
    let Some(mut rows) = Rows::read(unit.as_mut(), id).await? else { return Ok(()) };
    let before = rows.clone();
    cancel::cancel(unit.as_mut(), organiser, &mut rows, now).await?;
    unit.add_audit(&entry(now, "booking.cancelled", format!("booking {id}"))).await?;
    let (earlier, current) = (before.occurrence(app), rows.occurrence(app));
    news::announce(app, unit.as_mut(), Some(before.shown(&earlier)), rows.shown(&current)).await?;
    unit.commit().await?;
    app.publish(Event::BookingChanged { booking: id }).await;
    // Whoever is inside leaves, as far as this process reaches the node that runs the meeting.
    for occurrence in rows.occurrences.iter().filter(|one| one.state == OccurrenceState::Cancelled) {
        cancel::end_meeting(app, occurrence).await;
    }
    Ok(())
}

/// The system did it.
fn entry(at: Timestamp, action: &str, subject: String) -> AuditEntry {
    AuditEntry { at, actor: None, on_behalf_of: None, action: action.to_owned(), subject }
}

async fn found(app: &App, address: &Private<String>) -> Result<Subject, StorageError> {
    let address = Private::new(address.expose().trim().to_lowercase());
    let account = app.store.read().await?.person_by_email(&address).await?;
    Ok(subject(account.map(|person| person.id), &address))
}

#[cfg(test)]
mod tests;
