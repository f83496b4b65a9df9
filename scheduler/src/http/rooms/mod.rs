//! Bookable rooms, virtual and physical.

pub(crate) mod add;
pub(crate) mod change;
pub(crate) mod door;
pub(crate) mod find_free;
pub(crate) mod list;
pub(crate) mod list_use;
pub(crate) mod policy;
pub(crate) mod retire;

use domain::{Room, RoomKind, text};
use serde::{Deserialize, Serialize};
use storage::StorageError;
use utoipa::ToSchema;
use uuid::Uuid;

use super::problem::{Code, Problem};

/// A room.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RoomAnswer {
    id: Uuid,
    #[schema(inline)]
    kind: Kind,
    name: String,
    site: Option<String>,
    /// Seats of a physical room, participants of a virtual one.
    capacity: u32,
    notes: Option<String>,
    /// The ETag without its quotes.
    version: i64,
}

impl From<&Room> for RoomAnswer {
    fn from(room: &Room) -> Self {
        Self {
            id: room.id.as_uuid(),
            kind: room.kind.into(),
            name: room.name.clone(),
            site: room.site.clone(),
            capacity: room.capacity,
            notes: room.notes.clone(),
            version: room.version,
        }
    }
}

/// What kind of room.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = RoomKind)]
pub(crate) enum Kind {
    /// A standing virtual room.
    Virtual,
    /// A room with a door.
    Physical,
}

impl From<RoomKind> for Kind {
    fn from(kind: RoomKind) -> Self {
        match kind {
            RoomKind::Virtual => Self::Virtual,
            RoomKind::Physical => Self::Physical,
        }
    }
}

impl From<Kind> for RoomKind {
    fn from(kind: Kind) -> Self {
        match kind {
            Kind::Virtual => Self::Virtual,
            Kind::Physical => Self::Physical,
        }
    }
}

/// A room as it shall be.
#[derive(Deserialize, ToSchema)]
pub(crate) struct RoomBody {
    #[schema(inline)]
    kind: Kind,
    /// 1 to 100 characters, not the name of another room.
    name: String,
    /// Building or town, up to 100 characters.
    site: Option<String>,
    /// 1 to 10,000.
    #[schema(minimum = 1, maximum = 10000)]
    capacity: u32,
    /// Equipment and accessibility, up to 1,000 characters.
    notes: Option<String>,
}

impl RoomBody {
    /// Writes the fields into the room, or says which one does not fit.
    fn write(self, room: &mut Room) -> Result<(), Problem> {
        let name = text::line(&self.name, text::NAME_LIMIT);
        room.name = name.map_err(|_| Problem::invalid("name", "1 to 100 characters, no line breaks"))?;
        let site = self.site.filter(|site| !site.trim().is_empty());
        let site = site.map(|site| text::line(&site, text::NAME_LIMIT)).transpose();
        room.site = site.map_err(|_| Problem::invalid("site", "up to 100 characters, no line breaks"))?;
        let notes = self.notes.map(|notes| text::lines(&notes, 1_000)).transpose();
        let notes = notes.map_err(|_| Problem::invalid("notes", "up to 1,000 characters"))?;
        room.notes = notes.filter(|notes| !notes.is_empty());
        if !(1..=10_000).contains(&self.capacity) {
            return Err(Problem::invalid("capacity", "1 to 10,000"));
        }
        room.capacity = self.capacity;
        room.kind = self.kind.into();
        Ok(())
    }
}

fn name_taken(error: StorageError) -> Problem {
    match error {
        StorageError::Conflict(_) => {
            Problem::new(Code::AlreadyExists, "There is a room of this name.").with_field("name")
        }
        error => error.into(),
    }
}
