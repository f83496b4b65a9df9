//! A live meeting as a state machine: `handle(command, now) → effects`.
//!
//! No task, channel, lock, clock or random source in here: the driver in `actor.rs` feeds
//! commands and carries out effects. Each file is one phenomenon; `tests/` has a script for each.
//!
//! To add a client message: serve it in [`Meeting::request`], in the file of its phenomenon, and
//! give it a script. Ping is answered by the socket and never comes here.

mod administering;
mod answering;
mod audience;
mod backup;
mod bandwidth;
mod board;
mod calling;
mod captures;
mod chair;
mod command;
mod data;
mod dynacast;
mod effect;
mod floor;
mod forwarding;
mod groups;
mod info;
mod joining;
mod keeping;
mod leaving;
mod legacy;
mod limits;
mod lines;
mod metadata;
mod missed;
mod moderating;
mod moving;
mod news;
mod notes;
mod participant;
mod pause;
mod permission;
mod polls;
mod publishing;
mod quality;
mod receivers;
mod report;
mod resuming;
mod roles;
mod rules;
mod sids;
mod simulating;
mod speakers;
mod subscribing;
#[cfg(test)]
mod tests;
mod track;
mod transcripts;

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use domain::{Identity, MeetingName};
use jiff::Timestamp;
use media::PeerId;
use protocol::livekit;
use protocol::livekit::signal_request::Message as Request;

pub use administering::{Change, Order, OrderRefused, Reply, Settings, TokenInUse};
pub use audience::View;
pub use bandwidth::{AUDIO_FIRST, DOWNLOAD_KBPS, MEETING_PROFILE, PROFILE, Profile, Profiles, UPLOAD_KBPS};
pub use calling::LONGEST_ANSWER_MS;
pub use command::{Command, Farewell, Join, Shape};
pub use dynacast::UNWATCHED_SECONDS;
pub use effect::{Effect, Message};
pub use forwarding::{Demand, Link, Shown};
pub use legacy::Legacy;
pub use limits::{
    AWAY_SECONDS, DESTINATIONS_PER_PARTICIPANT, REFRESH_EVERY_SECONDS, REFRESHED_TOKEN_SECONDS, TRACKS_PER_PARTICIPANT,
};
pub use news::News;
pub use participant::role;

use crate::Randomness;
use crate::turn::Relays;
use participant::Participant;
use sids::Sids;

/// What every participant is told of the server at joining.
#[derive(Clone, Debug, Default)]
pub struct Welcome {
    /// Version, protocol, node.
    pub server: livekit::ServerInfo,
    /// Where clients may find relays; usually none.
    pub relays: Option<Relays>,
    /// How much may go to and come from a participant.
    pub profiles: Profiles,
}

/// A live meeting.
pub struct Meeting {
    id: media::MeetingId,
    name: MeetingName,
    sid: String,
    opened_at: Timestamp,
    /// The instant of the command that is carried out.
    now: Timestamp,
    welcome: Welcome,
    sids: Sids,
    people: BTreeMap<PeerId, Participant>,
    /// Who was last said to speak, and how loud.
    speaking: BTreeMap<PeerId, f32>,
    /// What was last said about the number of people: all, and those who publish.
    counted: (u32, u32),
    /// What was last said about programs that record or transcribe.
    captured: captures::Captured,
    max_participants: u32,
    /// Free text for clients; set by the server API.
    metadata: String,
    /// The break that was last begun and not ended before its time.
    pause: Option<pause::Pause>,
    rules: rules::Rules,
    chair: chair::Chair,
    /// Who was called to speak.
    turn: Option<floor::Turn>,
    polls: polls::Polls,
    groups: groups::Groups,
    notes: notes::Notes,
    roles: roles::Roles,
    /// What the server API said about the meeting, if it made it.
    settings: Option<Settings>,
    /// Somebody was inside once.
    had_somebody: bool,
    departed: missed::Departed,
    kept: keeping::Kept,
    receivers: receivers::Receivers,
    views: audience::Views,
    calls: calling::Calls,
    backups: backup::Backups,
    /// Who of us is shown in other meetings.
    lent: forwarding::Lent,
    /// Who of other meetings is shown here.
    hosted: forwarding::Hosted,
    history: data::History,
    transcripts: transcripts::Transcripts,
    notebook: news::Notebook,
}

impl Meeting {
    /// Opens a meeting without anybody in it.
    pub fn new(
        id: media::MeetingId,
        name: MeetingName,
        welcome: Welcome,
        random: Arc<dyn Randomness>,
        now: Timestamp,
    ) -> Self {
        let sids = Sids::new(random);
        Self {
            id,
            sid: sids.meeting(),
            name,
            opened_at: now,
            now,
            welcome,
            sids,
            people: BTreeMap::new(),
            speaking: BTreeMap::new(),
            counted: (0, 0),
            captured: Default::default(),
            max_participants: 0,
            metadata: String::new(),
            pause: None,
            rules: Default::default(),
            chair: Default::default(),
            turn: None,
            polls: Default::default(),
            groups: Default::default(),
            notes: Default::default(),
            roles: Default::default(),
            settings: None,
            had_somebody: false,
            departed: Default::default(),
            kept: Default::default(),
            receivers: Default::default(),
            views: Default::default(),
            calls: Default::default(),
            backups: Default::default(),
            lent: Default::default(),
            hosted: Default::default(),
            history: Default::default(),
            transcripts: Default::default(),
            notebook: Default::default(),
        }
    }

    /// Takes one command and says what is to be done about it, in order.
    pub fn handle(&mut self, command: Command, now: Timestamp) -> Vec<Effect> {
        self.now = now;
        let mut effects = Vec::new();
        let is_said = matches!(command, Command::Media(media::Event::Data { .. }));
        let is_routine = matches!(
            command,
            Command::Tick
                | Command::ShareLines(_)
                | Command::Media(media::Event::Data { .. } | media::Event::Stats { .. })
        );
        match command {
            Command::Join(join) => self.join(*join, now, &mut effects),
            Command::Resume { peer, offer } => self.resume(peer, offer, &mut effects),
            Command::Locate { peer, site } => self.locate(peer, site),
            Command::ShareLines(shares) => self.share_lines(&shares, &mut effects),
            Command::Request { peer, request } => self.request(peer, *request, &mut effects),
            Command::Heard { peer, at } => self.note_unsure(peer, at),
            Command::SocketLost { peer } => self.lose_socket(peer, now),
            Command::Media(event) => self.hear_media(event, &mut effects),
            Command::Dismiss { peer, farewell } => self.dismiss(peer, farewell, &mut effects),
            Command::Remove { identity } => self.remove(&identity, &mut effects),
            Command::Moderate(act) => self.moderate(act, &mut effects),
            Command::Close(farewell) => self.close(farewell, &mut effects),
            Command::Show { link, shown } => self.hear_shown(link, *shown, &mut effects),
            Command::Demand { link, demand } => self.hear_demand(link, demand, &mut effects),
            Command::Cut { link } => self.cut(link, &mut effects),
            Command::Tick => self.tick(now, &mut effects),
        }
        if !is_routine {
            self.watch_chair(&mut effects);
            self.direct(&mut effects);
            self.tell_captured(&mut effects);
        }
        // What is said changes nobody, and is said often.
        if !is_said {
            self.tell_other_meetings(&mut effects);
        }
        self.lead(&mut effects);
        self.keep_for_the_absent(&mut effects);
        effects
    }

    /// What the meeting is called.
    pub fn name(&self) -> &MeetingName {
        &self.name
    }

    /// Nobody is inside.
    pub fn is_empty(&self) -> bool {
        self.people.is_empty()
    }

    /// How many are inside, hidden and forwarded ones included.
    pub fn count(&self) -> usize {
        self.people.len()
    }

    /// Those inside, and those whose place is kept because they were a moment ago.
    pub fn places(&self, now: Timestamp) -> HashSet<Identity> {
        self.present().map(|person| &person.identity).chain(self.kept.placed(now)).cloned().collect()
    }

    /// The peer of a participant, if the sid is that of this identity.
    pub fn peer_of(&self, sid: &str, identity: &Identity) -> Option<PeerId> {
        self.present().find(|person| person.sid == sid && person.identity == *identity).map(|person| person.peer)
    }

    /// Those who are here themselves, and not only shown.
    fn present(&self) -> impl Iterator<Item = &Participant> {
        self.people.values().filter(|person| person.origin.is_none())
    }

    /// A client's message. The sender is the connection it came on, whatever the message says.
    fn request(&mut self, peer: PeerId, request: Request, effects: &mut Vec<Effect>) {
        if !self.people.contains_key(&peer) {
            return;
        }
        match request {
            Request::Offer(offer) => self.offer(peer, offer, effects),
            Request::Answer(answer) => self.take_answer(peer, answer, effects),
            Request::AddTrack(wish) => self.add_track(peer, wish, effects),
            Request::Mute(mute) => self.mute(peer, &mute, effects),
            Request::UpdateAudioTrack(update) => self.update_audio_track(peer, update, effects),
            Request::UpdateVideoTrack(update) => self.update_video_track(peer, &update, effects),
            Request::Subscription(wish) => self.choose_tracks(peer, &wish, effects),
            Request::TrackSetting(wish) => self.prefer(peer, &wish, effects),
            Request::SubscriptionPermission(permission) => self.restrict(peer, permission, effects),
            Request::UpdateMetadata(update) => self.update_metadata(peer, update, effects),
            Request::SyncState(state) => self.compare(peer, &state, effects),
            Request::Simulate(scenario) => self.simulate(peer, &scenario, effects),
            Request::Leave(_) => self.dismiss(peer, Farewell::Own, effects),
            Request::PublishDataTrackRequest(wish) => self.refuse_data_track(peer, wish, effects),
            // An ICE-lite server finds clients by their checks; candidates tell it nothing.
            // The socket answers pings; the rest is deprecated or not served.
            _ => {}
        }
    }

    fn hear_media(&mut self, event: media::Event, effects: &mut Vec<Effect>) {
        match self.owned(event) {
            media::Event::Answered { peer, answer } => self.answer(peer, answer, effects),
            media::Event::OfferRefused { peer, offer_id, reason } => {
                self.refuse_offer(peer, offer_id, reason, effects);
            }
            media::Event::Offered { peer, offer } => self.pass_on_offer(peer, offer, effects),
            media::Event::AnswerRefused { peer } => self.dismiss(peer, Farewell::MediaRefused, effects),
            media::Event::SectionsNeeded { peer, audios, videos } => {
                self.ask_for_sections(peer, audios, videos, effects);
            }
            media::Event::Connected { peer, path } => self.connected(peer, path, effects),
            media::Event::Closed { peer, reason } => self.media_over(peer, reason, effects),
            media::Event::NotUnderstood { peer, track } => self.not_understood(peer, &track, effects),
            media::Event::Published { peer, track, mime, mid } if track != track.public() => {
                self.backup_published(peer, &track, mime, mid, effects);
            }
            media::Event::Unpublished { peer, track } if track != track.public() => {
                self.backup_unpublished(peer, &track, effects);
            }
            media::Event::Published { peer, track, mime, mid } => self.published(peer, &track, mime, mid, effects),
            media::Event::Unpublished { peer, track } => self.unpublished(peer, &track, effects),
            media::Event::Data { peer, channel, payload } => self.relay(peer, channel, &payload, self.now, effects),
            media::Event::Speakers { speakers } => self.hear_speakers(&speakers, effects),
            media::Event::StreamPaused { peer, track, is_paused } => {
                self.tell_stream_state(peer, &track, is_paused, effects);
            }
            media::Event::Stats { peer, stats } => self.measure(peer, stats, effects),
        }
    }

    fn tick(&mut self, now: Timestamp, effects: &mut Vec<Effect>) {
        self.give_up_the_lost(now, effects);
        self.refresh_tokens(now, effects);
        self.end_simulated_speech(now, effects);
        self.ask_for_less(now, effects);
        self.tell_counts(effects);
        self.tell_turnout(effects);
        self.end_groups_in_time(effects);
        self.watch_chair(effects);
        self.end_turn_in_time(effects);
        self.give_up_calls(effects);
    }

    /// Relays for one participant, with a password of its own.
    fn relays_for(&self, sid: &str) -> Vec<livekit::IceServer> {
        self.welcome.relays.iter().map(|relays| relays.told(sid, self.now)).collect()
    }

    /// The peer of everybody who can hear.
    fn everybody(&self) -> Vec<PeerId> {
        self.present().map(|person| person.peer).collect()
    }

    /// The same but for one.
    fn everybody_but(&self, peer: PeerId) -> Vec<PeerId> {
        self.present().map(|person| person.peer).filter(|other| *other != peer).collect()
    }

    /// Tells how a participant is now: everybody, or only itself if it is hidden.
    fn tell_about(&mut self, peer: PeerId, effects: &mut Vec<Effect>) {
        let everybody = self.everybody();
        let Some(person) = self.people.get_mut(&peer) else { return };
        person.version += 1;
        let to = if person.grants.hidden { vec![peer] } else { everybody };
        effects.push(Effect::send(to, info::update(vec![info::participant(person)])));
    }
}
