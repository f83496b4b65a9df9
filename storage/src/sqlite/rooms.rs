use async_trait::async_trait;
use domain::{BookingId, Room, RoomId};

use super::unit::{Result, SqliteUnit, rows, sql};
use crate::rows::{ClaimRow, RoomRow, all, maybe, room_kind};
use crate::{Rooms, Span};

#[async_trait]
impl Rooms for SqliteUnit {
    async fn add_room(&mut self, room: &Room) -> Result<()> {
        let statement = sql("INSERT INTO rooms (id, kind, name, site, capacity, notes, retired_at, version)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8)")
        .bind(room.id.as_uuid())
        .bind(room_kind(room.kind))
        .bind(room.name.clone())
        .bind(room.site.clone())
        .bind(i64::from(room.capacity))
        .bind(room.notes.clone())
        .bind(room.retired_at.map(|at| at.as_second()))
        .bind(room.version);
        self.execute(statement).await.map(drop)
    }

    async fn save_room(&mut self, room: &Room) -> Result<()> {
        let statement = sql("UPDATE rooms SET kind = $2, name = $3, site = $4, capacity = $5, notes = $6,
                retired_at = $7, version = $8
            WHERE id = $1 AND version = $8 - 1")
        .bind(room.id.as_uuid())
        .bind(room_kind(room.kind))
        .bind(room.name.clone())
        .bind(room.site.clone())
        .bind(i64::from(room.capacity))
        .bind(room.notes.clone())
        .bind(room.retired_at.map(|at| at.as_second()))
        .bind(room.version);
        self.execute_versioned(statement).await
    }

    async fn room(&mut self, id: RoomId) -> Result<Option<Room>> {
        let question = rows::<RoomRow>("SELECT * FROM rooms WHERE id = $1").bind(id.as_uuid());
        maybe(self.first(question).await?)
    }

    async fn rooms_by_id(&mut self, ids: &[RoomId]) -> Result<Vec<Room>> {
        let question =
            rows::<RoomRow>("SELECT * FROM rooms WHERE id IN (SELECT unhex(value) FROM json_each($1)) ORDER BY id")
                .bind(super::unit::ids(ids.iter().map(|id| id.as_uuid())));
        all(self.all(question).await?)
    }

    async fn rooms(&mut self) -> Result<Vec<Room>> {
        all(self.all(rows::<RoomRow>("SELECT * FROM rooms WHERE retired_at IS NULL ORDER BY name, id")).await?)
    }

    /// The unit holds the database's one write lock since it was opened: every room is locked.
    async fn lock_rooms(&mut self, _ids: &[RoomId]) -> Result<()> {
        self.must_write()
    }

    async fn taken_rooms(
        &mut self,
        ids: &[RoomId],
        span: Span,
        except: Option<BookingId>,
    ) -> Result<Vec<(RoomId, Span)>> {
        let question = rows::<ClaimRow>(
            "SELECT held.room_id, held.start_s, held.end_s
            FROM json_each($1) AS wanted
            JOIN room_claims AS held ON held.room_id = unhex(wanted.value)
            JOIN occurrences ON occurrences.id = held.occurrence_id
            WHERE held.start_s > $2 - 86400 AND held.start_s < $3 AND held.end_s > $2
              AND ($4 IS NULL OR occurrences.booking_id <> $4)
            ORDER BY held.room_id, held.start_s",
        )
        .bind(super::unit::ids(ids.iter().map(|id| id.as_uuid())))
        .bind(span.start.as_second())
        .bind(span.end.as_second())
        .bind(except.map(BookingId::as_uuid));
        all(self.all(question).await?)
    }

    async fn taken_rooms_at(
        &mut self,
        ids: &[RoomId],
        spans: &[Span],
        except: Option<BookingId>,
    ) -> Result<Vec<(RoomId, Span)>> {
        let question = rows::<ClaimRow>(
            "SELECT held.room_id, held.start_s, held.end_s
            FROM json_each($1) AS wanted
            CROSS JOIN json_each($2) AS span
            CROSS JOIN room_claims AS held ON held.room_id = unhex(wanted.value)
            JOIN occurrences ON occurrences.id = held.occurrence_id
            WHERE held.start_s > (span.value ->> 0) - 86400 AND held.start_s < (span.value ->> 1)
              AND held.end_s > (span.value ->> 0)
              AND ($3 IS NULL OR occurrences.booking_id <> $3)
            ORDER BY held.room_id, held.start_s",
        )
        .bind(super::unit::ids(ids.iter().map(|id| id.as_uuid())))
        .bind(span_list(spans))
        .bind(except.map(BookingId::as_uuid));
        let mut taken: Vec<(RoomId, Span)> = all(self.all(question).await?)?;
        // One claim may touch several spans.
        taken.dedup();
        Ok(taken)
    }
}

/// Spans as one parameter: `[[start, end], ...]`.
fn span_list(spans: &[Span]) -> String {
    let pairs: Vec<String> =
        spans.iter().map(|span| format!("[{},{}]", span.start.as_second(), span.end.as_second())).collect();
    format!("[{}]", pairs.join(","))
}
