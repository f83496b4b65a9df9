use std::collections::HashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};

use super::Worker;
use super::member::{Meeting, Publishing};
use crate::links::Word;
use crate::mid::Mid;
use crate::peer::Description;
use crate::router::Track;
use crate::sdp::{self, AnswerSection, Direction, Offer};
use crate::slots::Slots;
use crate::{Answer, Event, MeetingId, OfferRefused, PeerId, PendingTrack, TrackSid};

/// An offer that was read without the peer it is for.
pub(crate) struct ReadOffer {
    pub(crate) offer: Offer,
    pub(crate) description: Description,
}

impl ReadOffer {
    /// Reads as far as it goes without the peer. A text that makes the library panic is no offer.
    pub(crate) fn read(sdp: &str) -> Result<Box<Self>, OfferRefused> {
        let offer = Offer::read(sdp)?;
        let text = offer.spell_out(sdp);
        let description = catch_unwind(AssertUnwindSafe(|| Description::read(&text))).ok().flatten();
        let description = description.ok_or(OfferRefused::Malformed)?;
        Ok(Box::new(Self { offer, description }))
    }
}

/// What an offer changes about what a peer publishes.
struct Bindings {
    bound: Vec<(Mid, Option<String>, PendingTrack)>,
    released: Vec<Mid>,
}

impl Worker {
    pub(super) fn offer(
        &mut self,
        peer: PeerId,
        offer_id: u32,
        offer: Result<Box<ReadOffer>, OfferRefused>,
        pending: Vec<PendingTrack>,
    ) {
        if let Err(reason) = offer.and_then(|offer| self.answer(peer, offer_id, *offer, pending)) {
            self.tell(peer, Event::OfferRefused { peer, offer_id, reason });
        }
        self.drain(peer);
        self.negotiable.insert(peer);
    }

    fn answer(
        &mut self,
        peer: PeerId,
        offer_id: u32,
        offer: ReadOffer,
        pending: Vec<PendingTrack>,
    ) -> Result<(), OfferRefused> {
        let ReadOffer { mut offer, description } = offer;
        let member = self.members.get(&peer).ok_or(OfferRefused::NoSuchPeer)?;
        let slots = member.slots.answer(&offer.sections, offer.room);
        restrict(&mut offer, &slots);
        let bindings = bind(&offer, &member.publishing, pending);
        let stays = |mid: &Mid| !bindings.released.contains(mid);
        let publishing = member.publishing.iter().filter(|(mid, _)| stays(mid));
        let publishing: Vec<_> = publishing.map(|(mid, publishing)| (*mid, publishing.codec.clone())).collect();

        let answered = self.call(peer, |connection| connection.answer(&description, &offer.sections)).flatten();
        let (text, credentials) = answered.ok_or(OfferRefused::Malformed)?;

        let text = sdp::patch(&text, &sections(&slots, &bindings, publishing), &credentials);
        let mid_to_track = slots.used().map(|(mid, wanted)| (mid.as_str().to_owned(), wanted.track.public())).collect();
        self.tell(peer, Event::Answered { peer, answer: Answer { offer_id, sdp: text.clone(), mid_to_track } });
        if let Some(member) = self.members.get_mut(&peer) {
            member.slots = slots;
            member.credentials = credentials;
            if !member.has_offered {
                member.has_offered = true;
                member.heard_at = self.now;
            }
        }
        self.take_over(peer, bindings, &text);
        self.attach(peer);
        Ok(())
    }

    /// Publishes and unpublishes as the offer said.
    fn take_over(&mut self, peer: PeerId, bindings: Bindings, answer: &str) {
        for mid in bindings.released {
            let publishing = self.members.get_mut(&peer).and_then(|member| member.publishing.remove(&mid));
            if let Some(publishing) = publishing {
                self.unpublish(peer, &publishing.track);
            }
        }
        for (mid, cid, track) in bindings.bound {
            let Some(member) = self.members.get_mut(&peer) else { return };
            member.publishing.insert(mid, Publishing { track: track.sid.clone(), cid, codec: track.codec.clone() });
            let meeting = member.meeting;
            let (sid, mime) = (track.sid.clone(), sdp::codec_of(answer, mid).unwrap_or_default());
            let mut published = Track::new(track.sid.clone(), peer, mid, track.kind, track.layers);
            (published.is_screen, published.may_repeat) = (track.is_screen, track.may_repeat);
            self.router.publish(published);
            let event = Event::Published { peer, track: track.sid, mime, mid: mid.as_str().to_owned() };
            self.tell(peer, event);
            self.announce(meeting, &sid);
            // Somebody may have a section for it already.
            let receivers = self.meetings.get(&meeting).map(Meeting::receivers).unwrap_or_default();
            for receiver in receivers {
                self.attach(receiver);
            }
        }
    }

    /// Ends a track of a peer here, on every worker of its meeting.
    pub(super) fn unpublish(&mut self, peer: PeerId, sid: &TrackSid) {
        let Some(meeting) = self.members.get(&peer).map(|member| member.meeting) else { return };
        self.tell_others(meeting, &Word::Unpublished { meeting, track: sid.clone() });
        self.drop_track(meeting, sid);
        if let Some(member) = self.members.get_mut(&peer) {
            member.publishing.retain(|_, publishing| publishing.track != *sid);
        }
        self.tell(peer, Event::Unpublished { peer, track: sid.clone() });
    }

    /// Receivers here lose a track and learn it by their next answer.
    pub(super) fn drop_track(&mut self, meeting: MeetingId, sid: &TrackSid) {
        let receivers = self.meetings.get(&meeting).map(Meeting::receivers).unwrap_or_default();
        for receiver in receivers {
            self.unsubscribe(receiver, sid);
        }
        self.router.unpublish(sid);
        if let Some(meeting) = self.meetings.get_mut(&meeting) {
            meeting.speakers.forget(sid);
            meeting.loudest.forget(sid);
        }
    }

    /// Makes the router send what the sections of a receiver carry, and nothing else.
    pub(super) fn attach(&mut self, peer: PeerId) {
        let Some(member) = self.members.get_mut(&peer) else { return };
        let used: HashMap<TrackSid, Mid> =
            member.slots.used().map(|(mid, wanted)| (wanted.track.clone(), mid)).collect();
        let gone: Vec<TrackSid> = member
            .attached
            .iter()
            .filter(|(sid, mid)| used.get(*sid) != Some(mid))
            .map(|(sid, _)| sid.clone())
            .collect();
        for sid in gone {
            member.attached.remove(&sid);
            self.router.detach(&sid, peer);
        }
        for (sid, mid) in used {
            if member.attached.contains_key(&sid) {
                continue;
            }
            let wish = member.wishes.get(&sid).copied();
            if self.router.attach(&sid, peer, mid, wish, self.now, &mut self.effects) {
                member.attached.insert(sid, mid);
            }
        }
        self.carry_out(None);
        self.unsettled.insert(peer);
    }
}

/// Takes back what the client offers but shall not be answered: sections without a track, and
/// receiving on a section that sends.
fn restrict(offer: &mut Offer, slots: &Slots) {
    for section in offer.sections.clone() {
        match section.direction {
            Direction::RecvOnly if slots.carried(section.mid).is_none() && !slots.stay_open() => {
                offer.set_direction(section.mid, Direction::Inactive)
            }
            Direction::SendRecv => offer.set_direction(section.mid, Direction::SendOnly),
            _ => {}
        }
    }
}

/// Finds the announced tracks in the sending sections: by the client's name for them, and where
/// that is another (Firefox makes its own), by kind, in the order they were announced.
fn bind(offer: &Offer, publishing: &HashMap<Mid, Publishing>, mut pending: Vec<PendingTrack>) -> Bindings {
    pending.retain(|track| publishing.values().all(|published| published.track != track.sid));
    let mut bindings = Bindings { bound: Vec::new(), released: Vec::new() };
    let sends = |mid: &Mid| {
        offer.sections.iter().any(|section| section.mid == *mid && section.direction == Direction::SendOnly)
    };
    bindings.released.extend(publishing.keys().filter(|mid| !sends(mid)));
    bindings.released.sort();
    let sending = || offer.sections.iter().filter(|section| section.direction == Direction::SendOnly);
    for section in sending() {
        let known = publishing.get(&section.mid);
        if known.is_some_and(|known| known.cid == section.cid) {
            continue;
        }
        let named =
            pending.iter().position(|track| track.kind == section.kind && Some(&track.cid) == section.cid.as_ref());
        if let Some(at) = named {
            if known.is_some() {
                bindings.released.push(section.mid);
            }
            bindings.bound.push((section.mid, section.cid.clone(), pending.remove(at)));
        }
    }
    for section in sending() {
        let is_bound =
            publishing.contains_key(&section.mid) || bindings.bound.iter().any(|(mid, ..)| *mid == section.mid);
        if is_bound {
            continue;
        }
        if let Some(at) = pending.iter().position(|track| track.kind == section.kind) {
            bindings.bound.push((section.mid, section.cid.clone(), pending.remove(at)));
        }
    }
    bindings
}

fn sections(slots: &Slots, bindings: &Bindings, publishing: Vec<(Mid, Option<String>)>) -> Vec<AnswerSection> {
    let known = publishing.into_iter().map(|(mid, codec)| AnswerSection { mid, msid: None, codec });
    let published = bindings.bound.iter().map(|(mid, _, track)| AnswerSection {
        mid: *mid,
        msid: None,
        codec: track.codec.clone(),
    });
    // A section whose content changes names nobody's track.
    let open = slots.receiving().into_iter().filter(|_| slots.stay_open()).map(|section| AnswerSection {
        mid: section.mid,
        msid: Some(("view".to_owned(), format!("view-{}", section.mid.as_str()))),
        codec: None,
    });
    let received = received(slots).into_iter().filter(|_| !slots.stay_open());
    received.chain(open).chain(published).chain(known).collect()
}

/// What a client shall see in the sections in which it receives.
pub(super) fn received(slots: &Slots) -> Vec<AnswerSection> {
    let used = slots.used();
    used.map(|(mid, wanted)| AnswerSection {
        mid,
        msid: Some((wanted.stream.clone(), wanted.track.public().to_string())),
        codec: None,
    })
    .collect()
}
