//! Reads and rewrites session descriptions as text: what the WebRTC library cannot be told is
//! said here, before it reads an offer and after it wrote an answer. Pure functions.

mod answer;
mod document;
mod offer;

#[cfg(test)]
mod tests;

pub(crate) use answer::{AnswerSection, Credentials, codec_of, patch};
pub(crate) use offer::{Direction, Offer, OfferedSection, one_layer};
