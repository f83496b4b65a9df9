//! Our participants and meetings in the words of the wire.

use jiff::Timestamp;
use protocol::livekit::participant_info::{KindDetail, State};
use protocol::livekit::{Codec, DisconnectReason, ParticipantInfo, ParticipantUpdate, Room, RoomUpdate};

use super::effect::Message;
use super::participant::Participant;
use super::{Meeting, captures};

/// The codecs a client may publish, best known first: it picks from them.
pub fn codecs() -> Vec<Codec> {
    ["audio/opus", "audio/red", "video/VP8", "video/H264", "video/VP9", "video/AV1", "video/rtx"]
        .into_iter()
        .map(|mime| Codec { mime: mime.to_owned(), fmtp_line: String::new() })
        .collect()
}

pub fn participant(person: &Participant) -> ParticipantInfo {
    let tracks: Vec<_> =
        person.tracks.values().filter(|track| track.is_published()).map(|track| track.info.clone()).collect();
    ParticipantInfo {
        sid: person.sid.clone(),
        identity: person.identity.to_string(),
        state: person.state as i32,
        is_publisher: !tracks.is_empty(),
        tracks,
        metadata: person.metadata.expose().clone(),
        joined_at: person.joined_at.as_second(),
        joined_at_ms: person.joined_at.as_millisecond(),
        name: person.name.expose().clone(),
        version: person.version,
        permission: Some(person.grants.info()),
        attributes: person.attributes.clone(),
        client_protocol: person.client.client_protocol,
        capabilities: person.client.capabilities.clone(),
        kind: captures::kind(&person.claims) as i32,
        kind_details: person.origin.iter().map(|_| KindDetail::Forwarded as i32).collect(),
        ..ParticipantInfo::default()
    }
}

/// How somebody who is gone is shown to the others.
pub fn gone(person: &Participant, reason: DisconnectReason) -> ParticipantInfo {
    ParticipantInfo {
        state: State::Disconnected as i32,
        disconnect_reason: reason as i32,
        version: person.version + 1,
        tracks: Vec::new(),
        is_publisher: false,
        ..participant(person)
    }
}

pub fn update(participants: Vec<ParticipantInfo>) -> Message {
    Message::Update(ParticipantUpdate { participants })
}

impl Meeting {
    /// The meeting as clients see it: those who are hidden do not count.
    pub(super) fn room(&self) -> Room {
        let (num_participants, num_publishers) = self.counts();
        Room {
            sid: self.sid.clone(),
            name: self.name.to_string(),
            metadata: self.board(),
            empty_timeout: self.settings.as_ref().map_or(0, |settings| settings.empty_timeout),
            departure_timeout: self.settings.as_ref().map_or(0, |settings| settings.departure_timeout),
            max_participants: self.max_participants,
            creation_time: self.opened_at.as_second(),
            creation_time_ms: self.opened_at.as_millisecond(),
            enabled_codecs: codecs(),
            num_participants,
            num_publishers,
            active_recording: self.is_recorded(),
            ..Room::default()
        }
    }

    pub(super) fn counts(&self) -> (u32, u32) {
        let shown = || self.people.values().filter(|person| !person.grants.hidden);
        let publishing = shown().filter(|person| person.tracks.values().any(|track| track.is_published()));
        (shown().count() as u32, publishing.count() as u32)
    }

    /// Tells everybody the numbers if they changed since the last time.
    pub(super) fn tell_counts(&mut self, effects: &mut Vec<super::Effect>) {
        let counts = self.counts();
        if counts != self.counted {
            self.counted = counts;
            self.tell_room(effects);
        }
    }

    /// Tells everybody how the meeting is now.
    pub(super) fn tell_room(&self, effects: &mut Vec<super::Effect>) {
        let update = RoomUpdate { room: Some(self.room()) };
        effects.push(super::Effect::send(self.everybody(), Message::RoomUpdate(update)));
    }

    /// When the meeting was opened.
    pub fn opened_at(&self) -> Timestamp {
        self.opened_at
    }
}
