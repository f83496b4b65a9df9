//! The destination: participants of other meetings are shown in this one.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use domain::Private;
use jiff::Timestamp;
use media::{PeerId, PeerStats, TrackSid};
use protocol::livekit::SubscriptionPermission;
use protocol::livekit::participant_info::State;
use protocol::token::{Claims, VideoGrants};

use super::{Demand, Link, Shown};
use crate::meeting::groups::{self, Place};
use crate::meeting::participant::{Client, Participant, Presence, role};
use crate::meeting::permission::Grants;
use crate::meeting::track::Track;
use crate::meeting::{Effect, Meeting, OrderRefused, Reply, info, news};

/// Who of the people here belongs to another meeting.
#[derive(Default)]
pub struct Hosted(BTreeMap<Link, Guest>);

struct Guest {
    peer: PeerId,
    /// As it was told last.
    demand: Demand,
}

impl Hosted {
    /// Whom a forwarding shows here.
    pub(super) fn peer_of(&self, link: Link) -> Option<PeerId> {
        self.0.get(&link).map(|guest| guest.peer)
    }
}

impl Meeting {
    /// Shows a participant of another meeting here from now on, as `peer`.
    pub(in crate::meeting) fn host(
        &mut self,
        link: Link,
        peer: PeerId,
        shown: Shown,
        effects: &mut Vec<Effect>,
    ) -> Result<Reply, OrderRefused> {
        if self.find(&shown.identity).is_ok() {
            return Err(OrderRefused::AlreadyThere);
        }
        if self.max_participants > 0 && self.people.len() >= self.max_participants as usize {
            return Err(OrderRefused::Full);
        }
        self.note_start();
        let mut person = newcomer(peer, self.sids.participant(), &shown, self.now);
        self.groups.seat(&mut person);
        self.people.insert(peer, person);
        self.hosted.0.insert(link, Guest { peer, demand: Demand::default() });
        self.tell_about(peer, effects);
        self.hear_shown(link, shown, effects);
        Ok(Reply::Done)
    }

    /// How somebody who is shown here is at the source.
    pub(in crate::meeting) fn hear_shown(&mut self, link: Link, shown: Shown, effects: &mut Vec<Effect>) {
        let Some(peer) = self.hosted.peer_of(link) else { return };
        self.follow_person(peer, &shown, effects);
        self.follow_tracks(peer, &shown, effects);
        self.follow_second_codecs(peer, &shown, effects);
        let Some(person) = self.people.get_mut(&peer) else { return };
        person.stats = PeerStats { loss_up: shown.loss, tracks: shown.figures, ..PeerStats::default() };
        if person.quality != shown.quality {
            person.quality = shown.quality;
            self.tell_quality(peer, effects);
        }
        let mut speaking = self.speaking.clone();
        match shown.level {
            Some(level) => speaking.insert(peer, level),
            None => speaking.remove(&peer),
        };
        self.tell_speaking(speaking, effects);
    }

    /// Tells the sources what is wanted here, and that it is over once somebody is gone.
    pub(super) fn demand(&mut self, effects: &mut Vec<Effect>) {
        let guests: Vec<(Link, PeerId)> = self.hosted.0.iter().map(|(link, guest)| (*link, guest.peer)).collect();
        for (link, peer) in guests {
            let Some(person) = self.people.get(&peer) else {
                self.hosted.0.remove(&link);
                effects.push(Effect::Cut { link });
                continue;
            };
            let wanted = |sid: &TrackSid| self.wanted_of(peer, sid).map(|quality| (sid.clone(), quality));
            let demand = Demand {
                wanted: person.tracks.keys().filter_map(wanted).collect(),
                needy: person.tracks.keys().filter(|sid| self.backups.is_needed(sid)).cloned().collect(),
            };
            if let Some(guest) = self.hosted.0.get_mut(&link).filter(|guest| guest.demand != demand) {
                guest.demand = demand.clone();
                effects.push(Effect::Demand { link, demand });
            }
        }
    }

    /// Nothing of somebody who was shown here is sent to anybody any more.
    pub(in crate::meeting) fn stop_showing(&mut self, person: &Participant, effects: &mut Vec<Effect>) {
        for other in self.people.values() {
            let received = person.tracks.keys().filter(|sid| other.receiving.contains(*sid));
            effects.extend(
                received.map(|sid| Effect::Media(media::Command::Unsubscribe { peer: other.peer, track: sid.clone() })),
            );
        }
    }

    fn follow_person(&mut self, peer: PeerId, shown: &Shown, effects: &mut Vec<Effect>) {
        let audience = audience(shown);
        let Some(person) = self.people.get_mut(&peer) else { return };
        let joins = person.path.is_none() && shown.path.is_some();
        let is_other = joins
            || person.name != shown.name
            || person.metadata != shown.metadata
            || person.attributes != attributes(shown, person.place);
        let is_other_audience = person.audience != audience;
        if is_other {
            describe(person, shown);
            if joins {
                (person.path, person.state) = (shown.path, State::Active);
            }
            let joined = info::participant(person);
            if joins {
                self.note_joined(joined);
            }
            self.tell_about(peer, effects);
        }
        if is_other_audience {
            self.restrict(peer, audience, effects);
        }
    }

    fn follow_tracks(&mut self, peer: PeerId, shown: &Shown, effects: &mut Vec<Effect>) {
        let Some(person) = self.people.get_mut(&peer) else { return };
        let gone: Vec<TrackSid> =
            person.tracks.keys().filter(|sid| !shown.tracks.contains_key(*sid)).cloned().collect();
        for sid in gone {
            self.unpublished(peer, &sid, effects);
        }
        let Some(person) = self.people.get_mut(&peer) else { return };
        let (mut is_new, mut is_other) = (Vec::new(), false);
        for (sid, track) in &shown.tracks {
            match person.tracks.get_mut(sid) {
                None => {
                    person.tracks.insert(sid.clone(), Track::published_elsewhere(track.info.clone()));
                    is_new.push(sid);
                }
                Some(known) if known.info != track.info => {
                    known.info.clone_from(&track.info);
                    is_other = true;
                }
                Some(_) => {}
            }
        }
        let brief = news::brief(person);
        for sid in &is_new {
            self.note_published(brief.clone(), shown.tracks[*sid].info.clone());
        }
        if is_other || !is_new.is_empty() {
            self.tell_about(peer, effects);
        }
        for sid in is_new {
            self.offer_track(peer, sid, effects);
        }
    }

    fn follow_second_codecs(&mut self, peer: PeerId, shown: &Shown, effects: &mut Vec<Effect>) {
        for (sid, track) in &shown.tracks {
            let known = self.people.get_mut(&peer).and_then(|person| person.tracks.get_mut(sid));
            let Some(known) = known else { continue };
            known.backup.codec.clone_from(&track.backup);
            let before = self.backups.second_of(sid).cloned();
            if before == track.second {
                continue;
            }
            if before.is_some() {
                self.end_second(peer, sid, effects);
            }
            if let Some(second) = &track.second {
                self.begin_second(peer, sid, second.clone(), effects);
            }
        }
    }
}

/// Somebody who hears, sees and says nothing here.
fn newcomer(peer: PeerId, sid: String, shown: &Shown, now: Timestamp) -> Participant {
    let video = VideoGrants {
        can_publish: Some(true),
        can_subscribe: Some(false),
        can_publish_data: Some(false),
        ..VideoGrants::default()
    };
    let claims = Claims {
        iss: String::new(),
        sub: shown.identity.to_string(),
        jti: None,
        nbf: now.as_second(),
        iat: None,
        exp: now.as_second(),
        name: String::new(),
        metadata: String::new(),
        attributes: BTreeMap::default(),
        video: video.clone(),
        room_config: None,
        home_site: None,
        kind: String::new(),
    };
    let mut person = Participant {
        peer,
        origin: Some(shown.publisher),
        sid,
        identity: shown.identity.clone(),
        name: Private::default(),
        metadata: Private::default(),
        attributes: Default::default(),
        role: role(None),
        grants: Grants::of(&video),
        granted_at: None,
        place: None,
        placed_at: now,
        claims,
        client: Client { auto_subscribe: false, allows_pause: true, client_protocol: 0, capabilities: Vec::new() },
        state: State::Joined,
        presence: Presence::Here,
        joined_at: now,
        connected_at: now,
        missed: Vec::new(),
        unsure: Default::default(),
        simulation: Default::default(),
        version: 0,
        next_refresh_at: Timestamp::MAX,
        has_offered: false,
        tracks: BTreeMap::new(),
        taken: Default::default(),
        audience: audience(shown),
        chosen: BTreeMap::new(),
        receiving: BTreeSet::new(),
        wishes: BTreeMap::new(),
        last_sequence: 0,
        site: None,
        share_bps: None,
        line_news: Default::default(),
        limits: media::Limits::default(),
        path: None,
        stats: PeerStats::default(),
        quality: None,
        last_reading: None,
    };
    describe(&mut person, shown);
    person
}

fn describe(person: &mut Participant, shown: &Shown) {
    person.name = shown.name.clone();
    person.metadata = shown.metadata.clone();
    person.attributes = attributes(shown, person.place);
    person.role = role(person.attributes.get("role").map(String::as_str));
}

/// Those of the source; where it is in the groups there means nothing here.
fn attributes(shown: &Shown, place: Place) -> HashMap<String, String> {
    let mut attributes = shown.attributes.clone();
    groups::write_place(&mut attributes, place);
    attributes
}

/// Who may receive is named by people of the source; here it is everybody or nobody.
fn audience(shown: &Shown) -> SubscriptionPermission {
    SubscriptionPermission { all_participants: shown.is_open, ..SubscriptionPermission::default() }
}
