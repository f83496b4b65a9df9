use async_trait::async_trait;
use domain::{BookingId, CalendarFeedId, PersonId, RoomId};

use super::unit::{EngineUnit, Result, rows, sql};
use crate::rows::{CalendarFeedRow, IdRow, all, maybe};
use crate::{CalendarFeed, CalendarFeeds, Span};

#[async_trait]
impl CalendarFeeds for EngineUnit {
    async fn save_feed(&mut self, feed: &CalendarFeed) -> Result<()> {
        let person = feed.person.as_uuid();
        let earlier = match feed.room {
            None => sql("DELETE FROM calendar_feeds WHERE person_id = $1 AND room_id IS NULL").bind(person),
            Some(room) => sql("DELETE FROM calendar_feeds WHERE person_id = $1 AND room_id = $2")
                .bind(person)
                .bind(room.as_uuid()),
        };
        self.execute(earlier).await?;
        let statement = sql("INSERT INTO calendar_feeds (id, person_id, room_id, secret_hash, created_at)
            VALUES ($1, $2, $3, $4, $5)")
        .bind(feed.id.as_uuid())
        .bind(person)
        .bind(feed.room.map(RoomId::as_uuid))
        .bind(feed.secret_hash.to_vec())
        .bind(feed.created_at.as_second());
        self.execute(statement).await.map(drop)
    }

    async fn feed(&mut self, id: CalendarFeedId) -> Result<Option<CalendarFeed>> {
        let question = rows::<CalendarFeedRow>("SELECT * FROM calendar_feeds WHERE id = $1").bind(id.as_uuid());
        maybe(self.first(question).await?)
    }

    async fn feeds_of(&mut self, person: PersonId) -> Result<Vec<CalendarFeed>> {
        let question =
            rows::<CalendarFeedRow>("SELECT * FROM calendar_feeds WHERE person_id = $1 ORDER BY created_at, id")
                .bind(person.as_uuid());
        all(self.all(question).await?)
    }

    async fn end_feed(&mut self, person: PersonId, id: CalendarFeedId) -> Result<bool> {
        let statement = sql("DELETE FROM calendar_feeds WHERE id = $1 AND person_id = $2")
            .bind(id.as_uuid())
            .bind(person.as_uuid());
        Ok(self.execute(statement).await? > 0)
    }

    async fn bookings_in_room(&mut self, room: RoomId, span: Span, limit: u32) -> Result<Vec<BookingId>> {
        let question = rows::<IdRow>(
            "SELECT occurrences.booking_id AS id
            FROM room_claims JOIN occurrences ON occurrences.id = room_claims.occurrence_id
            WHERE room_claims.room_id = $1 AND room_claims.start_s > $2 - 86400 AND room_claims.start_s < $3
                AND room_claims.end_s > $2
            GROUP BY occurrences.booking_id ORDER BY min(room_claims.start_s), occurrences.booking_id LIMIT $4",
        )
        .bind(room.as_uuid())
        .bind(span.start.as_second())
        .bind(span.end.as_second())
        .bind(i64::from(limit));
        Ok(self.all(question).await?.into_iter().map(|row| BookingId::from_uuid(row.id)).collect())
    }
}
