//! When somebody is busy, without a word about with what (RFC 5545, 3.6.4).

use jiff::Timestamp;
use storage::Span;

use super::line::Lines;

/// To whom somebody answers, and who (RFC 6638, 5).
pub(crate) struct Said<'a> {
    pub(crate) uid: &'a str,
    pub(crate) organiser: &'a str,
    pub(crate) attendee: &'a str,
}

/// Writes the file; times that touch or overlap become one.
pub(crate) fn write(asked: Span, busy: impl Iterator<Item = Span>, now: Timestamp) -> String {
    told(asked, busy, now, None)
}

/// The same as an answer to somebody's question.
pub(crate) fn reply(asked: Span, busy: impl Iterator<Item = Span>, now: Timestamp, said: &Said<'_>) -> String {
    told(asked, busy, now, Some(said))
}

fn told(asked: Span, busy: impl Iterator<Item = Span>, now: Timestamp, said: Option<&Said<'_>>) -> String {
    let utc = |instant: Timestamp| instant.strftime("%Y%m%dT%H%M%SZ").to_string();
    let mut lines = Lines::default();
    lines.raw("BEGIN", "VCALENDAR");
    lines.raw("VERSION", "2.0");
    lines.raw("PRODID", "-//Rennsteig//Rennsteig//DE");
    if said.is_some() {
        lines.raw("METHOD", "REPLY");
    }
    lines.raw("BEGIN", "VFREEBUSY");
    let own = || format!("{}-{}@rennsteig", asked.start.as_second(), asked.end.as_second());
    lines.raw("UID", &said.map_or_else(own, |said| said.uid.to_owned()));
    lines.raw("DTSTAMP", &utc(now));
    lines.raw("DTSTART", &utc(asked.start));
    lines.raw("DTEND", &utc(asked.end));
    if let Some(said) = said {
        lines.raw("ORGANIZER", said.organiser);
        lines.raw("ATTENDEE", said.attendee);
    }
    for span in merged(asked, busy) {
        lines.raw("FREEBUSY;FBTYPE=BUSY", &format!("{}/{}", utc(span.start), utc(span.end)));
    }
    lines.raw("END", "VFREEBUSY");
    lines.raw("END", "VCALENDAR");
    lines.finish()
}

fn merged(asked: Span, busy: impl Iterator<Item = Span>) -> Vec<Span> {
    let mut busy: Vec<Span> = busy
        .map(|span| Span { start: span.start.max(asked.start), end: span.end.min(asked.end) })
        .filter(|span| span.start < span.end)
        .collect();
    busy.sort_by_key(|span| span.start);
    let mut merged: Vec<Span> = Vec::new();
    for span in busy {
        match merged.last_mut() {
            Some(last) if span.start <= last.end => last.end = last.end.max(span.end),
            _ => merged.push(span),
        }
    }
    merged
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_that_touch_are_one_and_none_reaches_beyond_what_was_asked() {
        let at = |minute: i64| Timestamp::from_second(minute * 60).expect("in range");
        let span = |start, end| Span { start: at(start), end: at(end) };
        let busy = [span(50, 70), span(10, 20), span(0, 5), span(20, 30), span(12, 15), span(80, 90)];
        let text = write(span(2, 60), busy.into_iter(), at(0));
        let times: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("FREEBUSY;FBTYPE=BUSY:")).collect();
        assert_eq!(
            times,
            [
                "19700101T000200Z/19700101T000500Z",
                "19700101T001000Z/19700101T003000Z",
                "19700101T005000Z/19700101T010000Z",
            ]
        );
    }
}
