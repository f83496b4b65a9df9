use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::{BookingId, InvitationId, Invitee};
use serde::Serialize;
use utoipa::ToSchema;

use super::Rows;
use crate::app::App;
use crate::booking::view;
use crate::http::actor::SignedIn;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::Ids;
use crate::secret::{self, Secret};

/// A guest's new personal link, shown this once.
#[derive(Serialize, ToSchema)]
pub(crate) struct LinkAnswer {
    link: String,
}

/// Makes a new personal link for a guest; the old one ends.
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
    let secret = Secret::draw(app.randomness.as_ref(), secret::LINK_BYTES);
    *secret_hash = secret.hash;
    unit.save_invitations(id, &rows.invitations).await?;
    let subject = format!("invitation {invitation_id}");
    unit.add_audit(&who.entry_for(rows.booking.organiser, app.now(), "invitation.link_renewed", subject)).await?;
    unit.commit().await?;
    Ok(Json(LinkAnswer { link: view::guest_link(&app, &rows.booking, secret.text.expose()) }))
}
