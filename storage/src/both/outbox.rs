use async_trait::async_trait;
use domain::MailId;
use domain::retention::Reason;
use jiff::Timestamp;

use super::unit::{EngineUnit, Result, rows, sql, untaken};
use crate::rows::{MailRow, NumberRow, all, small};
use crate::{Mail, Outbox};

#[async_trait]
impl Outbox for EngineUnit {
    async fn add_mail(&mut self, mail: &Mail) -> Result<()> {
        let statement = sql("INSERT INTO outbox (id, recipient, message, attempts, created_at, due_at, give_up_at)
            VALUES ($1, $2, $3, $4, $5, $6, $7)")
        .bind(mail.id.as_uuid())
        .bind(mail.recipient.expose().clone())
        .bind(mail.message.expose().clone())
        .bind(i64::from(mail.attempts))
        .bind(mail.created_at.as_second())
        .bind(mail.due_at.as_second())
        .bind(mail.give_up_at.as_second());
        self.execute(statement).await.map(drop)
    }

    async fn take_due_mail(&mut self, now: Timestamp, until: Timestamp, limit: u32) -> Result<Vec<Mail>> {
        self.must_write()?;
        let question = rows::<MailRow>(concat!(
            "UPDATE outbox SET due_at = $2 WHERE id IN (SELECT id FROM outbox
                WHERE due_at <= $1 AND give_up_at > $1 ORDER BY due_at, id LIMIT $3",
            untaken!(),
            ") RETURNING *"
        ))
        .bind(now.as_second())
        .bind(until.as_second())
        .bind(i64::from(limit));
        let mut taken: Vec<Mail> = all(self.all(question).await?)?;
        taken.sort_by_key(|mail| (mail.created_at, mail.id));
        Ok(taken)
    }

    async fn postpone_mail(&mut self, id: MailId, due_at: Timestamp) -> Result<()> {
        let statement = sql("UPDATE outbox SET due_at = $2, attempts = attempts + 1 WHERE id = $1")
            .bind(id.as_uuid())
            .bind(due_at.as_second());
        self.execute(statement).await.map(drop)
    }

    async fn delete_mail(&mut self, id: MailId) -> Result<()> {
        let statement = sql("DELETE FROM outbox WHERE id = $1").bind(id.as_uuid());
        self.execute(statement).await.map(drop)
    }

    async fn delete_overdue_mail(&mut self, now: Timestamp) -> Result<u64> {
        let statement = sql("DELETE FROM outbox WHERE give_up_at <= $1").bind(now.as_second());
        self.forget("outbox", Reason::ItsTime, now, statement).await
    }

    async fn count_mail(&mut self) -> Result<u64> {
        let counted = self.first(rows::<NumberRow>("SELECT count(*) AS number FROM outbox")).await?;
        counted.map_or(Ok(0), |row| small(row.number))
    }
}
