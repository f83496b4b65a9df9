//! Texts of what people say, while they come in parts. The parts say whose they are by the number of
//! their stream alone, which everybody knows: nobody but who began it adds to it.

use std::collections::VecDeque;

use media::PeerId;
use protocol::data::{Part, Place};

/// So many may be open at a time; the oldest is taken as ended then.
const OPEN: usize = 256;

/// Who is in the middle of which.
#[derive(Default)]
pub struct Transcripts(VecDeque<(PeerId, String)>);

impl Transcripts {
    /// Whether somebody may say this part.
    pub fn admit(&mut self, from: PeerId, part: &Part) -> bool {
        let place = self.0.iter().position(|(_, stream)| *stream == part.stream);
        let is_own = place.is_none_or(|place| self.0[place].0 == from);
        match (part.place, place) {
            _ if !is_own => return false,
            (Place::Begin { is_transcription: true, is_whole: false }, None) => {
                if self.0.len() >= OPEN {
                    self.0.pop_front();
                }
                self.0.push_back((from, part.stream.clone()));
            }
            (Place::End, Some(place)) => drop(self.0.remove(place)),
            _ => {}
        }
        true
    }

    /// Somebody is gone.
    pub fn forget(&mut self, peer: PeerId) {
        self.0.retain(|(from, _)| *from != peer);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CAPTIONER: PeerId = PeerId(1);
    const GUEST: PeerId = PeerId(2);

    const BEGIN: Place = Place::Begin { is_transcription: true, is_whole: false };
    const OTHER: Place = Place::Begin { is_transcription: false, is_whole: false };

    fn part(stream: &str, place: Place) -> Part {
        Part { stream: stream.into(), place }
    }

    #[test]
    fn nobody_adds_to_what_another_has_begun() {
        let mut open = Transcripts::default();
        let begin = part("one", BEGIN);
        assert!(open.admit(CAPTIONER, &begin));
        for place in [OTHER, Place::Middle, Place::End] {
            assert!(!open.admit(GUEST, &part("one", place)), "{place:?}");
        }
        assert!(open.admit(CAPTIONER, &part("one", Place::Middle)));
        assert!(open.admit(CAPTIONER, &part("one", Place::End)));
        assert!(open.0.is_empty());
    }

    #[test]
    fn other_streams_are_nobodys_business_here() {
        let mut open = Transcripts::default();
        assert!(open.admit(GUEST, &part("file", OTHER)));
        assert!(open.admit(GUEST, &part("file", Place::Middle)));
        assert!(open.0.is_empty());
    }

    #[test]
    fn what_is_never_ended_is_forgotten_in_the_end() {
        let mut open = Transcripts::default();
        for number in 0..=OPEN {
            assert!(open.admit(CAPTIONER, &part(&number.to_string(), BEGIN)));
        }
        assert_eq!(open.0.len(), OPEN);
        open.forget(CAPTIONER);
        assert!(open.0.is_empty());
    }
}
