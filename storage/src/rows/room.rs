use domain::{Room, RoomId};
use uuid::Uuid;

use super::{maybe_at, small, words};
use crate::StorageError;

#[derive(sqlx::FromRow)]
pub(crate) struct RoomRow {
    id: Uuid,
    kind: String,
    name: String,
    site: Option<String>,
    capacity: i64,
    notes: Option<String>,
    retired_at: Option<i64>,
    version: i64,
}

impl TryFrom<RoomRow> for Room {
    type Error = StorageError;

    fn try_from(row: RoomRow) -> Result<Self, StorageError> {
        Ok(Self {
            id: RoomId::from_uuid(row.id),
            kind: words::parse_room_kind(&row.kind)?,
            name: row.name,
            site: row.site,
            capacity: small(row.capacity)?,
            notes: row.notes,
            retired_at: maybe_at(row.retired_at)?,
            version: row.version,
        })
    }
}
