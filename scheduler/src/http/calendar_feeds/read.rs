use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use domain::policy::{Action, Actor};
use domain::{Booking, BookingId, CalendarFeedId, Invitation, Occurrence, Person, PersonId, Room, RoomId};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use storage::{CalendarFeed, Outline, Span, StorageError, Unit};
use subtle::ConstantTimeEq as _;
use utoipa::IntoParams;

use super::pace;
use crate::app::App;
use crate::booking::{stake, veil};
use crate::calendar::{self, feed::Taken};
use crate::http::problem::{Code, Problem, ProblemBody};
use crate::http::request::{Id, Params};
use crate::secret;

/// How far back it reaches.
const BACK: SignedDuration = SignedDuration::from_hours(90 * 24);
/// How far ahead it reaches.
const AHEAD: SignedDuration = SignedDuration::from_hours(731 * 24);
/// Most bookings in the calendar of a person, the earliest.
const MOST_BOOKINGS: u32 = 2_000;
/// Most dates in that of a room.
const MOST_DATES: u32 = 20_000;

/// The secret part of the address.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Key {
    #[serde(default)]
    key: String,
}

/// What is booked, as iCalendar, for whoever has the address: from 90 days back to two years ahead, with the
/// rights that its maker has now. In the calendar of a room, meetings that the maker may not see are taken times
/// without a title. With `If-None-Match`, 304 while nothing has changed.
#[utoipa::path(get, path = "/calendar-feeds/{id}/calendar.ics", tag = "bookings", security(()),
params(("id" = Uuid, Path), Key, ("If-None-Match" = Option<String>, Header)), responses(
    (status = 200, description = "iCalendar (RFC 5545)", body = String, content_type = "text/calendar",
        headers(("ETag" = String))),
    (status = 304, description = "Nothing has changed"),
    (status = 404, description = "not_found: ended, or another key", body = ProblemBody),
    (status = 429, description = "too_many_attempts: more than 30 reads in ten minutes", body = ProblemBody),
))]
pub(crate) async fn read_calendar_feed(
    State(app): State<Arc<App>>,
    Id(id): Id<CalendarFeedId>,
    Params(shown): Params<Key>,
    headers: HeaderMap,
) -> Result<Response, Problem> {
    let mut unit = app.store.read().await?;
    let feed = unit.feed(id).await?.ok_or_else(Problem::not_found)?;
    if !bool::from(secret::hash(&shown.key).ct_eq(&feed.secret_hash)) {
        return Err(Problem::not_found());
    }
    let person = unit.person(feed.person).await?.filter(|person| person.disabled_at.is_none());
    let person = person.ok_or_else(Problem::not_found)?;
    let now = app.now();
    if !app.feeds.allows(id.as_uuid(), now) {
        return Err(Problem::new(Code::TooManyAttempts, "This address is read too often. Ask again in ten minutes.")
            .with_retry_after(pace::WINDOW.as_secs()));
    }
    let delegations = unit.delegations_held(person.id).await?;
    let actor = Actor { person, delegations, now };
    let body = write(&app, unit.as_mut(), &actor, &feed).await?;
    drop(unit);
    let hash: String = Sha256::digest(body.as_bytes())[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    let tag = HeaderValue::from_str(&format!("\"{hash}\"")).expect("hexadecimal digits");
    // A tag that a proxy has weakened names the same text.
    let is_known = headers
        .get_all(header::IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .any(|value| value.split(',').any(|one| one.trim().trim_start_matches("W/").as_bytes() == tag.as_bytes()));
    let headers = [
        (header::CONTENT_TYPE, HeaderValue::from_static("text/calendar; charset=utf-8")),
        (header::ETAG, tag),
        (header::CACHE_CONTROL, HeaderValue::from_static("private, no-cache")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ];
    if is_known {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    Ok((headers, body).into_response())
}

async fn write(app: &App, unit: &mut dyn Unit, actor: &Actor, feed: &CalendarFeed) -> Result<String, Problem> {
    let span = Span {
        start: actor.now.checked_sub(BACK).unwrap_or(Timestamp::MIN),
        end: actor.now.checked_add(AHEAD).unwrap_or(Timestamp::MAX),
    };
    match feed.room {
        None => Ok(own(app, unit, actor, span).await?),
        Some(room) => of_room(unit, actor, room, span).await,
    }
}

/// All bookings in few questions, whatever their number.
async fn own(app: &App, unit: &mut dyn Unit, actor: &Actor, span: Span) -> Result<String, StorageError> {
    let outlines = unit.calendar(actor.person.id, span, MOST_BOOKINGS).await?;
    let ids: Vec<BookingId> = outlines.iter().map(|one| one.booking.id).collect();
    let people: BTreeSet<PersonId> =
        outlines.iter().flat_map(|one| [one.booking.organiser, one.booking.booked_by]).collect();
    let people: Vec<PersonId> = people.into_iter().collect();
    let people: HashMap<PersonId, Person> =
        unit.people_by_id(&people).await?.into_iter().map(|person| (person.id, person)).collect();
    let rooms: BTreeSet<RoomId> = outlines.iter().flat_map(|one| one.booking.rooms_with(&one.dates)).collect();
    let rooms: Vec<RoomId> = rooms.into_iter().collect();
    let rooms = match app.room_times.rooms_by_id(&rooms) {
        Some(known) => known,
        None => unit.rooms_by_id(&rooms).await?,
    };
    let rooms: HashMap<RoomId, Room> = rooms.into_iter().map(|room| (room.id, room)).collect();
    let places: Vec<(Vec<Room>, String)> = outlines
        .iter()
        .map(|Outline { booking, dates, .. }| {
            let rooms = booking.rooms_with(dates).iter().filter_map(|room| rooms.get(room).cloned()).collect();
            (rooms, app.join_url(booking))
        })
        .collect();
    let parts = unit.continuations_of(&ids).await?;
    let entries: Vec<calendar::Entry<'_>> = outlines
        .iter()
        .zip(&places)
        .map(|(Outline { booking, span, dates }, (rooms, join_url))| calendar::Entry {
            booking,
            span: *span,
            occurrences: dates,
            organiser: people.get(&booking.organiser),
            booked_by: people.get(&booking.booked_by),
            answers_to: None,
            rooms,
            join_url,
            // Not now: what has not changed reads the same.
            written_at: booking.updated_at,
            kept: None,
            date: None,
            is_veiled: false,
            continuations: &parts,
            method: calendar::Method::Publish,
        })
        .collect();
    Ok(calendar::feed::write("Rennsteig", &entries, &[]))
}

async fn of_room(unit: &mut dyn Unit, actor: &Actor, room: RoomId, span: Span) -> Result<String, Problem> {
    let Some(room) = unit.room(room).await? else { return Err(Problem::not_found()) };
    let german = actor.person.locale != "en";
    let keeps_it = unit.rooms_kept_by(actor.person.id).await?.contains(&room.id);
    let sees_all = domain::policy::may(actor, Action::DecideForRoom { keeps_it });
    let dates = unit.dates_in_room(room.id, span, MOST_DATES).await?;
    let ids: BTreeSet<BookingId> = dates.iter().map(|(_, booking)| booking.id).collect();
    let ids: Vec<BookingId> = ids.into_iter().collect();
    let mut invitations: HashMap<BookingId, Vec<Invitation>> = HashMap::new();
    for invitation in unit.invitations_of_all(&ids).await? {
        invitations.entry(invitation.booking).or_default().push(invitation);
    }
    let taken = dates.iter().map(|(date, booking)| {
        let invited = invitations.get(&booking.id).map_or(&[][..], Vec::as_slice);
        Taken {
            uid: uid(date),
            start: date.start,
            end: date.end,
            changed_at: booking.updated_at,
            title: match (may_see(actor, booking, invited), german) {
                (true, _) => date.title(booking).to_owned(),
                (false, _) if booking.is_private => veil::title(&actor.person.locale).to_owned(),
                (false, _) if sees_all => date.title(booking).to_owned(),
                (false, true) => "Belegt".to_owned(),
                (false, false) => "Taken".to_owned(),
            },
        }
    });
    let mut taken: Vec<Taken> = taken.collect();
    taken.sort_by(|one, other| (one.start, &one.uid).cmp(&(other.start, &other.uid)));
    Ok(calendar::feed::write(&room.name, &[], &taken))
}

/// Always the same for a date, and no way to its meeting: its id is part of the address of the meeting.
fn uid(occurrence: &Occurrence) -> String {
    let hash = Sha256::digest(occurrence.id.as_uuid().as_bytes());
    let hash: String = hash[..16].iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{hash}@rennsteig")
}

fn may_see(actor: &Actor, booking: &Booking, invitations: &[Invitation]) -> bool {
    domain::policy::may(actor, Action::SeeBooking(stake::of(actor, booking, invitations)))
}
