//! Pieces of descriptions that come after the offer (RFC 8840): credentials and candidates.

/// What a client says of its way.
#[derive(Debug, PartialEq, Eq)]
pub struct Fragment<'a> {
    ufrag: &'a str,
    password: &'a str,
}

impl<'a> Fragment<'a> {
    /// Reads the credentials; without them it is no fragment (RFC 9725, section 4.3).
    pub fn read(text: &'a str) -> Option<Self> {
        let ufrag = value(text, "a=ice-ufrag:")?;
        let password = value(text, "a=ice-pwd:")?;
        // As in an offer (RFC 8839, section 5.4).
        let is_sane = |text: &str, least| {
            (least..=256).contains(&text.len())
                && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"+/".contains(&byte))
        };
        (is_sane(ufrag, 4) && is_sane(password, 22)).then_some(Self { ufrag, password })
    }

    /// The offer with these credentials; none if it has them already.
    pub fn restart(&self, offer: &str) -> Option<String> {
        if value(offer, "a=ice-ufrag:") == Some(self.ufrag) {
            return None;
        }
        let lines = offer.lines().filter(|line| !line.starts_with("a=candidate:")).map(|line| {
            if line.starts_with("a=ice-ufrag:") {
                format!("a=ice-ufrag:{}\r\n", self.ufrag)
            } else if line.starts_with("a=ice-pwd:") {
                format!("a=ice-pwd:{}\r\n", self.password)
            } else {
                format!("{line}\r\n")
            }
        });
        Some(lines.collect())
    }

    /// The server's way as its answer says it.
    pub fn of_answer(answer: &str) -> String {
        let mut lines: Vec<&str> = Vec::new();
        let wanted = ["a=ice-lite", "a=ice-ufrag:", "a=ice-pwd:", "m=", "a=mid:", "a=candidate:"];
        for line in answer.lines() {
            // All sections share one way: the first says it.
            if line.starts_with("m=") && lines.iter().any(|line| line.starts_with("m=")) {
                break;
            }
            if wanted.iter().any(|beginning| line.starts_with(beginning)) {
                lines.push(line);
            }
        }
        lines.iter().map(|line| format!("{line}\r\n")).collect()
    }
}

fn value<'a>(text: &'a str, beginning: &str) -> Option<&'a str> {
    text.lines().find_map(|line| line.strip_prefix(beginning)).map(str::trim)
}

#[cfg(test)]
mod tests {
    use super::*;

    const OFFER: &str =
        "v=0\r\nm=audio 9 X 111\r\na=ice-ufrag:old1\r\na=ice-pwd:old\r\na=candidate:1 1 udp 1 10.0.0.1 1\r\n";
    const PASSWORD: &str = "abcdefghijklmnopqrstuvwx";

    #[test]
    fn other_credentials_restart_and_the_same_do_not() {
        let text = format!("a=ice-ufrag:new1\r\na=ice-pwd:{PASSWORD}\r\nm=audio 9 X 0\r\na=mid:0\r\n");
        let fragment = Fragment::read(&text).expect("it is one");
        let restarted = fragment.restart(OFFER).expect("they are others");
        assert_eq!(restarted, format!("v=0\r\nm=audio 9 X 111\r\na=ice-ufrag:new1\r\na=ice-pwd:{PASSWORD}\r\n"));
        assert_eq!(fragment.restart(&restarted), None);
    }

    #[test]
    fn what_is_no_credential_is_no_fragment() {
        for (ufrag, password) in [("abc", PASSWORD), ("abcd", "short"), ("ab cd", PASSWORD), ("ab\u{e4}cd", PASSWORD)] {
            assert_eq!(Fragment::read(&format!("a=ice-ufrag:{ufrag}\r\na=ice-pwd:{password}\r\n")), None, "{ufrag}");
        }
        assert_eq!(Fragment::read(""), None);
    }

    #[test]
    fn an_answer_tells_its_way_once() {
        let answer = "v=0\r\na=ice-lite\r\nm=audio 9 X 111\r\na=mid:0\r\na=ice-ufrag:u\r\na=sendonly\r\nm=video 9 X 96\r\na=mid:1\r\n";
        let expected = "a=ice-lite\r\nm=audio 9 X 111\r\na=mid:0\r\na=ice-ufrag:u\r\n";
        assert_eq!(Fragment::of_answer(answer), expected);
    }
}
