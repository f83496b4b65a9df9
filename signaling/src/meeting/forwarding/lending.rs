//! The source: a participant of this meeting is shown in others.

use std::collections::BTreeMap;

use domain::{Identity, MeetingName};
use media::{PeerId, Quality, TrackSid};

use super::{Demand, Link, Shown, ShownTrack};
use crate::meeting::{DESTINATIONS_PER_PARTICIPANT, Effect, Meeting, OrderRefused, Reply};

/// Who is shown elsewhere.
#[derive(Default)]
pub struct Lent(BTreeMap<Link, Loan>);

struct Loan {
    peer: PeerId,
    to: MeetingName,
    /// As it was told last.
    shown: Shown,
    demand: Demand,
}

impl Lent {
    /// `false` if this meeting is not the source of it.
    pub(super) fn end(&mut self, link: Link) -> bool {
        self.0.remove(&link).is_some()
    }

    /// The best layer of a track that somebody elsewhere has a use for.
    pub fn wanted(&self, sid: &TrackSid) -> Option<Quality> {
        self.0.values().filter_map(|loan| loan.demand.wanted.get(sid).copied()).max()
    }

    /// Whether somebody elsewhere cannot read the first codec of a track.
    pub fn needs_second(&self, sid: &TrackSid) -> bool {
        self.0.values().any(|loan| loan.demand.needy.contains(sid))
    }
}

impl Meeting {
    /// Begins to show a participant in the meeting `to`: how it is now, and from then on each change.
    pub(in crate::meeting) fn lend(
        &mut self,
        identity: &Identity,
        to: MeetingName,
        link: Link,
    ) -> Result<Reply, OrderRefused> {
        let peer = self.find_own(identity)?;
        let shown = self.shown(peer).ok_or(OrderRefused::MayNotPublish)?;
        let own = || self.lent.0.values().filter(|loan| loan.peer == peer);
        if own().any(|loan| loan.to == to) {
            return Err(OrderRefused::AlreadyThere);
        }
        if own().count() >= DESTINATIONS_PER_PARTICIPANT {
            return Err(OrderRefused::TooManyDestinations);
        }
        self.lent.0.insert(link, Loan { peer, to, shown: shown.clone(), demand: Demand::default() });
        Ok(Reply::Shown(Box::new(shown)))
    }

    /// Tells the destinations what is new, and that it is over once somebody is gone or may not publish.
    pub(super) fn show(&mut self, effects: &mut Vec<Effect>) {
        let loans: Vec<(Link, PeerId)> = self.lent.0.iter().map(|(link, loan)| (*link, loan.peer)).collect();
        for (link, peer) in loans {
            match self.shown(peer) {
                None => {
                    self.lent.0.remove(&link);
                    effects.push(Effect::Cut { link });
                }
                Some(shown) => {
                    let Some(loan) = self.lent.0.get_mut(&link).filter(|loan| loan.shown != shown) else { continue };
                    loan.shown = shown.clone();
                    effects.push(Effect::Show { link, shown: Box::new(shown) });
                }
            }
        }
    }

    /// What is wanted in the destination is wanted here.
    pub(in crate::meeting) fn hear_demand(&mut self, link: Link, demand: Demand, effects: &mut Vec<Effect>) {
        let Some(loan) = self.lent.0.get_mut(&link) else { return };
        let peer = loan.peer;
        let wanted: Vec<TrackSid> = demand.wanted.keys().cloned().collect();
        loan.demand = demand;
        for sid in wanted {
            self.tell_first_subscription(peer, &sid, effects);
            self.ask_for_more(peer, &sid, effects);
        }
        let tracks: Vec<TrackSid> =
            self.people.get(&peer).map(|person| person.tracks.keys().cloned().collect()).unwrap_or_default();
        for sid in tracks {
            self.ask_for_backup(peer, &sid, effects);
        }
    }

    /// How a participant is now; none if it is not inside or may not publish.
    fn shown(&self, peer: PeerId) -> Option<Shown> {
        let person = self.people.get(&peer).filter(|person| person.grants.publish)?;
        if self.views.contains_key(&peer) {
            return None;
        }
        let published = person.tracks.values().filter(|track| track.is_published());
        let tracks = published.map(|track| {
            let (backup, second) = (track.backup.codec.clone(), self.backups.second_of(&track.sid).cloned());
            (track.sid.clone(), ShownTrack { info: track.info.clone(), backup, second })
        });
        Some(Shown {
            publisher: peer,
            identity: person.identity.clone(),
            name: person.name.clone(),
            metadata: person.metadata.clone(),
            attributes: person.attributes.clone(),
            path: person.path,
            is_open: person.audience.all_participants,
            tracks: tracks.collect(),
            level: self.speaking.get(&peer).copied(),
            quality: person.quality,
            loss: person.stats.loss_up,
            figures: person.stats.tracks.clone(),
        })
    }
}
