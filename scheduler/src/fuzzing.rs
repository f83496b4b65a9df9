//! What reads other people's bytes, for `tests/fuzz`.

use crate::dav;
use crate::entry::content;
use crate::entry::wish::Wish;
use crate::http::bookings::import;

/// Most lines, as for an entry.
const MOST_LINES: usize = 20_000;

/// The body of a WebDAV request, as every question takes it.
pub fn dav_body(bytes: &[u8]) {
    dav::fuzz(bytes);
}

/// A calendar: its lines, an entry, a file of many.
pub fn calendar(bytes: &[u8]) {
    if let Ok(calendar) = content::read(bytes, MOST_LINES) {
        // Read again from its own lines, it is the same.
        let text = calendar.texts().join("\r\n");
        assert_eq!(content::read(text.as_bytes(), usize::MAX).as_ref(), Ok(&calendar));
    }
    if let Ok(wish) = Wish::read(bytes) {
        let zone = domain::timing::zone(wish.zone()).unwrap_or(jiff::tz::TimeZone::UTC);
        // What is kept for a person is one line for each, and none of them starts another.
        assert!(wish.own_lines(&zone).lines().all(|line| line.contains('|')));
    }
    import::fuzz(bytes);
}
