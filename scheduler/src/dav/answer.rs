use domain::{Answer, Invitation, Invitee, Person, PersonId, timing};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

use super::refusal::Refusal;
use super::told::told;
use crate::app::App;
use crate::entry::draught::{Known, is_same};
use crate::entry::event::Event;
use crate::entry::refused::{EntryRefused, Fault};
use crate::entry::wish::Wish;
use crate::http::actor::SignedIn;
use crate::http::bookings::Rows;
use crate::reply;

/// Somebody invited, or who answers for that person, says yes, no or perhaps, to all or to single dates (RFC 6638, 3.2.2).
/// Nothing else can be changed so.
pub(super) async fn answer(
    app: &App,
    who: &SignedIn,
    owner: &Person,
    known: Known<'_>,
    wish: &Wish,
) -> Result<(), Refusal> {
    let Known { rows, told: was } = known;
    let zone = timing::zone(&rows.booking.zone).unwrap_or(TimeZone::UTC);
    let invitation = invitation(rows, owner.id)?;
    unchanged(&wish.whole, &was.whole)?;
    let address = owner.email.expose().to_lowercase();
    let said = |event: &Event| event.answer(&address).and_then(|own| own.answer);
    let mut answers: Vec<(Option<DateTime>, Answer)> = Vec::new();
    answers.extend(said(&wish.whole).map(|answer| (None, answer)));
    for date in &wish.dates {
        let key = date.date.as_ref().and_then(|when| when.wall(&zone));
        let known = was.dates.iter().find(|one| one.date.as_ref().and_then(|when| when.wall(&zone)) == key);
        if !rows.occurrences.iter().any(|one| one.key.is_some() && one.key == key) {
            return Err(changed("RECURRENCE-ID").into());
        }
        match known {
            Some(known) => unchanged(date, known)?,
            None => as_the_series(date, &was.whole, &zone)?,
        }
        answers.extend(said(date).map(|answer| (key, answer)));
    }
    // Who takes a date out of the calendar does not come.
    for when in wish.whole.except.iter().filter(|when| !was.whole.except.contains(when)) {
        let key = when.wall(&zone).filter(|key| rows.occurrences.iter().any(|one| one.key == Some(*key)));
        answers.push((Some(key.ok_or_else(|| changed("EXDATE"))?), Answer::Declined));
    }
    let mut unit = app.store.begin().await?;
    reply::note(app, unit.as_mut(), rows, &who.actor, invitation, &answers).await.map_err(|why| told(why.into()))?;
    unit.commit().await?;
    Ok(())
}

/// That of the calendar's owner.
pub(super) fn invitation(rows: &Rows, owner: PersonId) -> Result<&Invitation, Refusal> {
    let is_own = |one: &&Invitation| one.revoked_at.is_none() && one.invitee == Invitee::Person(owner);
    rows.invitations.iter().find(is_own).ok_or_else(Refusal::not_found)
}

/// A date that stood for nothing by itself may be named for the sake of an answer.
fn as_the_series(date: &Event, whole: &Event, zone: &TimeZone) -> Result<(), EntryRefused> {
    let named = date.date.as_ref().and_then(|when| when.wall(zone));
    if date.start.wall(zone) != named || date.length != whole.length {
        return Err(changed("DTSTART"));
    }
    if date.title != whole.title {
        return Err(changed("SUMMARY"));
    }
    Ok(())
}

/// Is it as it was told, but for answers?
fn unchanged(now: &Event, told: &Event) -> Result<(), EntryRefused> {
    let without_people = |event: &Event| Event { attendees: Vec::new(), ..event.clone() };
    let (now, told) = (without_people(now), without_people(told));
    if is_same(&now, &told) {
        return Ok(());
    }
    let property = match (&now, &told) {
        (now, told) if now.title != told.title => "SUMMARY",
        (now, told) if now.start != told.start => "DTSTART",
        (now, told) if now.length != told.length => "DTEND",
        (now, told) if now.location != told.location => "LOCATION",
        (now, told) if now.description != told.description => "DESCRIPTION",
        (now, told) if now.rule != told.rule => "RRULE",
        (now, told) if now.organiser != told.organiser => "ORGANIZER",
        (now, told) if now.more != told.more => "RDATE",
        (now, told) if now.is_private != told.is_private => "CLASS",
        _ => "STATUS",
    };
    Err(changed(property))
}

fn changed(property: &str) -> EntryRefused {
    let allowed = "as it was: of an invitation only one's own answer and what is kept for oneself can be changed";
    EntryRefused::of(Fault::Invited, property, allowed)
}
