use std::collections::BTreeMap;
use std::time::Duration;

use protocol::livekit;
use protocol::livekit::DisconnectReason;
use protocol::livekit::leave_request::Action;

/// Everything a client has seen so far.
#[derive(Clone, Debug, Default)]
pub struct Seen {
    /// Own session id, `PA_…`.
    pub sid: String,
    /// Own identity.
    pub identity: String,
    /// The meeting's name.
    pub meeting: String,
    /// Media and data can flow.
    pub connected: bool,
    /// The reliable channel is open.
    pub reliable_open: bool,
    /// The lossy channel is open.
    pub lossy_open: bool,
    /// The others, by identity, as the server last described them.
    pub others: BTreeMap<String, livekit::ParticipantInfo>,
    /// Own description as the server last gave it.
    pub own: Option<livekit::ParticipantInfo>,
    /// Media that arrived, by track, `TR_…`.
    pub tracks: BTreeMap<String, Received>,
    /// Data that arrived, oldest first.
    pub messages: Vec<Message>,
    /// Who speaks, by session id.
    pub speakers: BTreeMap<String, f32>,
    /// Own tracks the server muted or unmuted, by track.
    pub muted_by_server: BTreeMap<String, bool>,
    /// Own tracks the server unpublished.
    pub unpublished_by_server: Vec<String>,
    /// The last round trip over the signalling connection.
    pub signalling_round_trip: Option<Duration>,
    /// The server ended the session.
    pub leave: Option<(DisconnectReason, Action)>,
    /// The signalling connection is gone.
    pub closed: bool,
    /// What went wrong within the client, if anything.
    pub failure: Option<String>,
}

impl Seen {
    /// What arrived of a participant's tracks of one kind, added up.
    pub fn from(&self, identity: &str, kind: Media) -> Received {
        let Some(sender) = self.others.get(identity) else { return Received::default() };
        let of_sender = self.tracks.values().filter(|track| track.kind == kind && track.owner == sender.sid);
        of_sender.fold(Received::default(), |sum, track| Received {
            kind,
            owner: sender.sid.clone(),
            packets: sum.packets + track.packets,
            frames: sum.frames + track.frames,
            expected: sum.expected + track.expected,
            delays: sum.delays.iter().chain(&track.delays).copied().collect(),
            ..sum
        })
    }

    /// The messages on a topic.
    pub fn on_topic<'a>(&'a self, topic: &'a str) -> impl Iterator<Item = &'a Message> {
        self.messages.iter().filter(move |message| message.topic == topic)
    }
}

/// Sound or pictures.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Media {
    /// Sound.
    #[default]
    Audio,
    /// Pictures.
    Video,
}

/// What arrived of one track.
#[derive(Clone, Debug, Default)]
pub struct Received {
    /// Sound or pictures.
    pub kind: Media,
    /// Session id of its publisher.
    pub owner: String,
    /// Packets.
    pub packets: u64,
    /// Complete frames: marked packets for video, packets for audio.
    pub frames: u64,
    /// Packets there should be by the numbers on them.
    pub expected: u64,
    /// How long frames of senders in this process were under way; the newest thousand.
    pub delays: Vec<Duration>,
    highest: Option<u64>,
    lowest: u64,
}

impl Received {
    pub(super) fn new(kind: Media, owner: String) -> Self {
        Self { kind, owner, ..Self::default() }
    }

    /// Packets that should have arrived and did not.
    pub fn lost(&self) -> u64 {
        self.expected.saturating_sub(self.packets)
    }

    pub(super) fn count(&mut self, sequence: u16, ends_frame: bool, delay: Option<Duration>) {
        let number = match self.highest {
            None => u64::from(sequence) + (1 << 16),
            // The nearest number with these low 16 bits.
            Some(highest) => highest.wrapping_add_signed(i64::from(sequence.wrapping_sub(highest as u16) as i16)),
        };
        self.lowest = if self.highest.is_none() { number } else { self.lowest.min(number) };
        let highest = self.highest.map_or(number, |highest| highest.max(number));
        self.highest = Some(highest);
        self.expected = highest - self.lowest + 1;
        self.packets += 1;
        self.frames += u64::from(ends_frame);
        if let Some(delay) = delay {
            if self.delays.len() == 1_000 {
                self.delays.remove(0);
            }
            self.delays.push(delay);
        }
    }
}

/// Data from another participant or from the server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Who sent it, as the server says; empty for the server itself.
    pub from: String,
    /// Its topic.
    pub topic: String,
    /// Its content.
    pub payload: Vec<u8>,
    /// It came over the reliable channel.
    pub reliable: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn loss_is_counted_across_the_wrap_of_sequence_numbers() {
        let mut track = Received::default();
        for sequence in [65_534, 65_535, 1, 2] {
            track.count(sequence, true, None);
        }
        assert_eq!((track.packets, track.expected, track.lost()), (4, 5, 1));
        track.count(0, true, None);
        assert_eq!(track.lost(), 0);
    }
}
