//! What the HTTP API or an entry refuses, in the words of calendars: the property it is about, and a condition that
//! programs know (RFC 4791, 1.3: 409 where asking again may help, 403 where it does not).

use http::StatusCode;
use serde_json::Value;

use super::refusal::Refusal;
use crate::booking::plan::BookingRefused;
use crate::entry::refused::{EntryRefused, Fault};
use crate::http::problem::{Code, Problem};
use crate::series::unfold;

impl From<EntryRefused> for Refusal {
    fn from(refused: EntryRefused) -> Self {
        let words = refused.to_string();
        let condition = match refused {
            EntryRefused::Storage(error) => return error.into(),
            EntryRefused::Property { fault, .. } => condition(fault),
        };
        Self::forbidden(condition, words)
    }
}

fn condition(fault: Fault) -> &'static str {
    match fault {
        Fault::Data => "c:valid-calendar-data",
        Fault::Component => "c:supported-calendar-component",
        Fault::Object => "c:valid-calendar-object-resource",
        Fault::Size => "c:max-resource-size",
        Fault::Instances => "c:max-instances",
        Fault::Attendees => "c:max-attendees-per-instance",
        Fault::Organiser => "c:allowed-organizer-scheduling-object-change",
        Fault::Invited => "c:allowed-attendee-scheduling-object-change",
    }
}

/// A wish that cannot be booked.
pub(super) fn refused(refused: BookingRefused) -> Refusal {
    told(refused.into())
}

/// What the API answers.
pub(super) fn told(problem: Problem) -> Refusal {
    let status = problem.code.status();
    if status.is_server_error() {
        return problem.into();
    }
    let words = in_words(&problem);
    match problem.code {
        Code::NotAllowed => Refusal::forbidden("d:need-privileges", words),
        Code::InThePast => Refusal::forbidden("c:min-date-time", words),
        _ if problem.allowed() == Some(unfold::TOO_FAR) => Refusal::forbidden("c:max-date-time", words),
        _ if problem.allowed() == Some(unfold::TOO_MANY) => Refusal::forbidden("c:max-instances", words),
        _ if matches!(problem.field_name(), Some("people" | "guests")) => {
            Refusal::forbidden("c:max-attendees-per-instance", words)
        }
        Code::ChangedMeanwhile => Refusal::new(StatusCode::PRECONDITION_FAILED, words),
        _ if status == StatusCode::CONFLICT => Refusal::unmet(status, "r:conflict", words),
        _ => Refusal::forbidden("c:valid-calendar-object-resource", words),
    }
}

/// The same in a sentence, with the property it is about.
pub(crate) fn in_words(problem: &Problem) -> String {
    let property = property(problem).map(|property| format!("{property}: ")).unwrap_or_default();
    format!("{property}{}{}", problem.words(), details(problem))
}

fn property(problem: &Problem) -> Option<&'static str> {
    if matches!(problem.code, Code::InThePast) {
        return Some("DTSTART");
    }
    if matches!(problem.code, Code::EndBeforeStart | Code::TooLong) {
        return Some("DTEND");
    }
    Some(match problem.field_name()? {
        "title" => "SUMMARY",
        "description" => "DESCRIPTION",
        "start" => "DTSTART",
        "end" => "DTEND",
        "zone" => "DTSTART;TZID",
        "is_private" => "CLASS",
        "rooms" => "LOCATION",
        "recurrence.rule" => "RRULE",
        "recurrence.dates" => "RDATE",
        field if field.starts_with("recurrence.exceptions[") && field.ends_with(".title") => "SUMMARY",
        field if field.starts_with("recurrence.") => "RECURRENCE-ID",
        field if field.starts_with("people") || field.starts_with("guests") => "ATTENDEE",
        _ => return None,
    })
}

/// Which room, until when, against which rules, on which dates.
fn details(problem: &Problem) -> String {
    let mut details = Vec::new();
    let text = |value: Option<&Value>| value.and_then(Value::as_str).map(str::to_owned);
    details.extend(problem.more("room").and_then(|room| text(room.get("name"))));
    details.extend(text(problem.more("until")).map(|until| format!("until {until}")));
    details.extend(text(problem.more("part")));
    for reason in problem.more("reasons").and_then(Value::as_array).into_iter().flatten() {
        let code = text(reason.get("code")).or_else(|| text(Some(reason)));
        let room = reason.get("room").and_then(|room| text(room.get("name")));
        details.extend(code.map(|code| [code, room.unwrap_or_default()].join(" ").trim().to_owned()));
    }
    for conflict in problem.more("conflicts").and_then(Value::as_array).into_iter().flatten() {
        details.extend(text(conflict.get("date")));
    }
    if details.is_empty() { String::new() } else { format!(" ({})", details.join(", ")) }
}
