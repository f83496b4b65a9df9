//! Whether an answer counts, and what becomes of it.

use cluster::Event as Bus;
use domain::policy::AnsweredBy;
use domain::recurrence::Moment;
use domain::timing::{self, Timing};
use domain::{Invitation, Invitee, Occurrence, Person, Private, Reply};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use storage::{StorageError, Unit};

use super::read::{Event, Said, read};
use super::{ReplyRefused, address, keep};
use crate::app::App;
use crate::http::bookings::Rows;

/// Reads one message and notes the answer. `recipient` is the address the mail server took it for.
pub(crate) async fn take(app: &App, message: &[u8], recipient: Option<&str>) -> Result<(), ReplyRefused> {
    let said = read(message, recipient)?;
    let mut unit = app.store.begin().await?;
    let rows = Rows::read(unit.as_mut(), said.booking).await?.ok_or(ReplyRefused::Unknown)?;
    let invitation = invitation(app, unit.as_mut(), &rows, &said).await?;
    let zone = timing::zone(&rows.booking.zone)
        .map_err(|_| StorageError::Inconsistent(format!("booking {} names an unknown time zone", rows.booking.id)))?;
    let mut replies = Vec::new();
    for event in &said.events {
        let reply = reply(event, &invitation, &rows.occurrences, &zone)?;
        if reply.sequence > rows.booking.sequence {
            return Err(ReplyRefused::Unreadable("it answers to a SEQUENCE that was never sent"));
        }
        replies.push(reply);
    }
    keep(app, unit.as_mut(), &rows, AnsweredBy::Mailbox, &invitation.0, replies).await?;
    unit.commit().await?;
    app.publish(Bus::BookingChanged { booking: said.booking }).await;
    Ok(())
}

/// The invitation that the token proves, with the mail address it went to.
async fn invitation(
    app: &App,
    unit: &mut dyn Unit,
    rows: &Rows,
    said: &Said,
) -> Result<(Invitation, Private<String>), ReplyRefused> {
    let is_meant = |one: &&Invitation| {
        one.revoked_at.is_none() && address::is_among(&said.addresses, &app.config.token_key, one.id)
    };
    let invitation = rows.invitations.iter().find(is_meant).ok_or(ReplyRefused::Unknown)?;
    let email = match &invitation.invitee {
        Invitee::Guest { email, .. } => email.clone(),
        Invitee::Person(person) => unit.person(*person).await?.map(|person: Person| person.email),
    };
    let email = email.ok_or(ReplyRefused::Unknown)?;
    Ok((invitation.clone(), Private::new(email.expose().to_lowercase())))
}

fn reply(
    event: &Event,
    (invitation, email): &(Invitation, Private<String>),
    occurrences: &[Occurrence],
    zone: &TimeZone,
) -> Result<Reply, ReplyRefused> {
    let (_, answer) = event.attendees.iter().find(|(address, _)| address == email).ok_or(ReplyRefused::Unknown)?;
    let proposal = event.proposal.map(|times| proposed(times, zone)).transpose()?;
    if answer.is_none() && proposal.is_none() {
        return Err(ReplyRefused::Unreadable("PARTSTAT is none of ACCEPTED, DECLINED, TENTATIVE"));
    }
    let key = match event.date {
        Some(date) => Some(key(date, occurrences, zone).ok_or(ReplyRefused::Unknown)?),
        None => None,
    };
    Ok(Reply {
        invitation: invitation.id,
        key,
        answer: *answer,
        sequence: event.sequence,
        stamped_at: event.stamped_at,
        proposal,
        comment: event.comment.clone(),
        answered_by: None,
    })
}

/// Which date of the series is meant, whatever zone it is named in.
fn key(date: Moment, occurrences: &[Occurrence], zone: &TimeZone) -> Option<DateTime> {
    let named = date.instance(zone)?.start;
    let starts_then = |key: &DateTime| Moment::Wall(*key).instance(zone).is_some_and(|one| one.start == named);
    occurrences.iter().filter_map(|one| one.key).find(starts_then)
}

fn proposed((start, end): (Moment, Moment), zone: &TimeZone) -> Result<Timing, ReplyRefused> {
    let times = start.instance(zone).zip(end.instance(zone));
    let times = times.map(|(start, end)| Timing { start: start.start, end: end.start });
    times
        .filter(|times| times.end > times.start && times.end.duration_since(times.start) <= timing::LONGEST)
        .ok_or(ReplyRefused::Unreadable("the time proposed ends before it starts, or lasts more than a day"))
}
