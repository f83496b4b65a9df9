//! Sites: where people work, from which networks they come, which pools they pass.

pub(crate) mod add;
pub(crate) mod change;
pub(crate) mod delete;
pub(crate) mod list;

use domain::capacity::{MOST_NETWORKS, Pool, Site};
use domain::{PoolId, text};
use ipnet::IpNet;
use serde::{Deserialize, Serialize};
use storage::StorageError;
use utoipa::ToSchema;
use uuid::Uuid;

use super::problem::{Code, Problem};

/// A site.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SiteAnswer {
    pub(crate) id: Uuid,
    name: String,
    /// The networks its people come from.
    #[schema(value_type = Vec<String>, example = json!(["10.7.0.0/16"]))]
    networks: Vec<IpNet>,
    /// The pools its people pass; the media nodes are passed by everybody.
    pools: Vec<Uuid>,
    /// Is it the home of people who have none?
    is_default: bool,
    /// The ETag without its quotes.
    version: i64,
}

impl From<&Site> for SiteAnswer {
    fn from(site: &Site) -> Self {
        Self {
            id: site.id.as_uuid(),
            name: site.name.clone(),
            networks: site.networks.clone(),
            pools: site.pools.iter().map(|pool| pool.as_uuid()).collect(),
            is_default: site.is_default,
            version: site.version,
        }
    }
}

/// A site as it shall be.
#[derive(Deserialize, ToSchema)]
pub(crate) struct SiteBody {
    /// 1 to 100 characters, not the name of another site.
    name: String,
    /// Up to 200 networks in CIDR notation; those of sites may lie within each other, the narrowest counts.
    #[serde(default)]
    #[schema(example = json!(["10.7.0.0/16", "2001:db8:7::/48"]))]
    networks: Vec<String>,
    /// Pools that exist; the media nodes need not be named.
    #[serde(default)]
    #[schema(value_type = Vec<Uuid>)]
    pools: Vec<PoolId>,
    /// The home of people who have none: takes that from any other site.
    #[serde(default)]
    is_default: bool,
}

impl SiteBody {
    /// Writes the fields into the site, or says which one does not fit.
    fn write(self, site: &mut Site, pools: &[Pool]) -> Result<(), Problem> {
        let name = text::line(&self.name, text::NAME_LIMIT);
        site.name = name.map_err(|_| Problem::invalid("name", "1 to 100 characters, no line breaks"))?;
        if self.networks.len() > MOST_NETWORKS {
            return Err(Problem::invalid("networks", "up to 200 networks"));
        }
        site.networks.clear();
        for (place, text) in self.networks.iter().enumerate() {
            let network: Result<IpNet, _> = text.trim().parse();
            let allowed = "a network like 10.7.0.0/16 or 2001:db8:7::/48";
            let network = network.map_err(|_| Problem::invalid(format!("networks[{place}]"), allowed))?.trunc();
            if !site.networks.contains(&network) {
                site.networks.push(network);
            }
        }
        site.pools = self.pools;
        site.pools.sort_unstable();
        site.pools.dedup();
        if !site.pools.iter().all(|id| pools.iter().any(|pool| pool.id == *id)) {
            return Err(Problem::invalid("pools", "pools that exist"));
        }
        site.is_default = self.is_default;
        Ok(())
    }
}

fn name_taken(error: StorageError) -> Problem {
    match error {
        StorageError::Conflict(_) => {
            Problem::new(Code::AlreadyExists, "There is a site of this name.").with_field("name")
        }
        error => error.into(),
    }
}

#[cfg(test)]
mod tests;
