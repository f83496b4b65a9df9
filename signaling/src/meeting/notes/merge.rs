//! Brings two changes of the same text together, word by word.
//!
//! What only one side changed is as that side says. Where both changed the same place differently, both stay: first
//! what stands there already, then what comes. So no word is lost that somebody did not take away on purpose.

/// `current` and `new` were both made from `base`.
pub fn merge(base: &str, current: &str, new: &str) -> String {
    if base == current {
        return new.to_owned();
    }
    let (base, current, new) = (tokens(base), tokens(current), tokens(new));
    let (in_current, in_new) = (matches(&base, &current), matches(&base, &new));
    let mut merged = String::new();
    let (mut from, mut from_current, mut from_new) = (0, 0, 0);
    loop {
        // The next word that both sides left standing, or the end.
        let kept = (from..base.len()).find_map(|at| Some((at, in_current[at]?, in_new[at]?)));
        let (to, to_current, to_new) = kept.unwrap_or((base.len(), current.len(), new.len()));
        settle(&base[from..to], &current[from_current..to_current], &new[from_new..to_new], &mut merged);
        let Some(word) = base.get(to).filter(|_| kept.is_some()) else { return merged };
        merged.push_str(word);
        (from, from_current, from_new) = (to + 1, to_current + 1, to_new + 1);
    }
}

/// A place between two words that both sides left standing.
fn settle(base: &[&str], current: &[&str], new: &[&str], merged: &mut String) {
    if new == base || new == current {
        current.iter().for_each(|word| merged.push_str(word));
    } else if current == base {
        new.iter().for_each(|word| merged.push_str(word));
    } else {
        let ahead = current.iter().zip(new).take_while(|(one, other)| one == other).count();
        current.iter().for_each(|word| merged.push_str(word));
        let rest = new[ahead..].concat();
        if ends_in_word(merged) && rest.starts_with(char::is_alphanumeric) {
            merged.push(' ');
        }
        merged.push_str(&rest);
    }
}

fn ends_in_word(text: &str) -> bool {
    text.chars().next_back().is_some_and(char::is_alphanumeric)
}

/// Words, and everything else letter by letter.
fn tokens(text: &str) -> Vec<&str> {
    let mut tokens = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let word = rest.find(|letter: char| !letter.is_alphanumeric()).unwrap_or(rest.len());
        let (token, after) = rest.split_at(word.max(if word == 0 { first.len_utf8() } else { 0 }));
        tokens.push(token);
        rest = after;
    }
    tokens
}

/// For each token of `base` where it stands in `other`, along a longest common sequence.
fn matches(base: &[&str], other: &[&str]) -> Vec<Option<usize>> {
    let mut found = vec![None; base.len()];
    let ahead = base.iter().zip(other).take_while(|(one, two)| one == two).count();
    let left = base.len().min(other.len()) - ahead;
    let behind = base.iter().rev().zip(other.iter().rev()).take(left).take_while(|(one, two)| one == two).count();
    found.iter_mut().take(ahead).enumerate().for_each(|(at, place)| *place = Some(at));
    for at in 1..=behind {
        found[base.len() - at] = Some(other.len() - at);
    }
    let (rows, columns) = (base.len() - ahead - behind, other.len() - ahead - behind);
    // How long the longest common sequence is from here on.
    let mut longest = vec![0_u16; (rows + 1) * (columns + 1)];
    let at = |row: usize, column: usize| row * (columns + 1) + column;
    for row in (0..rows).rev() {
        for column in (0..columns).rev() {
            longest[at(row, column)] = if base[ahead + row] == other[ahead + column] {
                longest[at(row + 1, column + 1)] + 1
            } else {
                longest[at(row + 1, column)].max(longest[at(row, column + 1)])
            };
        }
    }
    let (mut row, mut column) = (0, 0);
    while row < rows && column < columns {
        if base[ahead + row] == other[ahead + column] {
            found[ahead + row] = Some(ahead + column);
            (row, column) = (row + 1, column + 1);
        } else if longest[at(row + 1, column)] >= longest[at(row, column + 1)] {
            row += 1;
        } else {
            column += 1;
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::merge;

    #[test]
    fn changes_in_different_places_are_both_made() {
        let base = "Der Rat beschließt den Haushalt.";
        let current = "Der Rat beschließt den Haushalt 2027.";
        let new = "Der Rat der Stadt beschließt den Haushalt.";
        assert_eq!(merge(base, current, new), "Der Rat der Stadt beschließt den Haushalt 2027.");
        assert_eq!(merge(base, new, current), "Der Rat der Stadt beschließt den Haushalt 2027.");
    }

    #[test]
    fn what_both_write_in_one_place_stands_side_by_side() {
        assert_eq!(merge("", "Anna schreibt", "Ben schreibt"), "Anna schreibt Ben schreibt");
        assert_eq!(merge("Ja", "Ja, einstimmig", "Ja, mit Mehrheit"), "Ja, einstimmig mit Mehrheit");
        assert_eq!(merge("a b", "a c", "a d"), "a c d");
    }

    #[test]
    fn what_is_sent_twice_counts_once() {
        assert_eq!(merge("Eins", "Eins zwei", "Eins zwei"), "Eins zwei");
        assert_eq!(merge("Eins", "Eins zwei drei", "Eins zwei"), "Eins zwei drei");
    }

    #[test]
    fn taking_away_gives_way_to_what_others_wrote_in_the_same_place() {
        assert_eq!(merge("alt", "alt neu", ""), "alt neu");
        assert_eq!(merge("weg", "", "weg doch"), "weg doch");
        assert_eq!(merge("eins zwei", "eins", "eins zwei drei"), "eins zwei drei");
        assert_eq!(merge("eins. zwei. drei", "eins. zwei. drei vier", "eins. drei"), "eins. drei vier");
    }

    fn words(range: std::ops::Range<u32>) -> impl Strategy<Value = Vec<u32>> {
        proptest::sample::subsequence(range.collect::<Vec<_>>(), 0..8).prop_shuffle()
    }

    fn said(words: &[u32]) -> String {
        words.iter().map(|word| format!("w{word}")).collect::<Vec<_>>().join(" ")
    }

    proptest! {
        #[test]
        fn a_word_is_only_gone_if_somebody_took_it_away(
            base in words(0..10),
            current in words(0..20),
            new in words(0..30),
        ) {
            let merged = merge(&said(&base), &said(&current), &said(&new));
            let merged: BTreeSet<String> = merged.split(' ').map(ToOwned::to_owned).collect();
            for word in current.iter().filter(|word| new.contains(word) || !base.contains(word)) {
                prop_assert!(merged.contains(&format!("w{word}")), "{} of what stood there in {:?}", word, merged);
            }
            for word in new.iter().filter(|word| current.contains(word) || !base.contains(word)) {
                prop_assert!(merged.contains(&format!("w{word}")), "{} of what came in {:?}", word, merged);
            }
        }

        #[test]
        fn any_text_can_be_merged(base in ".{0,40}", current in ".{0,40}", new in ".{0,40}") {
            prop_assert_eq!(merge(&base, &current, &current), current.clone());
            prop_assert_eq!(merge(&base, &base, &new), new.clone());
            prop_assert_eq!(merge(&base, &current, &base), current.clone());
            merge(&base, &current, &new);
        }
    }
}
