use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use cluster::Event;
use domain::{BookingId, Occurrence, OccurrenceId, OccurrenceState, timing};

use crate::app::App;
use crate::booking::asks::{self, Asks};
use crate::booking::draft::{BookingBody, Draft};
use crate::booking::invitations;
use crate::booking::naming::Naming;
use crate::booking::plan::{self, BookingRefused};
use crate::booking::rules::Kept;
use crate::booking::view::{self, BookingAnswer, Shown};
use crate::booking::waits;
use crate::capacity::setup::Invited;
use crate::capacity::weigh::{Before, Wish, weigh};
use crate::dial_in;
use crate::http::actor::SignedIn;
use crate::http::answer::Made;
use crate::http::once::{Making, Once, Reused};
use crate::http::problem::{Problem, ProblemBody};
use crate::mail::{asked, news};
use crate::series::conflicts::Look;
use crate::series::unfold::unfold;

/// Books a meeting or a series: its virtual meeting, and the rooms named. A series whose dates are
/// partly taken is refused with what could be had instead; sent again with `exceptions` it is
/// booked as a whole, or not at all.
#[utoipa::path(post, path = "/bookings", tag = "bookings", request_body = BookingBody,
params(("Idempotency-Key" = Option<String>, Header, description = "Sent again within 24 hours: answered, not done again")),
responses(
    (status = 201, body = BookingAnswer, headers(("ETag" = String), ("Location" = String))),
    (status = 400, description = "malformed", body = ProblemBody),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 409, description = "room_taken, room_held: `room` {id, name}, `until`; dates_taken: `conflicts`, each with its \
        `date`, what is `taken`, the `reasons` of rules it breaks, `free_rooms` and `free_times`; pool_full: `capacity` as in the answer", body = ProblemBody),
    (status = 422, description = "in_the_past, end_before_start, too_long, unknown_zone, time_does_not_exist \
        (`next_valid`), over_capacity (`capacity`, `people`), against_rules (`reasons`), invalid, key_reused", body = ProblemBody),
))]
pub(crate) async fn book(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Making { body, once }: Making<BookingBody>,
) -> Result<Response, Problem> {
    if let Some(answer) = once.answered(&app, &who).await? {
        return Ok(answer);
    }
    Ok(make(&app, &who, body.check()?, &once, None).await?.made.into_response())
}

/// What was booked.
pub(crate) struct Booked {
    /// Absent if it was booked earlier, by the same request.
    pub(crate) booking: Option<BookingId>,
    made: Made,
}

/// Books it, whoever asks and how; `naming` says what the calendar program calls it that asks.
pub(crate) async fn make(
    app: &Arc<App>,
    who: &SignedIn,
    draft: Draft,
    once: &Once,
    naming: Option<&Naming>,
) -> Result<Booked, Problem> {
    let answer = match reserve(app, who, &draft, once, naming).await {
        Err(BookingRefused::Storage(error)) => Err(plan::explain(app, error, &draft, None).await),
        answer => answer,
    };
    let outcome = if answer.is_ok() { "booked" } else { "refused" };
    metrics::counter!("rennsteig_bookings_total", "outcome" => outcome).increment(1);
    match answer? {
        Reserved::Now(id, made) => {
            app.publish(Event::BookingChanged { booking: id }).await;
            Ok(Booked { booking: Some(id), made })
        }
        Reserved::Before(made) => Ok(Booked { booking: None, made: made? }),
    }
}

/// What came of it.
enum Reserved {
    /// It was booked.
    Now(BookingId, Made),
    /// The same request was faster; or another one that came with the same key.
    Before(Result<Made, Reused>),
}

/// One unit of work: locks, checks, writes. Acknowledged means durable.
async fn reserve(
    app: &App,
    who: &SignedIn,
    draft: &Draft,
    once: &Once,
    naming: Option<&Naming>,
) -> Result<Reserved, BookingRefused> {
    let now = app.now();
    timing::is_ahead(draft.timing, None, now)?;
    let organiser = draft.organiser.unwrap_or(who.id());
    let id = BookingId::from_uuid(app.new_id());
    let unfolded = draft.series.as_ref().map(|wanted| unfold(app, id, draft, wanted, None)).transpose()?;
    let (series, dates) = unfolded.map(|unfolded| (unfolded.series, unfolded.occurrences)).unzip();
    let mut unit = app.store.begin().await?;
    if let Some(before) = once.begin(app, who, unit.as_mut()).await? {
        return Ok(Reserved::Before(before));
    }
    let mut asks = Asks::default();
    if dates.is_none() {
        asks = plan::check(unit.as_mut(), who, organiser, draft, now, &Kept::default()).await?;
    }

    let booking = draft.booking(id, organiser, who.id(), series, now);
    plan::may_be_private(who, &booking)?;
    let single = || Occurrence {
        id: OccurrenceId::from_uuid(app.new_id()),
        booking: booking.id,
        start: draft.timing.start,
        end: draft.timing.end,
        state: OccurrenceState::Held,
        locked_at: None,
        key: None,
        deviation: domain::Deviation::default(),
    };
    let dates = match dates {
        Some(dates) => {
            asks = plan::check_dates(unit.as_mut(), who, draft, &booking, &dates, app, &Kept::default()).await?;
            dates
        }
        None => vec![single()],
    };
    let occurrence = dates.iter().find(|one| one.state == OccurrenceState::Held).unwrap_or(&dates[0]);
    let (invitations, secrets) = invitations::invite(app, booking.id, draft, &[])?;
    let wish = Wish {
        booking: &booking,
        dates: &dates,
        invited: Invited::to(organiser, &invitations),
        before: Before::Nothing,
        look: Look::ToBook,
        now,
    };
    let weighed = weigh(unit.as_mut(), who, wish).await?.or_refused()?;
    unit.add_booking(&booking, &dates).await?;
    weighed.keep(unit.as_mut(), &booking, &dates, now).await?;
    let asked = asks::settle(unit.as_mut(), who, &booking, &dates, &asks, now).await?;
    // What the form kept is booked now, or no longer wanted.
    unit.save_holds(who.id(), &[]).await?;
    waits::settle(app, unit.as_mut(), who, &booking, &dates, draft.series.as_ref()).await?;
    unit.save_invitations(booking.id, &invitations).await?;
    dial_in::ensure(app, unit.as_mut(), &booking).await?;
    if let Some(naming) = naming {
        unit.save_calendar_name(&naming.of(booking.id)).await?;
    }
    unit.add_audit(&who.entry_for(organiser, now, "booking.created", format!("booking {}", booking.id))).await?;
    let shown = Shown { booking: &booking, occurrence, invitations: &invitations };
    news::announce(app, unit.as_mut(), None, shown).await?;
    asked::announce(app, unit.as_mut(), &who.actor.person, shown, &asked).await?;
    let mut answer = view::show(app, unit.as_mut(), who, shown, &secrets).await?;
    answer.capacity = weighed.answer;
    let made = Made::booking(booking.id, &answer);
    once.keep(app, who, unit.as_mut(), &made).await?;
    unit.commit().await?;
    Ok(Reserved::Now(booking.id, made))
}

#[cfg(test)]
mod tests;
