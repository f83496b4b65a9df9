use std::fmt;
use std::str::FromStr;

use crate::{Identity, MeetingName};

/// How many codes there are.
const CODES: u32 = 1_000_000;

/// Names somebody in a meeting towards whoever helps: six digits to be read out on the telephone.
///
/// Nobody keeps it: the page and the server work it out from the names of the meeting and of the
/// participant, and whoever has the code alone learns nothing. Two may have the same one; with
/// 20,000 people inside one code in fifty is shared by two.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct HelpCode(u32);

impl HelpCode {
    /// The code of a participant, the same as long as the meeting has its name.
    pub fn of(meeting: &MeetingName, identity: &Identity) -> Self {
        let text = format!("{meeting}\n{identity}");
        // FNV-1a with the last step of MurmurHash3, so that neighbours do not get neighbouring codes.
        let sum = text.bytes().fold(0x811c_9dc5_u32, |sum, byte| (sum ^ u32::from(byte)).wrapping_mul(0x0100_0193));
        let mixed = (sum ^ (sum >> 16)).wrapping_mul(0x85eb_ca6b);
        let mixed = (mixed ^ (mixed >> 13)).wrapping_mul(0xc2b2_ae35);
        Self((mixed ^ (mixed >> 16)) % CODES)
    }
}

/// Six digits.
impl fmt::Display for HelpCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:06}", self.0)
    }
}

/// Not six digits.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a help code has six digits")]
pub struct InvalidHelpCode;

/// Six digits; spaces between them are passed over.
impl FromStr for HelpCode {
    type Err = InvalidHelpCode;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits: String = text.chars().filter(|letter| !letter.is_whitespace()).collect();
        if digits.len() != 6 || !digits.bytes().all(|digit| digit.is_ascii_digit()) {
            return Err(InvalidHelpCode);
        }
        digits.parse().map(Self).map_err(|_| InvalidHelpCode)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn code(meeting: &str, identity: &str) -> String {
        HelpCode::of(&meeting.parse().expect("a name"), &identity.parse().expect("a name")).to_string()
    }

    /// The web app works out the same: `helpCode.test.ts` has these lines as well.
    #[test]
    fn page_and_server_work_out_the_same_code() {
        assert_eq!(code("daily", "guest-x"), "141993");
        assert_eq!(code("daily", "guest-y"), "444141");
        assert_eq!(code("0190d1f2-7b7a-7cc0-8a83-3c6f0a5d1e2f", "jürgen"), "743004");
    }

    #[test]
    fn codes_are_spread_evenly() {
        let mut seen = std::collections::BTreeSet::new();
        for number in 0..10_000 {
            seen.insert(code("daily", &format!("guest-{number}")));
        }
        assert!(seen.len() > 9_900, "{} of 10,000 differ", seen.len());
    }

    #[test]
    fn what_is_not_six_digits_is_no_code() {
        assert_eq!("482 913".parse::<HelpCode>().map(|code| code.to_string()), Ok("482913".into()));
        for text in ["", "12345", "1234567", "12345a", "١٢٣٤٥٦"] {
            assert_eq!(text.parse::<HelpCode>(), Err(InvalidHelpCode), "{text}");
        }
    }
}
