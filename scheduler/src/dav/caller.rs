//! Who asks: a mail address with a password that was made for a calendar program (RFC 7617), and nothing else.
//!
//! Neither cookies nor API tokens are looked at, so no page of another site can make a browser ask here with the
//! rights of whoever is signed in.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};

use axum::extract::ConnectInfo;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use domain::policy::Actor;
use http::request::Parts;
use http::{HeaderMap, header};
use jiff::{SignedDuration, Timestamp};
use uuid::Uuid;

use super::password;
use super::refusal::Refusal;
use crate::app::App;
use crate::http::actor::{Credential, SignedIn};
use crate::http::calendar_feeds::pace::{Pace, WINDOW};
use crate::network::Network;
use crate::secret;

/// So many failed attempts of one mail address from one network within ten minutes are enough.
const MOST_FAILURES: u32 = 30;
/// So many requests of one program within ten minutes.
const MOST_REQUESTS: u32 = 1_500;
/// Longest `Authorization` that is read.
const LONGEST_HEADER: usize = 1_024;
/// Of uses only the day is kept.
const DAY: SignedDuration = SignedDuration::from_hours(24);

/// How often calendar programs come, on this node.
pub(crate) struct Paces {
    failures: Pace,
    requests: Pace,
}

impl Default for Paces {
    fn default() -> Self {
        Self { failures: Pace::of(MOST_FAILURES), requests: Pace::of(MOST_REQUESTS) }
    }
}

/// Goes on only with an account and one of its passwords for calendar programs.
pub(super) async fn sign_in(app: &App, parts: &Parts) -> Result<SignedIn, Refusal> {
    let (address, typed) = basic(&parts.headers).ok_or_else(Refusal::sign_in)?;
    let now = app.now();
    let from = subject(&address, parts);
    if app.calendar_programs.failures.is_spent(from, now) {
        return Err(too_often());
    }
    let Some(who) = look_up(app, &address, &typed, now).await? else {
        app.calendar_programs.failures.allows(from, now);
        return Err(Refusal::sign_in());
    };
    Ok(who)
}

async fn look_up(app: &App, address: &str, typed: &str, now: Timestamp) -> Result<Option<SignedIn>, Refusal> {
    let Some(hash) = password::hash(typed) else { return Ok(None) };
    let mut unit = app.store.read().await?;
    let Some(password) = unit.app_password(&hash).await? else { return Ok(None) };
    let person = unit.person(password.person).await?.filter(|person| person.disabled_at.is_none());
    let Some(person) = person.filter(|person| person.email.expose().eq_ignore_ascii_case(address)) else {
        return Ok(None);
    };
    let delegations = unit.delegations_held(person.id).await?;
    drop(unit);
    if !app.calendar_programs.requests.allows(password.id.as_uuid(), now) {
        return Err(too_often());
    }
    let today = beginning(now);
    if password.used_day != Some(today) {
        let mut unit = app.store.begin().await?;
        unit.use_app_password(password.id, today).await?;
        unit.commit().await?;
    }
    Ok(Some(SignedIn { actor: Actor { person, delegations, now }, credential: Credential::AppPassword }))
}

fn too_often() -> Refusal {
    Refusal::too_often("This program asks too often, or with a wrong password. Ask again in ten minutes.", WINDOW)
}

fn beginning(now: Timestamp) -> Timestamp {
    let day = now.as_second() - now.as_second().rem_euclid(DAY.as_secs());
    Timestamp::from_second(day).unwrap_or(now)
}

/// Name and password. Whatever else is sent counts as nothing.
fn basic(headers: &HeaderMap) -> Option<(String, String)> {
    let value = headers.get(header::AUTHORIZATION)?.to_str().ok().filter(|value| value.len() <= LONGEST_HEADER)?;
    let (scheme, encoded) = value.split_once(' ')?;
    if !scheme.eq_ignore_ascii_case("basic") {
        return None;
    }
    let text = String::from_utf8(STANDARD.decode(encoded.trim()).ok()?).ok()?;
    let (address, password) = text.split_once(':')?;
    Some((address.trim().to_lowercase(), password.to_owned()))
}

/// One address from one network: who has forgotten to change a password somewhere keeps out nobody else.
fn subject(address: &str, parts: &Parts) -> Uuid {
    let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
    let peer = peer.map_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED), |ConnectInfo(address)| address.ip());
    let hash = secret::hash(&format!("calendar program {address} {}", Network::of(peer)));
    let mut half = [0; 16];
    half.copy_from_slice(&hash[..16]);
    Uuid::from_bytes(half)
}
