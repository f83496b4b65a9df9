//! XML as far as WebDAV needs it: read into a small tree with bounds, written as text.

pub(super) mod read;
pub(super) mod write;

/// Of WebDAV (RFC 4918).
pub(super) const DAV: &str = "DAV:";
/// Of CalDAV (RFC 4791).
pub(super) const CALDAV: &str = "urn:ietf:params:xml:ns:caldav";
/// Of the extensions that calendar programs of all makers ask for.
pub(super) const CALENDAR_SERVER: &str = "http://calendarserver.org/ns/";
/// Our own: words for people.
pub(super) const OWN: &str = "urn:rennsteig:caldav";
