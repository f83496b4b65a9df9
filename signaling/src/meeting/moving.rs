//! Somebody is led into another meeting.
//!
//! The client is told where it goes, gets a token for there and joins anew with it: so the other
//! meeting may be on any node, and nobody is in two at once. Stock clients publish their tracks
//! again by themselves.

use domain::Identity;
use protocol::livekit::{Room, RoomMovedResponse};

use super::participant::Presence;
use super::{Effect, Farewell, Meeting, OrderRefused, Reply, info};

impl Meeting {
    /// Sends a participant on to `room`, with the rights and attributes it has now.
    pub(super) fn send_on(
        &mut self,
        identity: &Identity,
        room: Room,
        effects: &mut Vec<Effect>,
    ) -> Result<Reply, OrderRefused> {
        let peer = self.find_own(identity)?;
        let person = self.people.get(&peer).ok_or(OrderRefused::NoSuchParticipant)?;
        // Who cannot hear where to go would come back here, to nobody.
        if person.presence != Presence::Here || self.views.contains_key(&person.peer) {
            return Err(OrderRefused::OutOfHearing);
        }
        let mut claims = person.claims.clone();
        claims.video.room.clone_from(&room.name);
        // What its makers said of the size was said of this meeting.
        claims.room_config = None;
        let moved = RoomMovedResponse {
            room: Some(room),
            participant: Some(info::participant(person)),
            ..RoomMovedResponse::default()
        };
        effects.push(Effect::Move { peer, claims: Box::new(claims), moved: Box::new(moved) });
        self.dismiss(peer, Farewell::Moved, effects);
        Ok(Reply::Done)
    }
}
