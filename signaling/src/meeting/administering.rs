//! What the server API asks of a meeting: looks, changes and messages from outside.

use std::collections::HashMap;

use domain::{Identity, MeetingName};
use jiff::Timestamp;
use media::{Channel, PeerId, TrackSid};
use protocol::data::{FromServer, SERVER_TOPIC, from_server};
use protocol::livekit::{
    MuteTrackRequest, ParticipantInfo, ParticipantPermission, Room, RpcError, TrackInfo, UpdateSubscription,
};
use serde::{Deserialize, Serialize};

use super::effect::Message;
use super::groups::GROUP;
use super::metadata::{fits, printable};
use super::{Effect, Link, Meeting, Shown, info, limits};

/// Something the server API wants. Who asks was checked by the caller.
#[derive(Debug)]
pub enum Order {
    /// The meeting itself.
    Show,
    /// Everybody inside.
    List,
    /// One participant.
    Get(Identity),
    /// When the token of one participant was issued.
    ShowToken(Identity),
    /// Settings of a meeting that is made, or made again.
    Configure(Settings),
    /// Replaces the meeting's metadata.
    SetMetadata(String),
    /// Switches a track off. Switching on is its owner's business alone.
    Mute {
        /// Whose.
        identity: Identity,
        /// Which.
        track: String,
        /// Off; `false` is refused unless it already is on.
        muted: bool,
    },
    /// Changes what others see of a participant, and what it may do.
    Update(Box<Change>),
    /// Chooses for a participant what it receives.
    Subscribe {
        /// For whom.
        identity: Identity,
        /// Which tracks, and whether.
        wish: Box<UpdateSubscription>,
    },
    /// Leads a participant into another meeting.
    Move {
        /// Whom.
        identity: Identity,
        /// Where to, as far as it is known.
        to: Box<Room>,
    },
    /// Shows a participant in another meeting too; [`Reply::Shown`], and from then on [`Effect::Show`].
    Forward {
        /// Whom.
        identity: Identity,
        /// Where.
        to: MeetingName,
        /// A name for it that was never used.
        link: Link,
    },
    /// Shows a participant of another meeting here.
    Host {
        /// The name of the forwarding.
        link: Link,
        /// A number that was never used.
        peer: PeerId,
        /// How it is.
        shown: Box<Shown>,
    },
    /// Calls a participant, which shall answer; [`Reply::Calling`] and later [`Effect::Return`].
    Call {
        /// Whom.
        identity: Identity,
        /// What it shall do.
        method: String,
        /// With what.
        payload: String,
        /// How long it may take, milliseconds; 0: as long as is usual.
        answer_ms: u32,
    },
    /// A message from outside.
    Send {
        /// Over which channel.
        channel: Channel,
        /// What, and to whom.
        message: Box<FromServer>,
    },
}

/// Settings of a meeting. Zero and empty mean "as it was".
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Settings {
    /// How long it waits for the first participant, seconds.
    pub empty_timeout: u32,
    /// How long it waits after the last one left, seconds.
    pub departure_timeout: u32,
    /// How many may be inside.
    pub max_participants: u32,
    /// Free text for clients.
    pub metadata: String,
}

/// A change of one participant. Empty means "as it was"; an empty attribute is deleted.
#[derive(Clone, Debug, Default)]
pub struct Change {
    /// Whom.
    pub identity: String,
    /// The name others see.
    pub name: String,
    /// Free text.
    pub metadata: String,
    /// By key.
    pub attributes: HashMap<String, String>,
    /// All rights anew, if any are given.
    pub permission: Option<ParticipantPermission>,
}

/// What tells a token from others of the same person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TokenInUse {
    /// Its `jti`.
    pub id: Option<String>,
    /// What a revocation compares, UTC seconds.
    pub since: i64,
}

/// What came of an order.
#[derive(Clone, Debug, PartialEq)]
pub enum Reply {
    /// Nothing to tell.
    Done,
    /// The meeting.
    Room(Box<Room>),
    /// Everybody.
    Participants(Vec<ParticipantInfo>),
    /// One of them.
    Participant(Box<ParticipantInfo>),
    /// The token somebody is inside with.
    Token(TokenInUse),
    /// A track.
    Track(Box<TrackInfo>),
    /// How a participant is that is shown elsewhere from now on.
    Shown(Box<Shown>),
    /// The call has this number; what comes of it follows.
    Calling(u64),
    /// What a participant answered.
    Returned(String),
    /// A participant could not do what it was called for.
    Failed(Box<RpcError>),
}

/// Why an order was not carried out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum OrderRefused {
    /// Nobody inside is called so.
    #[error("participant does not exist")]
    NoSuchParticipant,
    /// The participant has no signalling connection just now.
    #[error("the participant cannot be told")]
    OutOfHearing,
    /// The participant has no such track.
    #[error("track does not exist")]
    NoSuchTrack,
    /// Nobody but its owner switches a microphone or camera on.
    #[error("a track can only be unmuted by its owner")]
    MayNotUnmute,
    /// Name, metadata or attributes are beyond the limits.
    #[error("name, metadata or attributes are too long")]
    TooLong,
    /// The message is too large or on the server's own topic.
    #[error("the message is too large or on a reserved topic")]
    NotSendable,
    /// A participant did not answer a call in time.
    #[error("the participant did not answer in time")]
    NoAnswer,
    /// Too many calls wait for an answer.
    #[error("too many calls wait for an answer")]
    TooManyCalls,
    /// The participant belongs to another meeting and is only shown here.
    #[error("the participant is forwarded from another meeting")]
    Forwarded,
    /// Somebody who may not publish has nothing to show.
    #[error("the participant may not publish")]
    MayNotPublish,
    /// Somebody of this identity is in the other meeting.
    #[error("the identity is in the other meeting already")]
    AlreadyThere,
    /// The participant is shown in as many meetings as may be.
    #[error("the participant is forwarded to too many meetings")]
    TooManyDestinations,
    /// No place is left in the other meeting.
    #[error("the other meeting is full")]
    Full,
}

/// Longest time an empty meeting may be asked to wait, seconds: a day.
const EMPTY_LIMIT_SECONDS: u32 = 24 * 3600;

impl Meeting {
    /// Carries out an order: the answer, and what is to be done.
    pub fn order(&mut self, order: Order, now: Timestamp) -> (Result<Reply, OrderRefused>, Vec<Effect>) {
        self.now = now;
        let mut effects = Vec::new();
        let reply = self.carry_out(order, &mut effects);
        self.direct(&mut effects);
        self.tell_captured(&mut effects);
        self.tell_other_meetings(&mut effects);
        self.lead(&mut effects);
        self.keep_for_the_absent(&mut effects);
        (reply, effects)
    }

    fn carry_out(&mut self, order: Order, effects: &mut Vec<Effect>) -> Result<Reply, OrderRefused> {
        match order {
            Order::Show => Ok(Reply::Room(Box::new(self.room()))),
            Order::List => Ok(Reply::Participants(self.people.values().map(info::participant).collect())),
            Order::Get(identity) => self.describe(self.find(&identity)?),
            Order::ShowToken(identity) => {
                let peer = self.find(&identity)?;
                let person = self.people.get(&peer).ok_or(OrderRefused::NoSuchParticipant)?;
                Ok(Reply::Token(TokenInUse { id: person.claims.jti.clone(), since: person.claims.usable_since() }))
            }
            Order::Configure(settings) => self.configure(settings, effects),
            Order::SetMetadata(metadata) => self.set_metadata(metadata, effects),
            Order::Mute { identity, track, muted } => self.mute_for(&identity, track, muted, effects),
            Order::Update(change) => self.change(*change, effects),
            Order::Subscribe { identity, wish } => {
                let peer = self.find_own(&identity)?;
                self.choose_tracks(peer, &wish, effects);
                Ok(Reply::Done)
            }
            Order::Move { identity, to } => self.send_on(&identity, *to, effects),
            Order::Forward { identity, to, link } => self.lend(&identity, to, link),
            Order::Host { link, peer, shown } => self.host(link, peer, *shown, effects),
            Order::Call { identity, method, payload, answer_ms } => {
                self.call(&identity, method, payload, answer_ms, effects)
            }
            Order::Send { channel, message } => self.send_from_outside(channel, &message, effects),
        }
    }

    /// How long this meeting waits while nobody is inside, if it was told; seconds.
    pub fn patience_seconds(&self) -> Option<u32> {
        self.settings.as_ref().map(
            |settings| {
                if self.had_somebody { settings.departure_timeout } else { settings.empty_timeout }
            },
        )
    }

    pub(super) fn find(&self, identity: &Identity) -> Result<PeerId, OrderRefused> {
        let found = self.people.values().find(|person| person.identity == *identity);
        found.map(|person| person.peer).ok_or(OrderRefused::NoSuchParticipant)
    }

    /// The same, of those who are here themselves.
    pub(super) fn find_own(&self, identity: &Identity) -> Result<PeerId, OrderRefused> {
        let peer = self.find(identity)?;
        let is_shown = self.people.get(&peer).is_some_and(|person| person.origin.is_some());
        if is_shown { Err(OrderRefused::Forwarded) } else { Ok(peer) }
    }

    fn describe(&self, peer: PeerId) -> Result<Reply, OrderRefused> {
        let person = self.people.get(&peer).ok_or(OrderRefused::NoSuchParticipant)?;
        Ok(Reply::Participant(Box::new(info::participant(person))))
    }

    fn configure(&mut self, new: Settings, effects: &mut Vec<Effect>) -> Result<Reply, OrderRefused> {
        if new.metadata.len() > limits::METADATA {
            return Err(OrderRefused::TooLong);
        }
        self.note_start();
        let settings = self.settings.get_or_insert_with(|| Settings {
            empty_timeout: limits::EMPTY_SECONDS,
            departure_timeout: limits::DEPARTURE_SECONDS,
            ..Settings::default()
        });
        for (old, new) in
            [(&mut settings.empty_timeout, new.empty_timeout), (&mut settings.departure_timeout, new.departure_timeout)]
        {
            if new > 0 {
                *old = new.min(EMPTY_LIMIT_SECONDS);
            }
        }
        if new.max_participants > 0 {
            settings.max_participants = new.max_participants;
            self.max_participants = new.max_participants;
        }
        if new.metadata.is_empty() {
            return Ok(Reply::Room(Box::new(self.room())));
        }
        self.set_metadata(new.metadata, effects)
    }

    fn set_metadata(&mut self, metadata: String, effects: &mut Vec<Effect>) -> Result<Reply, OrderRefused> {
        if metadata.len() > limits::METADATA {
            return Err(OrderRefused::TooLong);
        }
        if self.metadata != metadata {
            self.metadata = metadata;
            self.tell_room(effects);
        }
        Ok(Reply::Room(Box::new(self.room())))
    }

    fn mute_for(
        &mut self,
        identity: &Identity,
        sid: String,
        muted: bool,
        effects: &mut Vec<Effect>,
    ) -> Result<Reply, OrderRefused> {
        let peer = self.find_own(identity)?;
        let track = TrackSid(sid.as_str().into());
        let known = self.people.get(&peer).and_then(|person| person.tracks.get(&track));
        let was_muted = known.ok_or(OrderRefused::NoSuchTrack)?.info.muted;
        if was_muted && !muted {
            return Err(OrderRefused::MayNotUnmute);
        }
        if muted && !was_muted {
            let mute = MuteTrackRequest { sid, muted };
            self.mute(peer, &mute, effects);
            effects.push(Effect::send(vec![peer], Message::Mute(mute)));
        }
        let track = self.people.get(&peer).and_then(|person| person.tracks.get(&track));
        Ok(Reply::Track(Box::new(track.ok_or(OrderRefused::NoSuchTrack)?.info.clone())))
    }

    pub(super) fn change(&mut self, mut change: Change, effects: &mut Vec<Effect>) -> Result<Reply, OrderRefused> {
        let identity = change.identity.parse().map_err(|_| OrderRefused::NoSuchParticipant)?;
        let peer = self.find_own(&identity)?;
        let person = self.people.get_mut(&peer).ok_or(OrderRefused::NoSuchParticipant)?;
        if !fits(person, &change.name, &change.metadata, &change.attributes) {
            return Err(OrderRefused::TooLong);
        }
        if !change.name.is_empty() {
            person.name = printable(&change.name).into();
        }
        if !change.metadata.is_empty() {
            person.metadata = change.metadata.into();
        }
        // Where somebody is, the meeting alone knows.
        change.attributes.remove(GROUP);
        person.set_attributes(&change.attributes);
        let allowed = change.permission.map(|permission| {
            let before = person.grants.clone();
            person.grants.allow(&permission);
            person.granted_at = Some(self.now);
            (before, person.grants.clone())
        });
        person.keep_claims();
        self.kept.note(person, self.now);
        self.tell_about(peer, effects);
        self.limit(peer, effects);
        if let Some((before, after)) = allowed
            && before != after
        {
            self.enforce(peer, effects);
        }
        self.keep_rules_for(peer, effects);
        self.renew_now(peer, effects);
        self.describe(peer)
    }

    /// Ends what a participant may no longer do, and begins what it may do from now on.
    fn enforce(&mut self, peer: PeerId, effects: &mut Vec<Effect>) {
        let Some(person) = self.people.get(&peer) else { return };
        let over = person.tracks.values().filter(|track| !person.grants.allow_source(track.info.source));
        let over: Vec<_> = over.map(|track| track.sid.clone()).collect();
        for sid in over {
            self.take_track(peer, &sid, effects);
        }
        self.subscribe_to_all(peer, effects);
    }

    fn send_from_outside(
        &mut self,
        channel: Channel,
        message: &FromServer,
        effects: &mut Vec<Effect>,
    ) -> Result<Reply, OrderRefused> {
        if message.topic.as_deref() == Some(SERVER_TOPIC) {
            return Err(OrderRefused::NotSendable);
        }
        let payload: bytes::Bytes = from_server(message).ok_or(OrderRefused::NotSendable)?.into();
        let everybody = message.identities.is_empty() && message.sids.is_empty();
        let to = self.present().filter(|person| {
            everybody
                || message.identities.iter().any(|identity| identity == person.identity.as_str())
                || message.sids.contains(&person.sid)
        });
        effects.extend(Effect::say(to.map(|person| person.peer).collect(), channel, payload));
        Ok(Reply::Done)
    }
}
