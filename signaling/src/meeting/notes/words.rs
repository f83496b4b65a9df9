//! What is said about the notes, as JSON on the server's own topic.

use domain::Private;
use serde::Deserialize;
use serde_json::{Value, json};

use super::block::{Block, Blocks, NotKept};

/// Text in one message of a whole reading, bytes; quoted it still fits.
const PAGE_BYTES: usize = 16_000;

/// What a participant asks of the server.
#[derive(Debug, Deserialize)]
#[serde(tag = "ask", rename_all = "snake_case")]
pub enum Asked {
    /// The notes as they are, and every change from now on.
    Notes,
    /// Writes a paragraph.
    Note {
        key: String,
        #[serde(default)]
        block: Option<u32>,
        #[serde(default)]
        base: String,
        #[serde(default)]
        after: u32,
        text: String,
    },
    /// Others shall see that one writes in this paragraph.
    NoteWriting { block: u32 },
}

impl Asked {
    /// What a message says; nothing if it is not understood.
    pub fn read(payload: &[u8]) -> Option<Self> {
        serde_json::from_slice(payload).ok()
    }
}

/// Why something is not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WritingRefused {
    /// The moderation did not allow it.
    NotAllowed,
    /// More in a second than may be; later it is taken.
    TooFast,
    /// For a reason of the text.
    Text(NotKept),
}

impl WritingRefused {
    fn word(self) -> &'static str {
        match self {
            Self::NotAllowed => "not_allowed",
            Self::TooFast => "too_fast",
            Self::Text(NotKept::Unreadable) => "unreadable",
            Self::Text(NotKept::TooLong) => "too_long",
            Self::Text(NotKept::Full) => "full",
        }
    }
}

/// What is said beside the text.
pub struct Terms {
    pub revision: u64,
    /// How many people have been inside.
    pub attended: usize,
    pub opened_at: String,
}

/// All of the notes, in as many messages as they take.
pub fn all(blocks: &Blocks, terms: &Terms) -> Vec<Value> {
    let mut pages: Vec<Vec<&Block>> = vec![Vec::new()];
    let mut bytes = 0;
    for block in blocks.iter() {
        bytes += block.text.expose().len();
        if bytes > PAGE_BYTES {
            pages.push(Vec::new());
            bytes = block.text.expose().len();
        }
        pages.last_mut().expect("one from the beginning").push(block);
    }
    let of = pages.len();
    let page = |(page, blocks): (usize, Vec<&Block>)| {
        let blocks: Vec<_> = blocks.iter().map(|block| json!({ "block": block.number, "text": block.text })).collect();
        json!({
            "event": "notes", "page": page, "of": of, "revision": terms.revision, "attended": terms.attended, "opened_at": terms.opened_at, "blocks": blocks,
        })
    };
    pages.into_iter().enumerate().map(page).collect()
}

/// A paragraph as it is now, and who wrote in it last.
pub fn changed(revision: u64, block: &Block, after: u32, name: &Private<String>) -> Value {
    json!({
        "event": "note", "revision": revision, "block": block.number, "after": after, "text": block.text, "name": name,
    })
}

pub fn gone(revision: u64, block: u32, name: &Private<String>) -> Value {
    json!({ "event": "note", "revision": revision, "block": block, "text": "", "name": name })
}

/// The paragraph as it is after a change, to who made it; without a text it is gone.
pub fn kept(key: &str, revision: u64, number: u32, found: Option<(&Block, u32)>) -> Value {
    let mut said = json!({ "event": "note_kept", "key": key, "revision": revision, "block": number, "text": "" });
    if let Some((block, after)) = found {
        (said["text"], said["after"]) = (json!(block.text), json!(after));
    }
    said
}

pub fn refused(key: &str, why: WritingRefused) -> Value {
    json!({ "event": "note_refused", "key": key, "reason": why.word() })
}

/// Somebody writes in a paragraph just now.
pub fn writing(block: u32, name: &Private<String>) -> Value {
    json!({ "event": "note_writing", "block": block, "name": name })
}
