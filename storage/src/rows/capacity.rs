use domain::capacity::{Load, OnOverrun, Pool, PoolKind, Profile, Share, Site, Turnout};
use domain::{PoolId, SiteId};
use uuid::Uuid;

use super::small;
use crate::{PoolUse, StorageError};

#[derive(sqlx::FromRow)]
pub(crate) struct PoolRow {
    id: Uuid,
    kind: String,
    name: String,
    limit_mbps: Option<i64>,
    limit_people: Option<i64>,
    on_overrun: String,
    version: i64,
}

impl TryFrom<PoolRow> for Pool {
    type Error = StorageError;

    fn try_from(row: PoolRow) -> Result<Self, StorageError> {
        let unknown = || StorageError::Inconsistent(format!("pool {} cannot be read", row.id));
        Ok(Self {
            id: PoolId::from_uuid(row.id),
            kind: parse_pool_kind(&row.kind).ok_or_else(unknown)?,
            on_overrun: match row.on_overrun.as_str() {
                "warn" => OnOverrun::Warn,
                "refuse" => OnOverrun::Refuse,
                _ => return Err(unknown()),
            },
            name: row.name,
            limit_mbps: row.limit_mbps.map(small).transpose()?,
            limit_people: row.limit_people.map(small).transpose()?,
            version: row.version,
        })
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct SiteRow {
    pub id: Uuid,
    name: String,
    networks: String,
    is_default: bool,
    version: i64,
}

#[derive(sqlx::FromRow)]
pub(crate) struct SitePoolRow {
    pub site_id: Uuid,
    pub pool_id: Uuid,
}

/// A site with its pools from among those of all sites.
pub(crate) fn site(row: SiteRow, pools: &[SitePoolRow]) -> Result<Site, StorageError> {
    let networks = serde_json::from_str(&row.networks)
        .map_err(|_| StorageError::Inconsistent(format!("the networks of site {} cannot be read", row.id)))?;
    let own = pools.iter().filter(|one| one.site_id == row.id);
    let mut pools: Vec<PoolId> = own.map(|one| PoolId::from_uuid(one.pool_id)).collect();
    pools.sort_unstable();
    let (id, name) = (SiteId::from_uuid(row.id), row.name);
    Ok(Site { id, name, networks, pools, is_default: row.is_default, version: row.version })
}

#[derive(sqlx::FromRow)]
pub(crate) struct ShareRow {
    pool_id: Uuid,
    people_milli: i64,
    kbps: i64,
    people_variance_milli: i64,
    kbps_variance: i64,
}

impl From<ShareRow> for Share {
    fn from(row: ShareRow) -> Self {
        let load = Load {
            people_milli: row.people_milli,
            kbps: row.kbps,
            people_variance_milli: row.people_variance_milli,
            kbps_variance: row.kbps_variance,
        };
        Self { pool: PoolId::from_uuid(row.pool_id), load }
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct PoolLoadRow {
    pub quarter: i64,
    #[sqlx(flatten)]
    pub share: ShareRow,
}

#[derive(sqlx::FromRow)]
pub(crate) struct PoolUseRow {
    pool_id: Uuid,
    quarter: i64,
    people: i64,
    kbps: i64,
}

impl TryFrom<PoolUseRow> for (PoolId, i64, PoolUse) {
    type Error = StorageError;

    fn try_from(row: PoolUseRow) -> Result<Self, StorageError> {
        let used = PoolUse { people: small(row.people)?, kbps: small(row.kbps)? };
        Ok((PoolId::from_uuid(row.pool_id), row.quarter, used))
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct AttendanceRow {
    pub occurrence_id: Uuid,
    pub most: i64,
}

#[derive(sqlx::FromRow)]
pub(crate) struct TurnoutRow {
    dates: i64,
    invited: i64,
    came: i64,
}

impl TryFrom<TurnoutRow> for Turnout {
    type Error = StorageError;

    fn try_from(row: TurnoutRow) -> Result<Self, StorageError> {
        Ok(Self { dates: small(row.dates)?, invited: small(row.invited)?, came: small(row.came)? })
    }
}

pub(crate) fn pool_kind(kind: PoolKind) -> &'static str {
    match kind {
        PoolKind::MediaNodes => "media_nodes",
        PoolKind::Uplink => "uplink",
        PoolKind::VpnGateway => "vpn_gateway",
    }
}

fn parse_pool_kind(word: &str) -> Option<PoolKind> {
    Some(match word {
        "media_nodes" => PoolKind::MediaNodes,
        "uplink" => PoolKind::Uplink,
        "vpn_gateway" => PoolKind::VpnGateway,
        _ => return None,
    })
}

pub(crate) fn on_overrun(on_overrun: OnOverrun) -> &'static str {
    match on_overrun {
        OnOverrun::Warn => "warn",
        OnOverrun::Refuse => "refuse",
    }
}

pub(crate) fn profile(profile: Profile) -> &'static str {
    match profile {
        Profile::Normal => "normal",
        Profile::AudioFirst => "audio_first",
    }
}

pub(super) fn parse_profile(word: &str) -> Result<Profile, StorageError> {
    match word {
        "normal" => Ok(Profile::Normal),
        "audio_first" => Ok(Profile::AudioFirst),
        _ => Err(StorageError::Inconsistent(format!("{word} is no profile"))),
    }
}
