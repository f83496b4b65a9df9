//! Coming in.

use domain::Private;
use jiff::{SignedDuration, Timestamp};
use media::PeerStats;
use protocol::livekit::participant_info::State;
use protocol::livekit::{JoinResponse, SubscriptionPermission};

use super::effect::Message;
use super::metadata::printable;
use super::participant::{Client, Participant, Presence, role};
use super::permission::Grants;
use super::simulating::Simulation;
use super::{Effect, Farewell, Join, Meeting, REFRESH_EVERY_SECONDS, Shape, TRACKS_PER_PARTICIPANT, captures, info};

/// Clients ping this often, seconds.
pub const PING_INTERVAL_SECONDS: i32 = 5;
/// Who says nothing for this long is gone, seconds.
pub const PING_TIMEOUT_SECONDS: i32 = 15;

impl Meeting {
    pub(super) fn join(&mut self, join: Join, now: Timestamp, effects: &mut Vec<Effect>) {
        let Join { peer, shape, identity, site, mut claims, mut request } = join;
        let has_two_sides = matches!(shape, Shape::Two { .. });
        // One connection per identity: the new one wins, as people who reload expect.
        let earlier = self.people.values().find(|person| person.identity == identity).map(|person| person.peer);
        if let Some(earlier) = earlier {
            self.dismiss(earlier, Farewell::DuplicateIdentity, effects);
        }
        let made_for = self.settings.as_ref().map_or(0, |settings| settings.max_participants);
        let said = claims.room_config.as_ref().map_or(0, |config| config.max_participants);
        self.max_participants = if said > 0 { said } else { made_for };
        if self.max_participants > 0 && self.people.len() >= self.max_participants as usize {
            self.turn_away(peer, Farewell::Full, effects);
            return;
        }

        captures::read_kind(&mut claims);
        let offer = request.publisher_offer.take();
        let mut person = Participant {
            peer,
            origin: None,
            sid: self.sids.participant(),
            identity,
            name: Private::new(printable(&claims.name)),
            metadata: Private::new(claims.metadata.clone()),
            attributes: claims.attributes.clone().into_iter().collect(),
            role: role(claims.attributes.get("role").map(String::as_str)),
            grants: Grants::of(&claims.video),
            granted_at: None,
            claims,
            client: client(&request),
            state: State::Joined,
            presence: Presence::Here,
            joined_at: now,
            connected_at: now,
            place: None,
            placed_at: now,
            missed: Vec::new(),
            unsure: Default::default(),
            simulation: Simulation::default(),
            version: 1,
            next_refresh_at: now + SignedDuration::from_secs(REFRESH_EVERY_SECONDS),
            has_offered: has_two_sides,
            tracks: Default::default(),
            taken: Default::default(),
            audience: SubscriptionPermission { all_participants: true, ..SubscriptionPermission::default() },
            chosen: Default::default(),
            receiving: Default::default(),
            wishes: Default::default(),
            last_sequence: 0,
            site,
            share_bps: None,
            line_news: Default::default(),
            limits: media::Limits::default(),
            path: None,
            stats: PeerStats::default(),
            quality: None,
            last_reading: None,
        };
        self.kept.restore(&mut person, now);
        self.roles.restore(&mut person);
        self.groups.seat(&mut person);
        if person.grants.metadata {
            // What a client may change later it may also bring along.
            super::metadata::bring_along(&mut person, &request);
        }

        let meeting = self.id;
        effects.push(Effect::Media(match shape {
            Shape::View(view) => {
                self.views.insert(peer, view);
                media::Command::OpenViewer { meeting, peer }
            }
            Shape::Two { receiving } => {
                self.receivers.note(meeting, peer, receiving);
                media::Command::OpenPeer { meeting, peer }
            }
            Shape::One => media::Command::OpenPeer { meeting, peer },
        }));
        let others: Vec<_> = self.people.values().filter(|other| !other.grants.hidden).map(info::participant).collect();
        let own = info::participant(&person);
        let (hidden, may_publish) = (person.grants.hidden, person.grants.publish);
        let claims = Box::new(person.claims.clone());
        self.people.insert(peer, person);
        self.had_somebody = true;
        self.note_start();
        self.limit(peer, effects);
        effects.push(Effect::send(
            vec![peer],
            Message::Join(JoinResponse {
                room: Some(self.room()),
                participant: Some(own.clone()),
                other_participants: others,
                server_version: self.welcome.server.version.clone(),
                ice_servers: self.relays_for(&own.sid),
                subscriber_primary: has_two_sides,
                ping_timeout: PING_TIMEOUT_SECONDS,
                ping_interval: PING_INTERVAL_SECONDS,
                server_info: Some(self.welcome.server.clone()),
                sif_trailer: self.sid.clone().into_bytes(),
                enabled_publish_codecs: info::codecs(),
                fast_publish: may_publish,
                ..JoinResponse::default()
            }),
        ));
        effects.push(Effect::Refresh { peer, claims });
        if !hidden {
            effects.push(Effect::send(self.everybody_but(peer), info::update(vec![own])));
        }
        self.tell_present_speakers(peer, effects);
        if has_two_sides {
            self.subscribe_to_all(peer, effects);
        }
        for wish in request.add_track_requests.into_iter().take(TRACKS_PER_PARTICIPANT) {
            self.add_track(peer, wish, effects);
        }
        if let Some(offer) = offer {
            self.offer(peer, offer, effects);
        }
    }

    /// Refuses somebody who is not inside.
    fn turn_away(&self, peer: media::PeerId, farewell: Farewell, effects: &mut Vec<Effect>) {
        if let Some(leave) = farewell.words() {
            effects.push(Effect::send(vec![peer], Message::Leave(leave)));
        }
        effects.push(Effect::HangUp { peer });
    }

    /// Renews tokens in time: a client that has to reconnect needs a valid one.
    pub(super) fn refresh_tokens(&mut self, now: Timestamp, effects: &mut Vec<Effect>) {
        let is_due = |person: &&mut Participant| person.origin.is_none() && person.next_refresh_at <= now;
        for person in self.people.values_mut().filter(is_due) {
            person.next_refresh_at = now + SignedDuration::from_secs(REFRESH_EVERY_SECONDS);
            effects.push(Effect::Refresh { peer: person.peer, claims: Box::new(person.claims.clone()) });
        }
    }

    /// A token that says what is true since a moment ago.
    pub(super) fn renew_now(&self, peer: media::PeerId, effects: &mut Vec<Effect>) {
        if let Some(person) = self.people.get(&peer) {
            effects.push(Effect::Refresh { peer, claims: Box::new(person.claims.clone()) });
        }
    }
}

fn client(request: &protocol::livekit::JoinRequest) -> Client {
    let settings = request.connection_settings.as_ref();
    let info = request.client_info.as_ref();
    Client {
        auto_subscribe: settings.is_none_or(|settings| settings.auto_subscribe),
        allows_pause: settings.and_then(|settings| settings.subscriber_allow_pause).unwrap_or(true),
        client_protocol: info.map_or(0, |info| info.client_protocol),
        capabilities: info.map(|info| info.capabilities.iter().copied().take(16).collect()).unwrap_or_default(),
    }
}
