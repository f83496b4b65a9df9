use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use cluster::Event;
use domain::{Booking, BookingId, BookingState, Invitee, MeetingName, Occurrence, OccurrenceState};
use http::StatusCode;
use jiff::Timestamp;
use storage::{StorageError, Unit};

use super::Rows;
use crate::app::App;
use crate::booking::invitations::NewSecrets;
use crate::booking::view::{self, BookingAnswer, Shown};
use crate::http::actor::SignedIn;
use crate::http::answer::versioned;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::{Id, IfMatch};

/// Cancels a booking: frees its rooms, ends guests' links, sends people out of a running meeting.
/// Cancelling twice does no harm.
#[utoipa::path(post, path = "/bookings/{id}/cancel", tag = "bookings",
params(("id" = Uuid, Path), ("If-Match" = String, Header, description = "The ETag the change starts from")),
responses(
    (status = 200, body = BookingAnswer, headers(("ETag" = String))),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 404, description = "not_found", body = ProblemBody),
    (status = 412, description = "changed_meanwhile", body = ProblemBody),
    (status = 428, description = "if_match_required", body = ProblemBody),
))]
pub(crate) async fn cancel_booking(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Id(id): Id<BookingId>,
    if_match: IfMatch,
) -> Result<Response, Problem> {
    let mut unit = app.store.begin().await?;
    let mut rows = Rows::changed_by(unit.as_mut(), &who, id).await?;
    if_match.is(rows.booking.version)?;
    let is_new = rows.booking.state == BookingState::Active;
    if is_new {
        cancel(unit.as_mut(), &who, &mut rows, app.now()).await?;
    }
    let shown = Shown { booking: &rows.booking, occurrence: rows.occurrence(), invitations: &rows.invitations };
    let answer = view::show(&app, unit.as_mut(), &who, shown, &NewSecrets::new()).await?;
    unit.commit().await?;

    if is_new {
        app.publish(Event::BookingChanged { booking: id }).await;
        for occurrence in &rows.occurrences {
            end_meeting(&app, occurrence).await;
        }
    }
    Ok(versioned(StatusCode::OK, rows.booking.version, answer))
}

async fn cancel(unit: &mut dyn Unit, who: &SignedIn, rows: &mut Rows, now: Timestamp) -> Result<(), StorageError> {
    let booking = &rows.booking;
    rows.booking = Booking {
        state: BookingState::Cancelled { at: now, by: who.id() },
        sequence: booking.sequence + 1,
        version: booking.version + 1,
        updated_at: now,
        ..booking.clone()
    };
    for occurrence in rows.occurrences.iter_mut().filter(|one| one.state == OccurrenceState::Held) {
        occurrence.state = OccurrenceState::Cancelled;
    }
    unit.save_booking(&rows.booking, &rows.occurrences).await?;
    for invitation in &mut rows.invitations {
        if matches!(invitation.invitee, Invitee::Guest { .. }) && invitation.revoked_at.is_none() {
            unit.revoke_invitation(invitation.id, now).await?;
            invitation.revoked_at = Some(now);
        }
    }
    let subject = format!("booking {}", rows.booking.id);
    unit.add_audit(&who.entry_for(rows.booking.organiser, now, "booking.cancelled", subject)).await
}

/// The cancellation stands whatever the bus says: nobody can join any more, and tokens run out.
async fn end_meeting(app: &App, occurrence: &Occurrence) {
    let meeting = MeetingName::from(occurrence.id);
    if let Err(error) = app.shut_out(&meeting, None).await {
        tracing::warn!(meeting.id = %meeting, error = %error, "a cancelled meeting could not be ended");
    }
    app.publish(Event::DoorChanged { occurrence: occurrence.id }).await;
}
