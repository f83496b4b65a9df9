//! The paragraphs of the notes.

use std::collections::VecDeque;

use domain::Private;
use serde::{Deserialize, Serialize};

use super::merge::merge;
use super::{BLOCK_CHARS, BLOCKS, TOTAL_BYTES};

/// Changes that are remembered, so that one that is sent again counts once.
const REMEMBERED: usize = 256;

/// A paragraph.
#[derive(Clone, Serialize, Deserialize)]
pub struct Block {
    /// Counts from 1 in every meeting; never used again.
    pub number: u32,
    pub text: Private<String>,
}

/// What somebody wants written.
pub struct Edit {
    /// Drawn by who writes; the same when it is sent again.
    pub key: String,
    pub target: Target,
    /// The whole text of the paragraph; empty takes it away.
    pub text: String,
}

/// Where.
pub enum Target {
    /// In a paragraph whose text was `base` as the writer saw it.
    In { block: u32, base: String },
    /// In a new one behind this; 0: at the beginning.
    Behind(u32),
}

/// What came of it.
#[derive(Debug, PartialEq, Eq)]
pub enum Kept {
    /// The paragraph is written, or written anew.
    Written(u32),
    /// It is gone, as its text was taken away.
    Gone(u32),
    /// This change is in already, in this paragraph.
    Already(u32),
}

/// Why something is not written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum NotKept {
    /// Letters that cannot be shown.
    Unreadable,
    /// The paragraph would be longer than may be, also together with what others wrote in it.
    TooLong,
    /// No further paragraph, or no more text, has room.
    Full,
}

/// The paragraphs in their order.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Blocks {
    all: Vec<Block>,
    last_number: u32,
    done: VecDeque<(String, u32)>,
}

impl Blocks {
    pub fn iter(&self) -> impl Iterator<Item = &Block> {
        self.all.iter()
    }

    /// Changes were made at some time.
    pub fn was_written(&self) -> bool {
        self.last_number > 0
    }

    /// The paragraph with this number, and the number of the one before it.
    pub fn find(&self, number: u32) -> Option<(&Block, u32)> {
        let at = self.position(number)?;
        let before = at.checked_sub(1).map_or(0, |before| self.all[before].number);
        Some((&self.all[at], before))
    }

    /// Writes; what others wrote meanwhile stays.
    pub fn write(&mut self, Edit { key, target, text }: Edit) -> Result<Kept, NotKept> {
        if let Some((_, block)) = self.done.iter().find(|(done, _)| *done == key) {
            return Ok(Kept::Already(*block));
        }
        if text.contains(|letter: char| letter.is_control() && letter != '\n') {
            return Err(NotKept::Unreadable);
        }
        let kept = match target {
            Target::In { block, base } => match self.position(block) {
                Some(at) => self.change(at, &base, &text)?,
                // Somebody took the paragraph away meanwhile: what is written now stands at the end.
                None if text.trim().is_empty() => Kept::Gone(block),
                None => self.add(self.all.len(), text)?,
            },
            Target::Behind(_) if text.trim().is_empty() => return Err(NotKept::Unreadable),
            Target::Behind(before) => {
                let at = self.position(before).map_or(if before == 0 { 0 } else { self.all.len() }, |at| at + 1);
                self.add(at, text)?
            }
        };
        let (Kept::Written(block) | Kept::Gone(block) | Kept::Already(block)) = kept;
        if self.done.len() >= REMEMBERED {
            self.done.pop_front();
        }
        self.done.push_back((key, block));
        Ok(kept)
    }

    fn change(&mut self, at: usize, base: &str, text: &str) -> Result<Kept, NotKept> {
        if base.chars().count() > BLOCK_CHARS || text.chars().count() > BLOCK_CHARS {
            return Err(NotKept::TooLong);
        }
        let block = &self.all[at];
        let merged = merge(base, block.text.expose(), text);
        if merged.trim().is_empty() {
            return Ok(Kept::Gone(self.all.remove(at).number));
        }
        if merged.chars().count() > BLOCK_CHARS {
            return Err(NotKept::TooLong);
        }
        if self.bytes() - block.text.expose().len() + merged.len() > TOTAL_BYTES {
            return Err(NotKept::Full);
        }
        self.all[at].text = merged.into();
        Ok(Kept::Written(self.all[at].number))
    }

    fn add(&mut self, at: usize, text: String) -> Result<Kept, NotKept> {
        if text.chars().count() > BLOCK_CHARS {
            return Err(NotKept::TooLong);
        }
        if self.all.len() >= BLOCKS || self.bytes() + text.len() > TOTAL_BYTES {
            return Err(NotKept::Full);
        }
        self.last_number += 1;
        self.all.insert(at, Block { number: self.last_number, text: text.into() });
        Ok(Kept::Written(self.last_number))
    }

    fn position(&self, number: u32) -> Option<usize> {
        self.all.iter().position(|block| block.number == number)
    }

    fn bytes(&self) -> usize {
        self.all.iter().map(|block| block.text.expose().len()).sum()
    }
}
