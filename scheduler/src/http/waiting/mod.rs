//! The waiting room: who stands at the door, and what moderators decide.

pub(crate) mod admit;
pub(crate) mod list;
pub(crate) mod reject;
pub(crate) mod take_back;
pub(crate) mod watch;
pub(crate) mod watch_self;

use std::sync::Arc;

use cluster::Event;
use domain::{Admission, AdmissionId, AdmissionState, Private};
use http::StatusCode;
use serde::Serialize;
use utoipa::ToSchema;
use uuid::Uuid;

use super::actor::SignedIn;
use super::answer::Instant;
use super::problem::Problem;
use crate::app::App;
use crate::meeting::venue::Venue;

/// Somebody who waits.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct WaitingPerson {
    id: Uuid,
    name: String,
    requested_at: Instant,
    #[schema(inline)]
    trust: Trust,
}

/// Who stands at the door, in the order of asking.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AtTheDoor {
    /// Who waits.
    items: Vec<WaitingPerson>,
    /// Who was turned away, which can be taken back.
    rejected: Vec<WaitingPerson>,
}

/// How we know who somebody is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Trust {
    /// Has a personal link.
    Guest,
    /// Has an account.
    SignedIn,
}

impl From<&Admission> for WaitingPerson {
    fn from(admission: &Admission) -> Self {
        Self {
            id: admission.id.as_uuid(),
            name: admission.name.expose().clone(),
            requested_at: Instant(admission.requested_at),
            trust: if admission.identity.person().is_some() { Trust::SignedIn } else { Trust::Guest },
        }
    }
}

/// Who stands at the door; only for moderators.
async fn waiting(app: &App, who: &SignedIn, id: Uuid) -> Result<(Venue, AtTheDoor), Problem> {
    let mut unit = app.store.read().await?;
    let venue = Venue::moderated_by(app, unit.as_mut(), who, id).await?;
    let admissions = unit.admissions_of(venue.occurrence.id).await?;
    let now = app.now();
    let of = |state| {
        let standing = admissions.iter().filter(move |one| one.state == state && now < one.expires_at);
        standing.map(WaitingPerson::from).collect()
    };
    let door = AtTheDoor { items: of(AdmissionState::Waiting), rejected: of(AdmissionState::Rejected) };
    Ok((venue, door))
}

/// What a moderator decides about somebody at the door.
enum Decision {
    Admit,
    Reject {
        words: Option<Private<String>>,
    },
    /// Whoever was turned away waits again; anybody else stays as before.
    TakeBack,
}

/// Decides about one at the door. Deciding the same again does no harm.
async fn decide(
    app: &Arc<App>,
    who: &SignedIn,
    id: Uuid,
    admission: AdmissionId,
    decision: Decision,
) -> Result<StatusCode, Problem> {
    let mut unit = app.store.begin().await?;
    let venue = Venue::moderated_by(app, unit.as_mut(), who, id).await?;
    let admission = unit.admission(admission).await?.filter(|one| one.occurrence == venue.occurrence.id);
    let mut admission = admission.ok_or_else(Problem::not_found)?;
    if unit.is_excluded(venue.occurrence.id, &admission.identity).await? {
        return Err(Problem::not_found());
    }
    let action = match decision {
        Decision::TakeBack if admission.state != AdmissionState::Rejected => return Ok(StatusCode::NO_CONTENT),
        Decision::TakeBack => {
            (admission.state, admission.words) = (AdmissionState::Waiting, None);
            "admission.taken_back"
        }
        Decision::Admit => {
            (admission.state, admission.words) = (AdmissionState::Admitted, None);
            "admission.admitted"
        }
        Decision::Reject { words } => {
            (admission.state, admission.words) = (AdmissionState::Rejected, words);
            "admission.rejected"
        }
    };
    unit.save_admission(&admission).await?;
    let subject = format!("admission {}", admission.id);
    unit.add_audit(&who.entry_for(venue.booking.organiser, app.now(), action, subject)).await?;
    unit.commit().await?;
    app.publish(Event::DoorChanged { occurrence: venue.occurrence.id }).await;
    Ok(StatusCode::NO_CONTENT)
}
