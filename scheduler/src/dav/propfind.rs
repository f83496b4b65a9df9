//! PROPFIND: what is there, and what it is (RFC 4918, 9.1).

use axum::response::{IntoResponse as _, Response};
use domain::policy::Action;
use domain::{Person, PersonId};
use http::HeaderMap;
use storage::Unit;

use super::entries;
use super::multistatus::{Multistatus, Wanted};
use super::place::Place;
use super::properties::{Name, Resource, Shown};
use super::refusal::Refusal;
use super::state::{self, State};
use super::xml::read::{self, Element};
use super::xml::{CALENDAR_SERVER, DAV};
use crate::app::App;
use crate::calendar::Form;
use crate::http::actor::SignedIn;

/// How far down is looked.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Depth {
    Here,
    Children,
}

/// Answers what there is.
pub(super) async fn find(
    app: &App,
    who: &SignedIn,
    place: Place,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Response, Refusal> {
    let depth = depth(headers, &place)?;
    let wanted = wanted(body)?;
    let mut answer = Multistatus::new();
    match place {
        Place::Root => {
            let resource = Resource::Root;
            answer.tell(&Shown { who, place, resource }, &wanted, None);
            if depth == Depth::Children {
                let (place, resource) = (Place::Principal(who.id()), Resource::Principal(&who.actor.person));
                answer.tell(&Shown { who, place, resource }, &wanted, None);
            }
        }
        Place::Principal(of) => {
            let mut unit = app.store.read().await?;
            let person = owner(unit.as_mut(), who, of).await?;
            answer.tell(&Shown { who, place, resource: Resource::Principal(&person) }, &wanted, None);
        }
        Place::Outbox(_) => answer.tell(&Shown { who, place, resource: Resource::Outbox }, &wanted, None),
        Place::Home(me) => {
            answer.tell(&Shown { who, place, resource: Resource::Home }, &wanted, None);
            if depth == Depth::Children {
                for owner in owners(app, who).await? {
                    let place = Place::Calendar(me, owner.id);
                    let state = told_state(app, who, owner.id, &wanted).await?;
                    let resource = Resource::Calendar(&owner, state.as_ref());
                    answer.tell(&Shown { who, place, resource }, &wanted, None);
                }
            }
        }
        Place::Calendar(me, of) => {
            let mut unit = app.store.read().await?;
            let owner = owner(unit.as_mut(), who, of).await?;
            let items = match depth {
                Depth::Children => entries::all(app, unit.as_mut(), who, of, Form::Whole).await?,
                Depth::Here => Vec::new(),
            };
            drop(unit);
            let state = told_state(app, who, of, &wanted).await?;
            let resource = Resource::Calendar(&owner, state.as_ref());
            answer.tell(&Shown { who, place, resource }, &wanted, None);
            for item in &items {
                let place = Place::Entry(me, of, item.name.clone());
                answer.tell(&Shown { who, place, resource: Resource::Entry(item) }, &wanted, None);
            }
        }
        Place::Entry(_, of, ref name) => {
            let mut unit = app.store.read().await?;
            owner(unit.as_mut(), who, of).await?;
            let items = entries::named(app, unit.as_mut(), who, of, std::slice::from_ref(name), Form::Whole).await?;
            let item = items.first().ok_or_else(Refusal::not_found)?;
            answer.tell(&Shown { who, place, resource: Resource::Entry(item) }, &wanted, None);
        }
    }
    Ok(answer.into_response())
}

/// What can be set here: nothing. Each property is named (RFC 4918, 9.2).
pub(super) fn refuse_changes(place: &Place, body: &[u8]) -> Result<Response, Refusal> {
    let root = read::read(body).map_err(|why| Refusal::malformed(why.to_string()))?;
    if !root.is(DAV, "propertyupdate") {
        return Err(Refusal::malformed("The body is no DAV:propertyupdate."));
    }
    let names: Vec<Name> = root.children.iter().filter_map(|step| step.child(DAV, "prop")).flat_map(names).collect();
    let mut answer = Multistatus::new();
    answer.refuse(&place.href(), &names);
    Ok(answer.into_response())
}

/// Whose calendars the reader has: one's own, then those of the people one acts for.
async fn owners(app: &App, who: &SignedIn) -> Result<Vec<Person>, Refusal> {
    let seen: Vec<PersonId> = who
        .actor
        .delegations
        .iter()
        .map(|held| held.principal)
        .filter(|principal| *principal != who.id() && who.may(Action::SeeBookingsOf(*principal)))
        .collect();
    let mut others = app.store.read().await?.people_by_id(&seen).await?;
    others.retain(|person| person.disabled_at.is_none());
    others.sort_by(|one, other| (one.name.expose(), one.id).cmp(&(other.name.expose(), other.id)));
    let mut owners = vec![who.actor.person.clone()];
    owners.extend(others);
    Ok(owners)
}

/// The owner of a calendar that the reader may see; absent and forbidden look alike.
pub(super) async fn owner(unit: &mut dyn Unit, who: &SignedIn, of: PersonId) -> Result<Person, Refusal> {
    if of == who.id() {
        return Ok(who.actor.person.clone());
    }
    if !who.may(Action::SeeBookingsOf(of)) {
        return Err(Refusal::not_found());
    }
    let person = unit.person(of).await?.filter(|person| person.disabled_at.is_none());
    person.ok_or_else(Refusal::not_found)
}

/// What is in the calendar, kept to be compared with later, if a program asks for a name of it.
async fn told_state(app: &App, who: &SignedIn, owner: PersonId, wanted: &Wanted) -> Result<Option<State>, Refusal> {
    if !wanted.includes(DAV, "sync-token") && !wanted.includes(CALENDAR_SERVER, "getctag") {
        return Ok(None);
    }
    let mut unit = app.store.read().await?;
    let state = State::of(&entries::all(app, unit.as_mut(), who, owner, Form::Whole).await?);
    drop(unit);
    state::keep(app, who.id(), owner, &state, who.actor.now).await?;
    Ok(Some(state))
}

fn depth(headers: &HeaderMap, place: &Place) -> Result<Depth, Refusal> {
    let depth = headers.get("depth").map(|value| value.to_str().unwrap_or_default().trim().to_ascii_lowercase());
    match depth.as_deref() {
        Some("0") => Ok(Depth::Here),
        Some("1") => Ok(Depth::Children),
        // Nothing lies below these.
        None | Some("infinity") if matches!(place, Place::Entry(..) | Place::Principal(_) | Place::Outbox(_)) => {
            Ok(Depth::Here)
        }
        None | Some("infinity") => Err(Refusal::forbidden(
            "d:propfind-finite-depth",
            "Send `Depth: 0` or `Depth: 1`: a whole tree is not told at once.",
        )),
        Some(_) => Err(Refusal::malformed("`Depth` is 0 or 1.")),
    }
}

/// Reads any bytes.
pub(super) fn fuzz(bytes: &[u8]) {
    let _ = wanted(bytes);
    let _ = refuse_changes(&Place::Root, bytes);
}

/// Nothing asks for everything.
fn wanted(body: &[u8]) -> Result<Wanted, Refusal> {
    if body.is_empty() {
        return Ok(Wanted::All(Vec::new()));
    }
    let root = read::read(body).map_err(|why| Refusal::malformed(why.to_string()))?;
    if !root.is(DAV, "propfind") {
        return Err(Refusal::malformed("The body is no DAV:propfind."));
    }
    if let Some(prop) = root.child(DAV, "prop") {
        return Ok(Wanted::These(names(prop)));
    }
    if root.child(DAV, "propname").is_some() {
        return Ok(Wanted::Names);
    }
    match root.child(DAV, "allprop") {
        Some(_) => Ok(Wanted::All(root.child(DAV, "include").map(names).unwrap_or_default())),
        None => Err(Refusal::malformed("DAV:propfind holds one of prop, propname, allprop.")),
    }
}

/// The names of the properties within.
pub(super) fn names(prop: &Element) -> Vec<Name> {
    prop.children.iter().map(|child| (child.namespace.clone(), child.name.clone())).collect()
}
