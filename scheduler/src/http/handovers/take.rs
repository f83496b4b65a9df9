use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use cluster::Event;
use domain::{Booking, Invitation, InvitationId, Invitee, MeetingRole, PersonId};
use http::StatusCode;

use super::OfferBody;
use crate::app::App;
use crate::booking::invitations::NewSecrets;
use crate::booking::view::{self, BookingAnswer};
use crate::http::actor::SignedIn;
use crate::http::answer::versioned;
use crate::http::bookings::Rows;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::Body;
use crate::mail::news;
use crate::reply;

/// Takes over a booking that was offered: it is one's own from now on. Who invited before stays invited, as a moderator. Everybody
/// gets a letter in which the organiser has changed (RFC 5546, 3.2.2.5).
#[utoipa::path(post, path = "/handovers/take", tag = "bookings", request_body = OfferBody, responses(
    (status = 200, body = BookingAnswer, headers(("ETag" = String))),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 404, description = "link_invalid", body = ProblemBody),
    (status = 410, description = "link_used: taken, withdrawn, too old, or the booking was moved", body = ProblemBody),
))]
pub(crate) async fn take_over(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Body(body): Body<OfferBody>,
) -> Result<Response, Problem> {
    let mut unit = app.store.begin().await?;
    let (offer, before) = body.open(&app, unit.as_mut(), &who).await?;
    let (now, id) = (app.now(), offer.booking);
    let booking = Booking { organiser: offer.to, booked_by: offer.to, ..before.booking.rescheduled(now) };
    let invitations = invited(&app, &before, offer.from, offer.to);
    unit.save_booking(&booking, &before.occurrences).await?;
    unit.save_invitations(id, &invitations).await?;
    reply::ask_anew(&app, unit.as_mut(), &booking, &invitations, None).await?;
    unit.add_audit(&who.entry(now, "booking.taken_over", format!("booking {id}, from person {}", offer.from))).await?;
    let rows = Rows { booking, occurrences: before.occurrences.clone(), invitations };
    let date = rows.occurrence(&app);
    news::announce(&app, unit.as_mut(), Some(before.shown(&date)), rows.shown(&date)).await?;
    let answer = view::show(&app, unit.as_mut(), &who, rows.shown(&date), &NewSecrets::new()).await?;
    unit.commit().await?;
    app.publish(Event::BookingChanged { booking: id }).await;
    Ok(versioned(StatusCode::OK, rows.booking.version, answer))
}

/// Who invites is no longer invited; who invited before is.
fn invited(app: &App, before: &Rows, from: PersonId, to: PersonId) -> Vec<Invitation> {
    let is_of = |one: &Invitation, person| one.invitee == Invitee::Person(person);
    let mut invitations: Vec<Invitation> =
        before.invitations.iter().filter(|one| !is_of(one, to) && !is_of(one, from)).cloned().collect();
    invitations.push(Invitation {
        id: InvitationId::from_uuid(app.new_id()),
        booking: before.booking.id,
        invitee: Invitee::Person(from),
        role: MeetingRole::Moderator,
        revoked_at: None,
    });
    invitations
}
