//! REPORT: questions about many entries at once (RFC 4791, 7; RFC 6578, 3).

mod filter;
mod free_busy;
mod multiget;
mod query;
mod sync;

use axum::response::Response;
use domain::PersonId;
use http::HeaderMap;
use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use storage::Span;

use super::entries::Item;
use super::multistatus::{Multistatus, Wanted};
use super::place::Place;
use super::properties::{Resource, Shown};
use super::propfind;
use super::refusal::Refusal;
use super::xml::read::{self, Element};
use super::xml::{CALDAV, DAV};
use crate::app::App;
use crate::calendar::Form;
use crate::http::actor::SignedIn;

/// What can be asked of a calendar.
pub(super) const NAMES: [&str; 4] =
    ["c:calendar-query", "c:calendar-multiget", "c:free-busy-query", "d:sync-collection"];
/// How texts are compared (RFC 4790).
pub(super) const COLLATIONS: [&str; 2] = ["i;ascii-casemap", "i;octet"];

/// A calendar that is asked, and by whom.
struct Asked<'a> {
    app: &'a App,
    who: &'a SignedIn,
    me: PersonId,
    owner: PersonId,
}

/// Answers a question.
pub(super) async fn answer(
    app: &App,
    who: &SignedIn,
    place: &Place,
    headers: &HeaderMap,
    body: &[u8],
) -> Result<Response, Refusal> {
    let root = read::read(body).map_err(|why| Refusal::malformed(why.to_string()))?;
    let unknown = || {
        Refusal::forbidden(
            "d:supported-report",
            "Calendars answer calendar-query, calendar-multiget, free-busy-query and sync-collection.",
        )
    };
    let &Place::Calendar(me, owner) = place else { return Err(unknown()) };
    let mut unit = app.store.read().await?;
    propfind::owner(unit.as_mut(), who, owner).await?;
    drop(unit);
    let asked = Asked { app, who, me, owner };
    match (root.namespace.as_str(), root.name.as_str()) {
        (CALDAV, "calendar-query") => query::answer(&asked, &root).await,
        (CALDAV, "calendar-multiget") => multiget::answer(&asked, &root).await,
        (CALDAV, "free-busy-query") => free_busy::answer(&asked, &root).await,
        (DAV, "sync-collection") => sync::answer(&asked, headers, &root).await,
        _ => Err(unknown()),
    }
}

/// Reads any body as each of the questions.
pub(super) fn fuzz(root: &Element) {
    let _ = wanted(root);
    if let Some(Ok(filter)) = root.child(CALDAV, "filter").map(filter::Filter::read) {
        filter.fits("BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nSUMMARY:x\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n");
    }
    if let Some(range) = root.child(CALDAV, "time-range") {
        let _ = span(range);
    }
    for href in root.children.iter().filter(|child| child.is(DAV, "href")) {
        // What is an address is written as one.
        if let Some(place) = Place::read(href.text()) {
            assert_eq!(Place::read(&place.href()), Some(place));
        }
    }
}

impl Asked<'_> {
    fn place(&self, name: &str) -> Place {
        Place::Entry(self.me, self.owner, name.to_owned())
    }

    /// Tells about an entry what is asked for.
    fn tell(&self, answer: &mut Multistatus, item: &Item, wanted: &Wanted) {
        let shown = Shown { who: self.who, place: self.place(&item.name), resource: Resource::Entry(item) };
        let text =
            wanted.includes(CALDAV, "calendar-data").then(|| item.formed.as_ref().unwrap_or(&item.text).as_str());
        answer.tell(&shown, wanted, text);
    }
}

/// Which properties are asked for, and the form in which entries are told.
fn wanted(root: &Element) -> Result<(Wanted, Form), Refusal> {
    if let Some(prop) = root.child(DAV, "prop") {
        let form = prop.child(CALDAV, "calendar-data").map_or(Ok(Form::Whole), form)?;
        return Ok((Wanted::These(propfind::names(prop)), form));
    }
    if root.child(DAV, "propname").is_some() {
        return Ok((Wanted::Names, Form::Whole));
    }
    Ok((Wanted::All(Vec::new()), Form::Whole))
}

/// How entries shall be written. `comp` names parts that are enough: the whole holds them as well. Of times that are
/// taken, no entry here says anything.
fn form(data: &Element) -> Result<Form, Refusal> {
    let is_calendar = data.attribute("content-type").is_none_or(|kind| kind.eq_ignore_ascii_case("text/calendar"));
    let is_known = data.attribute("version").is_none_or(|version| version == "2.0");
    let refused = |words| Err(Refusal::forbidden("c:supported-calendar-data", words));
    if !is_calendar || !is_known {
        return refused("Entries are told as text/calendar 2.0.");
    }
    let mut form = Form::Whole;
    for child in &data.children {
        let both = child.attribute("start").is_some() && child.attribute("end").is_some();
        let other = match (child.namespace.as_str(), child.name.as_str()) {
            (CALDAV, "comp" | "limit-freebusy-set") => continue,
            (CALDAV, "expand") if both => Form::Expanded(span(child)?),
            (CALDAV, "limit-recurrence-set") if both => Form::Limited(span(child)?),
            _ => return refused("Known here are comp, expand and limit-recurrence-set, these with start and end."),
        };
        if form != Form::Whole {
            return refused("expand or limit-recurrence-set, and once.");
        }
        form = other;
    }
    Ok(form)
}

/// From `start` to `end`, both in UTC, one of which may be missing.
fn span(range: &Element) -> Result<Span, Refusal> {
    let refused = || {
        Refusal::forbidden(
            "c:valid-filter",
            "time-range has `start`, `end` or both, in UTC like 20261124T080000Z, the start before the end.",
        )
    };
    let instant = |name| match range.attribute(name) {
        Some(text) => utc(text).map(Some).ok_or_else(refused),
        None => Ok(None),
    };
    let (start, end) = (instant("start")?, instant("end")?);
    if start.is_none() && end.is_none() {
        return Err(refused());
    }
    let span = Span { start: start.unwrap_or(Timestamp::MIN), end: end.unwrap_or(Timestamp::MAX) };
    if span.start < span.end { Ok(span) } else { Err(refused()) }
}

fn utc(text: &str) -> Option<Timestamp> {
    let wall = DateTime::strptime("%Y%m%dT%H%M%S", text.strip_suffix('Z')?).ok()?;
    TimeZone::UTC.to_timestamp(wall).ok()
}
