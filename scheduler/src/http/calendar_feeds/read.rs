use std::sync::Arc;

use axum::extract::State;
use axum::response::{IntoResponse as _, Response};
use domain::policy::{Action, Actor};
use domain::{Booking, BookingId, BookingState, CalendarFeedId, Invitation, Occurrence, OccurrenceState, Person, Room};
use http::{HeaderMap, HeaderValue, StatusCode, header};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use sha2::{Digest as _, Sha256};
use storage::{CalendarFeed, Span, StorageError, Unit};
use subtle::ConstantTimeEq as _;
use utoipa::IntoParams;

use super::pace;
use crate::app::App;
use crate::booking::{stake, view};
use crate::calendar::{self, feed::Taken};
use crate::http::bookings::Rows;
use crate::http::problem::{Code, Problem, ProblemBody};
use crate::http::request::{Id, Params};
use crate::secret;

/// How far back it reaches.
const BACK: SignedDuration = SignedDuration::from_hours(90 * 24);
/// How far ahead it reaches.
const AHEAD: SignedDuration = SignedDuration::from_hours(731 * 24);
/// Most bookings in one file, the earliest.
const MOST_BOOKINGS: usize = 2_000;
/// Most dates looked through to find them.
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

/// One booking with all that is written about it.
struct Read {
    rows: Rows,
    people: Vec<Person>,
    rooms: Vec<Room>,
    link: String,
}

async fn write(app: &App, unit: &mut dyn Unit, actor: &Actor, feed: &CalendarFeed) -> Result<String, Problem> {
    let span = Span {
        start: actor.now.checked_sub(BACK).unwrap_or(Timestamp::MIN),
        end: actor.now.checked_add(AHEAD).unwrap_or(Timestamp::MAX),
    };
    let german = actor.person.locale != "en";
    let Some(room) = feed.room else {
        let mut ids: Vec<BookingId> = Vec::new();
        let mut known = std::collections::HashSet::new();
        let times = unit.busy_times(&[actor.person.id], span, MOST_DATES).await?;
        ids.extend(times.into_iter().map(|time| time.booking).filter(|id| known.insert(*id)));
        let mut read = Vec::new();
        for id in ids.into_iter().take(MOST_BOOKINGS) {
            read.extend(read_one(app, unit, id).await?);
        }
        let entries: Vec<calendar::Entry<'_>> = read.iter().map(entry).collect();
        return Ok(calendar::feed::write("Rennsteig", &entries, &[]));
    };
    let Some(room) = unit.room(room).await? else { return Err(Problem::not_found()) };
    let keeps_it = unit.rooms_kept_by(actor.person.id).await?.contains(&room.id);
    let sees_all = domain::policy::may(actor, Action::DecideForRoom { keeps_it });
    let mut taken = Vec::new();
    for id in unit.bookings_in_room(room.id, span, MOST_BOOKINGS as u32).await? {
        let Some(rows) = Rows::read(unit, id).await? else { continue };
        let sees = sees_all || may_see(actor, &rows.booking, &rows.invitations);
        let is_here = |one: &&Occurrence| {
            one.state == OccurrenceState::Held
                && one.rooms(&rows.booking).contains(&room.id)
                && one.start < span.end
                && one.end > span.start
        };
        taken.extend(rows.occurrences.iter().filter(is_here).map(|one| Taken {
            uid: uid(one),
            start: one.start,
            end: one.end,
            changed_at: rows.booking.updated_at,
            title: match (sees, german) {
                (true, _) => one.title(&rows.booking).to_owned(),
                (false, true) => "Belegt".to_owned(),
                (false, false) => "Taken".to_owned(),
            },
        }));
    }
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
    let invited_as = stake::invited_as(invitations, actor.person.id);
    let stake = domain::policy::Stake { organiser: booking.organiser, invited_as, given: None };
    domain::policy::may(actor, Action::SeeBooking(stake))
}

async fn read_one(app: &App, unit: &mut dyn Unit, id: BookingId) -> Result<Option<Read>, StorageError> {
    let Some(rows) = Rows::read(unit, id).await? else { return Ok(None) };
    if rows.booking.state != BookingState::Active {
        return Ok(None);
    }
    let people = unit.people_by_id(&[rows.booking.organiser, rows.booking.booked_by]).await?;
    let rooms = view::rooms(unit, &rows.booking, &rows.occurrences).await?;
    let link = app.join_url(&rows.booking);
    Ok(Some(Read { rows, people, rooms, link }))
}

fn entry(read: &Read) -> calendar::Entry<'_> {
    let booking = &read.rows.booking;
    let of = |id| read.people.iter().find(|person| person.id == id);
    calendar::Entry {
        booking,
        occurrences: &read.rows.occurrences,
        organiser: of(booking.organiser),
        booked_by: of(booking.booked_by),
        answers_to: None,
        rooms: &read.rooms,
        join_url: &read.link,
        // Not now: what has not changed reads the same.
        written_at: booking.updated_at,
        date: None,
        method: calendar::Method::Publish,
    }
}
