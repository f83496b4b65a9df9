//! A file of entries (iCalendar) from another calendar: looked at first, then booked.

pub(crate) mod book;
mod entries;
mod file;
pub(crate) mod preview;

/// Reads any bytes as a file of entries.
pub(crate) fn fuzz(bytes: &[u8]) {
    let _ = file::File::read(bytes, jiff::Timestamp::UNIX_EPOCH);
}

#[cfg(test)]
mod tests;
