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
use crate::meeting::captured;
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
    /// Programs that record the meeting now; who joins then has to agree to `recording`.
    recorded_by: Vec<String>,
    /// Programs that write down what is said; who joins then has to agree to `captions`.
    captioned_by: Vec<String>,
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
    let is_hidden = venue.is_hidden_from(visitor.role);
    let named = |id| NameOnly {
        name: people
            .iter()
            .find(|person| person.id == id && !is_hidden)
            .map_or_else(String::new, |one| one.name.expose().clone()),
    };
    drop(unit);
    let report = super::join::running(&app, &venue).await;
    let (recorded_by, captioned_by) = captured::programs(report.as_ref());
    let is_guest = visitor.role == Some(MeetingRole::Guest);
    Ok(Json(MeetingAnswer {
        meeting_id: venue.occurrence.id.as_uuid(),
        booking_id: booking.id.as_uuid(),
        title: venue.title(visitor.role, who.as_ref().map_or("de", |who| who.actor.person.locale.as_str())).to_owned(),
        start: Instant(venue.occurrence.start),
        end: Instant(venue.occurrence.end),
        zone: booking.zone.clone(),
        organiser: named(booking.organiser),
        on_behalf: booking.booked_by != booking.organiser && !is_hidden,
        booked_by: named(booking.booked_by),
        joinable_from: Instant(app.config.join_window.opens_at(venue.occurrence.start, visitor.role)),
        state,
        my_role: visitor.role.map(RoleName::from),
        guest_name: Some(visitor.name.into_inner()).filter(|name| is_guest && !name.is_empty()),
        guests_wait: booking.guests_wait,
        recorded_by,
        captioned_by,
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

#[cfg(test)]
mod tests {
    use domain::Role;
    use serde_json::json;

    use crate::testing::Bench;

    #[tokio::test]
    async fn the_lobby_says_what_each_visitor_may_know() {
        let bench = Bench::new().await;
        let (boss, assistant) = (bench.person("Boss", &[]).await, bench.person("Assistant", &[]).await);
        bench.delegate(&boss, &assistant, &["book"]).await;
        let changes = json!({ "organiser": boss.id, "guests": [{ "name": "Gast" }] });
        let shown = bench.booked(&assistant, changes).await;
        let expected = json!({
            "meeting_id": shown["meeting_id"], "booking_id": shown["id"], "title": "Dienstberatung",
            "start": "2026-11-24T09:00:00Z", "end": "2026-11-24T10:00:00Z", "zone": "Europe/Berlin",
            "organiser": { "name": "Boss" }, "on_behalf": true, "booked_by": { "name": "Assistant" },
            "joinable_from": "2026-11-24T08:45:00Z", "state": "early", "my_role": "guest",
            "guest_name": "Gast", "guests_wait": true, "recorded_by": [], "captioned_by": [],
        });
        let secret = shown["guests"][0]["link"].as_str().and_then(|link| link.split('#').nth(1)).expect("a secret");
        // By the meeting's id or the booking's.
        for id in [&shown["meeting_id"], &shown["id"]] {
            let path = format!("/meetings/{}", id.as_str().expect("an id"));
            let answer = bench.get(&path).header("x-guest-secret", secret).send().await;
            assert_eq!(answer.is(200).body, expected);
        }
        let path = format!("/meetings/{}", shown["meeting_id"].as_str().expect("an id"));
        let by_boss = bench.get(&path).by(&boss).send().await;
        assert_eq!(by_boss.is(200).body["my_role"], "moderator");
        assert_eq!(by_boss.body["joinable_from"], "2026-11-24T08:30:00Z");
        let stranger = bench.person("Stranger", &[Role::RoomManager]).await;
        assert_eq!(bench.get(&path).by(&stranger).send().await.is(200).body["my_role"], json!(null));
    }

    #[tokio::test]
    async fn who_shows_nothing_signs_in_and_a_wrong_link_opens_nothing() {
        let bench = Bench::new().await;
        let anna = bench.person("Anna", &[]).await;
        let guests = json!([{ "name": "Gast" }]);
        let (one, other) =
            (bench.booked(&anna, json!({ "guests": guests })).await, bench.booked(&anna, json!({})).await);
        let path = |id: &serde_json::Value| format!("/meetings/{}", id.as_str().expect("an id"));
        let nothing = "/meetings/019ab000-0000-7000-8000-000000000000";
        for path in [path(&one["id"]).as_str(), nothing] {
            bench.get(path).send().await.is_problem(401, "sign_in_required");
            bench.get(path).header("x-guest-secret", "guessed").send().await.is_problem(404, "link_invalid");
        }
        bench.get(nothing).by(&anna).send().await.is_problem(404, "not_found");
        let secret = one["guests"][0]["link"].as_str().and_then(|link| link.split('#').nth(1)).expect("a secret");
        // The link of one meeting does not show another.
        let answer = bench.get(&path(&other["id"])).header("x-guest-secret", secret).send().await;
        answer.is_problem(404, "link_invalid");
    }

    #[tokio::test]
    async fn the_state_follows_the_door() {
        let bench = Bench::new().await;
        let anna = bench.person("Anna", &[]).await;
        let shown = bench.booked(&anna, json!({})).await;
        let path = format!("/meetings/{}", shown["meeting_id"].as_str().expect("an id"));
        for (time, state) in [
            ("2026-11-24T08:29:59Z", "early"),
            ("2026-11-24T08:30:00Z", "open"),
            ("2026-11-24T10:59:59Z", "open"),
            ("2026-11-24T11:00:00Z", "ended"),
        ] {
            bench.clock.set(time);
            let anna = bench.signed_in(anna.id).await;
            assert_eq!(bench.get(&path).by(&anna).send().await.is(200).body["state"], state, "{time}");
        }
    }
}
