use async_trait::async_trait;
use domain::retention::Reason;
use jiff::Timestamp;

use super::unit::{ALONE, EngineUnit, Result, rows, sql};
use crate::rows::{WebhookRow, all};
use crate::{NewWebhook, Webhook, WebhookFilter, Webhooks};

#[async_trait]
impl Webhooks for EngineUnit {
    async fn add_webhook(&mut self, webhook: &NewWebhook) -> Result<bool> {
        // Positions become visible in their order: who polls misses none.
        if let Some(alone) = ALONE {
            self.execute(sql(alone)).await?;
        }
        let statement = sql("INSERT INTO webhooks (endpoint, meeting, run, sequence, event, body, attempts,
                created_at, due_at, give_up_at)
            VALUES ($1, $2, $3, $4, $5, $6, 0, $7, $7, $8)
            ON CONFLICT (endpoint, run, sequence) DO NOTHING")
        .bind(webhook.endpoint.clone())
        .bind(webhook.meeting.as_str().to_owned())
        .bind(webhook.run.clone())
        .bind(i64::try_from(webhook.sequence).unwrap_or(i64::MAX))
        .bind(webhook.event.clone())
        .bind(webhook.body.expose().clone())
        .bind(webhook.created_at.as_second())
        .bind(webhook.give_up_at.as_second());
        self.execute(statement).await.map(|added| added > 0)
    }

    async fn take_due_webhooks(
        &mut self,
        endpoint: &str,
        now: Timestamp,
        until: Timestamp,
        limit: u32,
    ) -> Result<Vec<Webhook>> {
        self.must_write()?;
        // Asked again outside: another node may have taken the same row a moment ago.
        let question = rows::<WebhookRow>(
            "UPDATE webhooks SET due_at = $3
            WHERE due_at <= $2 AND delivered_at IS NULL AND position IN (
                SELECT position FROM webhooks AS mine
                WHERE endpoint = $1 AND due_at <= $2 AND delivered_at IS NULL AND give_up_at > $2
                    AND NOT EXISTS (SELECT 1 FROM webhooks AS earlier
                        WHERE earlier.endpoint = $1 AND earlier.run = mine.run AND earlier.delivered_at IS NULL
                            AND earlier.give_up_at > $2 AND earlier.sequence < mine.sequence)
                ORDER BY due_at, position LIMIT $4)
            RETURNING *",
        )
        .bind(endpoint.to_owned())
        .bind(now.as_second())
        .bind(until.as_second())
        .bind(i64::from(limit));
        let mut taken: Vec<Webhook> = all(self.all(question).await?)?;
        taken.sort_by_key(|webhook| webhook.position);
        Ok(taken)
    }

    async fn settle_webhook(&mut self, position: i64, delivered_at: Timestamp) -> Result<()> {
        let statement = sql("UPDATE webhooks SET delivered_at = $2, last_answer = NULL WHERE position = $1")
            .bind(position)
            .bind(delivered_at.as_second());
        self.execute(statement).await.map(drop)
    }

    async fn postpone_webhook(&mut self, position: i64, due_at: Timestamp, answer: &str) -> Result<()> {
        let statement = sql("UPDATE webhooks SET due_at = $2, attempts = attempts + 1, last_answer = $3
            WHERE position = $1")
        .bind(position)
        .bind(due_at.as_second())
        .bind(answer.to_owned());
        self.execute(statement).await.map(drop)
    }

    async fn renew_webhook(&mut self, position: i64, due_at: Timestamp) -> Result<bool> {
        let statement = sql("UPDATE webhooks SET due_at = $2, attempts = 0, delivered_at = NULL, last_answer = NULL
            WHERE position = $1")
        .bind(position)
        .bind(due_at.as_second());
        self.execute(statement).await.map(|changed| changed > 0)
    }

    async fn webhooks(&mut self, filter: &WebhookFilter, limit: u32) -> Result<Vec<Webhook>> {
        let text = match filter.newest_before {
            None => {
                "SELECT * FROM webhooks WHERE position > $1 AND ($2 = '' OR meeting = $2)
                    AND ($3 = 0 OR (delivered_at IS NULL AND $3 = 1) OR (delivered_at IS NOT NULL AND $3 = 2))
                    AND position < $5
                ORDER BY position LIMIT $4"
            }
            Some(_) => {
                "SELECT * FROM webhooks WHERE position > $1 AND ($2 = '' OR meeting = $2)
                    AND ($3 = 0 OR (delivered_at IS NULL AND $3 = 1) OR (delivered_at IS NOT NULL AND $3 = 2))
                    AND position < $5
                ORDER BY position DESC LIMIT $4"
            }
        };
        let question = rows::<WebhookRow>(text)
            .bind(filter.after)
            .bind(filter.meeting.as_ref().map(|name| name.as_str().to_owned()).unwrap_or_default())
            .bind(filter.is_delivered.map_or(0_i64, |delivered| if delivered { 2 } else { 1 }))
            .bind(i64::from(limit))
            .bind(filter.newest_before.filter(|before| *before > 0).unwrap_or(i64::MAX));
        all(self.all(question).await?)
    }

    async fn last_webhooks_of_open_runs(
        &mut self,
        endpoint: &str,
        final_event: &str,
        limit: u32,
    ) -> Result<Vec<Webhook>> {
        let question = rows::<WebhookRow>(
            "SELECT * FROM webhooks AS last WHERE endpoint = $1 AND event <> $2
                AND NOT EXISTS (SELECT 1 FROM webhooks AS later
                    WHERE later.endpoint = $1 AND later.run = last.run AND later.sequence > last.sequence)
            ORDER BY position LIMIT $3",
        )
        .bind(endpoint.to_owned())
        .bind(final_event.to_owned())
        .bind(i64::from(limit));
        all(self.all(question).await?)
    }

    async fn webhooks_of_run(&mut self, endpoint: &str, run: &str, after: u64, limit: u32) -> Result<Vec<Webhook>> {
        let question = rows::<WebhookRow>(
            "SELECT * FROM webhooks WHERE endpoint = $1 AND run = $2 AND sequence > $3 ORDER BY sequence LIMIT $4",
        )
        .bind(endpoint.to_owned())
        .bind(run.to_owned())
        .bind(i64::try_from(after).unwrap_or(i64::MAX))
        .bind(i64::from(limit));
        all(self.all(question).await?)
    }

    async fn delete_old_webhooks(&mut self, now: Timestamp, most: u32) -> Result<u64> {
        let statement = sql("DELETE FROM webhooks WHERE give_up_at <= $1
            OR position <= (SELECT max(position) FROM webhooks) - $2")
        .bind(now.as_second())
        .bind(i64::from(most));
        self.forget("webhooks", Reason::ItsTime, now, statement).await
    }
}
