use async_trait::async_trait;
use domain::BookingId;

use super::unit::{EngineUnit, Result, among, ids, rows, sql};
use crate::rows::ContinuationRow;
use crate::{Continuation, Continuations};

#[async_trait]
impl Continuations for EngineUnit {
    async fn note_continuation(&mut self, later: BookingId, earlier: BookingId) -> Result<()> {
        let statement = sql("UPDATE bookings SET continues = $2, begins_with = COALESCE(
                (SELECT before.begins_with FROM bookings AS before WHERE before.id = $2), $2)
            WHERE id = $1")
        .bind(later.as_uuid())
        .bind(earlier.as_uuid());
        self.execute(statement).await.map(drop)
    }

    async fn continuations_of(&mut self, bookings: &[BookingId]) -> Result<Vec<Continuation>> {
        let question = rows::<ContinuationRow>(concat!(
            "SELECT id, continues, begins_with FROM bookings WHERE continues IS NOT NULL AND id ",
            among!("$1"),
            " UNION
            SELECT id, continues, begins_with FROM bookings WHERE continues ",
            among!("$1"),
            " ORDER BY id"
        ))
        .bind(ids(bookings.iter().map(|id| id.as_uuid())));
        Ok(self.all(question).await?.into_iter().map(Continuation::from).collect())
    }
}
