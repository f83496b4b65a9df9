use std::collections::HashMap;

use async_trait::async_trait;
use domain::{Booking, BookingId, CalendarFeedId, Occurrence, PersonId, RoomId};

use super::unit::{EngineUnit, Result, among, ids, listed, rows, sql};
use crate::rows::{CalendarFeedRow, IdRow, OccurrenceRow, all, maybe};
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

    async fn bookings_in_calendar(&mut self, person: PersonId, span: Span, limit: u32) -> Result<Vec<BookingId>> {
        // One look into the index of dates for each booking that can have one in the span, however many it has.
        let question = rows::<IdRow>(
            "WITH dated AS MATERIALIZED (
                SELECT bookings.id AS id, (
                    SELECT start_s FROM occurrences
                    WHERE booking_id = bookings.id AND state = 'held'
                        AND start_s > $2 - 86400 AND start_s < $3 AND end_s > $2
                    ORDER BY start_s LIMIT 1) AS first_s
                FROM (
                    SELECT id AS named_id FROM bookings WHERE organiser_id = $1 AND ends_s > $2 AND begins_s < $3
                    UNION SELECT booking_id FROM invitations
                    WHERE person_id = $1 AND revoked_at IS NULL AND ends_s > $2 AND begins_s < $3) AS named
                JOIN bookings ON bookings.id = named_id
                WHERE cancelled_at IS NULL)
            SELECT id FROM dated WHERE first_s IS NOT NULL ORDER BY first_s, id LIMIT $4",
        )
        .bind(person.as_uuid())
        .bind(span.start.as_second())
        .bind(span.end.as_second())
        .bind(i64::from(limit));
        Ok(self.all(question).await?.into_iter().map(|row| BookingId::from_uuid(row.id)).collect())
    }

    async fn outlines(&mut self, wanted: &[BookingId]) -> Result<Vec<(Booking, Vec<Occurrence>)>> {
        // The index alone says when a series begins for the first and for the last time.
        let ends = rows::<OccurrenceRow>(concat!(
            "SELECT occurrences.* FROM (
                SELECT id AS named_id,
                    (SELECT min(start_s) FROM occurrences WHERE booking_id = named.id) AS first_s,
                    (SELECT max(start_s) FROM occurrences WHERE booking_id = named.id) AS last_s
                FROM ",
            listed!("$1"),
            " AS named) AS ends
            JOIN occurrences ON booking_id = named_id AND start_s IN (first_s, last_s)"
        ));
        let different = rows::<OccurrenceRow>(concat!(
            "SELECT * FROM occurrences
            WHERE (is_moved OR own_title IS NOT NULL OR own_rooms IS NOT NULL OR state = 'cancelled') AND booking_id ",
            among!("$1")
        ));
        let named = ids(wanted.iter().map(|id| id.as_uuid()));
        let mut found: Vec<Occurrence> = all(self.all(ends.bind(named.clone())).await?)?;
        found.extend(all::<_, Occurrence>(self.all(different.bind(named)).await?)?);
        found.sort_unstable_by_key(|date| (date.start, date.id));
        found.dedup_by_key(|date| date.id);
        let mut dates: HashMap<BookingId, Vec<Occurrence>> = HashMap::new();
        for date in found {
            dates.entry(date.booking).or_default().push(date);
        }
        let mut bookings = self.bookings_by_id(wanted).await?;
        let outline = |id| Some((bookings.remove(id)?, dates.remove(id).unwrap_or_default()));
        Ok(wanted.iter().filter_map(outline).collect())
    }

    async fn dates_in_room(&mut self, room: RoomId, span: Span, limit: u32) -> Result<Vec<(Occurrence, Booking)>> {
        let question = rows::<OccurrenceRow>(
            "SELECT occurrences.* FROM room_claims JOIN occurrences ON occurrences.id = room_claims.occurrence_id
            WHERE room_claims.room_id = $1 AND room_claims.start_s > $2 - 86400 AND room_claims.start_s < $3
                AND room_claims.end_s > $2
            ORDER BY room_claims.start_s, room_claims.occurrence_id LIMIT $4",
        )
        .bind(room.as_uuid())
        .bind(span.start.as_second())
        .bind(span.end.as_second())
        .bind(i64::from(limit));
        let found = all(self.all(question).await?)?;
        self.with_bookings(found).await
    }
}
