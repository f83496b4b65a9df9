//! Asking when others are busy (RFC 6638, 5): a program posts a question about people, and hears about each.

use axum::response::{IntoResponse as _, Response};
use domain::PersonId;
use domain::policy::Action;
use domain::{Private, text};
use http::{HeaderValue, header};
use jiff::SignedDuration;
use storage::{Span, Unit};

use super::entries;
use super::place::Place;
use super::refusal::Refusal;
use super::xml::write::Xml;
use crate::app::App;
use crate::calendar::free_busy;
use crate::entry::content::{self, Component};
use crate::entry::when::When;
use crate::http::actor::SignedIn;

/// Most people of one question.
const MOST_PEOPLE: usize = 100;
/// Longest span.
const LONGEST: SignedDuration = SignedDuration::from_hours(92 * 24);
/// Most lines of a question.
const MOST_LINES: usize = 2_000;

/// A question.
pub(super) struct Question {
    uid: String,
    /// As it was written.
    organiser: String,
    span: Span,
    /// Addresses as they were written.
    people: Vec<String>,
}

/// Answers for each person one after the other; whom one may not see, it says.
pub(super) async fn ask(app: &App, who: &SignedIn, place: &Place, body: &[u8]) -> Result<Response, Refusal> {
    let Place::Outbox(_) = place else {
        return Err(Refusal::forbidden("c:supported-collection", "Questions are posted to one's own outbox."));
    };
    let question = Question::read(body)?;
    let own = text::email(address(&question.organiser)).ok();
    if own.is_none_or(|own| !who.actor.person.email.expose().eq_ignore_ascii_case(&own)) {
        return Err(Refusal::forbidden("c:organizer-allowed", "ORGANIZER: one's own mail address as mailto:."));
    }
    let mut unit = app.store.read().await?;
    let mut xml = Xml::new("c:schedule-response");
    for asked in &question.people {
        let found = found(unit.as_mut(), who, asked).await?;
        let answer = match found {
            Some(person) if who.may(Action::SeeBusyOf(person)) => {
                let times = unit.busy_times(&[person], question.span, entries::MOST).await?;
                let said = free_busy::Said { uid: &question.uid, organiser: &question.organiser, attendee: asked };
                let busy = times.iter().map(|time| time.span);
                Ok(free_busy::reply(question.span, busy, who.actor.now, &said))
            }
            Some(_) => Err("3.8;No authority"),
            None => Err("3.7;Invalid calendar user"),
        };
        xml.within("c:response", |xml| {
            xml.within("c:recipient", |xml| xml.text("d:href", asked));
            xml.text("c:request-status", answer.as_ref().map_or_else(|status| *status, |_| "2.0;Success"));
            if let Ok(calendar) = &answer {
                xml.text("c:calendar-data", calendar);
            }
        });
    }
    drop(unit);
    let kind = HeaderValue::from_static("application/xml; charset=utf-8");
    Ok(([(header::CONTENT_TYPE, kind)], xml.finish()).into_response())
}

/// A colleague with that address.
async fn found(unit: &mut dyn Unit, who: &SignedIn, asked: &str) -> Result<Option<PersonId>, Refusal> {
    let Ok(email) = text::email(address(asked)) else { return Ok(None) };
    who.must(Action::FindPeople)?;
    let person = unit.person_by_email(&Private::new(email)).await?;
    Ok(person.filter(|person| person.disabled_at.is_none()).map(|person| person.id))
}

fn address(text: &str) -> &str {
    let text = text.trim();
    text.get(..7).filter(|start| start.eq_ignore_ascii_case("mailto:")).map_or(text, |_| &text[7..])
}

impl Question {
    pub(super) fn read(body: &[u8]) -> Result<Self, Refusal> {
        let broken = |broken: content::Broken| Refusal::forbidden("c:valid-calendar-data", format!("{broken}."));
        let calendar = content::read(body, MOST_LINES).map_err(broken)?;
        let refused = |property: &str, allowed: &str| {
            Refusal::forbidden("c:valid-scheduling-message", format!("{property}: {allowed}."))
        };
        if calendar.line("METHOD").is_none_or(|line| !line.value.trim().eq_ignore_ascii_case("REQUEST")) {
            return Err(refused("METHOD", "REQUEST"));
        }
        let mut asked = calendar.components.iter().filter(|one| one.name == "VFREEBUSY");
        let (Some(asked), None) = (asked.next(), asked.next()) else {
            return Err(refused("VFREEBUSY", "one: invitations go out by themselves when an entry is stored"));
        };
        let text = |name: &str| asked.line(name).map(|line| line.value.clone()).unwrap_or_default();
        let people: Vec<String> = asked.all("ATTENDEE").map(|line| line.value.trim().to_owned()).collect();
        if people.is_empty() || people.len() > MOST_PEOPLE {
            return Err(refused("ATTENDEE", "1 to 100 people"));
        }
        let span = Span { start: time(asked, "DTSTART", &calendar)?, end: time(asked, "DTEND", &calendar)? };
        if span.start >= span.end || span.end.duration_since(span.start) > LONGEST {
            return Err(refused("DTEND", "after DTSTART, by up to 92 days"));
        }
        Ok(Self { uid: text("UID"), organiser: text("ORGANIZER"), span, people })
    }
}

fn time(asked: &Component, name: &str, calendar: &Component) -> Result<jiff::Timestamp, Refusal> {
    let missing = || Refusal::forbidden("c:valid-scheduling-message", format!("{name}: a time in UTC."));
    let line = asked.line(name).ok_or_else(missing)?;
    When::read(line, line.value.trim(), calendar)?.instant().ok_or_else(missing)
}
