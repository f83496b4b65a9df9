//! PUT: an entry becomes a booking, changes one, or answers to an invitation (RFC 4791, 5.3.2; RFC 6638, 3.2). All of
//! it through what the HTTP API does, so that rights, rooms, letters and the audit trail are the same.

use std::sync::Arc;

use axum::response::{IntoResponse as _, Response};
use domain::policy::Action;
use domain::{BookingId, BookingState, PersonId, timing};
use http::{HeaderMap, StatusCode, header};
use jiff::tz::TimeZone;
use storage::Unit;

use super::answer::answer;
use super::entries::{self, Item};
use super::place::Place;
use super::propfind;
use super::refusal::Refusal;
use super::told::{refused, told};
use crate::app::App;
use crate::booking::naming::Naming;
use crate::calendar::Form;
use crate::entry::draught::{Change, Draught, Known};
use crate::entry::wish::Wish;
use crate::http::actor::SignedIn;
use crate::http::bookings::dates::{cancel as date_cancel, change as date_change};
use crate::http::bookings::{Rows, book, change};
use crate::http::once::Once;
use crate::http::request::IfMatch;

/// Makes, changes or answers.
pub(super) async fn put(
    app: &Arc<App>,
    who: &SignedIn,
    place: &Place,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Response, Refusal> {
    let Place::Entry(me, owner, name) = place else {
        return Err(Refusal::forbidden("c:calendar-collection-location-ok", "An entry lies in a calendar."));
    };
    let mut unit = app.store.read().await?;
    let person = propfind::owner(unit.as_mut(), who, *owner).await?;
    let item = entries::named(app, unit.as_mut(), who, *owner, std::slice::from_ref(name), Form::Whole).await?.pop();
    check_conditions(headers, item.as_ref())?;
    let wish = Wish::read(body)?;
    refuse_conflict(app, unit.as_mut(), who, (*me, *owner), &wish, item.as_ref()).await?;
    let Some(item) = item else {
        if !who.may(Action::BookFor(*owner)) || is_of_another(unit.as_mut(), name).await? {
            return Err(Refusal::forbidden("d:need-privileges", "You may not book here."));
        }
        let draught = Draught::new(app, unit.as_mut(), *owner, &wish, None).await?;
        let body = draught.booking(unit.as_mut()).await?;
        drop(unit);
        let zone = timing::zone(&body.zone).unwrap_or(TimeZone::UTC);
        let naming = Naming { name: Some(name.clone()), ..naming(*owner, &wish, &zone) };
        let draft = body.check().map_err(refused)?;
        book::make(app, who, draft, &Once::never(), Some(&naming)).await.map_err(told)?;
        return Ok(StatusCode::CREATED.into_response());
    };
    if item.is_veiled {
        return Err(Refusal::forbidden("d:need-privileges", "It is private to others."));
    }
    let rows = Rows::read(unit.as_mut(), item.booking).await?.ok_or_else(Refusal::not_found)?;
    let was = Wish::told(&item.text)?;
    let known = Known { rows: &rows, told: &was };
    if who.may(Action::BookFor(rows.booking.organiser)) && rows.booking.organiser == *owner {
        let draught = Draught::new(app, unit.as_mut(), *owner, &wish, Some(known)).await?;
        let change = draught.change(unit.as_mut()).await?;
        drop(unit);
        amend(app, who, &rows, change).await?;
        keep(app, *owner, &item, &rows, (&wish, &was)).await?;
    } else if who.may(Action::AnswerFor(*owner)) {
        drop(unit);
        answer(app, who, &person, known, &wish).await?;
        keep(app, *owner, &item, &rows, (&wish, &was)).await?;
    } else {
        return Err(Refusal::forbidden(
            "d:need-privileges",
            "Only the person invited answers, and who may answer for that person.",
        ));
    }
    Ok(StatusCode::NO_CONTENT.into_response())
}

/// `If-Match` and `If-None-Match` (RFC 9110, 13.1).
pub(super) fn check_conditions(headers: &HeaderMap, item: Option<&Item>) -> Result<(), Refusal> {
    let changed = || Refusal::new(StatusCode::PRECONDITION_FAILED, "The entry has changed, or is there already.");
    let values = |name| headers.get_all(name).iter().filter_map(|value| value.to_str().ok());
    let fits = |value: &str| {
        let is = |one: &str| item.is_some_and(|item| one.trim() == format!("\"{}\"", item.mark));
        (value.trim() == "*" && item.is_some()) || value.split(',').any(is)
    };
    if headers.contains_key(header::IF_MATCH) && !values(header::IF_MATCH).any(fits) {
        return Err(changed());
    }
    if values(header::IF_NONE_MATCH).any(fits) {
        return Err(changed());
    }
    Ok(())
}

/// Changes what is another.
async fn amend(app: &Arc<App>, who: &SignedIn, rows: &Rows, change: Change) -> Result<(), Refusal> {
    let (id, version) = (rows.booking.id, IfMatch::version(rows.booking.version));
    let done = match change {
        Change::Nothing => return Ok(()),
        Change::Strike(date) => date_cancel::strike(app, who, (id, date), false, &version).await,
        Change::Date(date, body) => date_change::alter(app, who, (id, date), &version, body).await,
        Change::Whole(body) => change::change(app, who, id, &version, *body).await,
    };
    done.map(|_| ()).map_err(told)
}

/// What is the person's own, if that is another.
async fn keep(
    app: &App,
    owner: PersonId,
    item: &Item,
    rows: &Rows,
    (wish, was): (&Wish, &Wish),
) -> Result<(), Refusal> {
    let zone = timing::zone(&rows.booking.zone).unwrap_or(TimeZone::UTC);
    let own_lines = wish.own_lines(&zone);
    if own_lines == was.own_lines(&zone) {
        return Ok(());
    }
    let naming = Naming { person: owner, name: Some(item.name.clone()), uid: item.uid.clone(), own_lines };
    let mut unit = app.store.begin().await?;
    unit.save_calendar_name(&naming.of(item.booking)).await?;
    unit.commit().await?;
    Ok(())
}

/// One UID, one entry (RFC 4791, 5.3.2.1).
async fn refuse_conflict(
    app: &App,
    unit: &mut dyn Unit,
    who: &SignedIn,
    (me, owner): (PersonId, PersonId),
    wish: &Wish,
    item: Option<&Item>,
) -> Result<(), Refusal> {
    if let Some(item) = item {
        if item.uid == wish.uid {
            return Ok(());
        }
        let words = "UID: the one the entry has; another one is another entry.";
        return Err(Refusal::forbidden("c:no-uid-conflict", words));
    }
    match entries::with_uid(app, unit, who, owner, &wish.uid).await? {
        Some(other) => {
            let words = "UID: an entry with this one lies elsewhere in this calendar.";
            let href = Place::Entry(me, owner, other.name).href();
            Err(Refusal::forbidden("c:no-uid-conflict", words).at(href))
        }
        None => Ok(()),
    }
}

/// Is that the name of a booking that is elsewhere?
async fn is_of_another(unit: &mut dyn Unit, name: &str) -> Result<bool, Refusal> {
    let Some(id) = name.strip_suffix(".ics").and_then(|id| id.parse::<BookingId>().ok()) else { return Ok(false) };
    Ok(unit.booking(id).await?.is_some_and(|booking| booking.state == BookingState::Active))
}

fn naming(owner: PersonId, wish: &Wish, zone: &TimeZone) -> Naming {
    Naming { person: owner, name: None, uid: wish.uid.clone(), own_lines: wish.own_lines(zone) }
}
