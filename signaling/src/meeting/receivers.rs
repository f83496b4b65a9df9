//! Clients of the older shape receive on a connection of their own, on which the server offers:
//!
//! ```text
//! newer:  client ──offers──▶ one peer, both ways
//! older:  client ──offers──▶ peer that publishes (made by its first offer)
//!         client ◀──offers── peer that receives  (made at joining)
//! ```
//! The rest of the meeting knows one peer for each participant, the publishing one. What it tells
//! the media engine is led to the right one here, and what comes from the receiving one is taken
//! for its owner's.

use std::collections::BTreeMap;

use media::{Command as Media, Event, Limits, MeetingId, PeerId, PeerStats, ServerOffer, Subscription};
use protocol::livekit::SessionDescription;

use super::answering::SDP_LIMIT;
use super::effect::Message;
use super::{Effect, Farewell, Meeting};

/// Who receives on a connection of its own.
#[derive(Default)]
pub struct Receivers {
    sides: BTreeMap<PeerId, Sides>,
    owners: BTreeMap<PeerId, PeerId>,
}

struct Sides {
    meeting: MeetingId,
    receiving: PeerId,
    /// The publishing one was made.
    publishes: bool,
    limits: Option<Limits>,
    up: PeerStats,
    down: PeerStats,
}

impl Receivers {
    /// A participant that receives as another peer.
    pub fn note(&mut self, meeting: MeetingId, owner: PeerId, receiving: PeerId) {
        let (up, down) = (PeerStats::default(), PeerStats::default());
        self.sides.insert(owner, Sides { meeting, receiving, publishes: false, limits: None, up, down });
        self.owners.insert(receiving, owner);
    }

    pub fn has(&self, owner: PeerId) -> bool {
        self.sides.contains_key(&owner)
    }

    fn receiving(&self, owner: PeerId) -> PeerId {
        self.sides.get(&owner).map_or(owner, |sides| sides.receiving)
    }

    fn owner(&self, peer: PeerId) -> PeerId {
        self.owners.get(&peer).copied().unwrap_or(peer)
    }

    fn lead(&mut self, command: Media, led: &mut Vec<Media>) {
        match command {
            Media::OpenPeer { meeting, peer } if self.has(peer) => {
                led.push(Media::OpenReceiver { meeting, peer: self.receiving(peer) });
            }
            Media::Offer { peer, .. } => {
                if let Some(sides) = self.sides.get_mut(&peer).filter(|sides| !sides.publishes) {
                    sides.publishes = true;
                    led.push(Media::OpenPeer { meeting: sides.meeting, peer });
                    led.extend(sides.limits.map(|limits| Media::Limit { peer, limits }));
                }
                led.push(command);
            }
            Media::Limit { peer, limits } => {
                if let Some(sides) = self.sides.get_mut(&peer) {
                    sides.limits = Some(limits);
                    led.push(Media::Limit { peer: sides.receiving, limits });
                }
                if self.sides.get(&peer).is_none_or(|sides| sides.publishes) {
                    led.push(Media::Limit { peer, limits });
                }
            }
            Media::ClosePeer { peer } => {
                let sides = self.sides.remove(&peer);
                if let Some(sides) = &sides {
                    self.owners.remove(&sides.receiving);
                    led.push(Media::ClosePeer { peer: sides.receiving });
                }
                if sides.is_none_or(|sides| sides.publishes) {
                    led.push(Media::ClosePeer { peer });
                }
            }
            Media::Subscribe(subscription) => {
                let peer = self.receiving(subscription.peer);
                led.push(Media::Subscribe(Subscription { peer, ..subscription }));
            }
            Media::Unsubscribe { peer, track } => {
                led.push(Media::Unsubscribe { peer: self.receiving(peer), track });
            }
            Media::Prefer { peer, track, wish } => {
                led.push(Media::Prefer { peer: self.receiving(peer), track, wish });
            }
            Media::SendData { to, channel, payload } => {
                let to = to.into_iter().map(|peer| self.receiving(peer)).collect();
                led.push(Media::SendData { to, channel, payload });
            }
            other => led.push(other),
        }
    }

    /// The figures of both sides in one.
    fn join_figures(&mut self, peer: PeerId, stats: PeerStats) -> PeerStats {
        let Some(sides) = self.sides.get_mut(&self.owner(peer)) else { return stats };
        if peer == sides.receiving {
            sides.down = stats;
        } else {
            sides.up = stats;
        }
        let (up, down) = (&sides.up, &sides.down);
        PeerStats {
            rtt_ms: [up.rtt_ms, down.rtt_ms].into_iter().flatten().reduce(f32::max),
            loss_up: up.loss_up,
            loss_down: down.loss_down,
            bitrate_up_bps: up.bitrate_up_bps,
            bitrate_down_bps: down.bitrate_down_bps,
            tracks: up.tracks.clone(),
            download: down.download,
        }
    }
}

impl Meeting {
    /// Gives each command for the engine to the peer and the codec it is for.
    pub(super) fn lead(&mut self, effects: &mut Vec<Effect>) {
        if self.receivers.sides.is_empty() && self.backups.is_empty() {
            return;
        }
        let (mut named, mut commands) = (Vec::new(), Vec::new());
        for effect in std::mem::take(effects) {
            match effect {
                Effect::Media(command) => {
                    self.backups.lead(command, &mut named);
                    for command in named.drain(..) {
                        self.receivers.lead(command, &mut commands);
                    }
                    effects.extend(commands.drain(..).map(Effect::Media));
                }
                other => effects.push(other),
            }
        }
        self.backups.clear_up();
    }

    /// What happened to a receiving peer happened to its owner.
    pub(super) fn owned(&mut self, event: Event) -> Event {
        let owner = |peer| self.receivers.owner(peer);
        match event {
            Event::Connected { peer, path } => Event::Connected { peer: owner(peer), path },
            Event::Closed { peer, reason } => Event::Closed { peer: owner(peer), reason },
            Event::Data { peer, channel, payload } => Event::Data { peer: owner(peer), channel, payload },
            Event::StreamPaused { peer, track, is_paused } => {
                Event::StreamPaused { peer: owner(peer), track: track.public(), is_paused }
            }
            Event::NotUnderstood { peer, track } => Event::NotUnderstood { peer: owner(peer), track },
            Event::Offered { peer, offer } => Event::Offered { peer: owner(peer), offer },
            Event::AnswerRefused { peer } => Event::AnswerRefused { peer: owner(peer) },
            Event::Stats { peer, stats } => {
                let owner = owner(peer);
                Event::Stats { peer: owner, stats: self.receivers.join_figures(peer, stats) }
            }
            other => other,
        }
    }

    /// The server's offer, on its way to the client.
    pub(super) fn pass_on_offer(&mut self, peer: PeerId, offer: ServerOffer, effects: &mut Vec<Effect>) {
        if !self.people.contains_key(&peer) {
            return;
        }
        let mid_to_track_id = offer.mid_to_track.into_iter().map(|(mid, track)| (mid, track.to_string())).collect();
        let (sdp, id) = (offer.sdp, offer.offer_id);
        let offer = SessionDescription { r#type: "offer".to_owned(), sdp, id, mid_to_track_id };
        effects.push(Effect::send(vec![peer], Message::Offer(offer)));
    }

    /// The client's answer to it.
    pub(super) fn take_answer(&mut self, peer: PeerId, answer: SessionDescription, effects: &mut Vec<Effect>) {
        // Of one who was offered nothing it means nothing.
        let Some(sides) = self.receivers.sides.get(&peer) else { return };
        if answer.sdp.len() > SDP_LIMIT || (!answer.r#type.is_empty() && answer.r#type != "answer") {
            self.dismiss(peer, Farewell::MediaRefused, effects);
            return;
        }
        let (peer, offer_id, sdp) = (sides.receiving, answer.id, answer.sdp);
        effects.push(Effect::Media(Media::Answer { peer, offer_id, sdp }));
    }

    /// Somebody is back: offers on their way were lost with the connection.
    pub(super) fn offer_anew(&self, peer: PeerId, effects: &mut Vec<Effect>) {
        if let Some(sides) = self.receivers.sides.get(&peer) {
            effects.push(Effect::Media(Media::OfferAnew { peer: sides.receiving }));
        }
    }
}
