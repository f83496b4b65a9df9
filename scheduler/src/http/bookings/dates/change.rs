use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use cluster::Event;
use domain::text;
use domain::timing;
use domain::{Booking, BookingId, Occurrence, OccurrenceId, RoomId};
use http::StatusCode;
use jiff::civil::DateTime;
use serde::Deserialize;
use utoipa::ToSchema;

use super::{Opened, open};
use crate::app::App;
use crate::booking::asks;
use crate::booking::draft::whole_seconds;
use crate::booking::invitations::{NewSecrets, headcount};
use crate::booking::plan::{self, BookingRefused};
use crate::booking::view::{self, BookingAnswer, Shown};
use crate::booking::waits;
use crate::capacity::setup::Invited;
use crate::capacity::weigh::{Before, Wish, weigh};
use crate::http::actor::SignedIn;
use crate::http::answer::versioned;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::{Body, Ids, IfMatch};
use crate::mail::{asked, news};
use crate::reply;
use crate::series::conflicts::Look;

/// A single date of a series as it shall be.
#[derive(Deserialize, ToSchema)]
pub(crate) struct DateBody {
    /// Wall time in the zone of the booking.
    #[schema(value_type = String, example = "2026-12-01T14:00")]
    pub(crate) start: DateTime,
    /// Wall time; at most 24 hours after the start.
    #[schema(value_type = String, example = "2026-12-01T15:00")]
    pub(crate) end: DateTime,
    /// A title of its own; that of the series if absent or the same.
    pub(crate) title: Option<String>,
    /// Rooms of its own; those of the series if absent or the same.
    #[schema(value_type = Option<Vec<Uuid>>)]
    pub(crate) rooms: Option<Vec<RoomId>>,
}

/// Changes one date of a series: its time, its rooms, its title. Whoever edits the series later
/// keeps the change as long as the series has the date.
#[utoipa::path(put, path = "/bookings/{id}/dates/{occurrence_id}", tag = "bookings", request_body = DateBody,
params(
    ("id" = Uuid, Path), ("occurrence_id" = Uuid, Path),
    ("If-Match" = String, Header, description = "The booking's ETag the change starts from"),
),
responses(
    (status = 200, body = BookingAnswer, headers(("ETag" = String))),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 404, description = "not_found", body = ProblemBody),
    (status = 409, description = "dates_taken: `conflicts`; room_held: `room`, `until`; pool_full: `capacity`", body = ProblemBody),
    (status = 410, description = "cancelled, ended", body = ProblemBody),
    (status = 412, description = "changed_meanwhile", body = ProblemBody),
    (status = 422, description = "As when booking; invalid for a single meeting", body = ProblemBody),
    (status = 428, description = "if_match_required", body = ProblemBody),
))]
pub(crate) async fn change_date(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Ids(id, occurrence_id): Ids<BookingId, OccurrenceId>,
    if_match: IfMatch,
    Body(body): Body<DateBody>,
) -> Result<Response, Problem> {
    let (version, answer) = alter(&app, &who, (id, occurrence_id), &if_match, body).await?;
    Ok(versioned(StatusCode::OK, version, answer))
}

/// Changes it, whoever asks and how. Answers the booking's version.
pub(crate) async fn alter(
    app: &App,
    who: &SignedIn,
    (id, occurrence_id): (BookingId, OccurrenceId),
    if_match: &IfMatch,
    body: DateBody,
) -> Result<(i64, BookingAnswer), Problem> {
    let Opened { mut unit, rows, date } = open(app, who, id, occurrence_id, if_match).await?;
    let changed = amend(app, &rows.booking, &date, body)?;
    let booking = rows.booking.rescheduled(app.now());
    let occurrences: Vec<Occurrence> =
        rows.occurrences.iter().map(|one| if one.id == occurrence_id { &changed } else { one }).cloned().collect();
    let headcount = headcount(&rows.booking, &rows.invitations);
    let asks = plan::check_one(unit.as_mut(), &booking, &occurrences, occurrence_id, headcount, who, app).await?;
    let wish = Wish {
        booking: &booking,
        dates: &occurrences,
        invited: Invited::to(booking.organiser, &rows.invitations),
        before: Before::Changed(&rows.occurrences),
        look: Look::ToBook,
        now: app.now(),
    };
    let weighed = weigh(unit.as_mut(), who, wish).await?.or_refused()?;
    unit.save_booking(&booking, &occurrences).await?;
    weighed.keep(unit.as_mut(), &booking, &occurrences, app.now()).await?;
    let asked = asks::settle(unit.as_mut(), who, &booking, &occurrences, &asks, app.now()).await?;
    waits::settle(app, unit.as_mut(), who, &booking, &occurrences, None).await?;
    if (changed.start, changed.end) != (date.start, date.end) || changed.rooms(&booking) != date.rooms(&booking) {
        reply::ask_anew(app, unit.as_mut(), &booking, &rows.invitations, changed.key).await?;
    }
    let subject = format!("occurrence {occurrence_id}");
    unit.add_audit(&who.entry_for(booking.organiser, app.now(), "booking.date_changed", subject)).await?;
    let shown = Shown { booking: &booking, occurrence: &changed, invitations: &rows.invitations };
    news::announce_date(app, unit.as_mut(), &date, shown).await?;
    asked::announce(app, unit.as_mut(), &who.actor.person, shown, &asked).await?;
    let mut answer = view::show(app, unit.as_mut(), who, shown, &NewSecrets::new()).await?;
    answer.capacity = weighed.answer;
    unit.commit().await?;
    app.publish(Event::BookingChanged { booking: id }).await;
    app.publish(Event::DoorChanged { occurrence: occurrence_id }).await;
    Ok((booking.version, answer))
}

/// A date that is cancelled takes place again.
fn amend(app: &App, booking: &Booking, occurrence: &Occurrence, body: DateBody) -> Result<Occurrence, BookingRefused> {
    let zone = timing::zone(&booking.zone)?;
    let timing = timing::instants(whole_seconds(body.start), whole_seconds(body.end), &zone)?;
    timing::is_ahead(timing, Some(occurrence.start), app.now())?;
    let mut changed = occurrence.clone();
    changed.state = domain::OccurrenceState::Held;
    if (timing.start, timing.end) != (occurrence.start, occurrence.end) {
        (changed.start, changed.end) = (timing.start, timing.end);
        changed.deviation.is_moved = !is_regular(booking, &changed, &zone);
    }
    let title = body.title.map(|title| text::line(&title, text::TITLE_LIMIT)).transpose();
    let title = title
        .map_err(|_| BookingRefused::Field { name: "title".into(), allowed: "1 to 200 characters, no line breaks" })?;
    changed.deviation.title = title.filter(|title| *title != booking.title);
    changed.deviation.rooms = body.rooms.map(sorted).filter(|rooms| *rooms != booking.rooms);
    Ok(changed)
}

/// Is the date where its series has it?
fn is_regular(booking: &Booking, occurrence: &Occurrence, zone: &jiff::tz::TimeZone) -> bool {
    let Some((series, key)) = booking.series.as_ref().zip(occurrence.key) else { return true };
    let regular = domain::recurrence::Moment::Wall(key).instance(zone);
    regular.is_some_and(|date| {
        date.start == occurrence.start && occurrence.end.duration_since(occurrence.start) == series.duration
    })
}

fn sorted(mut rooms: Vec<RoomId>) -> Vec<RoomId> {
    rooms.sort();
    rooms.dedup();
    rooms
}
