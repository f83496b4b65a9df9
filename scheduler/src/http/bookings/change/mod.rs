use std::collections::BTreeSet;
use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use cluster::Event;
use domain::{
    Booking, BookingId, BookingState, Identity, Invitation, Invitee, MeetingName, Occurrence, OccurrenceState, timing,
};
use http::StatusCode;
use storage::StorageError;

use super::Rows;
use crate::app::App;
use crate::booking::asks;
use crate::booking::draft::{BookingBody, Draft};
use crate::booking::invitations;
use crate::booking::let_in;
use crate::booking::plan::{self, BookingRefused};
use crate::booking::rules::Kept;
use crate::booking::view::{self, BookingAnswer, Shown};
use crate::booking::waits;
use crate::capacity::setup::Invited;
use crate::capacity::weigh::{Before, Wish, weigh};
use crate::dial_in;
use crate::http::actor::SignedIn;
use crate::http::answer::versioned;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::{Body, Id, IfMatch};
use crate::mail::{asked, news};
use crate::meeting::venue::current;
use crate::reply;
use crate::series::body::DraftSeries;
use crate::series::conflicts::Look;
use crate::series::unfold::{Earlier, unfold};

/// Changes a booking as a whole; a series from now on, what has begun stays. Guests named by their
/// invitation's id keep their links; who is left out is no longer invited and leaves a running meeting.
#[utoipa::path(put, path = "/bookings/{id}", tag = "bookings", request_body = BookingBody,
params(("id" = Uuid, Path), ("If-Match" = String, Header, description = "The ETag the change starts from")),
responses(
    (status = 200, body = BookingAnswer, headers(("ETag" = String))),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 404, description = "not_found", body = ProblemBody),
    (status = 409, description = "room_taken, room_held, dates_taken, pool_full as when booking; exceptions_lost: `occurrences` \
        that the changed rule no longer has", body = ProblemBody),
    (status = 410, description = "cancelled, ended", body = ProblemBody),
    (status = 412, description = "changed_meanwhile", body = ProblemBody),
    (status = 422, description = "As when booking", body = ProblemBody),
    (status = 428, description = "if_match_required", body = ProblemBody),
))]
pub(crate) async fn change_booking(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Id(id): Id<BookingId>,
    if_match: IfMatch,
    Body(body): Body<BookingBody>,
) -> Result<Response, Problem> {
    let (version, answer) = change(&app, &who, id, &if_match, body).await?;
    Ok(versioned(StatusCode::OK, version, answer))
}

/// Changes it, whoever asks and how. Answers its version.
pub(crate) async fn change(
    app: &Arc<App>,
    who: &SignedIn,
    id: BookingId,
    if_match: &IfMatch,
    body: BookingBody,
) -> Result<(i64, BookingAnswer), Problem> {
    let mut unit = app.store.begin().await?;
    let rows = Rows::changed_by(unit.as_mut(), who, id).await?;
    if_match.is(rows.booking.version)?;
    let draft = body.check()?;
    let (booking, occurrences) = match &draft.series {
        Some(wanted) => amend_series(app, who, &rows, &draft, wanted)?,
        None => {
            let (booking, occurrence) = amend(app, who, &rows, &draft)?;
            (booking, vec![occurrence])
        }
    };
    plan::may_be_private(who, &booking)?;
    let kept = Kept::of(unit.as_mut(), id).await?;
    let asks = if booking.series.is_some() {
        plan::check_dates(unit.as_mut(), who, &draft, &booking, &occurrences, app, &kept).await?
    } else {
        plan::check(unit.as_mut(), who, booking.organiser, &draft, app.now(), &kept).await?
    };
    let (invitations, secrets) = invitations::invite(app, id, &draft, &rows.invitations)?;

    let wish = Wish {
        booking: &booking,
        dates: &occurrences,
        invited: Invited::to(booking.organiser, &invitations),
        before: Before::Changed(&rows.occurrences),
        look: Look::ToBook,
        now: app.now(),
    };
    let weighed = weigh(unit.as_mut(), who, wish).await?.or_refused()?;
    let saved = unit.save_booking(&booking, &occurrences).await;
    if let Err(error) = saved {
        drop(unit);
        return Err(plan::explain(app, error, &draft, Some(id)).await.into());
    }
    weighed.keep(unit.as_mut(), &booking, &occurrences, app.now()).await?;
    let asked = asks::settle(unit.as_mut(), who, &booking, &occurrences, &asks, app.now()).await?;
    waits::settle(app, unit.as_mut(), who, &booking, &occurrences, draft.series.as_ref()).await?;
    unit.save_invitations(id, &invitations).await?;
    if no_longer_invited(&rows, &booking, &invitations).is_empty() {
        dial_in::ensure(app, unit.as_mut(), &booking).await?;
    } else {
        dial_in::renew(app, unit.as_mut(), id).await?;
    }
    if booking.sequence != rows.booking.sequence {
        reply::ask_anew(app, unit.as_mut(), &booking, &invitations, None).await?;
    }
    unit.add_audit(&who.entry_for(booking.organiser, app.now(), "booking.changed", format!("booking {id}"))).await?;
    let occurrence = current(app, occurrences, app.now())
        .ok_or_else(|| StorageError::Inconsistent(format!("booking {id} has no occurrence")))?;
    let let_in = let_in::invited_anew(unit.as_mut(), occurrence.id, &rows.invitations, &invitations).await?;
    let shown = Shown { booking: &booking, occurrence: &occurrence, invitations: &invitations };
    let earlier = rows.occurrence(app);
    news::announce(app, unit.as_mut(), Some(rows.shown(&earlier)), shown).await?;
    asked::announce(app, unit.as_mut(), &who.actor.person, shown, &asked).await?;
    let mut answer = view::show(app, unit.as_mut(), who, shown, &secrets).await?;
    answer.capacity = weighed.answer;
    unit.commit().await?;

    app.publish(Event::BookingChanged { booking: id }).await;
    if let_in {
        app.publish(Event::DoorChanged { occurrence: occurrence.id }).await;
    }
    for identity in no_longer_invited(&rows, &booking, &invitations) {
        shut_out(app, &MeetingName::from(occurrence.id), identity).await;
    }
    Ok((booking.version, answer))
}

/// The rows of a whole series as they shall be: what has begun stays, dates that continue earlier
/// ones keep their ids and what was changed by itself. A single meeting may become a series.
pub(super) fn amend_series(
    app: &App,
    who: &SignedIn,
    rows: &Rows,
    draft: &Draft,
    wanted: &DraftSeries,
) -> Result<(Booking, Vec<Occurrence>), BookingRefused> {
    let booking = &rows.booking;
    if matches!(booking.state, BookingState::Cancelled { .. }) {
        return Err(BookingRefused::Cancelled);
    }
    let earlier = Earlier { booking, occurrences: &rows.occurrences };
    let unfolded = unfold(app, booking.id, draft, wanted, Some(earlier))?;
    let is_rescheduled = booking.series.as_ref() != Some(&unfolded.series)
        || rows.occurrences != unfolded.occurrences
        || booking.rooms != draft.rooms
        || booking.zone != draft.zone;
    let mut changed = with_draft(app, who, booking, draft, is_rescheduled);
    changed.series = Some(unfolded.series);
    Ok((changed, unfolded.occurrences))
}

/// The rows as they shall be. The meeting keeps its id whatever changes.
fn amend(app: &App, who: &SignedIn, rows: &Rows, draft: &Draft) -> Result<(Booking, Occurrence), BookingRefused> {
    let (booking, occurrence) = (&rows.booking, rows.first());
    if matches!(booking.state, BookingState::Cancelled { .. }) {
        return Err(BookingRefused::Cancelled);
    }
    if matches!(occurrence.state, OccurrenceState::Ended { .. }) {
        return Err(BookingRefused::Ended);
    }
    if booking.series.is_some() {
        let name = "recurrence".into();
        return Err(BookingRefused::Field { name, allowed: "the rule: this is a series" });
    }
    timing::is_ahead(draft.timing, Some(occurrence.start), app.now())?;
    let is_rescheduled = (occurrence.start, occurrence.end) != (draft.timing.start, draft.timing.end)
        || booking.rooms != draft.rooms
        || booking.zone != draft.zone;
    let changed = with_draft(app, who, booking, draft, is_rescheduled);
    let moved = Occurrence { start: draft.timing.start, end: draft.timing.end, ..occurrence.clone() };
    Ok((changed, moved))
}

fn with_draft(app: &App, who: &SignedIn, booking: &Booking, draft: &Draft, is_rescheduled: bool) -> Booking {
    let organiser = draft.organiser.unwrap_or(booking.organiser);
    let booked_by = if organiser == booking.organiser { booking.booked_by } else { who.id() };
    Booking {
        title: draft.title.clone(),
        description: draft.description.clone(),
        organiser,
        booked_by,
        zone: draft.zone.clone(),
        rooms: draft.rooms.clone(),
        guests_wait: draft.guests_wait,
        is_private: draft.is_private.unwrap_or(booking.is_private),
        remind_minutes: draft.remind_minutes,
        profile: draft.profile,
        ..if is_rescheduled { booking.rescheduled(app.now()) } else { booking.changed(app.now()) }
    }
}

fn no_longer_invited(before: &Rows, booking: &Booking, invitations: &[Invitation]) -> BTreeSet<Identity> {
    let identity = |invitation: &Invitation| match invitation.invitee {
        Invitee::Person(person) => Identity::from(person),
        Invitee::Guest { .. } => Identity::from(invitation.id),
    };
    let still: BTreeSet<Identity> =
        invitations.iter().map(identity).chain([Identity::from(booking.organiser)]).collect();
    before.invitations.iter().map(identity).filter(|identity| !still.contains(identity)).collect()
}

/// The change stands; tokens live for minutes only, so a bus that is away is not the caller's problem.
async fn shut_out(app: &App, meeting: &MeetingName, identity: Identity) {
    if let Err(error) = app.shut_out(meeting, Some(identity)).await {
        tracing::warn!(meeting.id = %meeting, error = %error, "a token could not be revoked: it runs out by itself");
    }
}

#[cfg(test)]
mod tests;
