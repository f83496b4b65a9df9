//! Notes that everybody reads and some write, paragraph by paragraph; they are gone with the meeting.
//!
//! ```text
//! who writes: the text as seen before, and as it shall be ──▶ merged with what stands there (merge.rs)
//!                                                                   │
//! who writes ◀── kept, or why not        who reads ◀── the paragraph as it is now
//! ```
//! What was answered with `note_kept` is lost only if somebody takes it away on purpose.

mod block;
mod merge;
mod words;

use std::collections::{BTreeMap, BTreeSet};

use domain::{Identity, policy};
use media::PeerId;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::participant::Participant;
use super::{Effect, Meeting};
use block::{Blocks, Edit, Kept, Target};
use words::{Asked, Terms, WritingRefused};

/// Longest paragraph, characters.
pub const BLOCK_CHARS: usize = 2_000;
/// Most paragraphs.
pub const BLOCKS: usize = 500;
/// All paragraphs together, bytes.
pub const TOTAL_BYTES: usize = 256 * 1024;
/// What one person asks of the notes in a second.
const ASKED_IN_A_SECOND: u32 = 10;
/// Longest key of a change, bytes.
const KEY_BYTES: usize = 64;

/// The notes of a meeting.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Notes {
    blocks: Blocks,
    /// Counts every change.
    revision: u64,
    /// Not only who moderates or presents writes.
    everybody: bool,
    /// Who is told of every change.
    #[serde(skip)]
    readers: BTreeSet<PeerId>,
    /// What was asked in which second.
    #[serde(skip)]
    asked: BTreeMap<Identity, (i64, u32)>,
}

impl Notes {
    /// As everybody reads it in the meeting's metadata, once there is something to say.
    pub fn shown(&self) -> Option<Value> {
        (self.everybody || self.blocks.was_written()).then(|| json!({ "everybody": self.everybody }))
    }

    /// Forgets a connection.
    pub fn forget(&mut self, peer: PeerId) {
        self.readers.remove(&peer);
    }
}

impl Meeting {
    /// Lets everybody write, or only who moderates or presents.
    pub(super) fn open_notes(&mut self, everybody: bool, effects: &mut Vec<Effect>) {
        if self.notes.everybody == everybody {
            return;
        }
        self.notes.everybody = everybody;
        self.tell_room(effects);
    }

    /// Somebody says something about the notes to the server. What is not understood is passed over.
    pub(super) fn hear_note(&mut self, peer: PeerId, payload: &[u8], effects: &mut Vec<Effect>) {
        let Some(asked) = Asked::read(payload) else { return };
        let is_too_fast = self.asks_too_fast(peer);
        match asked {
            Asked::Notes if is_too_fast => {}
            Asked::Notes => {
                self.notes.readers.insert(peer);
                self.tell_notes(peer, effects);
            }
            Asked::NoteWriting { block } => {
                let Some(person) = self.people.get(&peer) else { return };
                if !is_too_fast && self.may_write(person) && self.notes.blocks.find(block).is_some() {
                    let others = self.notes.readers.iter().copied().filter(|reader| *reader != peer).collect();
                    effects.extend(Effect::tell(others, &words::writing(block, &person.name)));
                }
            }
            Asked::Note { key, block, base, after, text } => {
                if key.is_empty() || key.len() > KEY_BYTES {
                    return;
                }
                let target = block.map_or(Target::Behind(after), |block| Target::In { block, base });
                let edit = Edit { key: key.clone(), target, text };
                let said = match self.write_note(peer, edit, is_too_fast, effects) {
                    Ok(block) => words::kept(&key, self.notes.revision, block, self.notes.blocks.find(block)),
                    Err(why) => words::refused(&key, why),
                };
                effects.extend(Effect::tell(vec![peer], &said));
            }
        }
    }

    fn write_note(
        &mut self,
        peer: PeerId,
        edit: Edit,
        is_too_fast: bool,
        effects: &mut Vec<Effect>,
    ) -> Result<u32, WritingRefused> {
        let person =
            self.people.get(&peer).filter(|person| self.may_write(person)).ok_or(WritingRefused::NotAllowed)?;
        if is_too_fast {
            return Err(WritingRefused::TooFast);
        }
        let is_first = !self.notes.blocks.was_written();
        let kept = self.notes.blocks.write(edit).map_err(WritingRefused::Text)?;
        let block = match kept {
            Kept::Already(block) => return Ok(block),
            Kept::Written(block) | Kept::Gone(block) => block,
        };
        self.notes.revision += 1;
        let said = match self.notes.blocks.find(block) {
            Some((written, after)) => words::changed(self.notes.revision, written, after, &person.name),
            None => words::gone(self.notes.revision, block, &person.name),
        };
        // Who wrote it hears it with the answer.
        let others = self.notes.readers.iter().copied().filter(|reader| *reader != peer).collect();
        effects.extend(Effect::tell(others, &said));
        if is_first {
            self.tell_room(effects);
        }
        Ok(block)
    }

    fn tell_notes(&self, peer: PeerId, effects: &mut Vec<Effect>) {
        let terms =
            Terms { revision: self.notes.revision, attended: self.attended(), opened_at: self.opened_at.to_string() };
        for page in words::all(&self.notes.blocks, &terms) {
            effects.extend(Effect::tell(vec![peer], &page));
        }
    }

    fn may_write(&self, person: &Participant) -> bool {
        !person.grants.hidden
            && person.origin.is_none()
            && policy::may_write_notes(person.role, person.presents(), self.notes.everybody)
    }

    /// How many people have been inside so far; who is hidden does not count.
    fn attended(&self) -> usize {
        let present = self.present().filter(|person| !person.grants.hidden).map(|person| &person.identity);
        present.chain(self.kept.seen()).collect::<BTreeSet<_>>().len()
    }

    fn asks_too_fast(&mut self, peer: PeerId) -> bool {
        let Some(person) = self.people.get(&peer) else { return true };
        let second = self.now.as_second();
        self.notes.asked.retain(|_, (at, _)| *at == second);
        let (_, count) = self.notes.asked.entry(person.identity.clone()).or_insert((second, 0));
        *count += 1;
        *count > ASKED_IN_A_SECOND
    }
}
