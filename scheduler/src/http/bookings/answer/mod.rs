use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use cluster::Event;
use domain::policy::{Action, AnsweredBy};
use domain::{BookingId, COMMENT_LIMIT, Invitation, Invitee, OccurrenceId, PersonId, Private, Reply, text};
use http::StatusCode;
use jiff::SignedDuration;
use serde::Deserialize;
use utoipa::ToSchema;

use super::Rows;
use crate::app::App;
use crate::booking::invitations::NewSecrets;
use crate::booking::plan::BookingRefused;
use crate::booking::replied::AnswerName;
use crate::booking::view::{self, BookingAnswer};
use crate::http::actor::SignedIn;
use crate::http::answer::versioned;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::{Body, Id};
use crate::reply;

const SECOND: SignedDuration = SignedDuration::from_secs(1);

/// Whether somebody invited comes.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub(crate) struct AnswerBody {
    #[schema(inline)]
    answer: AnswerName,
    /// One date of a series; absent: the whole booking, whatever was said to single dates before.
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    date: Option<OccurrenceId>,
    /// Who is invited, for somebody who may answer for that person; absent: the person who asks.
    #[serde(default)]
    #[schema(value_type = Option<Uuid>)]
    person: Option<PersonId>,
    /// What the organiser reads with it, up to 1,000 characters.
    #[serde(default)]
    comment: Option<String>,
}

/// Answers an invitation, for oneself or for a principal. It takes the place of what was answered before, by mail or by
/// a calendar program as well. Answers the booking at the date that was answered.
#[utoipa::path(put, path = "/bookings/{id}/answer", tag = "bookings", params(("id" = Uuid, Path)),
request_body = AnswerBody,
responses(
    (status = 200, body = BookingAnswer, headers(("ETag" = String))),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed: no right to answer for this person", body = ProblemBody),
    (status = 404, description = "not_found", body = ProblemBody),
    (status = 410, description = "cancelled, ended", body = ProblemBody),
    (status = 422, description = "invalid: this person is not invited, or the comment is too long", body = ProblemBody),
))]
pub(crate) async fn answer_booking(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Id(id): Id<BookingId>,
    Body(body): Body<AnswerBody>,
) -> Result<Response, Problem> {
    let comment = text::lines(body.comment.as_deref().unwrap_or_default(), COMMENT_LIMIT)
        .map_err(|_| Problem::invalid("comment", "up to 1,000 characters"))?;
    let person = body.person.unwrap_or(who.id());
    let mut unit = app.store.begin().await?;
    let rows = Rows::seen_by(unit.as_mut(), &who, id).await?;
    who.must(Action::AnswerFor(person))?;
    let is_of = |one: &&Invitation| one.revoked_at.is_none() && one.invitee == Invitee::Person(person);
    let invitation =
        rows.invitations.iter().find(is_of).ok_or_else(|| Problem::invalid("person", "somebody who is invited"))?;
    let occurrence = match body.date {
        Some(date) => rows.date(date)?.clone(),
        None => rows.occurrence(&app),
    };
    let last_end = rows.occurrences.iter().map(|one| one.end).max();
    if body.date.map_or(last_end, |_| Some(occurrence.end)).is_some_and(|end| end <= app.now()) {
        return Err(BookingRefused::Ended.into());
    }

    let earlier = unit.replies_of(id).await?;
    let own = earlier.iter().filter(|one| one.invitation == invitation.id);
    // The newest answer holds, and a mail may have been stamped by a clock that is ahead.
    let after = own.map(|one| one.stamped_at.checked_add(SECOND).unwrap_or(one.stamped_at)).max();
    let reply = Reply {
        answer: Some(body.answer.into()),
        stamped_at: after.map_or(app.now(), |after| after.max(app.now())),
        comment: Some(comment).filter(|text| !text.is_empty()).map(Private::new),
        ..Reply::awaited(invitation.id, body.date.and(occurrence.key), rows.booking.sequence)
    };
    reply::keep(&app, unit.as_mut(), &rows, AnsweredBy::Person(&who.actor), invitation, vec![reply]).await?;
    let answer = view::show(&app, unit.as_mut(), &who, rows.shown(&occurrence), &NewSecrets::new()).await?;
    unit.commit().await?;
    app.publish(Event::BookingChanged { booking: id }).await;
    Ok(versioned(StatusCode::OK, rows.booking.version, answer))
}

#[cfg(test)]
mod tests;
