use async_trait::async_trait;

use super::unit::{EngineUnit, Result, rows, sql};
use crate::rows::{AuditRow, all};
use crate::{Audit, AuditEntry};

#[async_trait]
impl Audit for EngineUnit {
    async fn add_audit(&mut self, entry: &AuditEntry) -> Result<()> {
        let statement = sql("INSERT INTO audit_entries (at_s, actor_id, on_behalf_of, action, subject)
            VALUES ($1, $2, $3, $4, $5)")
        .bind(entry.at.as_second())
        .bind(entry.actor.map(|person| person.as_uuid()))
        .bind(entry.on_behalf_of.map(|person| person.as_uuid()))
        .bind(entry.action.clone())
        .bind(entry.subject.clone());
        self.execute(statement).await.map(drop)
    }

    async fn audit(&mut self, limit: u32) -> Result<Vec<AuditEntry>> {
        let question = rows::<AuditRow>("SELECT * FROM audit_entries ORDER BY id DESC LIMIT $1").bind(i64::from(limit));
        all(self.all(question).await?)
    }
}
