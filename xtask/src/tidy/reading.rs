//! Reads Rust just well enough for the rules: what is code, what is test code.

use std::collections::HashSet;

/// The text with comments and the insides of quotes blanked; line breaks stay where they are.
pub fn code(text: &str) -> String {
    let signs: Vec<char> = text.chars().collect();
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    while at < signs.len() {
        let end = match (signs[at], signs.get(at + 1)) {
            ('/', Some('/')) => line_end(&signs, at),
            ('/', Some('*')) => comment_end(&signs, at),
            ('"', _) => text_end(&signs, at),
            ('r', Some('"' | '#')) if !is_name(at.checked_sub(1).map(|before| signs[before])) => raw_end(&signs, at),
            ('\'', _) => sign_end(&signs, at),
            _ => at + 1,
        };
        if end == at + 1 {
            out.push(signs[at]);
        } else {
            out.extend(signs[at..end].iter().map(|sign| if *sign == '\n' { '\n' } else { ' ' }));
        }
        at = end;
    }
    out
}

/// The numbers of the lines that belong to something marked `#[cfg(test)]`.
pub fn test_lines(text: &str) -> HashSet<usize> {
    let lines: Vec<&str> = text.lines().collect();
    let mut tests = HashSet::new();
    let mut at = 0;
    while at < lines.len() {
        if !lines[at].trim_start().starts_with("#[cfg(test)]") {
            at += 1;
            continue;
        }
        let indent = lines[at].len() - lines[at].trim_start().len();
        let from = at;
        // Further attributes, then the item: one line that ends with `;` or a block closed at its own indent.
        at += 1;
        while at < lines.len() && lines[at].trim_start().starts_with("#[") {
            at += 1;
        }
        if at < lines.len() && !lines[at].trim_end().ends_with([';', '}']) {
            let close = format!("{}}}", " ".repeat(indent));
            while at < lines.len() && !lines[at].starts_with(&close) {
                at += 1;
            }
        }
        at += 1;
        tests.extend((from..at.min(lines.len())).map(|line| line + 1));
    }
    tests
}

/// Whether `word` stands in `line` as a whole word.
pub fn has_word(line: &str, word: &str) -> bool {
    line.match_indices(word).any(|(at, _)| {
        let before = line[..at].chars().next_back();
        let after = line[at + word.len()..].chars().next();
        let opens = word.chars().next().is_some_and(|sign| is_name(Some(sign)));
        let closes = word.chars().next_back().is_some_and(|sign| is_name(Some(sign)));
        !(opens && is_name(before) || closes && is_name(after))
    })
}

fn is_name(sign: Option<char>) -> bool {
    sign.is_some_and(|sign| sign.is_alphanumeric() || sign == '_')
}

fn line_end(signs: &[char], from: usize) -> usize {
    (from..signs.len()).find(|at| signs[*at] == '\n').unwrap_or(signs.len())
}

fn comment_end(signs: &[char], from: usize) -> usize {
    (from + 3..signs.len()).find(|at| signs[at - 1] == '*' && signs[*at] == '/').map_or(signs.len(), |at| at + 1)
}

fn text_end(signs: &[char], from: usize) -> usize {
    let mut at = from + 1;
    while at < signs.len() && signs[at] != '"' {
        at += if signs[at] == '\\' { 2 } else { 1 };
    }
    (at + 1).min(signs.len())
}

fn raw_end(signs: &[char], from: usize) -> usize {
    let hashes = signs[from + 1..].iter().take_while(|sign| **sign == '#').count();
    let open = from + 1 + hashes;
    if signs.get(open) != Some(&'"') {
        return from + 1;
    }
    let closes =
        |at: &usize| signs[*at] == '"' && signs[at + 1..].iter().take(hashes).filter(|s| **s == '#').count() == hashes;
    (open + 1..signs.len()).find(closes).map_or(signs.len(), |at| at + 1 + hashes)
}

/// A sign in single quotes; a lifetime is left alone.
fn sign_end(signs: &[char], from: usize) -> usize {
    match (signs.get(from + 1), signs.get(from + 2)) {
        (Some('\\'), _) => (from + 3..signs.len()).find(|at| signs[*at] == '\'').map_or(signs.len(), |at| at + 1),
        (Some(_), Some('\'')) => from + 3,
        _ => from + 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_and_quotes_are_blank_and_lines_stay() {
        let text = "a // b\n\"c\\\"d\" e /* f\n g */ h r#\"i\"j\"# k '\"' l 'm\n";
        let code = code(text);
        assert_eq!(code.split_whitespace().collect::<Vec<_>>(), ["a", "e", "h", "k", "l", "'m"]);
        assert_eq!(code.lines().count(), text.lines().count());
    }

    #[test]
    fn a_single_test_item_ends_with_its_line() {
        let text = "#[cfg(test)]\nmod tests;\nfn a() {\n}\n";
        assert_eq!(test_lines(text), HashSet::from([1, 2]));
    }

    #[test]
    fn a_test_function_inside_a_block_ends_at_its_indent() {
        let text = "impl A {\n    #[cfg(test)]\n    fn b() {\n        c();\n    }\n    fn d() {}\n}\n";
        assert_eq!(test_lines(text), HashSet::from([2, 3, 4, 5]));
    }

    #[test]
    fn words_are_whole() {
        assert!(has_word("use redis::Client;", "redis"));
        assert!(!has_word("use myredis::Client;", "redis"));
        assert!(has_word("x.unwrap()", ".unwrap()"));
        assert!(!has_word("x.unwrap_or(1)", ".unwrap()"));
    }
}
