//! Which entries are meant (RFC 4791, 9.7). What is not understood is refused by name: a filter that is half
//! understood would answer wrongly.

use storage::Span;

use super::{COLLATIONS, span};
use crate::dav::refusal::Refusal;
use crate::dav::xml::CALDAV;
use crate::dav::xml::read::Element;

/// A filter as far as it is understood.
#[derive(Debug, Default)]
pub(super) struct Filter {
    /// Has a date then.
    pub(super) span: Option<Span>,
    /// Asks for what is in no calendar here: tasks, journals.
    pub(super) fits_nothing: bool,
    /// All must hold, of one event of the entry.
    properties: Vec<Property>,
    /// Has an alarm, or has none.
    has_alarm: Option<bool>,
}

/// What a property must be.
#[derive(Debug)]
struct Property {
    name: String,
    test: Test,
}

#[derive(Debug)]
enum Test {
    Exists,
    Absent,
    Holds { text: String, ignores_case: bool, is_negated: bool },
}

impl Filter {
    pub(super) fn read(filter: &Element) -> Result<Self, Refusal> {
        let mut read = Self::default();
        let [calendar] = filter.children.as_slice() else { return Err(invalid("a filter holds one comp-filter")) };
        if !calendar.is(CALDAV, "comp-filter") || component(calendar)? != "VCALENDAR" {
            return Err(invalid("the outer comp-filter is VCALENDAR"));
        }
        for part in &calendar.children {
            match part.name.as_str() {
                "comp-filter" if component(part)? == "VEVENT" => read.events(part)?,
                "comp-filter" if is_absent(part) => {}
                "comp-filter" | "is-not-defined" => read.fits_nothing = true,
                _ => return Err(unsupported(&part.name)),
            }
        }
        Ok(read)
    }

    fn events(&mut self, events: &Element) -> Result<(), Refusal> {
        for part in &events.children {
            match part.name.as_str() {
                "is-not-defined" => self.fits_nothing = true,
                "time-range" => self.span = Some(span(part)?),
                "prop-filter" => self.properties.push(Property::read(part)?),
                "comp-filter" if component(part)? == "VALARM" => {
                    let is_absent = is_absent(part);
                    if !is_absent && !part.children.is_empty() {
                        return Err(unsupported("comp-filter of VALARM with conditions"));
                    }
                    self.has_alarm = Some(!is_absent);
                }
                _ => return Err(unsupported(&part.name)),
            }
        }
        Ok(())
    }

    /// Does the entry fit, but for its dates?
    pub(super) fn fits(&self, text: &str) -> bool {
        if self.fits_nothing {
            return false;
        }
        let text = text.replace("\r\n ", "");
        if self.has_alarm.is_some_and(|wanted| wanted != text.contains("\r\nBEGIN:VALARM\r\n")) {
            return false;
        }
        let mut events = text.split("\r\nBEGIN:VEVENT\r\n").skip(1);
        self.properties.is_empty() || events.any(|event| self.properties.iter().all(|property| property.fits(event)))
    }
}

impl Property {
    fn read(filter: &Element) -> Result<Self, Refusal> {
        let name = filter.attribute("name").ok_or_else(|| invalid("prop-filter has a name"))?.to_ascii_uppercase();
        let test = match filter.children.as_slice() {
            [] => Test::Exists,
            [one] if one.is(CALDAV, "is-not-defined") => Test::Absent,
            [one] if one.is(CALDAV, "text-match") => {
                let collation = one.attribute("collation").unwrap_or("i;ascii-casemap");
                if !COLLATIONS.contains(&collation) {
                    let words = "Texts are compared by i;ascii-casemap or i;octet.";
                    return Err(Refusal::forbidden("c:supported-collation", words));
                }
                Test::Holds {
                    text: one.text().to_owned(),
                    ignores_case: collation == "i;ascii-casemap",
                    is_negated: one.attribute("negate-condition") == Some("yes"),
                }
            }
            others => return Err(unsupported(others.first().map_or("prop-filter", |one| one.name.as_str()))),
        };
        Ok(Self { name, test })
    }

    fn fits(&self, event: &str) -> bool {
        let mut values = event.split("\r\n").filter_map(|line| value(line, &self.name));
        match &self.test {
            Test::Exists => values.next().is_some(),
            Test::Absent => values.next().is_none(),
            Test::Holds { text, ignores_case, is_negated } => {
                let holds = |value: String| match ignores_case {
                    true => value.to_ascii_lowercase().contains(&text.to_ascii_lowercase()),
                    false => value.contains(text.as_str()),
                };
                values.any(|value| holds(value) != *is_negated)
            }
        }
    }
}

/// The value of a line of that name. Only our own lines are read: parameters with a colon are quoted.
fn value(line: &str, name: &str) -> Option<String> {
    let rest = line.get(..name.len()).filter(|start| start.eq_ignore_ascii_case(name)).map(|_| &line[name.len()..])?;
    if !rest.starts_with([':', ';']) {
        return None;
    }
    let mut is_quoted = false;
    let colon = rest.find(|c| {
        is_quoted ^= c == '"';
        c == ':' && !is_quoted
    })?;
    let mut value = String::new();
    let mut escaped = false;
    for c in rest[colon + 1..].chars() {
        match (escaped, c) {
            (false, '\\') => escaped = true,
            (true, 'n' | 'N') => (escaped, _) = (false, value.push('\n')),
            (_, c) => (escaped, _) = (false, value.push(c)),
        }
    }
    Some(value)
}

fn component(filter: &Element) -> Result<&str, Refusal> {
    filter.attribute("name").ok_or_else(|| invalid("comp-filter has a name"))
}

fn is_absent(filter: &Element) -> bool {
    filter.child(CALDAV, "is-not-defined").is_some()
}

fn invalid(what: &str) -> Refusal {
    Refusal::forbidden("c:valid-filter", format!("The filter cannot be read: {what}."))
}

fn unsupported(what: &str) -> Refusal {
    Refusal::forbidden("c:supported-filter", format!("Not understood in a filter: {what}."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::dav::xml::read::read;

    const EVENT: &str = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nUID:a@b\r\nATTENDEE;CN=\"a:b\":mailto:Ada@example.org\r\nSUMMARY:Haus\r\n halt\\, zwei\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";

    fn filter(inner: &str) -> Result<Filter, Refusal> {
        let text = format!("<filter xmlns=\"{CALDAV}\"><comp-filter name=\"VCALENDAR\">{inner}</comp-filter></filter>");
        Filter::read(&read(text.as_bytes()).expect("well-formed"))
    }

    #[test]
    fn properties_are_compared_unfolded_and_unescaped() {
        let cases = [
            ("<prop-filter name=\"UID\"><text-match collation=\"i;octet\">a@b</text-match></prop-filter>", true),
            ("<prop-filter name=\"UID\"><text-match collation=\"i;octet\">A@b</text-match></prop-filter>", false),
            ("<prop-filter name=\"SUMMARY\"><text-match>haushalt, z</text-match></prop-filter>", true),
            (
                "<prop-filter name=\"SUMMARY\"><text-match negate-condition=\"yes\">haus</text-match></prop-filter>",
                false,
            ),
            ("<prop-filter name=\"attendee\"><text-match>mailto:ada@</text-match></prop-filter>", true),
            ("<prop-filter name=\"ATTENDEE\"><text-match>b\"</text-match></prop-filter>", false),
            ("<prop-filter name=\"COLOR\"/>", false),
            ("<prop-filter name=\"COLOR\"><is-not-defined/></prop-filter>", true),
            ("<prop-filter name=\"SUM\"/>", false),
            ("<comp-filter name=\"VALARM\"/>", false),
            ("<comp-filter name=\"VALARM\"><is-not-defined/></comp-filter>", true),
            ("<is-not-defined/>", false),
        ];
        for (inner, fits) in cases {
            let filter = filter(&format!("<comp-filter name=\"VEVENT\">{inner}</comp-filter>")).expect(inner);
            assert_eq!(filter.fits(EVENT), fits, "{inner}");
        }
    }

    #[test]
    fn tasks_are_never_found_and_their_absence_always() {
        assert!(filter("<comp-filter name=\"VTODO\"/>").expect("understood").fits_nothing);
        let absent = "<comp-filter name=\"VTODO\"><is-not-defined/></comp-filter>";
        assert!(filter(absent).expect("understood").fits(EVENT));
    }

    #[test]
    fn what_is_not_understood_is_refused() {
        let inner = [
            "<comp-filter name=\"VEVENT\"><prop-filter name=\"A\"><param-filter name=\"B\"/></prop-filter></comp-filter>",
            "<comp-filter name=\"VEVENT\"><prop-filter name=\"A\"><time-range start=\"20260101T000000Z\"/></prop-filter></comp-filter>",
            "<comp-filter name=\"VEVENT\"><time-range start=\"20260101\"/></comp-filter>",
            "<comp-filter name=\"VEVENT\"><time-range/></comp-filter>",
            "<comp-filter name=\"VEVENT\"><time-range start=\"20260102T000000Z\" end=\"20260101T000000Z\"/></comp-filter>",
            "<comp-filter/>",
            "<prop-filter name=\"VERSION\"/>",
        ];
        for inner in inner {
            assert!(filter(inner).is_err(), "{inner}");
        }
    }
}
