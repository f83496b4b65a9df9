//! Meetings: made, listed, changed, ended.

use protocol::livekit::{
    CreateRoomRequest, DeleteRoomRequest, DeleteRoomResponse, ListRoomsRequest, ListRoomsResponse, Room,
    UpdateRoomMetadataRequest,
};

use super::error::{Code, TwirpError};
use super::{Call, Obstacle, Outcome, forward, meeting_name, rights, tell};
use crate::actor::Input;
use crate::meeting::{Farewell, Order, Reply, Settings};
use crate::registry::Door;

/// Opens a meeting, or changes the one that is open; answers it.
pub async fn create(call: &Call) -> Outcome {
    rights::may_create(&call.claims)?;
    let wish: CreateRoomRequest = call.read()?;
    let name = meeting_name(&wish.name)?;
    let handle = match call.registry.enter(&name).await {
        Ok(Door::Here(handle)) => handle,
        Ok(Door::There(owner)) => return Err(Obstacle::Elsewhere(owner)),
        Err(_) => return Err(TwirpError::new(Code::Unavailable, "no meeting can be opened now: try again").into()),
    };
    let settings = Settings {
        empty_timeout: wish.empty_timeout,
        departure_timeout: wish.departure_timeout,
        max_participants: wish.max_participants,
        metadata: wish.metadata,
    };
    room(call, tell(&handle, Order::Configure(settings)).await?)
}

/// All meetings, or those named, of all nodes.
pub async fn list(call: &Call) -> Outcome {
    rights::may_list(&call.claims)?;
    let wish: ListRoomsRequest = call.read()?;
    let mut rooms: Vec<Room> = Vec::new();
    for handle in call.registry.open_here().await {
        // One that closes in this very moment is not there any more.
        if let Ok(Reply::Room(room)) = tell(&handle, Order::Show).await {
            rooms.push(*room);
        }
    }
    if !wish.names.is_empty() {
        rooms.retain(|room| wish.names.contains(&room.name));
    }
    if !call.is_forwarded {
        rooms.extend(forward::rooms_of_others(call, &wish).await);
    }
    rooms.sort_by(|one, other| one.name.cmp(&other.name));
    // A meeting that moved while we asked around is told once.
    rooms.dedup_by(|one, other| one.name == other.name);
    call.write(&ListRoomsResponse { rooms })
}

/// Sends everybody away. Tokens stay good: the protocol has no word against that, ending a meeting
/// for good is the scheduler's business.
pub async fn delete(call: &Call) -> Outcome {
    rights::may_create(&call.claims)?;
    let wish: DeleteRoomRequest = call.read()?;
    let handle = call.meeting(&wish.room).await?;
    handle.send(Input::Close(Farewell::Ended)).await;
    tracing::info!(meeting.id = %wish.room, "meeting {} was ended through the server API", wish.room);
    call.write(&DeleteRoomResponse {})
}

/// Replaces the free text of a meeting; everybody inside hears it.
pub async fn update_metadata(call: &Call) -> Outcome {
    let wish: UpdateRoomMetadataRequest = call.read()?;
    rights::may_administer(&call.claims, &wish.room)?;
    room(call, call.order(&wish.room, Order::SetMetadata(wish.metadata)).await?)
}

fn room(call: &Call, reply: Reply) -> Outcome {
    match reply {
        Reply::Room(room) => call.write(&*room),
        _ => call.write(&Room::default()),
    }
}
