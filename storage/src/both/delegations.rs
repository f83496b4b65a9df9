use async_trait::async_trait;
use domain::{Delegation, DelegationId, PersonId};

use super::unit::{EngineUnit, Result, rows, sql};
use crate::Delegations;
use crate::rows::{DelegationRow, all, maybe, rights};

#[async_trait]
impl Delegations for EngineUnit {
    async fn save_delegation(&mut self, delegation: &Delegation) -> Result<()> {
        let statement = sql("INSERT INTO delegations (id, principal_id, delegate_id, rights, valid_until)
            VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (principal_id, delegate_id) DO UPDATE
            SET id = excluded.id, rights = excluded.rights, valid_until = excluded.valid_until")
        .bind(delegation.id.as_uuid())
        .bind(delegation.principal.as_uuid())
        .bind(delegation.delegate.as_uuid())
        .bind(rights(&delegation.rights))
        .bind(delegation.valid_until.map(|at| at.as_second()));
        self.execute(statement).await.map(drop)
    }

    async fn end_delegation(&mut self, id: DelegationId) -> Result<bool> {
        let statement = sql("DELETE FROM delegations WHERE id = $1").bind(id.as_uuid());
        Ok(self.execute(statement).await? > 0)
    }

    async fn delegation(&mut self, id: DelegationId) -> Result<Option<Delegation>> {
        let question = rows::<DelegationRow>("SELECT * FROM delegations WHERE id = $1").bind(id.as_uuid());
        maybe(self.first(question).await?)
    }

    async fn delegations_held(&mut self, delegate: PersonId) -> Result<Vec<Delegation>> {
        let question = rows::<DelegationRow>("SELECT * FROM delegations WHERE delegate_id = $1 ORDER BY id")
            .bind(delegate.as_uuid());
        all(self.all(question).await?)
    }

    async fn delegations_given(&mut self, principal: PersonId) -> Result<Vec<Delegation>> {
        let question = rows::<DelegationRow>("SELECT * FROM delegations WHERE principal_id = $1 ORDER BY id")
            .bind(principal.as_uuid());
        all(self.all(question).await?)
    }
}
