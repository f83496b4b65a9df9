use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use cluster::Event;
use domain::{Booking, BookingId, BookingState, Invitee, MeetingName, Occurrence, OccurrenceState, PersonId};
use http::StatusCode;
use jiff::Timestamp;
use storage::{StorageError, Unit};

use super::Rows;
use crate::app::App;
use crate::booking::asks;
use crate::booking::invitations::NewSecrets;
use crate::booking::view::{self, BookingAnswer};
use crate::http::actor::SignedIn;
use crate::http::answer::versioned;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::{Id, IfMatch};
use crate::mail::news;

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
    let (version, answer) = call_off(&app, &who, id, &if_match).await?;
    Ok(versioned(StatusCode::OK, version, answer))
}

/// Cancels it, whoever asks and how. Answers its version.
pub(crate) async fn call_off(
    app: &App,
    who: &SignedIn,
    id: BookingId,
    if_match: &IfMatch,
) -> Result<(i64, BookingAnswer), Problem> {
    let mut unit = app.store.begin().await?;
    let mut rows = Rows::changed_by(unit.as_mut(), who, id).await?;
    if_match.is(rows.booking.version)?;
    let is_new = rows.booking.state == BookingState::Active;
    if is_new {
        let before = rows.clone();
        let now = app.now();
        cancel(unit.as_mut(), who.id(), &mut rows, now).await?;
        let entry = who.entry_for(rows.booking.organiser, now, "booking.cancelled", format!("booking {id}"));
        unit.add_audit(&entry).await?;
        let (earlier, now) = (before.occurrence(app), rows.occurrence(app));
        news::announce(app, unit.as_mut(), Some(before.shown(&earlier)), rows.shown(&now)).await?;
    }
    let occurrence = rows.occurrence(app);
    let answer = view::show(app, unit.as_mut(), who, rows.shown(&occurrence), &NewSecrets::new()).await?;
    unit.commit().await?;

    if is_new {
        app.publish(Event::BookingChanged { booking: id }).await;
        for occurrence in rows.occurrences.iter().filter(|one| one.state == OccurrenceState::Cancelled) {
            end_meeting(app, occurrence).await;
        }
    }
    Ok((rows.booking.version, answer))
}

/// Frees the rooms, ends the requests for them and the guests' links.
pub(crate) async fn cancel(
    unit: &mut dyn Unit,
    by: PersonId,
    rows: &mut Rows,
    now: Timestamp,
) -> Result<(), StorageError> {
    rows.booking = Booking { state: BookingState::Cancelled { at: now, by }, ..rows.booking.rescheduled(now) };
    // Dates of a series that are over took place.
    let is_to_come = |one: &&mut Occurrence| one.state == OccurrenceState::Held && (one.key.is_none() || one.end > now);
    for occurrence in rows.occurrences.iter_mut().filter(is_to_come) {
        occurrence.state = OccurrenceState::Cancelled;
    }
    unit.save_booking(&rows.booking, &rows.occurrences).await?;
    asks::withdraw(unit, rows.booking.id).await?;
    unit.delete_dial_in_pin(rows.booking.id).await?;
    for invitation in &mut rows.invitations {
        if matches!(invitation.invitee, Invitee::Guest { .. }) && invitation.revoked_at.is_none() {
            unit.revoke_invitation(invitation.id, now).await?;
            invitation.revoked_at = Some(now);
        }
    }
    Ok(())
}

/// The cancellation stands whatever the bus says: nobody can join any more, and tokens run out.
pub(crate) async fn end_meeting(app: &App, occurrence: &Occurrence) {
    let meeting = MeetingName::from(occurrence.id);
    if let Err(error) = app.shut_out(&meeting, None).await {
        tracing::warn!(meeting.id = %meeting, error = %error, "a cancelled meeting could not be ended");
    }
    app.publish(Event::DoorChanged { occurrence: occurrence.id }).await;
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use cluster::{Command, NodeId, TokenFacts};
    use domain::{Identity, MeetingName, RoomKind};
    use futures_util::StreamExt as _;
    use serde_json::json;

    use crate::testing::{Bench, booking};

    #[tokio::test]
    async fn cancelling_frees_rooms_ends_links_and_ends_the_running_meeting() {
        let bench = Bench::new().await;
        let anna = bench.person("Anna", &[]).await;
        let room = bench.room(RoomKind::Physical, "Sitzungszimmer", 12).await;
        let shown = bench.booked(&anna, json!({ "rooms": [room], "guests": [{ "name": "Gast" }] })).await;
        let meeting: MeetingName = shown["meeting_id"].as_str().expect("an id").parse().expect("a name");
        let node = NodeId("one".into());
        bench.cluster.directory.claim(&meeting, &node, Duration::from_secs(60)).await.expect("a directory");
        let mut commands = bench.cluster.bus.commands(&node).await.expect("a bus");

        let path = format!("/bookings/{}/cancel", shown["id"].as_str().expect("an id"));
        let cancelled = bench.post(&path).by(&anna).header("if-match", "\"1\"").send().await;
        assert_eq!(cancelled.is(200).body["state"], "cancelled");
        assert_eq!(cancelled.etag(), "\"2\"");
        assert_eq!(commands.next().await, Some(Command::EndMeeting { meeting: meeting.clone() }));
        let now = domain::Clock::now(bench.clock.as_ref());
        let token = TokenFacts { meeting, identity: Identity::from(anna.id), token_id: None, issued_at: now };
        assert!(bench.cluster.revocations.is_revoked(&token, now).await.expect("a list"));

        bench.post("/bookings").by(&anna).json(&booking(json!({ "rooms": [room] }))).await.is(201);
        let secret = shown["guests"][0]["link"].as_str().and_then(|link| link.split('#').nth(1)).expect("a secret");
        let join = format!("/meetings/{}/join", shown["meeting_id"].as_str().expect("an id"));
        bench.post(&join).json(&json!({ "secret": secret })).await.is_problem(410, "cancelled");
        bench.post(&join).by(&anna).json(&json!({})).await.is_problem(410, "cancelled");
    }

    #[tokio::test]
    async fn cancelling_twice_does_no_harm_and_others_may_not() {
        let bench = Bench::new().await;
        let (anna, invited) = (bench.person("Anna", &[]).await, bench.person("Invited", &[]).await);
        let people = json!([{ "person": invited.id, "role": "moderator" }]);
        let shown = bench.booked(&anna, json!({ "people": people })).await;
        let path = format!("/bookings/{}/cancel", shown["id"].as_str().expect("an id"));
        let cancel = |by, tag| bench.post(&path).by(by).header("if-match", tag).send();
        bench.post(&path).by(&anna).send().await.is_problem(428, "if_match_required");
        cancel(&invited, "\"1\"").await.is_problem(403, "not_allowed");
        cancel(&anna, "\"1\"").await.is(200);
        cancel(&anna, "\"1\"").await.is_problem(412, "changed_meanwhile");
        assert_eq!(cancel(&anna, "\"2\"").await.is(200).etag(), "\"2\"");
    }
}
