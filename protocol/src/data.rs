//! Messages between participants on the data channels (`DataPacket`).
//!
//! The server checks and stamps them and looks at the addressees; what they say is not its
//! business.

use std::collections::BTreeSet;

use livekit_protocol::data_packet::Value;
use livekit_protocol::data_stream::{Chunk, Header, Trailer};
use livekit_protocol::{DataPacket, RpcError, RpcRequest, UserPacket, rpc_response};
use prost::Message;

/// Largest message on a data channel, bytes.
pub const DATA_LIMIT: usize = 64_000;
/// The topic of the server's own messages, and of those for it; nothing on it passes between participants.
pub const SERVER_TOPIC: &str = "rennsteig";

/// The topic on which programs publish what people say as text.
pub const TRANSCRIPTION_TOPIC: &str = "lk.transcription";

/// Why a message is not passed on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum DataRefused {
    /// Larger than [`DATA_LIMIT`].
    #[error("the message is larger than 64,000 bytes")]
    TooLarge,
    /// Not a data packet.
    #[error("the message is not a data packet")]
    Malformed,
    /// A kind that only the server may send, or one it does not know.
    #[error("participants may not send this kind of message")]
    NotForParticipants,
    /// On [`SERVER_TOPIC`]: it is for the server itself, see [`to_server`].
    #[error("the message is for the server itself")]
    ForServer,
}

/// Who sent a message, as the server knows it.
#[derive(Clone, Copy, Debug)]
pub struct Sender<'a> {
    /// `PA_…`
    pub sid: &'a str,
    /// Stable identity.
    pub identity: &'a str,
    /// May say as text what others said.
    pub may_transcribe: bool,
}

/// A message ready to be passed on.
#[derive(Clone, Debug, PartialEq)]
pub struct Relay {
    /// The stamped message.
    pub payload: Vec<u8>,
    /// Identities it is for; everybody if this and `sids` are empty.
    pub identities: BTreeSet<String>,
    /// Participant sids it is for (older clients).
    pub sids: BTreeSet<String>,
    /// The sender's number of a reliable message; 0 if it has none.
    pub sequence: u32,
    /// The part of a longer text or file it is, if it is one.
    pub part: Option<Part>,
}

/// One part of a text or file that comes in several.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// Of which stream.
    pub stream: String,
    /// Where in it.
    pub place: Place,
}

/// Where in a stream a part stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Place {
    /// Its beginning.
    Begin {
        /// It says what others said: on [`TRANSCRIPTION_TOPIC`].
        is_transcription: bool,
        /// Nothing follows.
        is_whole: bool,
    },
    /// Between.
    Middle,
    /// Its end.
    End,
}

/// Checks and stamps a participant's message. Whatever the sender wrote about itself is replaced; only who may
/// transcribe names somebody else: the one who said it.
#[expect(deprecated, reason = "older clients still read and write the sender inside user packets")]
pub fn stamp(payload: &[u8], sender: Sender<'_>) -> Result<Relay, DataRefused> {
    if payload.len() > DATA_LIMIT {
        return Err(DataRefused::TooLarge);
    }
    let mut packet = DataPacket::decode(payload).map_err(|_| DataRefused::Malformed)?;
    let mut identities: BTreeSet<String> = packet.destination_identities.iter().cloned().collect();
    let mut sids = BTreeSet::new();
    match packet.value.as_mut().ok_or(DataRefused::NotForParticipants)? {
        // Who speaks is measured, figures come from the server.
        Value::Speaker(_) | Value::Metrics(_) => return Err(DataRefused::NotForParticipants),
        Value::Transcription(_) if !sender.may_transcribe => return Err(DataRefused::NotForParticipants),
        Value::User(user) if user.topic.as_deref() == Some(SERVER_TOPIC) => {
            return Err(DataRefused::ForServer);
        }
        Value::StreamHeader(header)
            if header.topic == SERVER_TOPIC || (header.topic == TRANSCRIPTION_TOPIC && !sender.may_transcribe) =>
        {
            return Err(DataRefused::NotForParticipants);
        }
        Value::User(user) => {
            identities.extend(user.destination_identities.iter().cloned());
            sids.extend(user.destination_sids.iter().cloned());
            user.participant_sid = sender.sid.to_owned();
            user.participant_identity = sender.identity.to_owned();
        }
        _ => {}
    }
    let part = packet.value.as_ref().and_then(part);
    let is_quoted = matches!(part, Some(Part { place: Place::Begin { is_transcription: true, .. }, .. }));
    if !is_quoted || packet.participant_identity.is_empty() {
        packet.participant_identity = sender.identity.to_owned();
    }
    packet.participant_sid = sender.sid.to_owned();
    Ok(Relay { sequence: packet.sequence, payload: packet.encode_to_vec(), identities, sids, part })
}

fn part(value: &Value) -> Option<Part> {
    let (stream, place) = match value {
        Value::StreamHeader(Header { stream_id, topic, inline_content, .. }) => {
            let (is_transcription, is_whole) = (topic == TRANSCRIPTION_TOPIC, inline_content.is_some());
            (stream_id, Place::Begin { is_transcription, is_whole })
        }
        Value::StreamChunk(Chunk { stream_id, .. }) => (stream_id, Place::Middle),
        Value::StreamTrailer(Trailer { stream_id, .. }) => (stream_id, Place::End),
        _ => return None,
    };
    Some(Part { stream: stream.clone(), place })
}

/// A participant's message to the server itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ToServer {
    /// What it says.
    pub payload: Vec<u8>,
    /// The sender's number of a reliable message; 0 if it has none.
    pub sequence: u32,
}

/// Reads a message for the server itself: a user packet on [`SERVER_TOPIC`]. None if it is anything else.
pub fn to_server(payload: &[u8]) -> Option<ToServer> {
    let packet = DataPacket::decode(payload).ok()?;
    match packet.value? {
        Value::User(user) if user.topic.as_deref() == Some(SERVER_TOPIC) => {
            Some(ToServer { payload: user.payload, sequence: packet.sequence })
        }
        _ => None,
    }
}

/// A message from outside the meeting: through the server API.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct FromServer {
    /// What it says.
    pub payload: Vec<u8>,
    /// What it is about.
    pub topic: Option<String>,
    /// Identities it is for; everybody if this and `sids` are empty.
    pub identities: Vec<String>,
    /// Participant sids it is for (older clients).
    pub sids: Vec<String>,
    /// Tells repetitions apart.
    pub nonce: Vec<u8>,
}

/// Packs a message from outside; none if it is larger than [`DATA_LIMIT`].
#[expect(deprecated, reason = "older clients still read the addressees inside user packets")]
pub fn from_server(message: &FromServer) -> Option<Vec<u8>> {
    let user = UserPacket {
        payload: message.payload.clone(),
        topic: message.topic.clone(),
        destination_identities: message.identities.clone(),
        destination_sids: message.sids.clone(),
        nonce: message.nonce.clone(),
        ..UserPacket::default()
    };
    let packet = DataPacket {
        destination_identities: message.identities.clone(),
        value: Some(Value::User(user)),
        ..DataPacket::default()
    };
    let packed = packet.encode_to_vec();
    (packed.len() <= DATA_LIMIT).then_some(packed)
}

/// Who calls a participant, as it is told; its answer is addressed to it.
const CALLER: &str = "server";
/// Newer versions answer in streams.
const CALL_VERSION: u32 = 1;

/// A call of a participant from outside the meeting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Call {
    /// Tells calls apart.
    pub id: String,
    /// What it shall do.
    pub method: String,
    /// With what.
    pub payload: String,
    /// How long it may take, milliseconds.
    pub answer_ms: u32,
    /// Its identity.
    pub to: String,
}

/// Packs a call; none if it is larger than [`DATA_LIMIT`].
pub fn call(call: Call) -> Option<Vec<u8>> {
    let request = RpcRequest {
        id: call.id,
        method: call.method,
        payload: call.payload,
        response_timeout_ms: call.answer_ms,
        version: CALL_VERSION,
        ..RpcRequest::default()
    };
    let packet = DataPacket {
        participant_identity: CALLER.to_owned(),
        destination_identities: vec![call.to],
        value: Some(Value::RpcRequest(request)),
        ..DataPacket::default()
    };
    let packed = packet.encode_to_vec();
    (packed.len() <= DATA_LIMIT).then_some(packed)
}

/// What a participant says about a call.
#[derive(Clone, Debug, PartialEq)]
pub enum Returned {
    /// It was heard.
    Heard,
    /// The answer.
    Answer(String),
    /// It cannot be done.
    Failed(RpcError),
}

/// Reads an answer to a call from outside, with the call's id. None if it is anything else.
pub fn returned(payload: &[u8]) -> Option<(String, Returned)> {
    let packet = DataPacket::decode(payload).ok()?;
    if packet.destination_identities != [CALLER] {
        return None;
    }
    match packet.value? {
        Value::RpcAck(ack) => Some((ack.request_id, Returned::Heard)),
        Value::RpcResponse(response) => {
            let returned = match response.value {
                Some(rpc_response::Value::Payload(payload)) => Returned::Answer(payload),
                Some(rpc_response::Value::Error(error)) => Returned::Failed(error),
                // Nobody asked for a packed answer.
                Some(rpc_response::Value::CompressedPayload(_)) | None => Returned::Answer(String::new()),
            };
            Some((response.request_id, returned))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use livekit_protocol::Transcription;

    use super::*;

    const SENDER: Sender<'static> = Sender { sid: "PA_anna", identity: "anna", may_transcribe: false };
    const CAPTIONER: Sender<'static> = Sender { sid: "PA_words", identity: "words", may_transcribe: true };

    fn packet(value: Value) -> Vec<u8> {
        DataPacket {
            participant_identity: "mallory".into(),
            participant_sid: "PA_mallory".into(),
            destination_identities: vec!["ben".into()],
            sequence: 4,
            value: Some(value),
            ..DataPacket::default()
        }
        .encode_to_vec()
    }

    #[test]
    #[expect(deprecated, reason = "older clients still read and write the sender inside user packets")]
    fn the_sender_is_who_the_server_knows_not_who_the_packet_says() {
        let user = UserPacket {
            participant_identity: "mallory".into(),
            payload: b"hello".to_vec(),
            topic: Some("chat".into()),
            destination_sids: vec!["PA_cleo".into()],
            ..UserPacket::default()
        };
        let relay = stamp(&packet(Value::User(user)), SENDER).expect("a user packet may be sent");
        assert_eq!((relay.sequence, relay.identities.len(), relay.sids.len()), (4, 1, 1));
        let stamped = DataPacket::decode(&relay.payload[..]).expect("what was written can be read");
        assert_eq!((&*stamped.participant_sid, &*stamped.participant_identity), ("PA_anna", "anna"));
        let Some(Value::User(user)) = stamped.value else { panic!("still a user packet") };
        assert_eq!((&*user.participant_sid, &*user.participant_identity), ("PA_anna", "anna"));
        assert_eq!(user.payload, b"hello");
    }

    #[test]
    fn what_is_for_the_server_is_not_passed_on_but_can_be_read() {
        let user = |topic: &str| {
            Value::User(UserPacket { topic: Some(topic.into()), payload: b"vote".to_vec(), ..UserPacket::default() })
        };
        assert_eq!(stamp(&packet(user(SERVER_TOPIC)), SENDER), Err(DataRefused::ForServer));
        let read = Some(ToServer { payload: b"vote".to_vec(), sequence: 4 });
        assert_eq!(to_server(&packet(user(SERVER_TOPIC))), read);
        assert_eq!(to_server(&packet(user("chat"))), None);
        assert_eq!(to_server(&[0xff; 4]), None);
    }

    #[test]
    fn what_only_the_server_says_is_refused() {
        assert_eq!(stamp(b"", SENDER), Err(DataRefused::NotForParticipants));
        assert_eq!(stamp(&[0xff; 4], SENDER), Err(DataRefused::Malformed));
        assert_eq!(stamp(&vec![0; DATA_LIMIT + 1], SENDER), Err(DataRefused::TooLarge));
    }

    #[test]
    fn only_who_may_transcribe_says_what_others_said() {
        let header = |topic: &str| {
            Value::StreamHeader(Header { stream_id: "one".into(), topic: topic.into(), ..Header::default() })
        };
        let transcripts = [Value::Transcription(Transcription::default()), header(TRANSCRIPTION_TOPIC)];
        for transcript in transcripts {
            assert_eq!(stamp(&packet(transcript.clone()), SENDER), Err(DataRefused::NotForParticipants));
            assert!(stamp(&packet(transcript), CAPTIONER).is_ok());
        }
        let named = |value, sender| {
            let relay = stamp(&packet(value), sender).expect("may be sent");
            DataPacket::decode(&relay.payload[..]).expect("what was written can be read").participant_identity
        };
        assert_eq!(named(header(TRANSCRIPTION_TOPIC), CAPTIONER), "mallory", "whom it heard");
        assert_eq!(named(header("lk.chat"), CAPTIONER), "words", "nothing else in anybody's name");
        assert_eq!(named(header("lk.chat"), SENDER), "anna");
    }

    #[test]
    fn parts_of_a_stream_are_known() {
        let part = |value| stamp(&packet(value), CAPTIONER).expect("may be sent").part;
        let begin = Header { stream_id: "one".into(), topic: TRANSCRIPTION_TOPIC.into(), ..Header::default() };
        let at = |place| Some(Part { stream: "one".into(), place });
        assert_eq!(part(Value::StreamHeader(begin)), at(Place::Begin { is_transcription: true, is_whole: false }));
        let middle = Chunk { stream_id: "one".into(), ..Chunk::default() };
        assert_eq!(part(Value::StreamChunk(middle)), at(Place::Middle));
        let end = Trailer { stream_id: "one".into(), ..Trailer::default() };
        assert_eq!(part(Value::StreamTrailer(end)), at(Place::End));
        assert_eq!(part(Value::User(UserPacket::default())), None);
    }
}
