use async_trait::async_trait;
use domain::{Booking, BookingId, CalendarFeedId, Occurrence, PersonId, RoomId};

use super::unit::{EngineUnit, Result, among, id_text, ids, json_array, json_list, nested, rows, sql, truth};
use crate::rows::{CalendarFeedRow, OccurrenceRow, OutlineRow, all, maybe};
use crate::{CalendarFeed, CalendarFeeds, Outline, Span};

/// A date as [`OccurrenceRow`] reads it from JSON.
macro_rules! dates {
    () => {
        concat!(
            "SELECT ",
            json_list!(),
            "(",
            json_array!(),
            "(",
            id_text!("id"),
            ", ",
            id_text!("booking_id"),
            ", start_s, end_s, state, ended_at, locked_at, recurrence_key, ",
            truth!("is_moved"),
            ", own_title, own_rooms)) FROM occurrences WHERE booking_id = bookings.id"
        )
    };
}

/// A booking with its rooms and dates as [`OutlineRow`] reads it: one text. Of hundreds of bookings, thirty values each
/// and the rows of two more tables would take longer on their way than finding them does.
macro_rules! outline {
    () => {
        concat!(
            "CAST(",
            json_array!(),
            "(",
            json_array!(),
            "(",
            id_text!("bookings.id"),
            ", title, description, ",
            id_text!("organiser_id"),
            ", ",
            id_text!("booked_by_id"),
            ", zone, ",
            truth!("guests_wait"),
            ", remind_minutes, profile, ",
            truth!("is_private"),
            ", cancelled_at, ",
            id_text!("cancelled_by"),
            ", sequence, version, created_at, updated_at, rule, first_local, duration_s, extra_dates, except_dates,
                unfolded_until), begins_s, ends_s, ",
            nested!(
                "SELECT ",
                json_list!(),
                "(",
                id_text!("room_id"),
                ") FROM booking_rooms WHERE booking_id = bookings.id"
            ),
            ", CASE WHEN rule IS NULL THEN ",
            nested!(dates!()),
            " ELSE ",
            nested!(
                dates!(),
                " AND (is_moved OR own_title IS NOT NULL OR own_rooms IS NOT NULL OR state = 'cancelled')"
            ),
            " END) AS text)"
        )
    };
}

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

    async fn calendar(&mut self, person: PersonId, span: Span, limit: u32) -> Result<Vec<Outline>> {
        // One look into the index of dates for each booking that can have one in the span, however many it has.
        let question = rows::<OutlineRow>(concat!(
            "WITH dated AS MATERIALIZED (
                SELECT bookings.id AS id, ",
            outline!(),
            " AS outline, (
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
            SELECT outline FROM dated WHERE first_s IS NOT NULL ORDER BY first_s, id LIMIT $4"
        ))
        .bind(person.as_uuid())
        .bind(span.start.as_second())
        .bind(span.end.as_second())
        .bind(i64::from(limit));
        all(self.all(question).await?)
    }

    async fn outlines(&mut self, wanted: &[BookingId]) -> Result<Vec<Outline>> {
        let question = rows::<OutlineRow>(concat!(
            "SELECT ",
            outline!(),
            " AS outline FROM bookings WHERE id ",
            among!("$1"),
            " ORDER BY id"
        ))
        .bind(ids(wanted.iter().map(|id| id.as_uuid())));
        all(self.all(question).await?)
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
