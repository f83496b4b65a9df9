use domain::Private;

use super::{at, maybe_at, small};
use crate::{NewWebhook, StorageError, Webhook};

#[derive(sqlx::FromRow)]
pub(crate) struct WebhookRow {
    position: i64,
    endpoint: String,
    meeting: String,
    run: String,
    sequence: i64,
    event: String,
    body: String,
    attempts: i64,
    created_at: i64,
    due_at: i64,
    give_up_at: i64,
    delivered_at: Option<i64>,
    last_answer: Option<String>,
}

impl TryFrom<WebhookRow> for Webhook {
    type Error = StorageError;

    fn try_from(row: WebhookRow) -> Result<Self, StorageError> {
        let meeting = row.meeting.parse();
        Ok(Self {
            position: row.position,
            what: NewWebhook {
                endpoint: row.endpoint,
                meeting: meeting.map_err(|_| StorageError::Inconsistent("a meeting has no name".into()))?,
                run: row.run,
                sequence: small(row.sequence)?,
                event: row.event,
                body: Private::new(row.body),
                created_at: at(row.created_at)?,
                give_up_at: at(row.give_up_at)?,
            },
            attempts: small(row.attempts)?,
            due_at: at(row.due_at)?,
            delivered_at: maybe_at(row.delivered_at)?,
            last_answer: row.last_answer,
        })
    }
}
