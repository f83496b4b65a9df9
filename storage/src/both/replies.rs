use async_trait::async_trait;
use domain::{BookingId, PersonId, Reply};

use super::unit::{EngineUnit, Result, among, ids, rows, sql};
use crate::Replies;
use crate::rows::{ReplyRow, all, answer, recurrence_key};

#[async_trait]
impl Replies for EngineUnit {
    async fn save_reply(&mut self, reply: &Reply) -> Result<()> {
        let statement = sql("INSERT INTO replies (invitation_id, recurrence_key, answer, sequence, stamped_at,
                proposed_start, proposed_end, comment, answered_by)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            ON CONFLICT (invitation_id, recurrence_key) DO UPDATE SET answer = excluded.answer,
                sequence = excluded.sequence, stamped_at = excluded.stamped_at,
                proposed_start = excluded.proposed_start, proposed_end = excluded.proposed_end,
                comment = excluded.comment, answered_by = excluded.answered_by")
        .bind(reply.invitation.as_uuid())
        .bind(recurrence_key(reply.key))
        .bind(reply.answer.map(answer))
        .bind(i64::from(reply.sequence))
        .bind(reply.stamped_at.as_second())
        .bind(reply.proposal.map(|proposal| proposal.start.as_second()))
        .bind(reply.proposal.map(|proposal| proposal.end.as_second()))
        .bind(reply.comment.as_ref().map(|comment| comment.expose().clone()))
        .bind(reply.answered_by.map(PersonId::as_uuid));
        self.execute(statement).await.map(drop)
    }

    async fn replies_of(&mut self, booking: BookingId) -> Result<Vec<Reply>> {
        let question = rows::<ReplyRow>(
            "SELECT * FROM replies WHERE invitation_id IN (SELECT id FROM invitations WHERE booking_id = $1)
            ORDER BY invitation_id, recurrence_key",
        )
        .bind(booking.as_uuid());
        all(self.all(question).await?)
    }

    async fn replies_of_all(&mut self, bookings: &[BookingId]) -> Result<Vec<Reply>> {
        let question = rows::<ReplyRow>(concat!(
            "SELECT * FROM replies WHERE invitation_id IN (SELECT id FROM invitations WHERE booking_id ",
            among!("$1"),
            ") ORDER BY invitation_id, recurrence_key"
        ))
        .bind(ids(bookings.iter().map(|id| id.as_uuid())));
        all(self.all(question).await?)
    }

    async fn delete_replies_to_dates(&mut self, booking: BookingId) -> Result<()> {
        let statement = sql("DELETE FROM replies WHERE recurrence_key <> ''
            AND invitation_id IN (SELECT id FROM invitations WHERE booking_id = $1)")
        .bind(booking.as_uuid());
        self.execute(statement).await.map(drop)
    }
}
