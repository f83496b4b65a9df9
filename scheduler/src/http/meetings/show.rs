use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::{MeetingRole, OccurrenceState};
use http::HeaderMap;
use jiff::Timestamp;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::App;
use crate::booking::view::RoleName;
use crate::http::actor::SignedIn;
use crate::http::answer::Instant;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::{Id, secret_header};
use crate::meeting::venue::Venue;
use crate::meeting::visitor::{self, Shown};

/// What the lobby shows.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MeetingAnswer {
    meeting_id: Uuid,
    booking_id: Uuid,
    title: String,
    start: Instant,
    end: Instant,
    zone: String,
    organiser: NameOnly,
    /// Somebody booked it for the organiser.
    on_behalf: bool,
    booked_by: NameOnly,
    /// From when on I can join.
    joinable_from: Instant,
    #[schema(inline)]
    state: MeetingState,
    /// None for staff who are not invited: they wait to be let in.
    #[schema(inline)]
    my_role: Option<RoleName>,
    /// The name the organiser gave; only for guests, and only if there is one.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    guest_name: Option<String>,
    guests_wait: bool,
}

/// Somebody by name only: guests learn no ids.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct NameOnly {
    pub(crate) name: String,
}

/// Where a meeting stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum MeetingState {
    /// Its door is not open yet.
    Early,
    /// It can be joined.
    Open,
    /// Nobody new may enter.
    Locked,
    /// It is over.
    Ended,
    /// Its booking was cancelled.
    Cancelled,
}

/// Shows a meeting to those who are signed in, and to guests with the secret of their link.
#[utoipa::path(get, path = "/meetings/{id}", tag = "meetings", security((), ("cookie" = []), ("bearer" = [])),
params(
    ("id" = Uuid, Path, description = "The meeting, or its booking"),
    ("X-Guest-Secret" = Option<String>, Header, description = "What follows # in a guest's link"),
),
responses(
    (status = 200, body = MeetingAnswer),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 404, description = "not_found, link_invalid", body = ProblemBody),
))]
pub(crate) async fn show_meeting(
    State(app): State<Arc<App>>,
    who: Option<SignedIn>,
    Id(id): Id<Uuid>,
    headers: HeaderMap,
) -> Result<Json<MeetingAnswer>, Problem> {
    let shown = Shown { secret: secret_header(&headers, "x-guest-secret"), ticket: None };
    let mut unit = app.store.read().await?;
    let venue = Venue::read(&app, unit.as_mut(), id)
        .await?
        .ok_or_else(|| super::no_such_meeting(who.is_some(), shown.secret.is_some()))?;
    let visitor = visitor::recognise(unit.as_mut(), &venue, who.as_ref(), shown).await?;
    let excluded = unit.is_excluded(venue.occurrence.id, &visitor.identity).await?;
    let state = state(&app, &venue, visitor.role, app.now());
    // Links of a cancelled meeting have ended, too, and of a removed guest: joining says so.
    if visitor.is_revoked && !excluded && state != MeetingState::Cancelled {
        return Err(Problem::link_invalid());
    }
    let booking = &venue.booking;
    let people = unit.people_by_id(&[booking.organiser, booking.booked_by]).await?;
    let named = |id| NameOnly {
        name: people.iter().find(|person| person.id == id).map_or_else(String::new, |one| one.name.expose().clone()),
    };
    let is_guest = visitor.role == Some(MeetingRole::Guest);
    Ok(Json(MeetingAnswer {
        meeting_id: venue.occurrence.id.as_uuid(),
        booking_id: booking.id.as_uuid(),
        title: booking.title.clone(),
        start: Instant(venue.occurrence.start),
        end: Instant(venue.occurrence.end),
        zone: booking.zone.clone(),
        organiser: named(booking.organiser),
        on_behalf: booking.booked_by != booking.organiser,
        booked_by: named(booking.booked_by),
        joinable_from: Instant(app.config.join_window.opens_at(venue.occurrence.start, visitor.role)),
        state,
        my_role: visitor.role.map(RoleName::from),
        guest_name: Some(visitor.name.into_inner()).filter(|name| is_guest && !name.is_empty()),
        guests_wait: booking.guests_wait,
    }))
}

fn state(app: &App, venue: &Venue, role: Option<MeetingRole>, now: Timestamp) -> MeetingState {
    let (door, window) = (venue.door(), &app.config.join_window);
    match door.state {
        OccurrenceState::Cancelled => MeetingState::Cancelled,
        OccurrenceState::Ended { .. } => MeetingState::Ended,
        OccurrenceState::Held if now >= window.closes_at(door.end) => MeetingState::Ended,
        OccurrenceState::Held if now < window.opens_at(door.start, role) => MeetingState::Early,
        OccurrenceState::Held if door.is_locked => MeetingState::Locked,
        OccurrenceState::Held => MeetingState::Open,
    }
}
