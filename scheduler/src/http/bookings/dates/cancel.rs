use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use cluster::Event;
use domain::{BookingId, OccurrenceId, OccurrenceState, timing};
use http::StatusCode;
use serde::Deserialize;
use utoipa::IntoParams;

use super::super::Rows;
use super::super::cancel::end_meeting;
use super::{Opened, must_not_have_opened, open};
use crate::app::App;
use crate::booking::invitations::NewSecrets;
use crate::booking::plan::BookingRefused;
use crate::booking::view::{self, BookingAnswer};
use crate::http::actor::SignedIn;
use crate::http::answer::versioned;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::{Ids, IfMatch, Params};
use crate::mail::news;

/// This date, or this and all later ones.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct CancelParams {
    /// End the series with the date before this one; false if absent.
    #[serde(default)]
    following: bool,
}

/// Cancels one date of a series, or ends the series before it: frees the rooms. One date may be cancelled while people are
/// inside: they are sent out, and read that it was cancelled. A series is not ended from a date whose door is open, for
/// moderators or for all. The first date that is left cannot be ended so: cancel the booking. Later is what takes place
/// later, wherever the rule has it. Cancelling one twice does no harm.
#[utoipa::path(post, path = "/bookings/{id}/dates/{occurrence_id}/cancel", tag = "bookings",
params(
    ("id" = Uuid, Path), ("occurrence_id" = Uuid, Path), CancelParams,
    ("If-Match" = String, Header, description = "The booking's ETag the change starts from"),
),
responses(
    (status = 200, body = BookingAnswer, headers(("ETag" = String))),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 404, description = "not_found", body = ProblemBody),
    (status = 409, description = "door_open with `following`: `next`, the date from which on it may be ended, if any", body = ProblemBody),
    (status = 410, description = "cancelled, ended", body = ProblemBody),
    (status = 412, description = "changed_meanwhile", body = ProblemBody),
    (status = 422, description = "invalid: a single meeting, or no date would be left", body = ProblemBody),
    (status = 428, description = "if_match_required", body = ProblemBody),
))]
pub(crate) async fn cancel_date(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Ids(id, occurrence_id): Ids<BookingId, OccurrenceId>,
    Params(params): Params<CancelParams>,
    if_match: IfMatch,
) -> Result<Response, Problem> {
    let (version, answer) = strike(&app, &who, (id, occurrence_id), params.following, &if_match).await?;
    Ok(versioned(StatusCode::OK, version, answer))
}

/// Cancels it, or all from it on, whoever asks and how. Answers the booking's version.
pub(crate) async fn strike(
    app: &App,
    who: &SignedIn,
    (id, occurrence_id): (BookingId, OccurrenceId),
    following: bool,
    if_match: &IfMatch,
) -> Result<(i64, BookingAnswer), Problem> {
    let Opened { mut unit, rows, date: occurrence } = open(app, who, id, occurrence_id, if_match).await?;
    if occurrence.state == OccurrenceState::Cancelled && !following {
        let answer = view::show(app, unit.as_mut(), who, rows.shown(&occurrence), &NewSecrets::new()).await?;
        return Ok((rows.booking.version, answer));
    }
    if following {
        must_not_have_opened(app, &rows, &occurrence)?;
    }
    let mut booking = rows.booking.rescheduled(app.now());
    let (mut occurrences, action) = (rows.occurrences.clone(), "booking.date_cancelled");
    if following {
        let zone = timing::zone(&booking.zone).map_err(BookingRefused::from)?;
        if let Some(series) = &booking.series {
            let halves = domain::cut(series, &occurrences, &occurrence, &zone);
            (booking.series, occurrences) = (Some(halves.ending), halves.before);
        }
        if occurrences.is_empty() {
            return Err(Problem::invalid("following", "false: no date would be left; cancel the booking instead"));
        }
    } else if let Some(one) = occurrences.iter_mut().find(|one| one.id == occurrence_id) {
        one.state = OccurrenceState::Cancelled;
    }
    unit.save_booking(&booking, &occurrences).await?;
    let subject = format!("occurrence {occurrence_id}");
    unit.add_audit(&who.entry_for(booking.organiser, app.now(), action, subject)).await?;
    let before = rows.clone();
    let rows = Rows { booking, occurrences, ..rows };
    let shown = rows.date(occurrence_id).cloned().unwrap_or_else(|_| rows.occurrence(app));
    if following {
        news::announce(app, unit.as_mut(), Some(before.shown(&occurrence)), rows.shown(&shown)).await?;
    } else {
        news::announce_date(app, unit.as_mut(), &occurrence, rows.shown(&shown)).await?;
    }
    let answer = view::show(app, unit.as_mut(), who, rows.shown(&shown), &NewSecrets::new()).await?;
    unit.commit().await?;

    app.publish(Event::BookingChanged { booking: id }).await;
    end_meeting(app, &occurrence).await;
    Ok((rows.booking.version, answer))
}
