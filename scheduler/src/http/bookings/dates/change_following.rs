use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use cluster::Event;
use domain::{Booking, BookingId, Occurrence, OccurrenceId, OccurrenceState, timing};

use super::super::Rows;
use super::{Opened, open};
use crate::app::App;
use crate::booking::asks::{self, Asks};
use crate::booking::draft::{BookingBody, Draft};
use crate::booking::invitations;
use crate::booking::plan::{self, BookingRefused};
use crate::booking::rules::Kept;
use crate::booking::view::{self, BookingAnswer, Shown};
use crate::booking::waits;
use crate::capacity::setup::Invited;
use crate::capacity::weigh::{Before, Wish, weigh};
use crate::dial_in;
use crate::http::actor::SignedIn;
use crate::http::answer::Made;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::{Body, Ids, IfMatch};
use crate::mail::{asked, news};
use crate::series::conflicts::Look;
use crate::series::unfold::{Earlier, unfold};

/// Changes a date of a series and all later ones: the series ends before it, and a new one with its
/// own link goes on from there. Changed and cancelled dates are kept as with a change of all.
#[utoipa::path(put, path = "/bookings/{id}/dates/{occurrence_id}/following", tag = "bookings",
request_body = BookingBody,
params(
    ("id" = Uuid, Path), ("occurrence_id" = Uuid, Path),
    ("If-Match" = String, Header, description = "The booking's ETag the change starts from"),
),
responses(
    (status = 201, body = BookingAnswer, headers(("ETag" = String), ("Location" = String))),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 404, description = "not_found", body = ProblemBody),
    (status = 409, description = "dates_taken, exceptions_lost, room_held, pool_full, as when changing a series", body = ProblemBody),
    (status = 410, description = "cancelled, ended", body = ProblemBody),
    (status = 412, description = "changed_meanwhile", body = ProblemBody),
    (status = 422, description = "As when booking; invalid without `recurrence`, for a single meeting, or if the \
        date is the first", body = ProblemBody),
    (status = 428, description = "if_match_required", body = ProblemBody),
))]
pub(crate) async fn change_following(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Ids(id, occurrence_id): Ids<BookingId, OccurrenceId>,
    if_match: IfMatch,
    Body(body): Body<BookingBody>,
) -> Result<Response, Problem> {
    let Opened { mut unit, rows, date: from } = open(&app, &who, id, occurrence_id, &if_match).await?;
    let draft = without_ids(body.check()?);
    let (before, moved) = cut(&app, &rows, &from)?;
    let (booking, occurrences) = go_on(&app, &who, &rows, &draft, moved.clone())?;
    // The later dates of the old series give their rooms to the new one.
    let mut rooms = booking.rooms_with(&occurrences);
    rooms.extend(before.booking.rooms_with(&before.occurrences));
    unit.lock_rooms(&rooms).await?;
    // What was granted to the series is granted to what goes on from it.
    let kept = Kept::of(unit.as_mut(), id).await?.for_another();
    unit.save_booking(&before.booking, &before.occurrences).await?;
    let asks = plan::check_dates(unit.as_mut(), &who, &draft, &booking, &occurrences, &app, &kept).await?;
    let (invitations, secrets) = invitations::invite(&app, booking.id, &draft, &[])?;
    let wish = Wish {
        booking: &booking,
        dates: &occurrences,
        invited: Invited::to(booking.organiser, &invitations),
        before: Before::Continued(id, &moved),
        look: Look::ToBook,
        now: app.now(),
    };
    let weighed = weigh(unit.as_mut(), &who, wish).await?.or_refused()?;
    unit.add_booking(&booking, &occurrences).await?;
    weighed.keep(unit.as_mut(), &booking, &occurrences, app.now()).await?;
    let turnout = unit.turnout_of(id).await?;
    unit.save_turnout(booking.id, turnout).await?;
    unit.note_continuation(booking.id, id).await?;
    asks::settle(unit.as_mut(), &who, &before.booking, &before.occurrences, &Asks::default(), app.now()).await?;
    let asked = asks::settle(unit.as_mut(), &who, &booking, &occurrences, &asks, app.now()).await?;
    waits::settle(&app, unit.as_mut(), &who, &booking, &occurrences, draft.series.as_ref()).await?;
    unit.save_invitations(booking.id, &invitations).await?;
    dial_in::ensure(&app, unit.as_mut(), &booking).await?;
    let subject = format!("booking {id}, on as booking {}", booking.id);
    unit.add_audit(&who.entry_for(booking.organiser, app.now(), "booking.split", subject)).await?;
    let first = occurrences.iter().find(|one| one.state == OccurrenceState::Held).unwrap_or(&occurrences[0]);
    let shown = Shown { booking: &booking, occurrence: first, invitations: &invitations };
    let ends_with = before.occurrence(&app);
    news::announce(&app, unit.as_mut(), Some(rows.shown(&from)), before.shown(&ends_with)).await?;
    news::announce_continued(&app, unit.as_mut(), rows.shown(&from), shown).await?;
    asked::announce(&app, unit.as_mut(), &who.actor.person, shown, &asked).await?;
    let mut answer = view::show(&app, unit.as_mut(), &who, shown, &secrets).await?;
    answer.capacity = weighed.answer;
    unit.commit().await?;

    app.publish(Event::BookingChanged { booking: id }).await;
    app.publish(Event::BookingChanged { booking: booking.id }).await;
    Ok(Made::booking(booking.id, &answer).into_response())
}

/// A guest's link names the booking: the new one needs new links.
fn without_ids(mut draft: Draft) -> Draft {
    for guest in &mut draft.guests {
        guest.id = None;
    }
    draft
}

/// The series as it ends before the date, and its later dates.
fn cut(app: &App, rows: &Rows, from: &Occurrence) -> Result<(Rows, Vec<Occurrence>), BookingRefused> {
    let (before, later): (Vec<Occurrence>, Vec<Occurrence>) =
        rows.occurrences.iter().cloned().partition(|one| one.start < from.start);
    if before.is_empty() {
        let name = "occurrence_id".into();
        return Err(BookingRefused::Field { name, allowed: "a date that is not the first: change the whole series" });
    }
    let zone = timing::zone(&rows.booking.zone)?;
    let series = rows.booking.series.clone().map(|series| series.ending_before(from.start, &zone));
    let booking = Booking { series, ..rows.booking.rescheduled(app.now()) };
    Ok((Rows { booking, occurrences: before, invitations: rows.invitations.clone() }, later))
}

/// The new series. Its dates are new rows: an id belongs to one booking.
fn go_on(
    app: &App,
    who: &SignedIn,
    rows: &Rows,
    draft: &Draft,
    later: Vec<Occurrence>,
) -> Result<(Booking, Vec<Occurrence>), BookingRefused> {
    let Some(wanted) = &draft.series else {
        let name = "recurrence".into();
        return Err(BookingRefused::Field { name, allowed: "the rule from this date on" });
    };
    let id = BookingId::from_uuid(app.new_id());
    let earlier = Earlier { booking: &rows.booking, occurrences: &later };
    let mut unfolded = unfold(app, id, draft, wanted, Some(earlier))?;
    for occurrence in &mut unfolded.occurrences {
        occurrence.id = OccurrenceId::from_uuid(app.new_id());
        occurrence.booking = id;
    }
    let organiser = draft.organiser.unwrap_or(rows.booking.organiser);
    let booking = draft.booking(id, organiser, who.id(), Some(unfolded.series), app.now());
    let booking = Booking { is_private: draft.is_private.unwrap_or(rows.booking.is_private), ..booking };
    plan::may_be_private(who, &booking)?;
    Ok((booking, unfolded.occurrences))
}
