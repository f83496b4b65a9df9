use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use cluster::Event;
use domain::{AdmissionState, BookingId, Identity, InvitationId, Invitee, MeetingName, OccurrenceId};
use serde::Serialize;
use storage::{StorageError, Unit};
use utoipa::ToSchema;

use super::Rows;
use crate::app::App;
use crate::booking::{guest_secret, view};
use crate::http::actor::SignedIn;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::Ids;
use crate::mail::news;
use crate::secret::{self, Secret};

/// A guest's new personal link, shown this once.
#[derive(Serialize, ToSchema)]
pub(crate) struct LinkAnswer {
    link: String,
}

/// Makes a new personal link for a guest; the old one ends, and with it what it opened: whoever came by it leaves, also from
/// the waiting room, and comes back with the new one.
#[utoipa::path(post, path = "/bookings/{id}/guests/{invitation_id}/link", tag = "bookings",
params(("id" = Uuid, Path), ("invitation_id" = Uuid, Path)),
responses(
    (status = 200, body = LinkAnswer),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 404, description = "not_found", body = ProblemBody),
))]
pub(crate) async fn renew_guest_link(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Ids(id, invitation_id): Ids<BookingId, InvitationId>,
) -> Result<Json<LinkAnswer>, Problem> {
    let mut unit = app.store.begin().await?;
    let mut rows = Rows::changed_by(unit.as_mut(), &who, id).await?;
    let invitation = rows.invitations.iter_mut().find(|one| one.id == invitation_id && one.revoked_at.is_none());
    let Some(Invitee::Guest { secret_hash, .. }) = invitation.map(|one| &mut one.invitee) else {
        return Err(Problem::not_found());
    };
    let secret = guest_secret::next(&app.config.token_key, invitation_id, secret_hash);
    *secret_hash = secret.hash;
    unit.save_invitations(id, &rows.invitations).await?;
    let subject = format!("invitation {invitation_id}");
    unit.add_audit(&who.entry_for(rows.booking.organiser, app.now(), "invitation.link_renewed", subject)).await?;
    let occurrence = rows.occurrence(&app);
    let identity = Identity::from(invitation_id);
    end_ticket(&app, unit.as_mut(), occurrence.id, &identity).await?;
    news::announce_link(&app, unit.as_mut(), rows.shown(&occurrence), invitation_id).await?;
    unit.commit().await?;
    app.publish(Event::DoorChanged { occurrence: occurrence.id }).await;
    if let Err(error) = app.shut_out(&MeetingName::from(occurrence.id), Some(identity)).await {
        tracing::warn!(meeting.id = %occurrence.id, %error, "a token could not be revoked: it runs out by itself");
    }
    Ok(Json(LinkAnswer { link: view::guest_link(&app, &rows.booking, secret.text.expose()) }))
}

/// Who waits with the old link, or was let in with it, has a ticket that opens by itself.
async fn end_ticket(
    app: &App,
    unit: &mut dyn Unit,
    occurrence: OccurrenceId,
    identity: &Identity,
) -> Result<(), StorageError> {
    let admissions = unit.admissions_of(occurrence).await?;
    let Some(mut admission) = admissions.into_iter().find(|one| one.identity == *identity) else { return Ok(()) };
    admission.ticket_hash = Secret::draw(app.randomness.as_ref(), secret::LINK_BYTES).hash;
    if admission.state == AdmissionState::Admitted {
        admission.state = AdmissionState::Waiting;
    }
    admission.requested_at = app.now();
    unit.save_admission(&admission).await
}

#[cfg(test)]
mod tests {
    use cluster::TokenFacts;
    use serde_json::json;

    use crate::testing::Bench;

    #[tokio::test]
    async fn what_the_old_link_opened_ends_with_it() {
        let bench = Bench::new().await;
        let anna = bench.person("Anna", &[]).await;
        let shown = bench.booked(&anna, json!({ "guests": [{ "name": "Gast" }] })).await;
        let text = |value: &serde_json::Value| value.as_str().expect("text").to_owned();
        let (id, guest) = (text(&shown["id"]), text(&shown["guests"][0]["id"]));
        bench.clock.set("2026-11-24T09:00:00Z");
        let anna = bench.signed_in(anna.id).await;
        let secret = |link: &str| link.split('#').nth(1).expect("a secret").to_owned();
        let join = async |body| bench.post(&format!("/meetings/{id}/join")).json(&body).await;
        let old = secret(&text(&shown["guests"][0]["link"]));
        let ticket = text(&join(json!({ "secret": old })).await.is(200).body["ticket"]);
        let list = bench.get(&format!("/meetings/{id}/waiting")).by(&anna).send().await;
        let admit = format!("/meetings/{id}/waiting/{}/admit", text(&list.body["items"][0]["id"]));
        bench.post(&admit).by(&anna).send().await.is(204);
        assert_eq!(join(json!({ "ticket": ticket })).await.is(200).body["state"], "admitted");

        let renewed = bench.post(&format!("/bookings/{id}/guests/{guest}/link")).by(&anna).send().await;
        let new = secret(&text(&renewed.is(200).body["link"]));
        join(json!({ "ticket": ticket })).await.is_problem(404, "link_invalid");
        let token = TokenFacts {
            meeting: text(&shown["meeting_id"]).parse().expect("a name"),
            identity: format!("guest-{guest}").parse().expect("an identity"),
            token_id: None,
            issued_at: domain::Clock::now(bench.clock.as_ref()),
        };
        assert!(bench.cluster.revocations.is_revoked(&token, token.issued_at).await.expect("a list"));
        assert_eq!(
            join(json!({ "secret": new })).await.is(200).body["state"],
            "waiting",
            "who has the new link asks anew"
        );
    }

    #[tokio::test]
    async fn a_new_link_opens_and_the_old_one_no_longer() {
        let bench = Bench::new().await;
        let (anna, stranger) = (bench.person("Anna", &[]).await, bench.person("Stranger", &[]).await);
        let people = json!([{ "person": stranger.id, "role": "participant" }]);
        let shown = bench.booked(&anna, json!({ "people": people, "guests": [{ "name": "Gast" }] })).await;
        let text = |value: &serde_json::Value| value.as_str().expect("text").to_owned();
        let (id, guest) = (text(&shown["id"]), &shown["guests"][0]);
        let path = format!("/bookings/{id}/guests/{}/link", text(&guest["id"]));
        bench.post(&path).by(&stranger).send().await.is_problem(403, "not_allowed");
        let renewed = bench.post(&path).by(&anna).send().await;
        let secret = |link: &str| link.split('#').nth(1).expect("a secret").to_owned();
        let (old, new) = (secret(&text(&guest["link"])), secret(&text(&renewed.is(200).body["link"])));
        let lobby = |secret: String| bench.get(&format!("/meetings/{id}")).header("x-guest-secret", &secret).send();
        lobby(old).await.is_problem(404, "link_invalid");
        assert_eq!(lobby(new).await.is(200).body["my_role"], "guest");

        let person = format!("/bookings/{id}/guests/{}/link", text(&shown["people"][0]["id"]));
        bench.post(&person).by(&anna).send().await.is_problem(404, "not_found");
    }
}
