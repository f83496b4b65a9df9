//! Booking where bookings take shares of lines: every site has one, and all of them refuse what does not fit.

use anyhow::{Context as _, Result};
use http::Method;
use serde_json::{Value, json};

use super::{Ground, Shown, booking};
use crate::data::person;

/// Far more than is booked: the sums are read and written, nobody is refused.
const MBPS: u32 = 1_000_000;
const PEOPLE: u32 = 1_000_000;
/// The two who are invited to everything work at the first two sites, everybody else at the last.
const SITES: usize = 3;

/// One person books series of 104 weeks; each takes from the media nodes, three uplinks and a gateway.
pub async fn series(ground: &Ground) -> Result<Shown> {
    let lines = Lines::lay(ground).await?;
    let shown = booking::series_as(ground, "series_pools", 1).await;
    lines.clear(ground).await?;
    shown
}

/// What was set up, to be taken away again: other trials are without.
struct Lines {
    sites: Vec<Value>,
    pools: Vec<Value>,
}

impl Lines {
    async fn lay(ground: &Ground) -> Result<Self> {
        let mut lines = Self { sites: Vec::new(), pools: Vec::new() };
        let gateway = lines.pool(ground, "vpn_gateway", "Einwahl").await?;
        lines.pool(ground, "media_nodes", "Server").await?;
        for number in 0..SITES {
            let uplink = lines.pool(ground, "uplink", &format!("Leitung {number}")).await?;
            let body = json!({
                "name": format!("Standort {number}"), "pools": [uplink, gateway], "is_default": number + 1 == SITES,
            });
            let site = made(ground, "/api/v1/sites", &body).await?;
            if number + 1 < SITES {
                let path = format!("/api/v1/people/{}", person(number + 1));
                let works_there = json!({ "site": site["id"] });
                ground.site.must(administrator(ground), Method::PATCH, &path, Some(&works_there)).await?;
            }
            lines.sites.push(site);
        }
        Ok(lines)
    }

    async fn pool(&mut self, ground: &Ground, kind: &str, name: &str) -> Result<Value> {
        let body = json!({
            "kind": kind, "name": name, "limit_mbps": MBPS, "limit_people": PEOPLE, "on_overrun": "refuse",
        });
        let pool = made(ground, "/api/v1/pools", &body).await?;
        self.pools.push(pool.clone());
        Ok(pool["id"].clone())
    }

    async fn clear(self, ground: &Ground) -> Result<()> {
        for number in 0..SITES - 1 {
            let path = format!("/api/v1/people/{}", person(number + 1));
            let nowhere = json!({ "site": null });
            ground.site.must(administrator(ground), Method::PATCH, &path, Some(&nowhere)).await?;
        }
        for (kind, all) in [("sites", self.sites), ("pools", self.pools)] {
            for one in all {
                let path = format!("/api/v1/{kind}/{}", one["id"].as_str().context("an id")?);
                ground.site.delete(administrator(ground), &path, &one["version"]).await?;
            }
        }
        Ok(())
    }
}

async fn made(ground: &Ground, path: &str, body: &Value) -> Result<Value> {
    ground.site.must(administrator(ground), Method::POST, path, Some(body)).await?.json()
}

/// The last of all people.
fn administrator(ground: &Ground) -> usize {
    ground.shape.people - 1
}
