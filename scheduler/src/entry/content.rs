//! iCalendar as content lines (RFC 5545, 3.1 and 3.4), read from strangers: what an entry says, and what a program
//! keeps in it for itself and wants back as it was. So lines stay lines; a parser that turns them into values and
//! back would change them.

use std::fmt;

/// Deepest nesting: an alarm in an event in a calendar, and one more.
const DEEPEST: usize = 4;
/// Longest line when it is unfolded, bytes.
const LONGEST_LINE: usize = 32 * 1024;
/// Most parameters of a line.
const MOST_PARAMETERS: usize = 50;

/// A property.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Line {
    /// In capitals.
    pub(crate) name: String,
    /// Names in capitals, values without quotes.
    parameters: Vec<(String, String)>,
    /// As it was written.
    pub(crate) value: String,
    /// The whole line, unfolded.
    pub(crate) text: String,
}

/// What stands in a calendar may be about people.
impl fmt::Debug for Line {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:…", self.name)
    }
}

impl Line {
    /// A parameter's value, the first if there are several.
    pub(crate) fn parameter(&self, name: &str) -> Option<&str> {
        self.parameters.iter().find(|(known, _)| known == name).map(|(_, value)| value.as_str())
    }

    /// The value as text, unescaped.
    pub(crate) fn unescaped(&self) -> String {
        let mut text = String::with_capacity(self.value.len());
        let mut is_escaped = false;
        for c in self.value.chars() {
            match (is_escaped, c) {
                (false, '\\') => is_escaped = true,
                (true, 'n' | 'N') => {
                    text.push('\n');
                    is_escaped = false;
                }
                (_, c) => {
                    text.push(c);
                    is_escaped = false;
                }
            }
        }
        text
    }
}

/// A component with what it holds.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Component {
    /// In capitals.
    pub(crate) name: String,
    pub(crate) lines: Vec<Line>,
    pub(crate) components: Vec<Component>,
}

impl Component {
    /// The first property of that name.
    pub(crate) fn line(&self, name: &str) -> Option<&Line> {
        self.lines.iter().find(|line| line.name == name)
    }

    /// All properties of that name.
    pub(crate) fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Line> {
        self.lines.iter().filter(move |line| line.name == name)
    }

    /// Its lines as they were, unfolded, with those that begin and end it.
    pub(crate) fn texts(&self) -> Vec<String> {
        let mut texts = vec![format!("BEGIN:{}", self.name)];
        texts.extend(self.lines.iter().map(|line| line.text.clone()));
        texts.extend(self.components.iter().flat_map(Self::texts));
        texts.push(format!("END:{}", self.name));
        texts
    }
}

/// Why a file cannot be read; each says what is allowed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Broken {
    /// Not UTF-8, or with control characters.
    #[error("text in UTF-8 without control characters")]
    NoText,
    /// A line without a name and a value.
    #[error("lines of the form NAME;PARAMETER=value:value")]
    NoLine,
    /// BEGIN and END do not belong together, or something stands outside of them.
    #[error("everything within one VCALENDAR, every BEGIN with its END")]
    Unbalanced,
    /// Deeper than [`DEEPEST`].
    #[error("components nested up to 4 deep")]
    TooDeep,
    /// More lines than are read.
    #[error("up to {most} lines")]
    TooMany {
        /// So many are.
        most: usize,
    },
    /// Longer than [`LONGEST_LINE`], or with more than [`MOST_PARAMETERS`].
    #[error("lines of up to 32 KiB and 50 parameters")]
    TooLong,
}

/// Reads a file with one VCALENDAR and at most so many lines.
pub(crate) fn read(bytes: &[u8], most_lines: usize) -> Result<Component, Broken> {
    let text = std::str::from_utf8(bytes).map_err(|_| Broken::NoText)?;
    let text = text.trim_start_matches('\u{feff}').replace("\r\n", "\n");
    // A line goes on where the next one begins with white space.
    let text = text.replace("\n ", "").replace("\n\t", "");
    let mut open: Vec<Component> = Vec::new();
    let mut root = None;
    for (place, text) in text.split('\n').enumerate() {
        if text.trim().is_empty() {
            continue;
        }
        if place > most_lines {
            return Err(Broken::TooMany { most: most_lines });
        }
        if text.chars().any(|c| c.is_control() && c != '\t') {
            return Err(Broken::NoText);
        }
        let line = line(text)?;
        match line.name.as_str() {
            "BEGIN" if open.len() >= DEEPEST => return Err(Broken::TooDeep),
            "BEGIN" if root.is_some() => return Err(Broken::Unbalanced),
            "BEGIN" => open.push(Component { name: line.value.trim().to_ascii_uppercase(), ..Component::default() }),
            "END" => {
                let done = open.pop().ok_or(Broken::Unbalanced)?;
                if !done.name.eq_ignore_ascii_case(line.value.trim()) {
                    return Err(Broken::Unbalanced);
                }
                match open.last_mut() {
                    Some(parent) => parent.components.push(done),
                    None => root = Some(done),
                }
            }
            _ => open.last_mut().ok_or(Broken::Unbalanced)?.lines.push(line),
        }
    }
    let root = root.filter(|root| open.is_empty() && root.name == "VCALENDAR");
    root.ok_or(Broken::Unbalanced)
}

fn line(text: &str) -> Result<Line, Broken> {
    if text.len() > LONGEST_LINE {
        return Err(Broken::TooLong);
    }
    let name_end = text.find([';', ':']).ok_or(Broken::NoLine)?;
    let name = &text[..name_end];
    if name.is_empty() || !name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-') {
        return Err(Broken::NoLine);
    }
    let mut parameters = Vec::new();
    let mut rest = &text[name_end..];
    while let Some(after) = rest.strip_prefix(';') {
        if parameters.len() >= MOST_PARAMETERS {
            return Err(Broken::TooLong);
        }
        let (parameter, value) = after.split_once('=').ok_or(Broken::NoLine)?;
        let end = end_of_value(value).ok_or(Broken::NoLine)?;
        parameters.push((parameter.to_ascii_uppercase(), value[..end].replace('"', "")));
        rest = &value[end..];
    }
    let value = rest.strip_prefix(':').ok_or(Broken::NoLine)?.to_owned();
    Ok(Line { name: name.to_ascii_uppercase(), parameters, value, text: text.to_owned() })
}

/// Where a parameter's value ends: at the next one or at the property's value, but not within quotes.
fn end_of_value(text: &str) -> Option<usize> {
    let mut is_quoted = false;
    text.find(|c| {
        is_quoted ^= c == '"';
        !is_quoted && (c == ';' || c == ':')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_are_unfolded_and_their_parts_told_apart() {
        let text = "BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nattendee;CN=\"a;b:c\";role=CHAIR:mailto:x@exam\r\n ple.org\r\nSUMMARY:a\\, b\\n\\\\c\r\nBEGIN:VALARM\r\nTRIGGER:-PT5M\r\nEND:VALARM\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n";
        let calendar = read(text.as_bytes(), 20_000).expect("it can be read");
        let event = &calendar.components[0];
        let attendee = event.line("ATTENDEE").expect("it is there");
        assert_eq!((attendee.parameter("CN"), attendee.parameter("ROLE")), (Some("a;b:c"), Some("CHAIR")));
        assert_eq!(attendee.value, "mailto:x@example.org");
        assert_eq!(event.line("SUMMARY").expect("it is there").unescaped(), "a, b\n\\c");
        assert_eq!(event.components[0].texts(), ["BEGIN:VALARM", "TRIGGER:-PT5M", "END:VALARM"]);
    }

    #[test]
    fn hostile_files_are_refused_with_a_reason() {
        let within = |inner: &str| format!("BEGIN:VCALENDAR\n{inner}\nEND:VCALENDAR\n");
        let cases = [
            ("BEGIN:A\n".repeat(100_000), Broken::TooDeep),
            (within(&"A:b\n".repeat(20_001)), Broken::TooMany { most: 20_000 }),
            (within(&format!("A:{}", "b".repeat(40_000))), Broken::TooLong),
            (within(&format!("A{}:c", ";B=c".repeat(60))), Broken::TooLong),
            (within("A"), Broken::NoLine),
            (within("A;B:c"), Broken::NoLine),
            (within("A;B=\"c:d"), Broken::NoLine),
            (within("Ä:b"), Broken::NoLine),
            (within("A:b\u{1}"), Broken::NoText),
            (within("BEGIN:VEVENT"), Broken::Unbalanced),
            (within("END:VEVENT"), Broken::Unbalanced),
            ("BEGIN:VEVENT\nEND:VEVENT\n".to_owned(), Broken::Unbalanced),
            (within("A:b") + &within("A:b"), Broken::Unbalanced),
            ("A:b\n".to_owned(), Broken::Unbalanced),
            (String::new(), Broken::Unbalanced),
        ];
        for (text, why) in cases {
            let shown: String = text.chars().take(60).collect();
            assert_eq!(read(text.as_bytes(), 20_000), Err(why), "{shown}");
        }
        assert_eq!(read(b"BEGIN:\xff", 20_000), Err(Broken::NoText));
    }
}
