use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::policy::Action;
use domain::{BookingId, PersonId};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use storage::Span;
use utoipa::IntoParams;

use crate::app::App;
use crate::booking::view::{self, BookingItem, Referred, Shown};
use crate::booking::{stake, veil};
use crate::http::actor::SignedIn;
use crate::http::answer::{Instant, Items};
use crate::http::problem::{Code, Problem, ProblemBody};
use crate::http::request::Params;

/// Most bookings answered at once.
const MOST: u32 = 1_000;
/// How far ahead is shown if nothing is said.
const AHEAD: SignedDuration = SignedDuration::from_hours(24 * 90);

/// Whose bookings, and when.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListParams {
    /// Those that end after this; now if absent.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Instant>,
    /// Those that start before this; 90 days after `from` if absent.
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Instant>,
    /// A principal's; one's own if absent.
    #[param(value_type = Option<Uuid>)]
    person: Option<PersonId>,
}

/// The bookings somebody organises, booked, or is invited to, by start.
#[utoipa::path(get, path = "/bookings", tag = "bookings", params(ListParams), responses(
    (status = 200, body = Items<BookingItem>),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed: not a principal of yours", body = ProblemBody),
    (status = 422, description = "end_before_start", body = ProblemBody),
))]
pub(crate) async fn list_bookings(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Params(params): Params<ListParams>,
) -> Result<Json<Items<BookingItem>>, Problem> {
    let person = params.person.unwrap_or(who.id());
    who.must(Action::SeeBookingsOf(person))?;
    let start = params.from.map_or_else(|| app.now(), |from| from.0);
    let end = params.to.map_or_else(|| start.checked_add(AHEAD).unwrap_or(Timestamp::MAX), |to| to.0);
    if end <= start {
        return Err(Problem::new(Code::EndBeforeStart, "`to` must be after `from`.").with_field("to"));
    }
    let mut unit = app.store.read().await?;
    let rows = unit.bookings_of(person, Span { start, end }, MOST).await?;
    let ids: Vec<BookingId> = rows.iter().map(|(_, booking)| booking.id).collect();
    let mut invitations = unit.invitations_of_all(&ids).await?;
    invitations.sort_by_key(|invitation| invitation.booking);
    let shown: Vec<Shown<'_>> = rows
        .iter()
        .map(|(occurrence, booking)| {
            let first = invitations.partition_point(|one| one.booking < booking.id);
            let end = invitations.partition_point(|one| one.booking <= booking.id);
            Shown { booking, occurrence, invitations: &invitations[first..end] }
        })
        // A principal may be invited to what the assistant must not see, and who booked for
        // somebody once may have lost that right.
        .filter(|one| {
            person != who.id() || who.may(Action::SeeBooking(stake::stake(&who, one.booking, one.invitations)))
        })
        .collect();
    let referred = Referred::read(unit.as_mut(), &shown).await?;
    let items = shown.iter().map(|one| match veil::hides(&who.actor, one.booking, one.invitations) {
        true => view::hidden_item(&who, &referred, person, one),
        false => view::item(&app, &who, &referred, one),
    });
    Ok(Json(items.collect()))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use crate::testing::{Answer, Bench};

    fn titles(answer: &Answer) -> Vec<&str> {
        let items = answer.is(200).body["items"].as_array().expect("items");
        items.iter().map(|item| item["title"].as_str().expect("a title")).collect()
    }

    #[tokio::test]
    async fn ones_own_and_those_one_is_invited_to_come_by_start() {
        let bench = Bench::new().await;
        let (anna, jonas) = (bench.person("Anna", &[]).await, bench.person("Jonas", &[]).await);
        let later = json!({ "title": "Später", "start": "2026-11-25T10:00", "end": "2026-11-25T11:00" });
        bench.booked(&anna, later).await;
        let invites = json!({
            "title": "Eingeladen", "people": [{ "person": anna.id, "role": "moderator" }], "guests": [{ "name": "Gast" }],
        });
        bench.booked(&jonas, invites).await;
        bench.booked(&jonas, json!({ "title": "Ohne Anna" })).await;

        let all = bench.get("/bookings").by(&anna).send().await;
        assert_eq!(titles(&all), ["Eingeladen", "Später"]);
        let item = &all.body["items"][0];
        assert_eq!(
            (&item["my_role"], &item["people_count"], &item["guest_count"]),
            (&json!("moderator"), &json!(1), &json!(1))
        );
        let day = "from=2026-11-25T00:00:00Z&to=2026-11-26T00:00:00Z";
        assert_eq!(titles(&bench.get(&format!("/bookings?{day}")).by(&anna).send().await), ["Später"]);
    }

    #[tokio::test]
    async fn a_principals_bookings_are_shown_to_delegates_only() {
        let bench = Bench::new().await;
        let (boss, assistant) = (bench.person("Boss", &[]).await, bench.person("Assistant", &[]).await);
        bench.booked(&boss, json!({})).await;
        let path = format!("/bookings?person={}", boss.id);
        bench.get(&path).by(&assistant).send().await.is_problem(403, "not_allowed");
        bench.delegate(&boss, &assistant, &["book"]).await;
        let seen = bench.get(&path).by(&assistant).send().await;
        assert_eq!(titles(&seen), ["Dienstberatung"]);
        assert_eq!(
            seen.body["items"][0]["may"],
            json!({ "change": true, "check_in": true, "hand_over": false, "moderate": true })
        );
    }

    #[tokio::test]
    async fn who_booked_for_somebody_sees_it_no_longer_than_the_delegation_lasts() {
        let bench = Bench::new().await;
        let (boss, assistant) = (bench.person("Boss", &[]).await, bench.person("Assistant", &[]).await);
        bench.delegate(&boss, &assistant, &["book"]).await;
        bench.booked(&assistant, json!({ "organiser": boss.id })).await;
        assert_eq!(titles(&bench.get("/bookings").by(&assistant).send().await).len(), 1);
        let held: Value = bench.get("/delegations").by(&boss).send().await.body;
        let path = format!("/delegations/{}", held["given"][0]["id"].as_str().expect("an id"));
        bench.delete(&path).by(&boss).send().await.is(204);
        assert!(titles(&bench.get("/bookings").by(&assistant).send().await).is_empty());
    }

    #[tokio::test]
    async fn the_span_must_make_sense() {
        let bench = Bench::new().await;
        let anna = bench.person("Anna", &[]).await;
        let path = "/bookings?from=2026-11-25T00:00:00Z&to=2026-11-25T00:00:00Z";
        bench.get(path).by(&anna).send().await.is_problem(422, "end_before_start");
        bench.get("/bookings?from=today").by(&anna).send().await.is_problem(400, "malformed");
    }
}
