//! Who asks: a session cookie or an API token, looked up anew for every request.

use std::net::{IpAddr, Ipv6Addr, SocketAddr};
use std::sync::Arc;

use axum::extract::{ConnectInfo, FromRequestParts, OptionalFromRequestParts};
use domain::PersonId;
use domain::policy::{self, Action, Actor};
use http::request::Parts;
use http::{HeaderMap, HeaderValue, header};
use jiff::{SignedDuration, Timestamp};
use storage::{AuditEntry, Holder};

use super::problem::Problem;
use crate::app::App;
use crate::network::Network;
use crate::secret;

/// The session cookie. The prefix makes browsers insist on Secure, Path=/ and no Domain.
const COOKIE: &str = "__Host-rennsteig";
/// A use is written down at most this often.
const TOUCH_EVERY: SignedDuration = SignedDuration::from_secs(60);

/// How somebody showed who they are; the secret's hash.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Credential {
    Session([u8; 32]),
    ApiToken([u8; 32]),
    /// A password for a calendar program: looked up where those ask, and good for nothing else.
    AppPassword,
}

/// Somebody signed in, with the rights of this moment.
#[derive(Clone, Debug)]
pub(crate) struct SignedIn {
    pub(crate) actor: Actor,
    pub(crate) credential: Credential,
}

impl SignedIn {
    pub(crate) fn id(&self) -> PersonId {
        self.actor.person.id
    }

    pub(crate) fn may(&self, action: Action) -> bool {
        policy::may(&self.actor, action)
    }

    /// Goes on only with the right to.
    pub(crate) fn must(&self, action: Action) -> Result<(), Problem> {
        if self.may(action) { Ok(()) } else { Err(Problem::not_allowed()) }
    }
}

impl SignedIn {
    /// A line for the audit trail.
    pub(crate) fn entry(&self, at: Timestamp, action: &str, subject: String) -> AuditEntry {
        AuditEntry { at, actor: Some(self.id()), on_behalf_of: None, action: action.to_owned(), subject }
    }

    /// The same, done for somebody (or for oneself, which is not mentioned).
    pub(crate) fn entry_for(&self, principal: PersonId, at: Timestamp, action: &str, subject: String) -> AuditEntry {
        let on_behalf_of = Some(principal).filter(|principal| *principal != self.id());
        AuditEntry { on_behalf_of, ..self.entry(at, action, subject) }
    }
}

impl FromRequestParts<Arc<App>> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Self, Problem> {
        let credential = credential(&parts.headers).ok_or_else(Problem::sign_in_required)?;
        app.signed_in(credential).await?.ok_or_else(Problem::sign_in_required)
    }
}

impl OptionalFromRequestParts<Arc<App>> for SignedIn {
    type Rejection = Problem;

    async fn from_request_parts(parts: &mut Parts, app: &Arc<App>) -> Result<Option<Self>, Problem> {
        match credential(&parts.headers) {
            Some(credential) => app.signed_in(credential).await,
            None => Ok(None),
        }
    }
}

/// Somebody known, and when the session was last used.
pub(crate) struct Known {
    pub(crate) who: SignedIn,
    used_at: Option<Timestamp>,
}

impl App {
    /// Who this is now, if the session or token is still good. Using a session keeps it alive.
    pub(crate) async fn signed_in(&self, credential: Credential) -> Result<Option<SignedIn>, Problem> {
        let Some(Known { who, used_at }) = self.known(credential).await? else { return Ok(None) };
        if let (Credential::Session(hash), Some(used_at)) = (credential, used_at) {
            self.touch(&hash, used_at, self.now()).await?;
        }
        Ok(Some(who))
    }

    /// The same without a use: what a page does by itself does not keep a session alive.
    pub(crate) async fn known(&self, credential: Credential) -> Result<Option<Known>, Problem> {
        let now = self.now();
        let mut unit = self.store.look().await?;
        let holder = match credential {
            Credential::Session(hash) => unit.session_holder(&hash).await?,
            Credential::ApiToken(hash) => unit.token_holder(&hash).await?,
            Credential::AppPassword => None,
        };
        drop(unit);
        let is_good = |holder: &Holder| {
            now < holder.expires_at
                && holder.used_at.is_none_or(|used_at| now < used_at + self.config.session_idle)
                && holder.person.disabled_at.is_none()
        };
        let Some(Holder { person, delegations, used_at, .. }) = holder.filter(is_good) else { return Ok(None) };
        Ok(Some(Known { who: SignedIn { actor: Actor { person, delegations, now }, credential }, used_at }))
    }

    async fn touch(&self, hash: &[u8; 32], used_at: Timestamp, now: Timestamp) -> Result<(), Problem> {
        if now.duration_since(used_at) < TOUCH_EVERY {
            return Ok(());
        }
        let mut unit = self.store.begin().await?;
        unit.touch_session(hash, now).await?;
        unit.commit().await?;
        Ok(())
    }
}

/// What the request carries: a bearer token, else the cookie.
pub(crate) fn credential(headers: &HeaderMap) -> Option<Credential> {
    bearer(headers)
        .map(|token| Credential::ApiToken(secret::hash(token)))
        .or_else(|| session_cookie(headers).map(|cookie| Credential::Session(secret::hash(cookie))))
}

pub(crate) fn bearer(headers: &HeaderMap) -> Option<&str> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

pub(crate) fn session_cookie(headers: &HeaderMap) -> Option<&str> {
    let lines = headers.get_all(header::COOKIE).iter().filter_map(|line| line.to_str().ok());
    lines
        .flat_map(|line| line.split(';'))
        .find_map(|pair| pair.trim().strip_prefix(COOKIE)?.strip_prefix('=').filter(|value| !value.is_empty()))
}

/// `Set-Cookie` for a new session, or for none.
pub(crate) fn set_cookie(secret: Option<&str>, lifetime: SignedDuration) -> HeaderValue {
    let attributes = "Path=/; Secure; HttpOnly; SameSite=Lax";
    let cookie = match secret {
        Some(secret) => format!("{COOKIE}={secret}; {attributes}; Max-Age={}", lifetime.as_secs()),
        None => format!("{COOKIE}=; {attributes}; Max-Age=0"),
    };
    HeaderValue::from_str(&cookie).expect("base64url and the attributes are visible ASCII")
}

/// The network a request comes from: only to count failed attempts, never stored as such.
pub(crate) struct CallerNetwork(pub(crate) Network);

impl FromRequestParts<Arc<App>> for CallerNetwork {
    type Rejection = std::convert::Infallible;

    async fn from_request_parts(parts: &mut Parts, _app: &Arc<App>) -> Result<Self, Self::Rejection> {
        let peer = parts.extensions.get::<ConnectInfo<SocketAddr>>();
        let peer = peer.map_or(IpAddr::V6(Ipv6Addr::UNSPECIFIED), |ConnectInfo(address)| address.ip());
        Ok(Self(Network::of(peer)))
    }
}
