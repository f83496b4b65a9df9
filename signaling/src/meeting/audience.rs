//! People who only watch, without a connection for words: they cannot choose tracks, and what they
//! receive has as many places as they offered. They get the most telling pictures and the voices
//! of who speaks, and these change in their places without a word.

use std::collections::BTreeMap;

use media::{Kind, PeerId, TrackSid};
use protocol::livekit::TrackSource;

use super::permission::audience_has;
use super::{Effect, Meeting};

/// The places of somebody who watches.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct View {
    /// Voices heard at a time.
    pub audios: usize,
    /// Pictures seen at a time.
    pub videos: usize,
}

/// Who watches.
pub type Views = BTreeMap<PeerId, View>;

/// A track that may be shown; the lower its rank the sooner.
struct Candidate {
    publisher: PeerId,
    sid: TrackSid,
    kind: Kind,
    rank: u8,
}

impl Meeting {
    /// Gives everybody who watches what is worth most at this moment. What is shown stays unless
    /// something else is worth more, so two who talk across each other do not take turns.
    pub(super) fn direct(&mut self, effects: &mut Vec<Effect>) {
        if self.views.is_empty() {
            return;
        }
        let candidates = self.candidates();
        for (viewer, view) in self.views.clone() {
            let Some(person) = self.people.get(&viewer) else { continue };
            let may = |candidate: &&Candidate| {
                let publisher = self.people.get(&candidate.publisher);
                publisher.is_some_and(|publisher| {
                    publisher.place == person.place && audience_has(&publisher.audience, person, &candidate.sid.0)
                })
            };
            let pick = |kind: Kind, places: usize| {
                let mut of_kind: Vec<&Candidate> =
                    candidates.iter().filter(|candidate| candidate.kind == kind).filter(may).collect();
                of_kind.sort_by_key(|candidate| (candidate.rank, !person.receiving.contains(&candidate.sid)));
                of_kind.into_iter().take(places).map(|candidate| candidate.sid.clone())
            };
            let shown: Vec<TrackSid> = pick(Kind::Audio, view.audios).chain(pick(Kind::Video, view.videos)).collect();
            // Places are emptied before they are filled.
            for shows in [false, true] {
                for candidate in &candidates {
                    if shown.contains(&candidate.sid) != shows {
                        continue;
                    }
                    if let Some(person) = self.people.get_mut(&viewer) {
                        person.chosen.insert(candidate.sid.clone(), shows);
                    }
                    self.settle(viewer, candidate.publisher, &candidate.sid, effects);
                }
            }
        }
    }

    fn candidates(&self) -> Vec<Candidate> {
        let published = self.people.values().flat_map(|person| {
            let speaks = self.speaking.contains_key(&person.peer);
            person.tracks.values().filter(|track| track.is_published()).map(move |track| {
                let is_screen = matches!(
                    TrackSource::try_from(track.info.source),
                    Ok(TrackSource::ScreenShare | TrackSource::ScreenShareAudio)
                );
                let rank = match track.kind() {
                    _ if track.info.muted => 3,
                    Kind::Video if is_screen => 0,
                    Kind::Audio if speaks && !is_screen => 0,
                    Kind::Video if speaks => 1,
                    Kind::Audio if is_screen => 1,
                    Kind::Audio | Kind::Video => 2,
                };
                Candidate { publisher: person.peer, sid: track.sid.clone(), kind: track.kind(), rank }
            })
        });
        published.collect()
    }
}
