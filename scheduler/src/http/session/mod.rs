//! The browser's session: who is signed in, and what the person may do.

pub(crate) mod show;
pub(crate) mod sign_in;
pub(crate) mod sign_out;

use axum::Json;
use axum::response::{IntoResponse, Response};
use domain::policy::{self, Action, Actor};
use domain::{Delegation, DelegationRight, PersonId, Private, Role};
use http::{StatusCode, header};
use serde::Serialize;
use storage::{StorageError, Unit, WebSession};
use utoipa::ToSchema;
use uuid::Uuid;

use super::actor;
use super::problem::Problem;
use crate::app::App;
use crate::secret::{self, Secret};

/// Who is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SessionAnswer {
    person: Oneself,
    /// For whom this person may act.
    principals: Vec<Principal>,
    may: MayDo,
    /// Do invitations and reminders go out by mail here?
    sends_mail: bool,
}

/// The person who is signed in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Oneself {
    id: Uuid,
    name: String,
    email: String,
    #[schema(value_type = Vec<String>, example = json!(["administrator", "room_manager"]))]
    roles: Vec<Role>,
    /// `de` or `en`.
    locale: String,
}

/// Somebody the person may act for.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct Principal {
    id: Uuid,
    name: String,
    #[schema(value_type = Vec<String>, example = json!(["book"]))]
    rights: Vec<DelegationRight>,
}

/// What the navigation shows.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MayDo {
    manage_rooms: bool,
    see_room_use: bool,
    manage_people: bool,
    see_running_meetings: bool,
    manage_capacity: bool,
}

/// Puts the answer together.
async fn answer(app: &App, unit: &mut dyn Unit, actor: &Actor) -> Result<SessionAnswer, StorageError> {
    let held: Vec<&Delegation> =
        actor.delegations.iter().filter(|held| held.valid_until.is_none_or(|until| actor.now < until)).collect();
    let ids: Vec<PersonId> = held.iter().map(|delegation| delegation.principal).collect();
    let people = unit.people_by_id(&ids).await?;
    let mut principals: Vec<Principal> = held
        .iter()
        .filter_map(|delegation| {
            let person = people.iter().find(|person| person.id == delegation.principal)?;
            let name = person.name.expose().clone();
            Some(Principal { id: person.id.as_uuid(), name, rights: delegation.rights.clone() })
        })
        .collect();
    principals.sort_by(|one, other| one.name.cmp(&other.name));
    let person = &actor.person;
    Ok(SessionAnswer {
        person: Oneself {
            id: person.id.as_uuid(),
            name: person.name.expose().clone(),
            email: person.email.expose().clone(),
            roles: person.roles.clone(),
            locale: person.locale.clone(),
        },
        principals,
        may: MayDo {
            manage_rooms: policy::may(actor, Action::ManageRooms),
            see_room_use: policy::may(actor, Action::SeeRoomUse),
            manage_people: policy::may(actor, Action::ManagePeople),
            see_running_meetings: policy::may(actor, Action::SeeRunningMeetings),
            manage_capacity: policy::may(actor, Action::ManageCapacity),
        },
        sends_mail: app.config.mail_from.is_some(),
    })
}

/// Opens a session within the unit and answers the cookie's secret. An earlier one of the same
/// browser ends: a planted cookie never becomes a signed-in one.
async fn open(
    app: &App,
    unit: &mut dyn Unit,
    person: PersonId,
    earlier: Option<&str>,
) -> Result<Private<String>, StorageError> {
    let now = app.now();
    if let Some(earlier) = earlier {
        unit.end_session(&secret::hash(earlier)).await?;
    }
    let secret = Secret::draw(app.randomness.as_ref(), secret::SESSION_BYTES);
    let expires_at = now + app.config.session_lifetime;
    let session = WebSession { secret_hash: secret.hash, person, created_at: now, used_at: now, expires_at };
    unit.add_session(&session).await?;
    Ok(secret.text)
}

fn signed_in(app: &App, status: StatusCode, cookie: &Private<String>, answer: SessionAnswer) -> Response {
    let cookie = actor::set_cookie(Some(cookie.expose()), app.config.session_lifetime);
    (status, [(header::SET_COOKIE, cookie)], Json(answer)).into_response()
}

/// Signs in somebody who was just made: set-up.
pub(super) async fn begin(
    app: &App,
    mut unit: Box<dyn Unit>,
    person: domain::Person,
    status: StatusCode,
) -> Result<Response, Problem> {
    let cookie = open(app, unit.as_mut(), person.id, None).await?;
    let actor = Actor { person, delegations: Vec::new(), now: app.now() };
    let body = answer(app, unit.as_mut(), &actor).await?;
    unit.commit().await?;
    Ok(signed_in(app, status, &cookie, body))
}
