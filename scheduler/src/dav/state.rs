//! What a program was told, and what is another since (RFC 6578): the difference of two lists. So nothing that
//! changes a calendar needs to think of it, and whatever left the calendar, for whatever reason, is told as gone.

use std::collections::BTreeMap;

use domain::PersonId;
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};
use storage::{CalendarState, StorageError};

use super::entries::Item;
use crate::app::App;

/// That a state was seen is noted at most this often.
const NOTE_EVERY: SignedDuration = SignedDuration::from_hours(24);

/// The entries by name with their marks.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct State {
    marks: BTreeMap<String, String>,
}

impl State {
    pub(super) fn of(items: &[Item]) -> Self {
        Self { marks: items.iter().map(|item| (item.name.clone(), item.mark.clone())).collect() }
    }

    /// One entry a line; names hold no control characters.
    fn text(&self) -> String {
        self.marks.iter().map(|(name, mark)| format!("{mark} {name}\n")).collect()
    }

    fn read(text: &str) -> Self {
        let entry = |line: &str| line.split_once(' ').map(|(mark, name)| (name.to_owned(), mark.to_owned()));
        Self { marks: text.lines().filter_map(entry).collect() }
    }

    fn bytes(&self) -> [u8; 16] {
        let mut token = [0; 16];
        token.copy_from_slice(&Sha256::digest(self.text().as_bytes())[..16]);
        token
    }

    /// Names it: as URI, because programs expect one.
    pub(super) fn token(&self) -> String {
        let digits: String = self.bytes().iter().map(|byte| format!("{byte:02x}")).collect();
        format!("{TOKEN}{digits}")
    }

    /// Is this entry as it was before?
    pub(super) fn has(&self, item: &Item) -> bool {
        self.marks.get(&item.name).is_some_and(|mark| *mark == item.mark)
    }

    /// Names that are not in the other one any more.
    pub(super) fn without<'a>(&'a self, now: &'a Self) -> impl Iterator<Item = &'a String> {
        self.marks.keys().filter(|name| !now.marks.contains_key(*name))
    }
}

/// What a token begins with.
const TOKEN: &str = "data:,rennsteig-";

/// Keeps what is about to be told, so that it can be compared with later.
pub(super) async fn keep(
    app: &App,
    person: PersonId,
    calendar: PersonId,
    state: &State,
    now: Timestamp,
) -> Result<(), StorageError> {
    let token = state.bytes();
    let known = app.store.read().await?.calendar_state(person, calendar, &token).await?;
    if known.is_some_and(|known| now.duration_since(known.seen_at) < NOTE_EVERY) {
        return Ok(());
    }
    let state = CalendarState { person, calendar, token, entries: state.text(), seen_at: now };
    let mut unit = app.store.begin().await?;
    unit.save_calendar_state(&state).await?;
    unit.commit().await
}

/// What was told under this token; nothing if it is none of ours, or too old.
pub(super) async fn told(
    app: &App,
    person: PersonId,
    calendar: PersonId,
    token: &str,
) -> Result<Option<State>, StorageError> {
    let Some(token) = bytes(token) else { return Ok(None) };
    let known = app.store.read().await?.calendar_state(person, calendar, &token).await?;
    Ok(known.map(|known| State::read(&known.entries)))
}

fn bytes(token: &str) -> Option<[u8; 16]> {
    let digits = token.strip_prefix(TOKEN).filter(|digits| digits.len() == 32 && digits.is_ascii())?;
    let mut bytes = [0; 16];
    for (place, byte) in bytes.iter_mut().enumerate() {
        *byte = u8::from_str_radix(&digits[2 * place..2 * place + 2], 16).ok()?;
    }
    Some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn state(entries: &[(&str, &str)]) -> State {
        State { marks: entries.iter().map(|(name, mark)| ((*name).to_owned(), (*mark).to_owned())).collect() }
    }

    #[test]
    fn a_state_is_read_as_it_was_written_and_named_by_what_it_holds() {
        let one = state(&[("b c.ics", "00"), ("a.ics", "ff")]);
        assert_eq!(State::read(&one.text()), one);
        assert_eq!(bytes(&one.token()), Some(one.bytes()));
        assert_ne!(one.token(), state(&[("b c.ics", "01"), ("a.ics", "ff")]).token());
        assert_ne!(one.token(), state(&[("a.ics", "ff")]).token());
        for token in ["", "data:,rennsteig-", "data:,rennsteig-zz", &format!("data:,rennsteig-{}", "ü".repeat(16))] {
            assert_eq!(bytes(token), None, "{token}");
        }
    }
}
