//! Counts what arrives: media, data, and the server's words about the others.

use std::sync::Arc;

use prost::Message as _;
use protocol::livekit::{self, data_packet, signal_response};
use tokio::sync::watch;
use webrtc::data_channel::{DataChannel, DataChannelEvent};
use webrtc::media_stream::track_remote::{TrackRemote, TrackRemoteEvent};

use super::seen::{Media, Message, Received, Seen};
use crate::probe::frames;

/// Counts a track's packets until it ends.
pub(super) async fn receive(track: Arc<dyn TrackRemote>, seen: watch::Sender<Seen>) {
    let sid = track.track_id().await;
    // `PA_…|camera`
    let owner = track.stream_id().await.split('|').next().unwrap_or_default().to_owned();
    let media = match track.kind().await.to_string().as_str() {
        "video" => Media::Video,
        _ => Media::Audio,
    };
    seen.send_modify(|seen| {
        seen.tracks.entry(sid.clone()).or_insert_with(|| Received::new(media, owner.clone()));
    });
    while let Some(event) = track.poll().await {
        match event {
            TrackRemoteEvent::OnRtpPacket(packet) if !packet.payload.is_empty() => {
                let delay = frames::age(&packet.payload);
                let ends_frame = media == Media::Audio || packet.header.marker;
                seen.send_modify(|seen| {
                    if let Some(track) = seen.tracks.get_mut(&sid) {
                        track.count(packet.header.sequence_number, ends_frame, delay);
                    }
                });
            }
            TrackRemoteEvent::OnEnded => break,
            _ => {}
        }
    }
}

/// Keeps a data channel's messages until it closes.
pub(super) async fn listen(channel: Arc<dyn DataChannel>, reliable: bool, seen: watch::Sender<Seen>) {
    while let Some(event) = channel.poll().await {
        match event {
            DataChannelEvent::OnOpen => seen.send_modify(|seen| {
                if reliable {
                    seen.reliable_open = true;
                } else {
                    seen.lossy_open = true;
                }
            }),
            DataChannelEvent::OnMessage(message) => {
                let Ok(packet) = livekit::DataPacket::decode(message.data.freeze()) else { continue };
                if let Some(data_packet::Value::User(user)) = packet.value {
                    let message = Message {
                        from: packet.participant_identity,
                        topic: user.topic.unwrap_or_default(),
                        payload: user.payload,
                        reliable,
                    };
                    seen.send_modify(|seen| seen.messages.push(message));
                }
            }
            DataChannelEvent::OnClose => break,
            _ => {}
        }
    }
}

/// Notes what the server says about participants.
pub(super) fn note(seen: &mut Seen, message: signal_response::Message) {
    match message {
        signal_response::Message::Update(update) => update.participants.into_iter().for_each(|who| place(seen, who)),
        signal_response::Message::SpeakersChanged(changed) => {
            for speaker in changed.speakers {
                if speaker.active {
                    seen.speakers.insert(speaker.sid, speaker.level);
                } else {
                    seen.speakers.remove(&speaker.sid);
                }
            }
        }
        _ => {}
    }
}

/// Adds, changes or removes a participant.
pub(super) fn place(seen: &mut Seen, who: livekit::ParticipantInfo) {
    if who.sid == seen.sid || who.identity == seen.identity {
        seen.own = Some(who);
    } else if who.state() == livekit::participant_info::State::Disconnected {
        // A late farewell of an earlier session of the same person removes nothing.
        if seen.others.get(&who.identity).is_some_and(|known| known.sid == who.sid) {
            seen.others.remove(&who.identity);
        }
    } else {
        seen.others.insert(who.identity.clone(), who);
    }
}
