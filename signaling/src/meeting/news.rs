//! What other programs want to know of a meeting: webhooks, in the words of the wire.
//!
//! Noted beside the effects and fetched by the driver after each command, in order.

use protocol::livekit::{DisconnectReason, ParticipantInfo, TrackInfo, WebhookEvent};
use protocol::webhook::{
    PARTICIPANT_CONNECTION_ABORTED, PARTICIPANT_JOINED, PARTICIPANT_LEFT, ROOM_FINISHED, ROOM_STARTED, TRACK_PUBLISHED,
    TRACK_UNPUBLISHED,
};

use super::participant::Participant;
use super::{Meeting, info};

/// One thing that happened.
#[derive(Clone, Debug, PartialEq)]
pub struct News {
    /// Counts from 1 in this run of the meeting, without a gap.
    pub sequence: u64,
    /// What happened.
    pub event: WebhookEvent,
}

/// What was not fetched yet, and how far the count is.
#[derive(Default)]
pub(super) struct Notebook {
    sequence: u64,
    unread: Vec<News>,
    has_started: bool,
    has_finished: bool,
}

impl Meeting {
    /// What happened since the last call.
    pub fn take_news(&mut self) -> Vec<News> {
        std::mem::take(&mut self.notebook.unread)
    }

    /// The meeting is over: nothing follows.
    pub fn finish(&mut self) {
        if self.notebook.has_started && !self.notebook.has_finished {
            self.notebook.has_finished = true;
            self.note_news(ROOM_FINISHED, None, None);
        }
    }

    /// Which run of the meeting this is.
    pub fn run(&self) -> &str {
        &self.sid
    }

    /// Somebody came, or the server API opened the meeting.
    pub(super) fn note_start(&mut self) {
        if !self.notebook.has_started {
            self.notebook.has_started = true;
            self.note_news(ROOM_STARTED, None, None);
        }
    }

    pub(super) fn note_joined(&mut self, person: ParticipantInfo) {
        self.note_news(PARTICIPANT_JOINED, Some(person), None);
    }

    /// Somebody is gone, and with it its tracks.
    pub(super) fn note_gone(&mut self, person: &Participant, reason: DisconnectReason) {
        for track in person.tracks.values().filter(|track| track.is_published()) {
            self.note_unpublished(brief(person), track.info.clone());
        }
        let event = if person.path.is_some() { PARTICIPANT_LEFT } else { PARTICIPANT_CONNECTION_ABORTED };
        self.note_news(event, Some(info::gone(person, reason)), None);
    }

    pub(super) fn note_published(&mut self, person: ParticipantInfo, track: TrackInfo) {
        self.note_news(TRACK_PUBLISHED, Some(person), Some(track));
    }

    pub(super) fn note_unpublished(&mut self, person: ParticipantInfo, track: TrackInfo) {
        self.note_news(TRACK_UNPUBLISHED, Some(person), Some(track));
    }

    fn note_news(&mut self, event: &str, participant: Option<ParticipantInfo>, track: Option<TrackInfo>) {
        self.notebook.sequence += 1;
        let sequence = self.notebook.sequence;
        let event = WebhookEvent {
            event: event.to_owned(),
            room: Some(self.room()),
            participant,
            track,
            id: protocol::webhook::event_id(&self.sid, sequence),
            created_at: self.now.as_second(),
            ..WebhookEvent::default()
        };
        self.notebook.unread.push(News { sequence, event });
    }
}

/// Who it is, without all the rest.
pub(super) fn brief(person: &Participant) -> ParticipantInfo {
    ParticipantInfo {
        sid: person.sid.clone(),
        identity: person.identity.to_string(),
        name: person.name.expose().clone(),
        ..ParticipantInfo::default()
    }
}
