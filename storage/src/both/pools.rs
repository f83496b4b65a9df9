use async_trait::async_trait;
use domain::capacity::{Pool, Site};
use domain::{PoolId, SiteId};

use super::unit::{EngineUnit, Result, rows, sql};
use crate::Pools;
use crate::rows::{PoolRow, SitePoolRow, SiteRow, all, on_overrun, pool_kind, site};

#[async_trait]
impl Pools for EngineUnit {
    async fn add_pool(&mut self, pool: &Pool) -> Result<()> {
        let statement = sql("INSERT INTO pools (id, kind, name, limit_mbps, limit_people, on_overrun, version)
            VALUES ($1, $2, $3, $4, $5, $6, $7)")
        .bind(pool.id.as_uuid())
        .bind(pool_kind(pool.kind))
        .bind(pool.name.clone())
        .bind(pool.limit_mbps.map(i64::from))
        .bind(pool.limit_people.map(i64::from))
        .bind(on_overrun(pool.on_overrun))
        .bind(pool.version);
        self.execute(statement).await.map(drop)
    }

    async fn save_pool(&mut self, pool: &Pool) -> Result<()> {
        let statement = sql("UPDATE pools SET kind = $2, name = $3, limit_mbps = $4, limit_people = $5,
                on_overrun = $6, version = $7
            WHERE id = $1 AND version = $7 - 1")
        .bind(pool.id.as_uuid())
        .bind(pool_kind(pool.kind))
        .bind(pool.name.clone())
        .bind(pool.limit_mbps.map(i64::from))
        .bind(pool.limit_people.map(i64::from))
        .bind(on_overrun(pool.on_overrun))
        .bind(pool.version);
        self.execute_versioned(statement).await
    }

    async fn delete_pool(&mut self, id: PoolId) -> Result<bool> {
        Ok(self.execute(sql("DELETE FROM pools WHERE id = $1").bind(id.as_uuid())).await? == 1)
    }

    async fn pools(&mut self) -> Result<Vec<Pool>> {
        all(self.all(rows::<PoolRow>("SELECT * FROM pools ORDER BY name, id")).await?)
    }

    async fn add_site(&mut self, site: &Site) -> Result<()> {
        let statement = sql("INSERT INTO sites (id, name, networks, is_default, version) VALUES ($1, $2, $3, $4, $5)")
            .bind(site.id.as_uuid())
            .bind(site.name.clone())
            .bind(networks(site))
            .bind(site.is_default)
            .bind(site.version);
        self.execute(statement).await?;
        self.write_site_pools(site).await
    }

    async fn save_site(&mut self, site: &Site) -> Result<()> {
        let statement = sql("UPDATE sites SET name = $2, networks = $3, is_default = $4, version = $5
            WHERE id = $1 AND version = $5 - 1")
        .bind(site.id.as_uuid())
        .bind(site.name.clone())
        .bind(networks(site))
        .bind(site.is_default)
        .bind(site.version);
        self.execute_versioned(statement).await?;
        self.execute(sql("DELETE FROM site_pools WHERE site_id = $1").bind(site.id.as_uuid())).await?;
        self.write_site_pools(site).await
    }

    async fn delete_site(&mut self, id: SiteId) -> Result<bool> {
        Ok(self.execute(sql("DELETE FROM sites WHERE id = $1").bind(id.as_uuid())).await? == 1)
    }

    async fn sites(&mut self) -> Result<Vec<Site>> {
        let sites = self.all(rows::<SiteRow>("SELECT * FROM sites ORDER BY name, id")).await?;
        if sites.is_empty() {
            return Ok(Vec::new());
        }
        let pools = self.all(rows::<SitePoolRow>("SELECT site_id, pool_id FROM site_pools")).await?;
        sites.into_iter().map(|row| site(row, &pools)).collect()
    }

    async fn lock_pools(&mut self, ids: &[PoolId]) -> Result<()> {
        self.must_write()?;
        self.lock_each(ids).await
    }
}

impl EngineUnit {
    async fn write_site_pools(&mut self, site: &Site) -> Result<()> {
        for pool in &site.pools {
            let statement = sql("INSERT INTO site_pools (site_id, pool_id) VALUES ($1, $2)")
                .bind(site.id.as_uuid())
                .bind(pool.as_uuid());
            self.execute(statement).await?;
        }
        if !site.is_default {
            return Ok(());
        }
        let others = sql("UPDATE sites SET is_default = $2, version = version + 1 WHERE id <> $1 AND is_default = $3")
            .bind(site.id.as_uuid())
            .bind(false)
            .bind(true);
        self.execute(others).await.map(drop)
    }
}

fn networks(site: &Site) -> String {
    serde_json::to_string(&site.networks).expect("networks are text")
}
