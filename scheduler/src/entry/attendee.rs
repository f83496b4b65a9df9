use domain::{Answer, text};

use super::content::Line;
use super::refused::{EntryRefused, refused};

/// Somebody named in an entry, or a room.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Attendee {
    pub(crate) who: Named,
    pub(crate) name: String,
    pub(crate) is_chair: bool,
    pub(crate) answer: Option<Answer>,
}

/// Who that is.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Named {
    /// A mail address in lower case.
    Person(String),
    /// A room by id or name.
    Room(String),
}

impl Attendee {
    pub(super) fn read(line: &Line) -> Result<Self, EntryRefused> {
        let name = line.parameter("CN").unwrap_or_default().trim().to_owned();
        let kind = line.parameter("CUTYPE").unwrap_or("INDIVIDUAL").to_ascii_uppercase();
        let id = line.value.trim().strip_prefix("urn:uuid:");
        let who = match (kind.as_str(), id, address(&line.value)) {
            ("ROOM", Some(id), _) => Named::Room(id.to_owned()),
            ("ROOM", None, _) => Named::Room(name.clone()),
            ("INDIVIDUAL" | "UNKNOWN", None, Some(address)) => Named::Person(address),
            ("INDIVIDUAL" | "UNKNOWN", ..) => return Err(refused("ATTENDEE", "a mail address as mailto:")),
            _ => return Err(refused("ATTENDEE", "CUTYPE=INDIVIDUAL or CUTYPE=ROOM")),
        };
        let answer = match line.parameter("PARTSTAT").unwrap_or_default().to_ascii_uppercase().as_str() {
            "ACCEPTED" => Some(Answer::Accepted),
            "DECLINED" => Some(Answer::Declined),
            "TENTATIVE" => Some(Answer::Tentative),
            _ => None,
        };
        let is_chair = line.parameter("ROLE").is_some_and(|role| role.eq_ignore_ascii_case("CHAIR"));
        Ok(Self { who, name, is_chair, answer })
    }

    /// The mail address of somebody.
    pub(crate) fn address(&self) -> Option<&str> {
        match &self.who {
            Named::Person(address) => Some(address),
            Named::Room(_) => None,
        }
    }
}

/// The mail address a value names.
pub(super) fn address(value: &str) -> Option<String> {
    let (scheme, address) = value.trim().split_once(':')?;
    if scheme.eq_ignore_ascii_case("mailto") { text::email(address).ok() } else { None }
}
