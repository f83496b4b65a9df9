//! What is told about each place (RFC 4918, 15; RFC 4791, 5.2 and 6.2; RFC 6578, 4; getctag of calendarserver.org).

use domain::policy::Action;
use domain::{MOST_DATES, Person};
use jiff::Timestamp;

use super::entries::Item;
use super::place::Place;
use super::state::State;
use super::xml::write::Xml;
use super::xml::{CALDAV, CALENDAR_SERVER, DAV};
use super::{BODY_LIMIT, report};
use crate::entry::event::MOST_ATTENDEES;
use crate::http::actor::SignedIn;

/// A property by its namespace and name.
pub(super) type Name = (String, String);

/// What a place is.
pub(super) enum Resource<'a> {
    Root,
    Principal(&'a Person),
    /// Where questions are posted.
    Outbox,
    Home,
    /// Whose, and what is in it if that is asked for.
    Calendar(&'a Person, Option<&'a State>),
    Entry(&'a Item),
}

/// A place with what it is, for one reader.
pub(super) struct Shown<'a> {
    pub(super) who: &'a SignedIn,
    pub(super) place: Place,
    pub(super) resource: Resource<'a>,
}

impl Shown<'_> {
    /// The names of all it has, but for those that are costly and those that are told in reports only.
    pub(super) fn names(&self) -> Vec<Name> {
        let list = |namespace: &str, names: &[&str]| -> Vec<Name> {
            names.iter().map(|name| (namespace.to_owned(), (*name).to_owned())).collect()
        };
        let (dav, caldav) = (|names: &[&str]| list(DAV, names), |names: &[&str]| list(CALDAV, names));
        let mut names = dav(&["resourcetype", "displayname", "current-user-principal", "current-user-privilege-set"]);
        match self.resource {
            Resource::Root | Resource::Home | Resource::Outbox => {}
            Resource::Principal(_) => {
                names.extend(dav(&["principal-URL"]));
                names.extend(caldav(&["calendar-home-set", "calendar-user-address-set", "calendar-user-type"]));
            }
            Resource::Calendar(..) => {
                names.extend(dav(&["owner", "supported-report-set"]));
                let of_calendars = [
                    "supported-calendar-component-set",
                    "supported-calendar-data",
                    "supported-collation-set",
                    "max-resource-size",
                    "max-instances",
                    "max-attendees-per-instance",
                ];
                names.extend(caldav(&of_calendars));
            }
            Resource::Entry(_) => {
                names.extend(dav(&["owner", "getetag", "getcontenttype", "getcontentlength", "getlastmodified"]));
            }
        }
        names
    }

    /// Writes the property, if this place has it.
    pub(super) fn write(&self, xml: &mut Xml, (namespace, name): &Name) -> bool {
        match (namespace.as_str(), name.as_str()) {
            (DAV, name) => self.write_dav(xml, name),
            (CALDAV, name) => self.write_caldav(xml, name),
            (CALENDAR_SERVER, "getctag") => match self.resource {
                Resource::Calendar(_, Some(state)) => {
                    xml.text("s:getctag", &state.token());
                    true
                }
                _ => false,
            },
            _ => false,
        }
    }

    fn write_dav(&self, xml: &mut Xml, name: &str) -> bool {
        let me = || Place::Principal(self.who.id()).href();
        match (name, &self.resource) {
            ("resourcetype", resource) => xml.within("d:resourcetype", |xml| match resource {
                Resource::Root | Resource::Home => xml.empty("d:collection"),
                Resource::Principal(_) => {
                    xml.empty("d:collection");
                    xml.empty("d:principal");
                }
                Resource::Outbox => {
                    xml.empty("d:collection");
                    xml.empty("c:schedule-outbox");
                }
                Resource::Calendar(..) => {
                    xml.empty("d:collection");
                    xml.empty("c:calendar");
                }
                Resource::Entry(_) => {}
            }),
            ("displayname", Resource::Root | Resource::Home | Resource::Outbox) => {
                xml.text("d:displayname", "Rennsteig")
            }
            ("displayname", Resource::Principal(person)) => xml.text("d:displayname", person.name.expose()),
            ("displayname", Resource::Calendar(owner, _)) if owner.id == self.who.id() => {
                xml.text("d:displayname", "Rennsteig");
            }
            ("displayname", Resource::Calendar(owner, _)) => {
                xml.text("d:displayname", &format!("Rennsteig: {}", owner.name.expose()));
            }
            ("current-user-principal", _) => xml.within("d:current-user-principal", |xml| xml.text("d:href", &me())),
            ("principal-URL", Resource::Principal(person)) => {
                xml.within("d:principal-URL", |xml| xml.text("d:href", &Place::Principal(person.id).href()));
            }
            ("principal-collection-set", _) => {
                xml.within("d:principal-collection-set", |xml| xml.text("d:href", &Place::Root.href()));
            }
            ("owner", Resource::Calendar(owner, _)) => {
                xml.within("d:owner", |xml| xml.text("d:href", &Place::Principal(owner.id).href()));
            }
            ("owner", Resource::Entry(_)) => {
                let Place::Entry(_, owner, _) = &self.place else { return false };
                xml.within("d:owner", |xml| xml.text("d:href", &Place::Principal(*owner).href()));
            }
            ("current-user-privilege-set", resource) => {
                let privileges = self.privileges(resource);
                xml.within("d:current-user-privilege-set", |xml| {
                    for privilege in privileges {
                        xml.within("d:privilege", |xml| xml.empty(privilege));
                    }
                });
            }
            ("supported-report-set", Resource::Calendar(..)) => xml.within("d:supported-report-set", |xml| {
                for report in report::NAMES {
                    xml.within("d:supported-report", |xml| xml.within("d:report", |xml| xml.empty(report)));
                }
            }),
            ("sync-token", Resource::Calendar(_, Some(state))) => xml.text("d:sync-token", &state.token()),
            ("getetag", Resource::Entry(item)) => xml.text("d:getetag", &format!("\"{}\"", item.mark)),
            ("getcontenttype", Resource::Entry(_)) => xml.text("d:getcontenttype", CONTENT_TYPE),
            ("getcontentlength", Resource::Entry(item)) => {
                xml.text("d:getcontentlength", &item.text.len().to_string());
            }
            ("getlastmodified", Resource::Entry(item)) => {
                xml.text("d:getlastmodified", &http_date(item.changed_at));
            }
            _ => return false,
        }
        true
    }

    fn write_caldav(&self, xml: &mut Xml, name: &str) -> bool {
        match (name, &self.resource) {
            // Only one's own: the calendars of others hang in one's own home.
            ("calendar-home-set", Resource::Principal(person)) if person.id == self.who.id() => {
                xml.within("c:calendar-home-set", |xml| xml.text("d:href", &Place::Home(person.id).href()));
            }
            ("schedule-outbox-URL", Resource::Principal(person)) if person.id == self.who.id() => {
                xml.within("c:schedule-outbox-URL", |xml| xml.text("d:href", &Place::Outbox(person.id).href()));
            }
            ("calendar-user-address-set", Resource::Principal(person)) => {
                xml.within("c:calendar-user-address-set", |xml| {
                    xml.text("d:href", &format!("mailto:{}", person.email.expose()));
                    xml.text("d:href", &Place::Principal(person.id).href());
                });
            }
            ("calendar-user-type", Resource::Principal(_)) => xml.text("c:calendar-user-type", "INDIVIDUAL"),
            ("supported-calendar-component-set", Resource::Calendar(..)) => {
                xml.within("c:supported-calendar-component-set", |xml| xml.with("c:comp", &[("name", "VEVENT")]));
            }
            ("supported-calendar-data", Resource::Calendar(..)) => xml.within("c:supported-calendar-data", |xml| {
                xml.with("c:calendar-data", &[("content-type", "text/calendar"), ("version", "2.0")]);
            }),
            ("supported-collation-set", Resource::Calendar(..)) => xml.within("c:supported-collation-set", |xml| {
                for collation in report::COLLATIONS {
                    xml.text("c:supported-collation", collation);
                }
            }),
            ("max-resource-size", Resource::Calendar(..)) => {
                xml.text("c:max-resource-size", &BODY_LIMIT.to_string());
            }
            ("max-instances", Resource::Calendar(..)) => xml.text("c:max-instances", &MOST_DATES.to_string()),
            ("max-attendees-per-instance", Resource::Calendar(..)) => {
                xml.text("c:max-attendees-per-instance", &MOST_ATTENDEES.to_string());
            }
            _ => return false,
        }
        true
    }

    fn privileges(&self, resource: &Resource<'_>) -> Vec<&'static str> {
        let mut privileges = vec!["d:read", "d:read-current-user-privilege-set"];
        if let Resource::Calendar(owner, _) = resource
            && self.who.may(Action::SeeBusyOf(owner.id))
        {
            privileges.push("c:read-free-busy");
        }
        if matches!(resource, Resource::Outbox) {
            privileges.push("c:schedule-send-freebusy");
        }
        if let Resource::Calendar(owner, _) = resource
            && self.who.may(Action::BookFor(owner.id))
        {
            privileges.extend(["d:write-content", "d:bind", "d:unbind"]);
        }
        privileges
    }
}

/// Of every entry.
pub(super) const CONTENT_TYPE: &str = "text/calendar; charset=utf-8; component=VEVENT";

/// As HTTP writes it (RFC 9110, 5.6.7).
pub(super) fn http_date(instant: Timestamp) -> String {
    instant.strftime("%a, %d %b %Y %H:%M:%S GMT").to_string()
}
