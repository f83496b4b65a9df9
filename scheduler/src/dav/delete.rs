//! DELETE: who organises cancels, who is invited declines (RFC 6638, 3.2).

use axum::response::{IntoResponse as _, Response};
use domain::Answer;
use domain::policy::Action;
use http::{HeaderMap, StatusCode};
use storage::CalendarName;

use super::entries::{self, GONE};
use super::place::Place;
use super::refusal::Refusal;
use super::told::told;
use super::{answer, propfind, put};
use crate::app::App;
use crate::calendar::Form;
use crate::http::actor::SignedIn;
use crate::http::bookings::{Rows, cancel};
use crate::http::request::IfMatch;
use crate::reply;

/// Cancels or declines.
pub(super) async fn delete(app: &App, who: &SignedIn, place: &Place, headers: &HeaderMap) -> Result<Response, Refusal> {
    let Place::Entry(_, owner, name) = place else {
        return Err(Refusal::forbidden("d:need-privileges", "Calendars come and go with their people."));
    };
    let mut unit = app.store.read().await?;
    propfind::owner(unit.as_mut(), who, *owner).await?;
    let item = entries::named(app, unit.as_mut(), who, *owner, std::slice::from_ref(name), Form::Whole).await?.pop();
    put::check_conditions(headers, item.as_ref())?;
    let item = item.ok_or_else(Refusal::not_found)?;
    if item.is_veiled {
        return Err(Refusal::forbidden("d:need-privileges", "It is private to others."));
    }
    let rows = Rows::read(unit.as_mut(), item.booking).await?.ok_or_else(Refusal::not_found)?;
    drop(unit);
    if rows.booking.organiser == *owner && who.may(Action::BookFor(*owner)) {
        let version = IfMatch::version(rows.booking.version);
        cancel::call_off(app, who, rows.booking.id, &version).await.map_err(told)?;
        return Ok(StatusCode::NO_CONTENT.into_response());
    }
    if !who.may(Action::AnswerFor(*owner)) {
        return Err(Refusal::forbidden(
            "d:need-privileges",
            "Only the person invited answers, and who may answer for that person.",
        ));
    }
    let invitation = answer::invitation(&rows, *owner)?;
    let mut unit = app.store.begin().await?;
    let answers = [(None, Answer::Declined)];
    reply::note(app, unit.as_mut(), &rows, &who.actor, invitation, &answers).await.map_err(|why| told(why.into()))?;
    // Taken out of this calendar as long as the answer holds: another time asks anew.
    let (booking, name, uid) = (rows.booking.id, item.name, item.uid);
    unit.save_calendar_name(&CalendarName { person: *owner, booking, name, uid, own_lines: GONE.into() }).await?;
    unit.commit().await?;
    Ok(StatusCode::NO_CONTENT.into_response())
}
