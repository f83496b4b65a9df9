//! Those inside a meeting: seen, changed, muted, written to, removed.

use cluster::Revocation;
use domain::Identity;
use jiff::Timestamp;
use media::Channel;
use protocol::data::FromServer;
use protocol::livekit::{
    ForwardParticipantRequest, ForwardParticipantResponse, ListParticipantsRequest, ListParticipantsResponse,
    MoveParticipantRequest, MoveParticipantResponse, MuteRoomTrackRequest, MuteRoomTrackResponse, ParticipantInfo,
    RemoveParticipantResponse, Room, RoomParticipantIdentity, SendDataRequest, SendDataResponse,
    UpdateParticipantRequest, UpdateSubscription, UpdateSubscriptionsRequest, UpdateSubscriptionsResponse, data_packet,
};
use tokio::time::timeout;

use super::error::{Code, TwirpError};
use super::{Call, Obstacle, Outcome, meeting_name, rights};
use crate::config::CLUSTER_PATIENCE;
use crate::forwarding;
use crate::meeting::{Change, Order, Reply, TokenInUse};
use crate::revoked::MEMORY;

pub async fn list(call: &Call) -> Outcome {
    let wish: ListParticipantsRequest = call.read()?;
    rights::may_administer(&call.claims, &wish.room)?;
    let participants = match call.order(&wish.room, Order::List).await? {
        Reply::Participants(participants) => participants,
        _ => Vec::new(),
    };
    call.write(&ListParticipantsResponse { participants })
}

pub async fn get(call: &Call) -> Outcome {
    let wish: RoomParticipantIdentity = call.read()?;
    rights::may_administer(&call.claims, &wish.room)?;
    let reply = call.order(&wish.room, Order::Get(identity(&wish.identity)?)).await?;
    participant(call, reply)
}

/// Sends a participant away and ends its tokens, also if it is not inside just now.
pub async fn remove(call: &Call) -> Outcome {
    let wish: RoomParticipantIdentity = call.read()?;
    rights::may_administer(&call.claims, &wish.room)?;
    let (meeting, identity) = (meeting_name(&wish.room)?, identity(&wish.identity)?);
    let is_inside = call.order(&wish.room, Order::ShowToken(identity.clone())).await;
    if let Err(Obstacle::Elsewhere(owner)) = is_inside {
        return Err(Obstacle::Elsewhere(owner));
    }
    let now = call.registry.around.clock.now();
    // The token that is in use is over, also one from a clock that is ahead of ours: by its name,
    // and where it has none by its time.
    let own = match &is_inside {
        Ok(Reply::Token(TokenInUse { id: None, since })) => Timestamp::from_second(*since).unwrap_or(now),
        _ => now,
    };
    let issued_until = match wish.revoke_token_ts {
        0 => now.max(own),
        // "before": the instant itself stays good.
        instant => Timestamp::from_second(instant.saturating_sub(1)).unwrap_or(now),
    };
    let revocation = Revocation {
        meeting,
        identity: Some(identity),
        token_id: None,
        issued_until,
        for_good: false,
        in_use: wish.revoke_token_ts == 0,
        everywhere: false,
        forget_at: now + MEMORY,
    };
    let revoked = call.registry.around.cluster.revocations.revoke(revocation.clone());
    if !matches!(timeout(CLUSTER_PATIENCE, revoked).await, Ok(Ok(()))) {
        // The others hear of it when the cluster is back; here it counts at once.
        call.registry.shut_out(&revocation).await;
    }
    is_inside?;
    call.write(&RemoveParticipantResponse {})
}

/// Leads a participant into another meeting, wherever that is or will be.
pub async fn send_on(call: &Call) -> Outcome {
    let wish: MoveParticipantRequest = call.read()?;
    rights::may_lead(&call.claims, &wish.room, &wish.destination_room)?;
    let destination = meeting_name(&wish.destination_room)?;
    if wish.destination_room == wish.room {
        return Err(TwirpError::new(Code::InvalidArgument, "the participant is in this room").into());
    }
    let identity = identity(&wish.identity)?;
    // If it is here its sid and metadata can be told at once; the client hears all of it on joining.
    let known = match call.registry.find(&destination).await {
        Some(handle) => handle.order(Order::Show).await,
        None => None,
    };
    let to = match known {
        Some(Ok(Reply::Room(room))) => room,
        _ => Box::new(Room { name: wish.destination_room, ..Room::default() }),
    };
    call.order(&wish.room, Order::Move { identity, to }).await?;
    call.write(&MoveParticipantResponse {})
}

/// Shows a participant in another meeting of this node too.
pub async fn forward(call: &Call) -> Outcome {
    let wish: ForwardParticipantRequest = call.read()?;
    rights::may_lead(&call.claims, &wish.room, &wish.destination_room)?;
    let to = meeting_name(&wish.destination_room)?;
    if wish.destination_room == wish.room {
        return Err(TwirpError::new(Code::InvalidArgument, "the participant is in that meeting already").into());
    }
    let identity = identity(&wish.identity)?;
    let source = call.meeting(&wish.room).await?;
    forwarding::begin(&call.registry, source, to.clone(), identity).await.map_err(TwirpError::from)?;
    tracing::info!(meeting.id = %wish.room, "somebody in meeting {} is shown in {to} too", wish.room);
    call.write(&ForwardParticipantResponse {})
}

pub async fn mute(call: &Call) -> Outcome {
    let wish: MuteRoomTrackRequest = call.read()?;
    rights::may_administer(&call.claims, &wish.room)?;
    let order = Order::Mute { identity: identity(&wish.identity)?, track: wish.track_sid, muted: wish.muted };
    let track = match call.order(&wish.room, order).await? {
        Reply::Track(track) => Some(*track),
        _ => None,
    };
    call.write(&MuteRoomTrackResponse { track })
}

pub async fn update(call: &Call) -> Outcome {
    let wish: UpdateParticipantRequest = call.read()?;
    rights::may_administer(&call.claims, &wish.room)?;
    let change = Change {
        identity: wish.identity,
        name: wish.name,
        metadata: wish.metadata,
        attributes: wish.attributes,
        permission: wish.permission,
    };
    let reply = call.order(&wish.room, Order::Update(Box::new(change))).await?;
    participant(call, reply)
}

pub async fn update_subscriptions(call: &Call) -> Outcome {
    let wish: UpdateSubscriptionsRequest = call.read()?;
    rights::may_administer(&call.claims, &wish.room)?;
    let subscription = UpdateSubscription {
        track_sids: wish.track_sids,
        subscribe: wish.subscribe,
        participant_tracks: wish.participant_tracks,
    };
    let order = Order::Subscribe { identity: identity(&wish.identity)?, wish: Box::new(subscription) };
    call.order(&wish.room, order).await?;
    call.write(&UpdateSubscriptionsResponse {})
}

#[expect(deprecated, reason = "older callers address participants by sid")]
pub async fn send_data(call: &Call) -> Outcome {
    let wish: SendDataRequest = call.read()?;
    rights::may_administer(&call.claims, &wish.room)?;
    let channel = match data_packet::Kind::try_from(wish.kind) {
        Ok(data_packet::Kind::Lossy) => Channel::Lossy,
        _ => Channel::Reliable,
    };
    let message = FromServer {
        payload: wish.data,
        topic: wish.topic,
        identities: wish.destination_identities,
        sids: wish.destination_sids,
        nonce: wish.nonce,
    };
    call.order(&wish.room, Order::Send { channel, message: Box::new(message) }).await?;
    call.write(&SendDataResponse {})
}

fn participant(call: &Call, reply: Reply) -> Outcome {
    match reply {
        Reply::Participant(participant) => call.write(&*participant),
        _ => call.write(&ParticipantInfo::default()),
    }
}

pub fn identity(text: &str) -> Result<Identity, TwirpError> {
    text.parse().map_err(|_| TwirpError::new(Code::InvalidArgument, "identity must have 1 to 128 bytes"))
}
