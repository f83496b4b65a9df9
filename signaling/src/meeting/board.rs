//! What everybody reads in the meeting's metadata, also who comes in later: beside what the server API wrote
//! there the break, the rules, who has the floor, who writes the notes and which programs record or transcribe.

use serde_json::{Map, Value, json};

use super::Meeting;

impl Meeting {
    /// The metadata as clients see it.
    pub(super) fn board(&self) -> String {
        let pause = self.pause.map(|pause| json!({ "from": pause.from.to_string(), "until": pause.until.to_string() }));
        let turn = self.turn.as_ref().map(super::floor::Turn::shown);
        let notes = [
            ("break", pause),
            ("rules", self.rules.shown(self.microphones_rest())),
            ("turn", turn),
            ("notes", self.notes.shown()),
            ("captures", self.captured().shown()),
        ];
        shown(&self.metadata, notes)
    }
}

/// Text that is no JSON object has no place for anything else and stays as it is.
fn shown(metadata: &str, notes: [(&str, Option<Value>); 5]) -> String {
    if notes.iter().all(|(_, note)| note.is_none()) {
        return metadata.to_owned();
    }
    let object = if metadata.is_empty() { Ok(Map::new()) } else { serde_json::from_str(metadata) };
    let Ok(mut object) = object else { return metadata.to_owned() };
    object.extend(notes.into_iter().filter_map(|(name, note)| Some((name.to_owned(), note?))));
    Value::Object(object).to_string()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::shown;

    const NAMES: [&str; 5] = ["break", "rules", "turn", "notes", "captures"];

    fn with_break(metadata: &str) -> String {
        let mut notes = NAMES.map(|name| (name, None));
        notes[0].1 = Some(json!({ "from": 1, "until": 2 }));
        shown(metadata, notes)
    }

    #[test]
    fn a_break_stands_beside_what_the_server_api_wrote() {
        let written = r#"{"break":{"from":1,"until":2}"#;
        assert_eq!(with_break(""), format!("{written}}}"));
        assert_eq!(with_break(r#"{"layout":"hall"}"#), format!(r#"{written},"layout":"hall"}}"#));
    }

    #[test]
    fn without_anything_to_say_and_in_other_text_nothing_is_added() {
        assert_eq!(shown(r#"{"layout":"hall"}"#, NAMES.map(|name| (name, None))), r#"{"layout":"hall"}"#);
        for text in ["hall", "[1]", "7"] {
            assert_eq!(with_break(text), text);
        }
    }
}
