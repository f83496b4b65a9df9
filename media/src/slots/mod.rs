//! The receiving sections of a client: which are free, which carry a track, and which must be
//! seen inactive by the client before they may carry another. A state machine.

#[cfg(test)]
mod tests;

use std::time::{Duration, Instant};

use crate::mid::Mid;
use crate::sdp::{Direction, OfferedSection};
use crate::{Kind, MOST_SECTIONS, TrackSid};

/// A client that was asked for an offer and sent none is asked again after so long.
const ASK_AGAIN: Duration = Duration::from_secs(5);

/// Up to so many sections a client to which the server offers gets a new one for each track. A
/// browser names the track of a section by what was in it first, so in a section that is used
/// again the stream has to name the track; sound and picture are then no longer kept in step.
const FRESH_SECTIONS: usize = 60;

/// A track a receiver shall get.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Wanted {
    pub(crate) track: TrackSid,
    pub(crate) kind: Kind,
    /// The msid stream: `PA_…|camera`.
    pub(crate) stream: String,
}

impl Wanted {
    /// `PA_…|camera` → `PA_…|TR_…`.
    fn name_in_stream(&mut self) {
        let publisher = self.stream.split('|').next().unwrap_or_default();
        self.stream = format!("{publisher}|{}", self.track.public());
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum State {
    Free,
    Used(Wanted),
    /// Its track is gone; the next answer says so.
    Draining,
}

#[derive(Clone, Debug)]
struct Slot {
    mid: Mid,
    kind: Kind,
    state: State,
}

/// The sections of one receiver.
#[derive(Clone, Debug, Default)]
pub(crate) struct Slots {
    sections: Vec<Slot>,
    waiting: Vec<Wanted>,
    /// A new offer is needed, whatever the numbers say.
    needs_offer: bool,
    /// How many sections the client may add.
    room: usize,
    asked: Option<(Need, Instant)>,
    has_offered: bool,
    custom: Custom,
}

/// How sections come to carry tracks.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Custom {
    /// The client offers as often as it is asked to.
    #[default]
    Asks,
    /// The server offers.
    Offers,
    /// The client offers once: its sections stay open, whatever they carry.
    StaysOpen,
}

/// How many sections are missing.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Need {
    pub(crate) audios: u32,
    pub(crate) videos: u32,
}

impl Slots {
    /// The sections of a client to which the server offers: as many as it needs.
    pub(crate) fn offering() -> Self {
        Self { room: MOST_SECTIONS, has_offered: true, custom: Custom::Offers, ..Self::default() }
    }

    /// The sections of a client that offers once.
    pub(crate) fn open() -> Self {
        Self { custom: Custom::StaysOpen, ..Self::default() }
    }

    /// Whether sections without a track are answered as if they had one.
    pub(crate) fn stay_open(&self) -> bool {
        self.custom == Custom::StaysOpen
    }

    /// All of them, as if the client offered to receive in each.
    pub(crate) fn receiving(&self) -> Vec<OfferedSection> {
        let receiving = |slot: &Slot| OfferedSection::receiving(slot.mid, slot.kind);
        self.sections.iter().map(receiving).collect()
    }

    pub(crate) fn subscribe(&mut self, wanted: Wanted) {
        let is_used =
            self.sections.iter().any(|slot| matches!(&slot.state, State::Used(used) if used.track == wanted.track));
        if !is_used && self.waiting.iter().all(|waiting| waiting.track != wanted.track) {
            self.waiting.push(wanted);
            self.needs_offer = true;
            self.fill_open();
        }
    }

    pub(crate) fn unsubscribe(&mut self, track: &TrackSid) {
        self.waiting.retain(|waiting| waiting.track != *track);
        for slot in &mut self.sections {
            if matches!(&slot.state, State::Used(used) if used.track == *track) {
                slot.state = if self.custom == Custom::StaysOpen { State::Free } else { State::Draining };
                self.needs_offer = true;
            }
        }
        self.fill_open();
    }

    /// Open sections take what waits at once.
    fn fill_open(&mut self) {
        if self.custom != Custom::StaysOpen {
            return;
        }
        for slot in self.sections.iter_mut().filter(|slot| slot.state == State::Free) {
            if let Some(next) = self.waiting.iter().position(|wanted| wanted.kind == slot.kind) {
                slot.state = State::Used(self.waiting.remove(next));
            }
        }
    }

    /// Goes through an offer: fills free sections, empties draining ones. The result takes the
    /// place of `self` once the answer is made.
    pub(crate) fn answer(&self, offered: &[OfferedSection], room: usize) -> Self {
        let mut after = self.clone();
        let uses_again = self.uses_again();
        after.room = room;
        after.has_offered = true;
        after.asked = None;
        after.needs_offer = false;
        let receives =
            |mid: Mid| offered.iter().any(|section| section.mid == mid && section.direction == Direction::RecvOnly);
        // A section the client took back returns its track to the queue.
        for slot in std::mem::take(&mut after.sections) {
            match slot.state {
                _ if receives(slot.mid) => after.sections.push(slot),
                State::Used(wanted) => after.waiting.push(wanted),
                State::Free | State::Draining => {}
            }
        }
        for section in offered.iter().filter(|section| section.direction == Direction::RecvOnly) {
            let known = after.sections.iter().position(|slot| slot.mid == section.mid);
            let at = known.unwrap_or_else(|| {
                after.sections.push(Slot { mid: section.mid, kind: section.kind, state: State::Free });
                after.sections.len() - 1
            });
            let slot = &mut after.sections[at];
            match slot.state {
                State::Draining => slot.state = State::Free,
                State::Used(_) => {}
                State::Free if known.is_some() && !uses_again => {}
                State::Free => {
                    if let Some(next) = after.waiting.iter().position(|wanted| wanted.kind == section.kind) {
                        let mut wanted = after.waiting.remove(next);
                        if known.is_some() && after.custom == Custom::Offers {
                            wanted.name_in_stream();
                        }
                        slot.state = State::Used(wanted);
                    }
                }
            }
        }
        // Sections that were just emptied can be filled by the next offer.
        after.needs_offer = !after.waiting.is_empty();
        after
    }

    /// Whether a section carries another track after its first.
    fn uses_again(&self) -> bool {
        self.custom != Custom::Offers || self.sections.len() >= FRESH_SECTIONS
    }

    /// Whether an offer with the sections there are changes anything.
    fn an_offer_helps(&self) -> bool {
        self.sections.iter().any(|slot| match slot.state {
            State::Draining => true,
            State::Free if self.uses_again() => self.waiting.iter().any(|wanted| wanted.kind == slot.kind),
            State::Free | State::Used(_) => false,
        })
    }

    /// What a section carries.
    pub(crate) fn carried(&self, mid: Mid) -> Option<&Wanted> {
        self.used().find(|(used, _)| *used == mid).map(|(_, wanted)| wanted)
    }

    /// Every section that carries a track.
    pub(crate) fn used(&self) -> impl Iterator<Item = (Mid, &Wanted)> {
        self.sections.iter().filter_map(|slot| match &slot.state {
            State::Used(wanted) => Some((slot.mid, wanted)),
            State::Free | State::Draining => None,
        })
    }

    /// Whether a new offer is needed, and with how many more sections.
    pub(crate) fn need(&self) -> Option<Need> {
        if !self.needs_offer || !self.has_offered || self.stay_open() {
            return None;
        }
        let missing = |kind: Kind| {
            let waiting = self.waiting.iter().filter(|wanted| wanted.kind == kind).count();
            // Draining ones count: the coming offer frees them, the one after it fills them.
            let is_usable = |slot: &&Slot| slot.kind == kind && !matches!(slot.state, State::Used(_));
            let usable = if self.uses_again() { self.sections.iter().filter(is_usable).count() } else { 0 };
            u32::try_from(waiting.saturating_sub(usable)).unwrap_or(u32::MAX)
        };
        // Hearing comes first where not everything fits.
        let room = u32::try_from(self.room).unwrap_or(u32::MAX);
        let audios = missing(Kind::Audio).min(room);
        let need = Need { audios, videos: missing(Kind::Video).min(room - audios) };
        (need != Need::default() || self.an_offer_helps()).then_some(need)
    }

    /// Whether the client must offer again. Says so once, then again only when more is missing or
    /// nothing came for a while.
    pub(crate) fn take_need(&mut self, now: Instant) -> Option<Need> {
        let need = self.need()?;
        let report = match self.asked {
            Some((_, at)) if now.saturating_duration_since(at) >= ASK_AGAIN => need,
            // What was asked for already is on its way.
            Some((asked, _)) => {
                let more = Need {
                    audios: need.audios.saturating_sub(asked.audios),
                    videos: need.videos.saturating_sub(asked.videos),
                };
                if more == Need::default() {
                    return None;
                }
                more
            }
            None => need,
        };
        self.asked = Some((need, now));
        Some(report)
    }
}
