//! Going, of one's own will or not.

use domain::Identity;
use jiff::{SignedDuration, Timestamp};
use media::{CloseReason, PeerId};
use protocol::livekit::leave_request::Action;
use protocol::livekit::{DisconnectReason, LeaveRequest};

use super::effect::Message;
use super::participant::Presence;
use super::{AWAY_SECONDS, Effect, Farewell, Meeting, info};

impl Farewell {
    /// The reason others are told, and the one who goes.
    pub fn reason(self) -> DisconnectReason {
        match self {
            Self::Own => DisconnectReason::ClientInitiated,
            Self::DuplicateIdentity => DisconnectReason::DuplicateIdentity,
            Self::Removed => DisconnectReason::ParticipantRemoved,
            Self::Ended => DisconnectReason::RoomDeleted,
            Self::ShutDown => DisconnectReason::ServerShutdown,
            Self::Elsewhere | Self::Moved => DisconnectReason::Migration,
            Self::Full => DisconnectReason::JoinFailure,
            Self::MediaRefused | Self::MediaLost => DisconnectReason::MediaFailure,
            Self::OutOfStep => DisconnectReason::StateMismatch,
            Self::TimedOut => DisconnectReason::ConnectionTimeout,
            Self::Misbehaved => DisconnectReason::UnknownReason,
        }
    }

    /// What the client is told, and what it shall do then.
    pub fn words(self) -> Option<LeaveRequest> {
        let action = match self {
            Self::Own => return None,
            Self::ShutDown | Self::Elsewhere | Self::Moved | Self::MediaLost | Self::OutOfStep => Action::Reconnect,
            Self::DuplicateIdentity
            | Self::Removed
            | Self::Ended
            | Self::Full
            | Self::MediaRefused
            | Self::TimedOut
            | Self::Misbehaved => Action::Disconnect,
        };
        Some(LeaveRequest {
            can_reconnect: action == Action::Reconnect,
            reason: self.reason() as i32,
            action: action as i32,
            regions: None,
        })
    }
}

impl Meeting {
    /// Sends a participant away and tells the others.
    pub(super) fn dismiss(&mut self, peer: PeerId, farewell: Farewell, effects: &mut Vec<Effect>) {
        let Some(person) = self.people.remove(&peer) else { return };
        self.speaking.remove(&peer);
        self.views.remove(&peer);
        self.notes.forget(peer);
        self.transcripts.forget(peer);
        let is_here = person.origin.is_none();
        if !is_here {
            self.stop_showing(&person, effects);
        }
        for other in self.people.values_mut() {
            for track in person.tracks.keys() {
                other.forget(track);
            }
        }
        for track in person.tracks.keys() {
            if is_here { self.backups.forget(track) } else { self.backups.retire(track) }
        }
        if is_here {
            effects.push(Effect::Media(media::Command::ClosePeer { peer }));
            if let Some(leave) = farewell.words() {
                effects.push(Effect::send(vec![peer], Message::Leave(leave)));
            }
            effects.push(Effect::HangUp { peer });
        }
        match farewell {
            // What is shown of it belongs to its own meeting.
            _ if !is_here => {}
            Farewell::Removed | Farewell::Ended => {
                self.kept.forget(&person.identity);
                self.roles.forget(&person.identity);
                self.groups.forget(&person.identity);
                self.forget_turn_of(&person.identity, effects);
            }
            _ => self.kept.note(&person, self.now),
        }
        self.note_gone(&person, farewell.reason());
        if !person.grants.hidden {
            self.departed.note(info::gone(&person, farewell.reason()), self.now);
        }
        if !person.grants.hidden && !self.people.is_empty() {
            effects.push(Effect::send(self.everybody(), info::update(vec![info::gone(&person, farewell.reason())])));
        }
    }

    pub(super) fn remove(&mut self, identity: &Identity, effects: &mut Vec<Effect>) {
        let peer = self.people.values().find(|person| person.identity == *identity).map(|person| person.peer);
        if let Some(peer) = peer {
            self.dismiss(peer, Farewell::Removed, effects);
        }
    }

    /// Sends everybody away at once: nobody needs to hear of the others any more.
    pub(super) fn close(&mut self, farewell: Farewell, effects: &mut Vec<Effect>) {
        let everybody = self.everybody();
        if let (false, Some(leave)) = (everybody.is_empty(), farewell.words()) {
            effects.push(Effect::send(everybody.clone(), Message::Leave(leave)));
        }
        effects.extend(everybody.iter().map(|peer| Effect::Media(media::Command::ClosePeer { peer: *peer })));
        effects.extend(everybody.iter().map(|peer| Effect::HangUp { peer: *peer }));
        for person in std::mem::take(&mut self.people).into_values() {
            self.note_gone(&person, farewell.reason());
        }
        self.speaking.clear();
        self.views.clear();
    }

    pub(super) fn lose_socket(&mut self, peer: PeerId, now: Timestamp) {
        if let Some(person) = self.people.get_mut(&peer)
            && person.presence == Presence::Here
        {
            person.presence = Presence::Away { since: now };
        }
    }

    pub(super) fn give_up_the_lost(&mut self, now: Timestamp, effects: &mut Vec<Effect>) {
        let patience = SignedDuration::from_secs(AWAY_SECONDS);
        let lost: Vec<_> = self
            .people
            .values()
            .filter(|person| matches!(person.presence, Presence::Away { since } if since + patience <= now))
            .map(|person| person.peer)
            .collect();
        for peer in lost {
            self.dismiss(peer, Farewell::TimedOut, effects);
        }
    }

    /// Media is over, signalling may still be there: the client joins anew. Who is away as well
    /// is gone.
    pub(super) fn media_over(&mut self, peer: PeerId, reason: CloseReason, effects: &mut Vec<Effect>) {
        let Some(person) = self.people.get(&peer) else { return };
        let farewell = match (reason, person.presence) {
            (CloseReason::Asked, _) => return,
            (CloseReason::TimedOut | CloseReason::Fault, Presence::Here) => Farewell::MediaLost,
            (CloseReason::TimedOut | CloseReason::Fault, Presence::Away { .. }) => Farewell::TimedOut,
        };
        self.dismiss(peer, farewell, effects);
    }
}
