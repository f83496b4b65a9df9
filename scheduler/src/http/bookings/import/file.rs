use std::collections::HashMap;

use axum::body::Bytes;
use axum::extract::{FromRequest, Request};
use jiff::Timestamp;

use crate::entry::content::{self, Component};
use crate::entry::refused::EntryRefused;
use crate::entry::wish::Wish;
use crate::http::problem::{Code, Problem};

/// Largest file, bytes.
const FILE_LIMIT: usize = 5 * 1024 * 1024;
/// Most lines of a file.
const MOST_LINES: usize = 250_000;
/// Most entries that are looked at, beside those that are over.
const MOST_ENTRIES: usize = 200;

/// The bytes of a calendar file.
pub(crate) struct CalendarBytes(pub(crate) Bytes);

impl<S: Send + Sync> FromRequest<S> for CalendarBytes {
    type Rejection = Problem;

    async fn from_request(request: Request, _: &S) -> Result<Self, Problem> {
        let bytes = axum::body::to_bytes(request.into_body(), FILE_LIMIT).await;
        let too_large = |_| Problem::new(Code::TooLarge, "A file may have 5 MiB.").with_field("file");
        bytes.map(Self).map_err(too_large)
    }
}

/// What a file holds.
pub(super) struct File {
    /// Entries by their place among all of them, without those that are over.
    pub(super) entries: Vec<(usize, Read)>,
    /// Single meetings that are over.
    pub(super) past: usize,
    /// Tasks, journals and the like.
    pub(super) others: usize,
}

/// An entry, or why it is not understood, with its title as far as that can be read.
pub(super) enum Read {
    Wish(Box<Wish>),
    Refused(String, EntryRefused),
}

impl File {
    pub(super) fn read(bytes: &[u8], now: Timestamp) -> Result<Self, Problem> {
        let unreadable = |allowed: String| {
            let detail = format!("The file is no calendar that can be read. Allowed: {allowed}.");
            Problem::new(Code::Invalid, detail).with_field("file")
        };
        let calendar = content::read(bytes, MOST_LINES).map_err(|broken| unreadable(broken.to_string()))?;
        let method = calendar.line("METHOD").map(|line| line.value.trim().to_ascii_uppercase());
        if method.is_some_and(|method| method != "PUBLISH" && method != "REQUEST") {
            return Err(unreadable("METHOD is PUBLISH or REQUEST".into()));
        }
        let mut file = Self { entries: Vec::new(), past: 0, others: 0 };
        file.others =
            calendar.components.iter().filter(|one| !matches!(one.name.as_str(), "VEVENT" | "VTIMEZONE")).count();
        for (place, events) in by_uid(&calendar).into_iter().enumerate() {
            let read = match Wish::of(&events, &calendar) {
                Ok(wish) if is_over(&wish, now) => {
                    file.past += 1;
                    continue;
                }
                Ok(wish) => Read::Wish(Box::new(wish)),
                Err(refused) => Read::Refused(title(&events), refused),
            };
            file.entries.push((place, read));
            if file.entries.len() > MOST_ENTRIES {
                return Err(unreadable("up to 200 entries that are not over; divide the file".into()));
            }
        }
        Ok(file)
    }
}

/// Events that belong together, in the order of their first.
fn by_uid(calendar: &Component) -> Vec<Vec<&Component>> {
    let mut entries: Vec<Vec<&Component>> = Vec::new();
    let mut places: HashMap<&str, usize> = HashMap::new();
    for event in calendar.components.iter().filter(|one| one.name == "VEVENT") {
        match event.line("UID").map(|line| line.value.as_str()) {
            Some(uid) => match places.get(uid) {
                Some(place) => entries[*place].push(event),
                None => {
                    places.insert(uid, entries.len());
                    entries.push(vec![event]);
                }
            },
            None => entries.push(vec![event]),
        }
    }
    entries
}

fn is_over(wish: &Wish, now: Timestamp) -> bool {
    let is_single = wish.whole.rule.is_none() && wish.whole.more.is_empty();
    let end = wish.whole.start.instant().and_then(|start| start.checked_add(wish.whole.length).ok());
    is_single && end.is_some_and(|end| end <= now)
}

fn title(events: &[&Component]) -> String {
    let title = events.iter().find_map(|event| event.line("SUMMARY")).map(|line| line.unescaped()).unwrap_or_default();
    title.chars().filter(|c| !c.is_control()).take(domain::text::TITLE_LIMIT).collect()
}
