//! The server offers: what changes for a receiver of the older shape is said in an offer, one at
//! a time.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::{Duration, Instant};

use super::Worker;
use super::negotiate::received;
use crate::peer::{Acceptance, Proposal, Proposed};
use crate::sdp::{self, OfferedSection};
use crate::slots::{Slots, Wanted};
use crate::{Event, Kind, MOST_SECTIONS, OfferRefused, PeerId, ServerOffer, TrackSid};

/// An offer without an answer for so long was lost; it is made again.
const ANSWER_PATIENCE: Duration = Duration::from_secs(20);

/// What was offered to a receiver.
#[derive(Default)]
pub(super) struct Offering {
    last: u32,
    outstanding: Option<Outstanding>,
    /// There is something to say besides the sections.
    is_due: bool,
    restarts: bool,
}

/// An offer that waits for its answer.
struct Outstanding {
    /// The sections once it is answered.
    slots: Slots,
    since: Instant,
}

impl Offering {
    /// The first offer brings the data channels, whatever there is to receive.
    pub(super) fn begin() -> Self {
        Self { is_due: true, ..Self::default() }
    }

    pub(super) fn subscribe(&mut self, wanted: &Wanted) {
        if let Some(outstanding) = &mut self.outstanding {
            outstanding.slots.subscribe(wanted.clone());
        }
    }

    pub(super) fn unsubscribe(&mut self, track: &TrackSid) {
        if let Some(outstanding) = &mut self.outstanding {
            outstanding.slots.unsubscribe(track);
        }
    }
}

/// Reads an answer. A text that makes the library panic is none.
pub(crate) fn read_answer(sdp: &str) -> Result<Box<Acceptance>, OfferRefused> {
    let read = catch_unwind(AssertUnwindSafe(|| Acceptance::read(sdp)));
    read.unwrap_or(Err(OfferRefused::Malformed)).map(Box::new)
}

impl Worker {
    /// Offers what changed, unless an answer is awaited.
    pub(super) fn propose(&mut self, peer: PeerId) {
        let now = self.now;
        let Some(member) = self.members.get_mut(&peer) else { return };
        let Some(offering) = &mut member.offering else { return };
        let since = offering.outstanding.as_ref().map(|outstanding| outstanding.since);
        if since.is_some_and(|since| now.saturating_duration_since(since) < ANSWER_PATIENCE) {
            return;
        }
        let need = member.slots.need();
        if need.is_none() && !offering.is_due && since.is_none() {
            return;
        }
        let need = need.unwrap_or_default();
        let mut sections = member.slots.receiving();
        let planned = member.slots.answer(&sections, 0);
        let carries = |section: &OfferedSection| (section.mid, planned.carried(section.mid).is_some());
        let added = [vec![Kind::Audio; need.audios as usize], vec![Kind::Video; need.videos as usize]].concat();
        let proposal = Proposal {
            sections: sections.iter().map(carries).collect(),
            added,
            restarts: offering.restarts || since.is_some(),
        };
        let proposed = self.call(peer, |connection| connection.offer(&proposal)).flatten();
        let Some(member) = self.members.get_mut(&peer) else { return };
        let Some(offering) = &mut member.offering else { return };
        let Some(Proposed { sdp, added, credentials }) = proposed else {
            offering.is_due = false;
            return;
        };
        let kinds = proposal.added.iter();
        sections.extend(added.into_iter().zip(kinds).map(|(mid, kind)| OfferedSection::receiving(mid, *kind)));
        let slots = member.slots.answer(&sections, MOST_SECTIONS.saturating_sub(sections.len() + 1));
        let sdp = sdp::patch(&sdp, &received(&slots), &credentials);
        let mid_to_track = slots.used().map(|(mid, wanted)| (mid.as_str().to_owned(), wanted.track.public())).collect();
        offering.last += 1;
        offering.outstanding = Some(Outstanding { slots, since: now });
        let offer = ServerOffer { offer_id: offering.last, sdp, mid_to_track };
        self.tell(peer, Event::Offered { peer, offer });
        self.drain(peer);
    }

    /// The client answers; from now on its new sections carry what was offered.
    pub(super) fn answered(&mut self, peer: PeerId, offer_id: u32, answer: Result<Box<Acceptance>, OfferRefused>) {
        let Some(offering) = self.members.get_mut(&peer).and_then(|member| member.offering.as_mut()) else { return };
        if offer_id != 0 && offer_id != offering.last {
            return;
        }
        let Some(Outstanding { slots, .. }) = offering.outstanding.take() else { return };
        let fits = answer.is_ok_and(|answer| self.call(peer, |connection| connection.accept(*answer)) == Some(true));
        if !fits {
            return self.tell(peer, Event::AnswerRefused { peer });
        }
        if let Some(member) = self.members.get_mut(&peer) {
            member.slots = slots;
            if let Some(offering) = &mut member.offering {
                (offering.is_due, offering.restarts) = (false, false);
            }
        }
        self.attach(peer);
        self.drain(peer);
        self.negotiable.insert(peer);
    }

    /// Everything anew: what was on its way to the client is lost.
    pub(super) fn offer_anew(&mut self, peer: PeerId) {
        if let Some(offering) = self.members.get_mut(&peer).and_then(|member| member.offering.as_mut()) {
            offering.outstanding = None;
            (offering.is_due, offering.restarts) = (true, true);
            self.negotiable.insert(peer);
        }
    }
}
