//! A break: everybody sees until when, also who comes in later.

use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value, json};

use super::{Effect, Meeting};

/// Under this name a break stands in the meeting's metadata.
const KEY: &str = "break";

/// From when until when the meeting pauses, by the clock of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pause {
    from: Timestamp,
    until: Timestamp,
}

impl Meeting {
    /// Begins a break from now on; one that runs is replaced.
    pub(super) fn begin_break(&mut self, minutes: u8, effects: &mut Vec<Effect>) {
        let Ok(until) = self.now.checked_add(SignedDuration::from_mins(minutes.into())) else { return };
        self.pause = Some(Pause { from: self.now, until });
        self.tell_room(effects);
    }

    /// Ends the break before its time; without one nothing happens.
    pub(super) fn end_break(&mut self, effects: &mut Vec<Effect>) {
        if self.pause.take().is_some() {
            self.tell_room(effects);
        }
    }
}

/// The metadata clients see: what the server API wrote, and the break. Text that is no JSON object has no
/// place for a break and stays as it is.
pub fn shown(metadata: &str, pause: Option<Pause>) -> String {
    let Some(Pause { from, until }) = pause else { return metadata.to_owned() };
    let object = if metadata.is_empty() { Ok(Map::new()) } else { serde_json::from_str(metadata) };
    let Ok(mut object) = object else { return metadata.to_owned() };
    object.insert(KEY.to_owned(), json!({ "from": from.to_string(), "until": until.to_string() }));
    Value::Object(object).to_string()
}

#[cfg(test)]
mod tests {
    use super::{Pause, shown};

    fn pause() -> Option<Pause> {
        let at = |time: &str| time.parse().expect("an instant");
        Some(Pause { from: at("2026-11-24T09:30:00Z"), until: at("2026-11-24T09:40:00Z") })
    }

    #[test]
    fn a_break_stands_beside_what_the_server_api_wrote() {
        let written = r#"{"break":{"from":"2026-11-24T09:30:00Z","until":"2026-11-24T09:40:00Z"}"#;
        assert_eq!(shown("", pause()), format!("{written}}}"));
        assert_eq!(shown(r#"{"layout":"hall"}"#, pause()), format!(r#"{written},"layout":"hall"}}"#));
    }

    #[test]
    fn without_a_break_and_in_other_text_nothing_is_added() {
        assert_eq!(shown(r#"{"layout":"hall"}"#, None), r#"{"layout":"hall"}"#);
        for text in ["hall", "[1]", "7"] {
            assert_eq!(shown(text, pause()), text);
        }
    }
}
