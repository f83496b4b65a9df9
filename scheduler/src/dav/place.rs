//! Addresses: what they name, and how they are written.
//!
//! ```text
//! /caldav/                                     where programs begin
//! /caldav/people/<person>/                     somebody (a principal)
//! /caldav/people/<me>/outbox/                  where I ask when others are busy
//! /caldav/calendars/<me>/                      the calendars I have
//! /caldav/calendars/<me>/<person>/             mine, or that of somebody I act for
//! /caldav/calendars/<me>/<person>/<name>.ics   a booking
//! ```

use domain::PersonId;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, percent_decode_str, utf8_percent_encode};

/// Where everything for calendar programs lies.
pub(crate) const CALENDARS_PATH: &str = "/caldav";
/// Longest last part of an address, bytes.
const LONGEST_NAME: usize = 255;
/// What stands in an address as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'.').remove(b'_').remove(b'~').remove(b'@');

/// What an address names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Place {
    Root,
    Principal(PersonId),
    Outbox(PersonId),
    Home(PersonId),
    Calendar(PersonId, PersonId),
    Entry(PersonId, PersonId, String),
}

impl Place {
    /// Reads the path of a request, or the address in a body.
    pub(super) fn read(address: &str) -> Option<Self> {
        let path = match address.split_once("://") {
            Some((_, rest)) => rest.find('/').map_or("", |slash| &rest[slash..]),
            None => address,
        };
        let path = path.split(['?', '#']).next().unwrap_or_default();
        let rest = path.strip_prefix(CALENDARS_PATH)?;
        if !rest.is_empty() && !rest.starts_with('/') {
            return None;
        }
        let parts: Vec<&str> = rest.split('/').skip(1).collect();
        let person = |text: &str| text.parse::<PersonId>().ok();
        match parts.as_slice() {
            [] | [""] => Some(Self::Root),
            ["people", of] | ["people", of, ""] => Some(Self::Principal(person(of)?)),
            ["people", me, "outbox"] | ["people", me, "outbox", ""] => Some(Self::Outbox(person(me)?)),
            ["calendars", me] | ["calendars", me, ""] => Some(Self::Home(person(me)?)),
            ["calendars", me, of] | ["calendars", me, of, ""] => Some(Self::Calendar(person(me)?, person(of)?)),
            ["calendars", me, of, name] => Some(Self::Entry(person(me)?, person(of)?, self::name(name)?)),
            _ => None,
        }
    }

    /// As it stands in answers.
    pub(super) fn href(&self) -> String {
        match self {
            Self::Root => format!("{CALENDARS_PATH}/"),
            Self::Principal(of) => format!("{CALENDARS_PATH}/people/{of}/"),
            Self::Outbox(me) => format!("{CALENDARS_PATH}/people/{me}/outbox/"),
            Self::Home(me) => format!("{CALENDARS_PATH}/calendars/{me}/"),
            Self::Calendar(me, of) => format!("{CALENDARS_PATH}/calendars/{me}/{of}/"),
            Self::Entry(me, of, name) => {
                format!("{CALENDARS_PATH}/calendars/{me}/{of}/{}", utf8_percent_encode(name, PLAIN))
            }
        }
    }

    /// In whose name it may be looked at, where the address says that.
    pub(super) fn reader(&self) -> Option<PersonId> {
        match self {
            Self::Root | Self::Principal(_) => None,
            Self::Outbox(me) | Self::Home(me) | Self::Calendar(me, _) | Self::Entry(me, ..) => Some(*me),
        }
    }
}

/// A name that can be stored, and written into a list of names.
fn name(encoded: &str) -> Option<String> {
    let name = percent_decode_str(encoded).decode_utf8().ok()?;
    let fits = (1..=LONGEST_NAME).contains(&name.len()) && !name.contains('/') && !name.chars().any(char::is_control);
    fits.then(|| name.into_owned())
}

#[cfg(test)]
mod tests {
    use uuid::Uuid;

    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let (me, of) = (PersonId::from_uuid(Uuid::from_u128(1)), PersonId::from_uuid(Uuid::from_u128(2)));
        let places = [
            Place::Root,
            Place::Principal(of),
            Place::Outbox(me),
            Place::Home(me),
            Place::Calendar(me, of),
            Place::Entry(me, of, "A b%ü@x?.ics".into()),
        ];
        for place in places {
            assert_eq!(Place::read(&place.href()), Some(place.clone()), "{place:?}");
            assert_eq!(Place::read(&["https://meet.example.org", &place.href()].concat()), Some(place.clone()));
            assert_eq!(Place::read(place.href().trim_end_matches('/')), Some(place));
        }
    }

    #[test]
    fn what_names_nothing_is_nothing() {
        let me = Uuid::from_u128(1);
        for path in ["/caldavx", "/caldav/x", "/caldav/people/x/", "/x", "", "https://host"] {
            assert_eq!(Place::read(path), None, "{path}");
        }
        for name in ["%00.ics", "a%2Fb", "%ff", "a/b", &"x".repeat(256)] {
            assert_eq!(Place::read(&format!("/caldav/calendars/{me}/{me}/{name}")), None, "{name}");
        }
    }
}
