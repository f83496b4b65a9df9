use std::sync::Arc;

use axum::extract::State;
use cluster::Event;
use domain::policy::Action;
use domain::{MeetingName, OccurrenceState};
use http::StatusCode;
use uuid::Uuid;

use super::remove_participant::allow;
use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::Id;
use crate::meeting::venue::Venue;

/// Ends a meeting for all. Nobody can join it any more; its rooms are free. Doing it twice does
/// no harm.
#[utoipa::path(post, path = "/meetings/{id}/end", tag = "meetings",
params(("id" = String, Path, description = "The meeting, or its booking")),
responses(
    (status = 204, description = "Ended"),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 404, description = "not_found", body = ProblemBody),
    (status = 503, description = "unavailable: ended, but people inside were not told; call again", body = ProblemBody),
))]
pub(crate) async fn end_meeting(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Id(meeting): Id<MeetingName>,
) -> Result<StatusCode, Problem> {
    let Ok(id) = meeting.as_str().parse::<Uuid>() else { return end_foreign(&app, &who, meeting).await };
    let mut unit = app.store.begin().await?;
    let Some(mut venue) = Venue::read(&app, unit.as_mut(), id).await? else {
        drop(unit);
        return end_foreign(&app, &who, meeting).await;
    };
    allow(&who, &venue, Action::EndMeeting(venue.stake(&who)))?;
    let now = app.now();
    if venue.occurrence.state == OccurrenceState::Held {
        venue.occurrence.state = OccurrenceState::Ended { at: now };
        unit.save_occurrence(&venue.occurrence).await?;
        let subject = format!("meeting {}", venue.occurrence.id);
        unit.add_audit(&who.entry_for(venue.booking.organiser, now, "meeting.ended", subject)).await?;
        unit.commit().await?;
    } else {
        drop(unit);
    }
    app.publish(Event::DoorChanged { occurrence: venue.occurrence.id }).await;
    app.publish(Event::BookingChanged { booking: venue.booking.id }).await;
    app.shut_out(&venue.name(), None).await?;
    Ok(StatusCode::NO_CONTENT)
}

async fn end_foreign(app: &App, who: &SignedIn, meeting: MeetingName) -> Result<StatusCode, Problem> {
    super::foreign(app, who, &meeting).await?;
    let mut unit = app.store.begin().await?;
    unit.add_audit(&who.entry(app.now(), "meeting.ended", format!("meeting {meeting}"))).await?;
    unit.commit().await?;
    app.shut_out(&meeting, None).await?;
    Ok(StatusCode::NO_CONTENT)
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use cluster::{Command, NodeId, TokenFacts};
    use domain::{Clock as _, Identity, MeetingName, Role, RoomKind};
    use futures_util::StreamExt as _;
    use serde_json::json;

    use crate::testing::{Bench, booking};

    #[tokio::test]
    async fn an_ended_meeting_is_over_for_all_and_frees_its_rooms() {
        let bench = Bench::new().await;
        let anna = bench.person("Anna", &[]).await;
        let room = bench.room(RoomKind::Physical, "Sitzungszimmer", 12).await;
        let shown = bench.booked(&anna, json!({ "rooms": [room] })).await;
        bench.clock.set("2026-11-24T09:30:00Z");
        let anna = bench.signed_in(anna.id).await;
        let meeting: MeetingName = shown["meeting_id"].as_str().expect("an id").parse().expect("a name");
        let node = NodeId("one".into());
        bench.cluster.directory.claim(&meeting, &node, Duration::from_secs(60)).await.expect("a directory");
        let mut commands = bench.cluster.bus.commands(&node).await.expect("a bus");
        for _ in 0..2 {
            bench.post(&format!("/meetings/{meeting}/end")).by(&anna).send().await.is(204);
            assert_eq!(commands.next().await, Some(Command::EndMeeting { meeting: meeting.clone() }));
        }
        let token = TokenFacts {
            meeting: meeting.clone(),
            identity: Identity::from(anna.id),
            token_id: None,
            issued_at: bench.clock.now(),
        };
        assert!(bench.cluster.revocations.is_revoked(&token, bench.clock.now()).await.expect("a list"));
        bench.post(&format!("/meetings/{meeting}/join")).by(&anna).json(&json!({})).await.is_problem(410, "ended");
        let booked = bench.get(&format!("/bookings/{}", shown["id"].as_str().expect("an id"))).by(&anna).send().await;
        assert_eq!(booked.body["ended_at"], "2026-11-24T09:30:00Z");
        let same_time = booking(json!({ "rooms": [room], "start": "2026-11-24T10:30" }));
        bench.post("/bookings").by(&anna).json(&same_time).await.is(201);
    }

    #[tokio::test]
    async fn moderators_and_administrators_end_others_do_not() {
        let bench = Bench::new().await;
        let (anna, participant) = (bench.person("Anna", &[]).await, bench.person("Part", &[]).await);
        let (admin, stranger) = (bench.person("Admin", &[Role::Administrator]).await, bench.person("S", &[]).await);
        let people = json!([{ "person": participant.id, "role": "participant" }]);
        let shown = bench.booked(&anna, json!({ "people": people })).await;
        let path = format!("/meetings/{}/end", shown["meeting_id"].as_str().expect("an id"));
        bench.post(&path).by(&stranger).send().await.is_problem(404, "not_found");
        bench.post(&path).by(&participant).send().await.is_problem(403, "not_allowed");
        bench.post(&path).by(&admin).send().await.is(204);
        let entry = bench.audit().await.remove(0);
        assert_eq!((entry.action.as_str(), entry.on_behalf_of), ("meeting.ended", Some(anna.id)));
    }
}
