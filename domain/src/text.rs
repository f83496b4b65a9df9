//! Text that people type: what may be stored and shown to others.

/// Longest title, in characters.
pub const TITLE_LIMIT: usize = 200;
/// Longest description, in characters.
pub const DESCRIPTION_LIMIT: usize = 5_000;
/// Longest name of a person, guest, room or token, in characters.
pub const NAME_LIMIT: usize = 100;
/// Longest words with which somebody is turned away, in characters.
pub const TURNING_AWAY_LIMIT: usize = 300;
/// Longest mail address, in bytes.
pub const EMAIL_LIMIT: usize = 254;

/// Why a text is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum TextRefused {
    /// Nothing but white space.
    #[error("must not be empty")]
    Empty,
    /// Longer than allowed.
    #[error("is too long")]
    TooLong,
    /// Control characters, or characters that turn the direction of the text around.
    #[error("holds characters that cannot be shown")]
    Unprintable,
    /// Not of the form `name@host`.
    #[error("is not a mail address")]
    NotAnAddress,
}

/// One line of 1..=`limit` characters, white space at the ends removed.
pub fn line(text: &str, limit: usize) -> Result<String, TextRefused> {
    let text = text.trim();
    if text.is_empty() {
        Err(TextRefused::Empty)
    } else if text.chars().count() > limit {
        Err(TextRefused::TooLong)
    } else if text.chars().any(|c| c.is_control() || turns_direction(c)) {
        Err(TextRefused::Unprintable)
    } else {
        Ok(text.to_owned())
    }
}

/// Several lines of up to `limit` characters in all; may be empty.
pub fn lines(text: &str, limit: usize) -> Result<String, TextRefused> {
    let text = text.trim().replace("\r\n", "\n");
    if text.chars().count() > limit {
        Err(TextRefused::TooLong)
    } else if text.chars().any(|c| (c.is_control() && c != '\n' && c != '\t') || turns_direction(c)) {
        Err(TextRefused::Unprintable)
    } else {
        Ok(text)
    }
}

/// A mail address in lower case. Only what would break a calendar or a mail header is refused;
/// whether it exists is the mail server's to say.
pub fn email(text: &str) -> Result<String, TextRefused> {
    let text = line(text, EMAIL_LIMIT)?.to_lowercase();
    let (name, host) = text.rsplit_once('@').ok_or(TextRefused::NotAnAddress)?;
    let plain = text.chars().all(|c| !c.is_whitespace() && !matches!(c, '"' | '<' | '>' | ',' | ';' | '\\'));
    let fits = text.len() <= EMAIL_LIMIT && !name.is_empty() && !name.contains('@') && !host.is_empty();
    if plain && fits { Ok(text) } else { Err(TextRefused::NotAnAddress) }
}

/// Overrides and isolates of the writing direction make one name look like another.
fn turns_direction(c: char) -> bool {
    matches!(c, '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}' | '\u{2028}' | '\u{2029}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_is_trimmed_and_bounded_in_characters() {
        assert_eq!(line("  Dienstberatung  ", TITLE_LIMIT).as_deref(), Ok("Dienstberatung"));
        assert!(line(&"ü".repeat(200), TITLE_LIMIT).is_ok());
        assert_eq!(line(&"ü".repeat(201), TITLE_LIMIT), Err(TextRefused::TooLong));
        assert_eq!(line(" \t ", TITLE_LIMIT), Err(TextRefused::Empty));
    }

    #[test]
    fn characters_that_deceive_or_break_lines_are_refused() {
        for text in ["a\nb", "a\u{0}b", "\u{202E}retsinim", "a\u{2028}b"] {
            assert_eq!(line(text, NAME_LIMIT), Err(TextRefused::Unprintable), "{text:?}");
        }
        assert_eq!(lines("one\r\ntwo\tthree", 100).as_deref(), Ok("one\ntwo\tthree"));
        assert_eq!(lines("bell\u{7}", 100), Err(TextRefused::Unprintable));
    }

    #[test]
    fn mail_addresses_are_lower_case_and_cannot_break_a_header() {
        assert_eq!(email("Sabine.Kraemer@Example.org").as_deref(), Ok("sabine.kraemer@example.org"));
        for text in ["", "a", "@b", "a@", "a b@c", "a\"@b", "a@b,c@d", "a@b;x=1", "a@b@c"] {
            assert!(email(text).is_err(), "{text}");
        }
    }
}
