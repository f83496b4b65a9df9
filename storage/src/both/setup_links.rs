use async_trait::async_trait;
use jiff::Timestamp;

use super::unit::{EngineUnit, Result, sql};
use crate::SetupLinks;

#[async_trait]
impl SetupLinks for EngineUnit {
    async fn set_setup_link(&mut self, secret_hash: &[u8; 32], expires_at: Timestamp) -> Result<()> {
        let statement = sql("INSERT INTO setup_links (only_one, secret_hash, expires_at) VALUES (1, $1, $2)
            ON CONFLICT (only_one) DO UPDATE SET secret_hash = excluded.secret_hash, expires_at = excluded.expires_at")
        .bind(secret_hash.to_vec())
        .bind(expires_at.as_second());
        self.execute(statement).await.map(drop)
    }

    async fn take_setup_link(&mut self, secret_hash: &[u8; 32], now: Timestamp) -> Result<bool> {
        let statement = sql("DELETE FROM setup_links WHERE secret_hash = $1 AND expires_at > $2")
            .bind(secret_hash.to_vec())
            .bind(now.as_second());
        Ok(self.execute(statement).await? > 0)
    }
}
