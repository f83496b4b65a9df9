use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::policy::Actor;
use domain::{Person, Private, text};
use http::{HeaderMap, StatusCode};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use storage::{SignIn, StorageError};
use utoipa::ToSchema;

use super::SessionAnswer;
use crate::app::App;
use crate::http::actor::{self, CallerNetwork};
use crate::http::problem::{Code, Problem, ProblemBody};
use crate::http::request::Body;
use crate::network::Network;
use crate::{password, secret};

/// So many failures of one mail address or one network are enough …
const ATTEMPTS: u32 = 10;
/// … within this time.
const ATTEMPTS_WINDOW: SignedDuration = SignedDuration::from_mins(15);

/// Mail address and password.
#[derive(Deserialize, ToSchema)]
pub(crate) struct SignInBody {
    #[schema(value_type = String)]
    email: Private<String>,
    #[schema(value_type = String)]
    password: Private<String>,
}

/// Why nobody is signed in now.
#[derive(Debug, thiserror::Error)]
enum SignInError {
    /// Wrong address, wrong password or closed account: not told apart.
    #[error("wrong address or password")]
    Failed,
    /// Too many failures; also the right password is not tried now.
    #[error("too many failed attempts")]
    TooManyAttempts,
    /// Everybody signs in at this moment.
    #[error(transparent)]
    Busy(#[from] password::Busy),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl SignInError {
    fn outcome(&self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::TooManyAttempts => "too_many_attempts",
            Self::Busy(_) | Self::Storage(_) => "unavailable",
        }
    }
}

impl From<SignInError> for Problem {
    fn from(error: SignInError) -> Self {
        match error {
            SignInError::Failed => Self::new(Code::SignInFailed, "Mail address or password is wrong."),
            SignInError::TooManyAttempts => {
                Self::new(Code::TooManyAttempts, "Too many failed attempts. Try again in a quarter of an hour.")
                    .with_retry_after(ATTEMPTS_WINDOW.as_secs())
            }
            SignInError::Busy(_) => Self::unavailable(),
            SignInError::Storage(error) => error.into(),
        }
    }
}

/// Signs in. The cookie `__Host-rennsteig` is the session.
#[utoipa::path(post, path = "/session", tag = "session", security(()), request_body = SignInBody, responses(
    (status = 200, description = "Signed in; sets the cookie", body = SessionAnswer),
    (status = 401, description = "sign_in_failed", body = ProblemBody),
    (status = 429, description = "too_many_attempts", body = ProblemBody),
))]
pub(crate) async fn sign_in(
    State(app): State<Arc<App>>,
    CallerNetwork(network): CallerNetwork,
    headers: HeaderMap,
    Body(body): Body<SignInBody>,
) -> Result<Response, Problem> {
    let verified = verify(&app, &network, body).await;
    let outcome = verified.as_ref().map_or_else(SignInError::outcome, |_| "signed_in");
    metrics::counter!("rennsteig_sign_ins_total", "outcome" => outcome).increment(1);
    let person = verified?;

    let mut unit = app.store.begin().await?;
    let delegations = unit.delegations_held(person.id).await?;
    let cookie = super::open(&app, unit.as_mut(), person.id, actor::session_cookie(&headers)).await?;
    let answer = super::answer(&app, unit.as_mut(), &Actor { person, delegations, now: app.now() }).await?;
    unit.commit().await?;
    Ok(super::signed_in(&app, StatusCode::OK, &cookie, answer))
}

async fn verify(app: &App, network: &Network, body: SignInBody) -> Result<Person, SignInError> {
    let now = app.now();
    let email = Private::new(body.email.expose().trim().to_lowercase());
    let subjects = [subject("address", email.expose()), subject("network", network)];
    refuse_guessing(app, &subjects, now).await?;
    let turn = app.passwords.turn().await?;
    // Counted again with the turn in hand: a burst of attempts gets no more than one after the other.
    refuse_guessing(app, &subjects, now).await?;

    let mut unit = app.store.read().await?;
    let person = unit.person_by_email(&email).await?.filter(|person| person.disabled_at.is_none());
    drop(unit);
    let hash = person.as_ref().and_then(|person| person.password_hash.clone());
    // Too long to be anybody's, and it must not cost more than others.
    let is_bounded = body.password.expose().len() <= 4 * password::LONGEST && email.expose().len() <= text::EMAIL_LIMIT;
    let hash = hash.filter(|_| is_bounded);
    let password = if is_bounded { body.password } else { Private::default() };
    if app.passwords.verify(&turn, password, hash).await
        && let Some(person) = person
    {
        return Ok(person);
    }
    let mut unit = app.store.begin().await?;
    for subject_hash in subjects {
        unit.add_failed_sign_in(&SignIn { subject_hash, at: now }).await?;
    }
    unit.commit().await?;
    Err(SignInError::Failed)
}

async fn refuse_guessing(app: &App, subjects: &[[u8; 32]], now: Timestamp) -> Result<(), SignInError> {
    let mut unit = app.store.read().await?;
    for subject in subjects {
        if unit.failed_sign_ins(subject, now - ATTEMPTS_WINDOW).await? >= ATTEMPTS {
            return Err(SignInError::TooManyAttempts);
        }
    }
    Ok(())
}

pub(crate) fn subject(kind: &str, value: impl std::fmt::Display) -> [u8; 32] {
    secret::hash(&format!("{kind} {value}"))
}

#[cfg(test)]
mod tests;
