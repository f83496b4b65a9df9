use async_trait::async_trait;
use domain::retention::Reason;
use domain::{Admission, AdmissionId, OccurrenceId};
use jiff::Timestamp;

use super::unit::{PostgresUnit, Result, rows, sql};
use crate::Admissions;
use crate::rows::{AdmissionRow, admission_state, all, maybe};

#[async_trait]
impl Admissions for PostgresUnit {
    async fn save_admission(&mut self, admission: &Admission) -> Result<()> {
        let statement = sql("INSERT INTO admissions
                (id, occurrence_id, identity, name, ticket_hash, state, requested_at, expires_at, words)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
            ON CONFLICT (occurrence_id, identity) DO UPDATE SET id = excluded.id, name = excluded.name,
                ticket_hash = excluded.ticket_hash, state = excluded.state, requested_at = excluded.requested_at,
                expires_at = excluded.expires_at, words = excluded.words")
        .bind(admission.id.as_uuid())
        .bind(admission.occurrence.as_uuid())
        .bind(admission.identity.as_str().to_owned())
        .bind(admission.name.expose().clone())
        .bind(admission.ticket_hash.to_vec())
        .bind(admission_state(admission.state))
        .bind(admission.requested_at.as_second())
        .bind(admission.expires_at.as_second())
        .bind(admission.words.as_ref().map(|words| words.expose().clone()));
        self.execute(statement).await.map(drop)
    }

    async fn admission(&mut self, id: AdmissionId) -> Result<Option<Admission>> {
        // A writing unit holds what it reads: somebody may be deciding about it right now.
        let text = match self.may_write() {
            true => "SELECT * FROM admissions WHERE id = $1 FOR UPDATE",
            false => "SELECT * FROM admissions WHERE id = $1",
        };
        let question = rows::<AdmissionRow>(text).bind(id.as_uuid());
        maybe(self.first(question).await?)
    }

    async fn admission_by_ticket(&mut self, ticket_hash: &[u8; 32]) -> Result<Option<Admission>> {
        let question =
            rows::<AdmissionRow>("SELECT * FROM admissions WHERE ticket_hash = $1").bind(ticket_hash.to_vec());
        maybe(self.first(question).await?)
    }

    async fn admissions_of(&mut self, occurrence: OccurrenceId) -> Result<Vec<Admission>> {
        let text = match self.may_write() {
            true => "SELECT * FROM admissions WHERE occurrence_id = $1 ORDER BY requested_at, id FOR UPDATE",
            false => "SELECT * FROM admissions WHERE occurrence_id = $1 ORDER BY requested_at, id",
        };
        let question = rows::<AdmissionRow>(text).bind(occurrence.as_uuid());
        all(self.all(question).await?)
    }

    async fn delete_expired_admissions(&mut self, now: Timestamp) -> Result<u64> {
        let statement = sql("DELETE FROM admissions WHERE expires_at <= $1").bind(now.as_second());
        self.forget("admissions", Reason::ItsTime, now, statement).await
    }
}
