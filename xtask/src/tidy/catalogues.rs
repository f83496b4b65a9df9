//! The German and the English texts of the web app say the same things, and German says "Sie".

use std::collections::BTreeMap;

use crate::tidy::reading::has_word;
use crate::tidy::tree::{File, Finding, Tree};

/// Words that the house's German does not use; beside each, the one it does.
const AVOIDED: &[(&str, &str)] = &[
    ("du", "Sie"),
    ("dein", "Ihr"),
    ("deine", "Ihre"),
    ("dich", "Sie"),
    ("Meeting", "Besprechung"),
    ("Call", "Besprechung"),
    ("Lobby", "Warteraum"),
    ("Host", "Einladende Person"),
    ("Screensharing", "Bildschirm zeigen"),
    ("Voting", "Abstimmung"),
    ("Moderator*in", "Moderation"),
    ("Delegation", "Vertretung"),
];

/// Compares `de.*` with `en.*` in each folder of the web app that has one of them.
pub fn check(tree: &Tree) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut pairs = 0;
    for german in tree.files.iter().filter(|file| is_catalogue(file, "de")) {
        let other = german.path.replacen("/de.", "/en.", 1);
        let Some(english) = tree.files.iter().find(|file| file.path == other) else {
            findings.push(german.whole(format!("{other} is missing")));
            continue;
        };
        pairs += 1;
        let (ours, theirs) = (entries(&german.text), entries(&english.text));
        findings.extend(missing(&ours, &theirs, english));
        findings.extend(missing(&theirs, &ours, german));
        findings.extend(wording(german));
    }
    if pairs == 0 && tree.typescript().any(|file| file.path.starts_with("web/src/")) {
        findings.push(Finding {
            path: "web/src".into(),
            line: None,
            what: "no catalogue de.* with its en.* was found".into(),
        });
    }
    findings
}

fn is_catalogue(file: &File, language: &str) -> bool {
    file.path.starts_with("web/src/")
        && ["json", "ts"].iter().any(|end| file.path.ends_with(&format!("/{language}.{end}")))
}

fn missing(known: &BTreeMap<String, usize>, present: &BTreeMap<String, usize>, file: &File) -> Vec<Finding> {
    let absent = known.keys().filter(|key| !present.contains_key(*key));
    absent.map(|key| file.whole(format!("the text `{key}` is missing in this language"))).collect()
}

fn wording(german: &File) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (at, line) in german.text.lines().enumerate() {
        // Only what stands after the key is text.
        let text = line.split_once(": ").map_or("", |(_, text)| text);
        let found = AVOIDED.iter().filter(|(word, _)| has_word(text, word));
        findings.extend(found.map(|(word, better)| german.at(at + 1, format!("`{word}`: say `{better}`"))));
    }
    findings
}

/// The keys with their path, and the line they stand on. One key or brace a line, as formatters write it.
fn entries(text: &str) -> BTreeMap<String, usize> {
    let mut path: Vec<String> = Vec::new();
    let mut entries = BTreeMap::new();
    for (at, line) in text.lines().enumerate() {
        let line = line.trim();
        if line.starts_with('}') {
            path.pop();
            continue;
        }
        let Some((key, value)) = key(line) else {
            if line.ends_with('{') {
                path.push(String::new());
            }
            continue;
        };
        if value.trim_end().ends_with('{') {
            path.push(key);
        } else {
            let parents = path.iter().filter(|part| !part.is_empty()).cloned();
            // English and German have the same plural forms, so every form must be there.
            entries.insert(parents.chain([key]).collect::<Vec<_>>().join("."), at + 1);
        }
    }
    entries
}

fn key(line: &str) -> Option<(String, &str)> {
    let (key, value) = if let Some(quoted) = line.strip_prefix('"') {
        let (key, rest) = quoted.split_once('"')?;
        (key, rest.strip_prefix(':')?)
    } else {
        line.split_once(':')?
    };
    let plain = !key.is_empty()
        && !key.starts_with("export ")
        && key.chars().all(|sign| sign.is_alphanumeric() || "_-. ".contains(sign));
    plain.then(|| (key.to_owned(), value))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_text_is_refused_in_either_language() {
        let de = "{\n  \"join\": {\n    \"now\": \"Beitreten\",\n    \"name\": \"Ihr Name\"\n  }\n}\n";
        let en = "{\n  \"join\": {\n    \"now\": \"Join\"\n  },\n  \"leave\": \"Leave\"\n}\n";
        let findings = check(&Tree::of(&[("web/src/words/de.json", de), ("web/src/words/en.json", en)]));
        let whats: Vec<String> = findings.iter().map(ToString::to_string).collect();
        assert_eq!(
            whats,
            [
                "web/src/words/en.json: the text `join.name` is missing in this language",
                "web/src/words/de.json: the text `leave` is missing in this language",
            ]
        );
    }

    #[test]
    fn the_familiar_form_is_refused() {
        let de = "export const de = {\n  join: \"Willst du beitreten?\",\n};\n";
        let en = "export const en = {\n  join: \"Join?\",\n};\n";
        let findings = check(&Tree::of(&[("web/src/words/de.ts", de), ("web/src/words/en.ts", en)]));
        assert_eq!(findings.len(), 1, "{findings:?}");
        assert_eq!(findings[0].line, Some(2));
    }

    #[test]
    fn a_web_app_without_catalogues_is_refused() {
        assert_eq!(check(&Tree::of(&[("web/src/a.ts", "")])).len(), 1);
    }

    #[test]
    fn equal_catalogues_pass() {
        let de = "export const de = {\n  a: {\n    b: \"Der Raum: frei\",\n  },\n} as const;\n";
        let en = "export const en: typeof de = {\n  a: {\n    b: \"The room: free\",\n  },\n};\n";
        assert_eq!(check(&Tree::of(&[("web/src/words/de.ts", de), ("web/src/words/en.ts", en)])), []);
    }
}
