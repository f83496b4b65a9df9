use async_trait::async_trait;
use domain::{BookingId, Room, RoomId};

use super::unit::{PostgresUnit, Result, rows, sql};
use crate::rows::{ClaimRow, RoomRow, all, maybe, room_kind};
use crate::{Rooms, Span};

#[async_trait]
impl Rooms for PostgresUnit {
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
        let question = rows::<RoomRow>("SELECT * FROM rooms WHERE id = ANY($1) ORDER BY id")
            .bind(super::unit::ids(ids.iter().map(|id| id.as_uuid())));
        all(self.all(question).await?)
    }

    async fn rooms(&mut self) -> Result<Vec<Room>> {
        all(self.all(rows::<RoomRow>("SELECT * FROM rooms WHERE retired_at IS NULL ORDER BY name, id")).await?)
    }

    /// One advisory lock per room, always in the same order, so that two units never wait for each other.
    async fn lock_rooms(&mut self, ids: &[RoomId]) -> Result<()> {
        self.must_write()?;
        let mut keys: Vec<i64> = ids.iter().copied().map(lock_key).collect();
        keys.sort_unstable();
        keys.dedup();
        for key in keys {
            self.execute(sql("SELECT pg_advisory_xact_lock($1)").bind(key)).await?;
        }
        Ok(())
    }

    async fn taken_rooms(
        &mut self,
        ids: &[RoomId],
        span: Span,
        except: Option<BookingId>,
    ) -> Result<Vec<(RoomId, Span)>> {
        let question = rows::<ClaimRow>(
            "SELECT held.room_id, held.start_s, held.end_s
            FROM room_claims AS held
            JOIN occurrences ON occurrences.id = held.occurrence_id
            WHERE held.room_id = ANY($1)
              AND held.start_s > $2 - 86400 AND held.start_s < $3 AND held.end_s > $2
              AND ($4::uuid IS NULL OR occurrences.booking_id <> $4)
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
            FROM unnest($2::bigint[], $3::bigint[]) AS span (start_s, end_s)
            JOIN room_claims AS held ON held.room_id = ANY($1)
              AND held.start_s > span.start_s - 86400 AND held.start_s < span.end_s AND held.end_s > span.start_s
            JOIN occurrences ON occurrences.id = held.occurrence_id
            WHERE $4::uuid IS NULL OR occurrences.booking_id <> $4
            ORDER BY held.room_id, held.start_s",
        )
        .bind(super::unit::ids(ids.iter().map(|id| id.as_uuid())))
        .bind(spans.iter().map(|span| span.start.as_second()).collect::<Vec<_>>())
        .bind(spans.iter().map(|span| span.end.as_second()).collect::<Vec<_>>())
        .bind(except.map(BookingId::as_uuid));
        let mut taken: Vec<(RoomId, Span)> = all(self.all(question).await?)?;
        // One claim may touch several spans.
        taken.dedup();
        Ok(taken)
    }
}

/// The number a room's lock goes by. Two rooms with the same number only wait for each other in vain.
fn lock_key(room: RoomId) -> i64 {
    let (high, low) = room.as_uuid().as_u64_pair();
    (high ^ low).cast_signed()
}
