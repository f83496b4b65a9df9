use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use cluster::Event;
use domain::no_show::{self, CheckInRefused};
use domain::policy::Action;
use domain::{Booking, BookingState, Occurrence, OccurrenceId, OccurrenceState, RoomId};
use jiff::Timestamp;
use serde::Serialize;
use serde_json::json;
use storage::{StorageError, Unit};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::answer::Instant;
use crate::http::problem::{Code, Problem, ProblemBody};
use crate::http::request::Id;
use crate::meeting::venue::Venue;
use crate::no_shows::kept_for_who_comes;

/// What was said to be used.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CheckedIn {
    start: Instant,
    end: Instant,
    /// It was too late: nobody had come, and rooms of it were released.
    is_released: bool,
}

impl CheckedIn {
    /// Notes that somebody came; who it was is nowhere kept.
    pub(crate) async fn note(
        unit: &mut dyn Unit,
        id: OccurrenceId,
        occurrence: &Occurrence,
        now: Timestamp,
    ) -> Result<Self, StorageError> {
        unit.note_attended(id, now).await?;
        Self::of(unit, occurrence).await
    }

    /// The same at the door of one of its rooms: of the others nothing is known, unless no other waits for somebody.
    pub(crate) async fn note_at_door(
        unit: &mut dyn Unit,
        room: RoomId,
        booking: &Booking,
        occurrence: &Occurrence,
        now: Timestamp,
    ) -> Result<Self, StorageError> {
        unit.note_room_seen(occurrence.id, room, now).await?;
        let seen = unit.rooms_seen(occurrence.id).await?;
        let kept = kept_for_who_comes(unit, occurrence.rooms(booking)).await?;
        if kept.iter().all(|(room, _)| seen.contains(&room.id)) {
            unit.note_attended(occurrence.id, now).await?;
        }
        Self::of(unit, occurrence).await
    }

    async fn of(unit: &mut dyn Unit, occurrence: &Occurrence) -> Result<Self, StorageError> {
        let is_released = unit.attended(occurrence.id).await?.is_released;
        Ok(Self { start: Instant(occurrence.start), end: Instant(occurrence.end), is_released })
    }
}

/// Says that somebody is there, so that the meeting's rooms are not released: from 15 minutes before the start. Whoever
/// joins the meeting need not say so.
#[utoipa::path(post, path = "/meetings/{id}/check-in", tag = "meetings", params(("id" = Uuid, Path)), responses(
    (status = 200, body = CheckedIn),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed; too_early (`opens_at`)", body = ProblemBody),
    (status = 404, description = "not_found", body = ProblemBody),
    (status = 410, description = "cancelled, ended", body = ProblemBody),
))]
pub(crate) async fn check_in(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Id(id): Id<Uuid>,
) -> Result<Json<CheckedIn>, Problem> {
    let mut unit = app.store.begin().await?;
    let venue = Venue::read(&app, unit.as_mut(), id).await?.ok_or_else(Problem::not_found)?;
    venue.allow(&who, Action::CheckIn(venue.stake(&who)))?;
    let (occurrence, now) = (&venue.occurrence, app.now());
    let is_cancelled = matches!(venue.booking.state, BookingState::Cancelled { .. });
    if is_cancelled || occurrence.state == OccurrenceState::Cancelled {
        return Err(Problem::new(Code::Cancelled, "The meeting was cancelled."));
    }
    if matches!(occurrence.state, OccurrenceState::Ended { .. }) {
        return Err(Problem::new(Code::Ended, "The meeting is over."));
    }
    no_show::check_in(occurrence.start, occurrence.end, now).map_err(refused)?;
    let answer = CheckedIn::note(unit.as_mut(), occurrence.id, occurrence, now).await?;
    unit.commit().await?;
    app.publish(Event::BookingChanged { booking: occurrence.booking }).await;
    Ok(Json(answer))
}

pub(crate) fn refused(refused: CheckInRefused) -> Problem {
    match refused {
        CheckInRefused::TooEarly { opens_at } => {
            Problem::new(Code::TooEarly, "You can check in from 15 minutes before the start.")
                .with("opens_at", json!(Instant(opens_at)))
        }
        CheckInRefused::Over => Problem::new(Code::Ended, "The meeting is over."),
    }
}
