/// Longest line without its end, in octets (RFC 5545, 3.1).
const LONGEST: usize = 75;

/// Content lines, folded and ended as they are written.
#[derive(Default)]
pub(super) struct Lines {
    text: String,
}

impl Lines {
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
    fn nothing_typed_can_start_a_line_of_its_own() {
        let mut lines = Lines::default();
        lines.text("SUMMARY", "a;b,c\\d\ne\r\nATTENDEE:mailto:x@y");
        assert_eq!(lines.finish(), "SUMMARY:a\\;b\\,c\\\\d\\ne\\nATTENDEE:mailto:x@y\r\n");
        assert_eq!(parameter("Eve\";X=\"\r\n"), "\"Eve;X=\"");
    }
}
