use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::policy::Action;
use serde::Serialize;
use storage::{StayReason, ZoneUpdate};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::answer::{Instant, Items};
use crate::http::problem::{Problem, ProblemBody};

/// Most updates, and most dates, answered.
const MOST: u32 = 500;

/// A zone whose clocks will be set otherwise than was known, and what came of it.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ZoneUpdateAnswer {
    /// IANA name.
    #[schema(example = "Europe/Berlin")]
    zone: String,
    /// The release of the time zone database that says so.
    #[schema(example = "2026e")]
    release: String,
    /// The one with which the dates stood in the calendar.
    earlier_release: String,
    /// Since when bookings follow.
    begun_at: Instant,
    /// When the last one had; null while it goes on.
    ended_at: Option<Instant>,
    /// How many dates have followed.
    moved: u32,
    /// Those that could not, by start: up to 500 of all zones together. Dates that were deleted since are left out.
    stays: Vec<StayAnswer>,
}

/// A date that could not follow the clocks.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct StayAnswer {
    booking_id: Uuid,
    /// The date.
    occurrence_id: Uuid,
    /// When it starts now.
    start: Instant,
    /// When it would start.
    wanted_start: Instant,
    #[schema(inline)]
    reason: StayedBecause,
}

/// Why a date could not follow the clocks.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StayedBecause {
    /// Others hold one of its rooms then.
    RoomTaken,
    /// Its door was open, or it would have begun already.
    TooLate,
    /// It was changed while others followed.
    Changed,
}

impl From<StayReason> for StayedBecause {
    fn from(reason: StayReason) -> Self {
        match reason {
            StayReason::RoomTaken => Self::RoomTaken,
            StayReason::TooLate => Self::TooLate,
            StayReason::Changed => Self::Changed,
        }
    }
}

/// Zones whose clocks are set otherwise under a newer release of the time zone database, the newest first: how many dates have
/// followed, and which could not.
#[utoipa::path(get, path = "/admin/zone-updates", tag = "admin", responses(
    (status = 200, body = Items<ZoneUpdateAnswer>),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
))]
pub(crate) async fn list_zone_updates(
    State(app): State<Arc<App>>,
    who: SignedIn,
) -> Result<Json<Items<ZoneUpdateAnswer>>, Problem> {
    who.must(Action::SeeRunningMeetings)?;
    let mut unit = app.store.read().await?;
    let (updates, stays) = (unit.zone_updates(MOST).await?, unit.zone_stays(MOST).await?);
    let answer = |update: ZoneUpdate| {
        let of_update =
            stays.iter().filter(|(stay, _)| stay.zone == update.rules.zone && stay.release == update.rules.release);
        let stays = of_update.map(|(stay, date)| StayAnswer {
            booking_id: date.booking.as_uuid(),
            occurrence_id: date.id.as_uuid(),
            start: Instant(date.start),
            wanted_start: Instant(stay.wanted),
            reason: stay.reason.into(),
        });
        ZoneUpdateAnswer {
            stays: stays.collect(),
            zone: update.rules.zone,
            release: update.rules.release,
            earlier_release: update.earlier_release,
            begun_at: Instant(update.begun_at),
            ended_at: update.ended_at.map(Instant),
            moved: update.moved,
        }
    };
    Ok(Json(updates.into_iter().map(answer).collect()))
}
