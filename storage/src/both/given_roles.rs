use async_trait::async_trait;
use domain::retention::Reason;
use domain::{GivenRole, Identity, OccurrenceId};
use jiff::Timestamp;

use super::unit::{EngineUnit, Result, rows, sql};
use crate::GivenRoles;
use crate::rows::{GivenRoleRow, all, given_role};

#[async_trait]
impl GivenRoles for EngineUnit {
    async fn save_given_role(
        &mut self,
        occurrence: OccurrenceId,
        identity: &Identity,
        role: GivenRole,
        expires_at: Timestamp,
    ) -> Result<()> {
        let statement = sql(
            "INSERT INTO given_roles (occurrence_id, identity, role, expires_at) VALUES ($1, $2, $3, $4)
            ON CONFLICT (occurrence_id, identity) DO UPDATE SET role = excluded.role, expires_at = excluded.expires_at",
        )
        .bind(occurrence.as_uuid())
        .bind(identity.as_str().to_owned())
        .bind(given_role(role))
        .bind(expires_at.as_second());
        self.execute(statement).await.map(drop)
    }

    async fn given_roles_of(&mut self, occurrence: OccurrenceId) -> Result<Vec<(Identity, GivenRole)>> {
        let question =
            rows::<GivenRoleRow>("SELECT identity, role FROM given_roles WHERE occurrence_id = $1 ORDER BY identity")
                .bind(occurrence.as_uuid());
        all(self.all(question).await?)
    }

    async fn take_given_role(&mut self, occurrence: OccurrenceId, identity: &Identity) -> Result<()> {
        let statement = sql("DELETE FROM given_roles WHERE occurrence_id = $1 AND identity = $2")
            .bind(occurrence.as_uuid())
            .bind(identity.as_str().to_owned());
        self.execute(statement).await.map(drop)
    }

    async fn delete_expired_given_roles(&mut self, now: Timestamp) -> Result<u64> {
        let statement = sql("DELETE FROM given_roles WHERE expires_at <= $1").bind(now.as_second());
        self.forget("given_roles", Reason::ItsTime, now, statement).await
    }
}
