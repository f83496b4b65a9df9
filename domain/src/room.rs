use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::RoomId;

/// A bookable room. Two bookings never hold the same room at the same time.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Room {
    /// Stable id.
    pub id: RoomId,
    /// Virtual or physical.
    pub kind: RoomKind,
    /// What people call it, unique.
    pub name: String,
    /// Building or town; none for virtual rooms.
    pub site: Option<String>,
    /// How many people fit (physical) or may be in the meeting at once (virtual). 1..=10_000.
    pub capacity: u32,
    /// Equipment and accessibility, in words.
    pub notes: Option<String>,
    /// Since when it can no longer be booked.
    pub retired_at: Option<Timestamp>,
    /// Counts changes; the ETag.
    pub version: i64,
}

/// What kind of room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum RoomKind {
    /// A standing virtual room.
    Virtual,
    /// A room with a door.
    Physical,
}
