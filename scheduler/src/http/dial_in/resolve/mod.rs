use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use cluster::MeetingReport;
use domain::join::{self, Caller, Entry, JoinRefused};
use domain::{Captures, MeetingRole, Private};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};
use serde_json::json;
use storage::{SignIn, StorageError};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::App;
use crate::dial_in;
use crate::http::answer::Instant;
use crate::http::dial_in::gateway::Gateway;
use crate::http::meetings::join::running;
use crate::http::problem::{Code, Problem, ProblemBody};
use crate::http::request::Body;
use crate::http::session::sign_in::subject;
use crate::meeting::venue::Venue;

/// So many wrong PINs of one caller are enough, and of all callers together, …
const ATTEMPTS: u32 = 5;
const ATTEMPTS_OF_ALL: u32 = 100;
/// … within this time.
const WINDOW: SignedDuration = SignedDuration::from_mins(15);
/// Longest word for a caller, bytes.
const CALLER_LIMIT: usize = 256;

/// What somebody typed on a telephone.
#[derive(Deserialize, ToSchema)]
pub(crate) struct ResolveBody {
    /// Ten digits; spaces and a closing `#` are passed over.
    #[schema(value_type = String)]
    pin: Private<String>,
    /// Whatever names the caller and stays the same when the call is repeated, such as the number; 1 to 256 bytes. Only its
    /// hash is kept, and only for a while after a wrong PIN.
    #[schema(value_type = String)]
    caller: Private<String>,
}

/// Where the call goes.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct ResolveAnswer {
    /// The meeting.
    meeting_id: Uuid,
    /// A moderator lets the caller in first.
    waits: bool,
    /// When the door closes.
    closes_at: Instant,
    /// The meeting is recorded: say so, and lead on who stays on the line.
    is_recorded: bool,
    /// What is said is written down: say so as well.
    is_captioned: bool,
}

/// Why a call goes nowhere.
#[derive(Debug, thiserror::Error)]
enum ResolveError {
    /// Nothing that could be a caller.
    #[error("the caller is not named")]
    NoCaller,
    /// Too many wrong ones; the right one is not tried now either.
    #[error("too many wrong PINs")]
    TooManyAttempts,
    /// No booking has it.
    #[error("the PIN opens nothing")]
    Unknown,
    /// The door says no.
    #[error(transparent)]
    Refused(#[from] JoinRefused),
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl From<ResolveError> for Problem {
    fn from(error: ResolveError) -> Self {
        match error {
            ResolveError::NoCaller => {
                Self::new(Code::Invalid, "Say who calls.").with_field("caller").with_allowed("1 to 256 bytes")
            }
            ResolveError::TooManyAttempts => {
                Self::new(Code::TooManyAttempts, "Too many wrong PINs. Try again in a quarter of an hour.")
                    .with_retry_after(WINDOW.as_secs())
            }
            ResolveError::Unknown => {
                Self::new(Code::PinUnknown, "No meeting has this PIN.").with_field("pin").with_allowed("ten digits")
            }
            ResolveError::Refused(JoinRefused::TooEarly { opens_at }) => {
                Self::new(Code::TooEarly, "The meeting opens shortly before it starts.")
                    .with("opens_at", json!(Instant(opens_at)))
            }
            ResolveError::Refused(JoinRefused::Cancelled) => Self::new(Code::Cancelled, "The meeting was cancelled."),
            ResolveError::Refused(JoinRefused::Locked) => Self::new(Code::Locked, "The moderation locked the meeting."),
            ResolveError::Refused(_) => Self::new(Code::Ended, "The meeting is over."),
            ResolveError::Storage(error) => error.into(),
        }
    }
}

/// Says to which meeting a PIN leads now. Only for the gateway, with `dial_in.gateway_secret` as bearer.
#[utoipa::path(post, path = "/dial-in/resolve", tag = "meetings", security(("bearer" = [])),
request_body = ResolveBody, responses(
    (status = 200, body = ResolveAnswer),
    (status = 401, description = "sign_in_required: not the gateway", body = ProblemBody),
    (status = 403, description = "too_early (`opens_at`)", body = ProblemBody),
    (status = 404, description = "pin_unknown", body = ProblemBody),
    (status = 410, description = "ended, cancelled", body = ProblemBody),
    (status = 422, description = "invalid (`caller`)", body = ProblemBody),
    (status = 423, description = "locked", body = ProblemBody),
    (status = 429, description = "too_many_attempts: after 5 wrong PINs of a caller or 100 of all in a quarter of an hour",
        body = ProblemBody),
))]
pub(crate) async fn resolve_pin(
    State(app): State<Arc<App>>,
    _: Gateway,
    Body(body): Body<ResolveBody>,
) -> Result<Json<ResolveAnswer>, Problem> {
    let answer = resolve(&app, &body).await;
    let outcome = match &answer {
        Ok(_) => "found",
        Err(ResolveError::NoCaller) => "no_caller",
        Err(ResolveError::TooManyAttempts) => "too_many_attempts",
        Err(ResolveError::Unknown) => "unknown",
        Err(ResolveError::Refused(_)) => "refused",
        Err(ResolveError::Storage(_)) => "unavailable",
    };
    metrics::counter!("rennsteig_dial_in_total", "outcome" => outcome).increment(1);
    Ok(Json(answer?))
}

async fn resolve(app: &App, body: &ResolveBody) -> Result<ResolveAnswer, ResolveError> {
    let caller = body.caller.expose().trim();
    if caller.is_empty() || caller.len() > CALLER_LIMIT {
        return Err(ResolveError::NoCaller);
    }
    let now = app.now();
    let subjects = [(subject("dial-in caller", caller), ATTEMPTS), (subject("dial-in", "all"), ATTEMPTS_OF_ALL)];
    refuse_guessing(app, &subjects, now).await?;
    let mut unit = app.store.read().await?;
    let found = match dial_in::read(body.pin.expose()) {
        Some(pin) => dial_in::find(app, unit.as_mut(), &pin).await?,
        None => None,
    };
    let venue = match found {
        Some(booking) => Venue::read(app, unit.as_mut(), booking.as_uuid()).await?,
        None => None,
    };
    drop(unit);
    let Some(venue) = venue else {
        let mut unit = app.store.begin().await?;
        for (subject_hash, _) in subjects {
            unit.add_failed_sign_in(&SignIn { subject_hash, at: now }).await?;
        }
        unit.commit().await?;
        return Err(ResolveError::Unknown);
    };
    // Whoever calls comes as a guest does: nobody knows more of the person.
    let guest = Caller { role: Some(MeetingRole::Guest), is_excluded: false, is_inside: false, admission: None };
    let waits = match join::enter(&venue.door(None), &guest, &app.config.join_window, now) {
        Entry::Enter(_) => false,
        Entry::Wait => true,
        Entry::Refused(refused) => return Err(refused.into()),
    };
    let closes_at = Instant(app.config.join_window.closes_at(venue.occurrence.end));
    let report = running(app, &venue).await;
    let Captures { recording, captions } = report.as_ref().map(MeetingReport::captures).unwrap_or_default();
    Ok(ResolveAnswer {
        meeting_id: venue.occurrence.id.as_uuid(),
        waits,
        closes_at,
        is_recorded: recording,
        is_captioned: captions,
    })
}

async fn refuse_guessing(app: &App, subjects: &[([u8; 32], u32)], now: Timestamp) -> Result<(), ResolveError> {
    let mut unit = app.store.read().await?;
    for (subject, most) in subjects {
        if unit.failed_sign_ins(subject, now - WINDOW).await? >= *most {
            return Err(ResolveError::TooManyAttempts);
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests;
