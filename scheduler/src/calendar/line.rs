use jiff::Timestamp;
use jiff::civil::DateTime;
use jiff::tz::TimeZone;

/// Longest line without its end, in octets (RFC 5545, 3.1).
const LONGEST: usize = 75;

/// Content lines, folded and ended as they are written.
#[derive(Default)]
pub(super) struct Lines {
    text: String,
}

impl Lines {
    /// None yet; there will be about so many octets.
    pub(super) fn of_about(octets: usize) -> Self {
        Self { text: String::with_capacity(octets) }
    }

    /// A value that is not text: dates, numbers, addresses. Holds no line break.
    pub(super) fn raw(&mut self, name: &str, value: &str) {
        let mut room = LONGEST;
        for part in [name, ":", value] {
            // Most of what is written is short and plain, and calendars have many lines.
            if part.len() <= room && part.bytes().all(|byte| byte.is_ascii() && !byte.is_ascii_control()) {
                self.text.push_str(part);
                room -= part.len();
                continue;
            }
            for c in part.chars().filter(|c| !c.is_control()) {
                if c.len_utf8() > room {
                    self.text.push_str("\r\n ");
                    // The space that marks the continuation counts.
                    room = LONGEST - 1;
                }
                self.text.push(c);
                room -= c.len_utf8();
            }
        }
        self.text.push_str("\r\n");
    }

    /// A text value, escaped.
    pub(super) fn text(&mut self, name: &str, value: &str) {
        if !value.contains(['\\', ';', ',', '\n']) {
            return self.raw(name, value);
        }
        let value = value.replace('\\', "\\\\").replace(';', "\\;").replace(',', "\\,").replace('\n', "\\n");
        self.raw(name, &value);
    }

    pub(super) fn finish(self) -> String {
        self.text
    }
}

/// A wall time as iCalendar has it (RFC 5545, 3.3.5). A calendar has thousands of them: written digit by digit.
pub(super) fn wall(at: DateTime) -> String {
    let mut text = String::with_capacity("20261123T080000Z".len());
    let (year, small) = (at.year().unsigned_abs(), |part: i8| u16::from(part.unsigned_abs()));
    for number in [year / 100, year % 100, small(at.month()), small(at.day())] {
        two_digits(&mut text, number);
    }
    text.push('T');
    for number in [at.hour(), at.minute(), at.second()] {
        two_digits(&mut text, small(number));
    }
    text
}

fn two_digits(text: &mut String, number: u16) {
    text.extend([number / 10 % 10, number % 10].map(|digit| char::from(b"0123456789"[usize::from(digit)])));
}

/// An instant, in UTC.
pub(super) fn utc(at: Timestamp) -> String {
    let mut text = wall(TimeZone::UTC.to_datetime(at));
    text.push('Z');
    text
}

/// A parameter's value, quoted; a quote inside cannot be written and is left out.
pub(super) fn parameter(value: &str) -> String {
    let value: String = value.chars().filter(|c| *c != '"' && !c.is_control()).collect();
    format!("\"{value}\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_folded_at_75_octets_between_characters() {
        let mut lines = Lines::default();
        lines.text("SUMMARY", &"ü".repeat(100));
        let text = lines.finish();
        assert!(text.ends_with("\r\n"));
        assert!(text.split("\r\n").all(|line| line.len() <= 75), "{text}");
        assert_eq!(text.replace("\r\n ", ""), format!("SUMMARY:{}\r\n", "ü".repeat(100)));
    }

    #[test]
    fn times_are_written_as_the_standard_has_them() {
        let (early, late) =
            (jiff::civil::date(987, 1, 2).at(3, 4, 5, 6), jiff::civil::date(2026, 12, 31).at(23, 59, 58, 0));
        assert_eq!((wall(early).as_str(), wall(late).as_str()), ("09870102T030405", "20261231T235958"));
        let at = Timestamp::from_second(1_795_420_805).expect("a year we live in");
        assert_eq!(utc(at), at.strftime("%Y%m%dT%H%M%SZ").to_string());
    }

    #[test]
    fn nothing_typed_can_start_a_line_of_its_own() {
        let mut lines = Lines::default();
        lines.text("SUMMARY", "a;b,c\\d\ne\r\nATTENDEE:mailto:x@y");
        assert_eq!(lines.finish(), "SUMMARY:a\\;b\\,c\\\\d\\ne\\nATTENDEE:mailto:x@y\r\n");
        assert_eq!(parameter("Eve\";X=\"\r\n"), "\"Eve;X=\"");
    }
}
