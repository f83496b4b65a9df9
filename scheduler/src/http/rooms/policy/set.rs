use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use cluster::Event;
use domain::policy::Action;
use domain::room_policy::RoomPeople;
use domain::{PersonId, RoomId};
use http::StatusCode;
use serde::Deserialize;
use storage::{RoomRules, Unit};
use utoipa::ToSchema;

use super::{RoomPolicyAnswer, RulesFields};
use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::answer::versioned;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::{Body, Id, IfMatch};

/// Most people listed for one room.
const MOST_LISTED: usize = 500;
/// Most delegates of one room.
const MOST_DELEGATES: usize = 20;

/// The rules a room shall have.
#[derive(Deserialize, ToSchema)]
pub(crate) struct RoomPolicyBody {
    #[serde(flatten)]
    rules: RulesFields,
    /// Who may book, where `bookers` is `listed`. Up to 500.
    #[serde(default)]
    #[schema(value_type = Vec<Uuid>)]
    listed: Vec<PersonId>,
    /// Who keeps the room and is not bound by its rules. Up to 20.
    #[serde(default)]
    #[schema(value_type = Vec<Uuid>)]
    delegates: Vec<PersonId>,
}

/// Sets the rules of a room as a whole. Bookings that are there stay; they are asked again when
/// their time or room changes.
#[utoipa::path(put, path = "/rooms/{id}/policy", tag = "rooms", request_body = RoomPolicyBody,
params(("id" = Uuid, Path), ("If-Match" = String, Header, description = "The room's ETag the change starts from")),
responses(
    (status = 200, body = RoomPolicyAnswer, headers(("ETag" = String))),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 404, description = "not_found", body = ProblemBody),
    (status = 412, description = "changed_meanwhile", body = ProblemBody),
    (status = 422, description = "invalid", body = ProblemBody),
    (status = 428, description = "if_match_required", body = ProblemBody),
))]
pub(crate) async fn set_room_policy(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Id(id): Id<RoomId>,
    if_match: IfMatch,
    Body(body): Body<RoomPolicyBody>,
) -> Result<Response, Problem> {
    who.must(Action::ManageRooms)?;
    let policy = body.rules.check()?;
    let people = RoomPeople { bookers: sorted(body.listed), delegates: sorted(body.delegates) };
    let mut unit = app.store.begin().await?;
    unit.lock_rooms(&[id]).await?;
    let mut room = unit.room(id).await?.filter(|room| room.retired_at.is_none()).ok_or_else(Problem::not_found)?;
    if_match.is(room.version)?;
    let before = unit.room_rules(&[id]).await?.pop().map(|rules| rules.people).unwrap_or_default();
    have_accounts(unit.as_mut(), "listed", &people.bookers, &before.bookers, MOST_LISTED).await?;
    have_accounts(unit.as_mut(), "delegates", &people.delegates, &before.delegates, MOST_DELEGATES).await?;
    room.version += 1;
    unit.save_room(&room).await?;
    unit.save_room_rules(&RoomRules { room: id, policy, people }).await?;
    unit.add_audit(&who.entry(app.now(), "room.rules_changed", format!("room {id}"))).await?;
    let answer = RoomPolicyAnswer::read(unit.as_mut(), &room, true).await?;
    unit.commit().await?;
    app.publish(Event::RoomsChanged).await;
    Ok(versioned(StatusCode::OK, room.version, answer))
}

fn sorted(mut people: Vec<PersonId>) -> Vec<PersonId> {
    people.sort();
    people.dedup();
    people
}

/// Who was named before may stay when the account is closed: other rules can be changed all the same.
async fn have_accounts(
    unit: &mut dyn Unit,
    field: &'static str,
    people: &[PersonId],
    before: &[PersonId],
    most: usize,
) -> Result<(), Problem> {
    let allowed = if most == MOST_LISTED {
        "up to 500 people with an open account"
    } else {
        "up to 20 people with an open account"
    };
    if people.len() > most {
        return Err(Problem::invalid(field, allowed));
    }
    let found = unit.people_by_id(people).await?;
    let open = found.iter().filter(|person| person.disabled_at.is_none() || before.contains(&person.id)).count();
    if open == people.len() { Ok(()) } else { Err(Problem::invalid(field, allowed)) }
}
