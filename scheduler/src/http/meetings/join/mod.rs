use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use cluster::{Event, MeetingReport};
use domain::join::{self, Caller, Entry, JoinRefused};
use domain::{Admission, AdmissionId, AdmissionState, Captures, MeetingRole, Private, RoomKind, policy, text};
use serde::{Deserialize, Serialize};
use serde_json::json;
use storage::{StorageError, Unit};
use utoipa::ToSchema;
use uuid::Uuid;

use crate::app::App;
use crate::booking::view::RoleName;
use crate::http::actor::SignedIn;
use crate::http::answer::Instant;
use crate::http::problem::{Code, Problem, ProblemBody};
use crate::http::request::{Body, Id};
use crate::meeting::captured::{self, Capture};
use crate::meeting::token::{self, Entrant};
use crate::meeting::venue::Venue;
use crate::meeting::visitor::{self, NotRecognised, Shown, Visitor};
use crate::secret::{self, Secret};

/// What somebody shows at the door.
#[derive(Default, Deserialize, ToSchema)]
pub(crate) struct JoinBody {
    /// A guest's name, where the organiser gave none; up to 100 characters.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    name: Option<Private<String>>,
    /// What follows `#` in a guest's link.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    secret: Option<Private<String>>,
    /// Of the waiting room, as answered before.
    #[serde(default)]
    #[schema(value_type = Option<String>)]
    ticket: Option<Private<String>>,
    /// What the person agrees to: `recording`, `captions`. Needed for what goes on when one comes in; not stored.
    #[serde(default)]
    #[schema(inline)]
    agrees_to: Vec<Capture>,
}

/// Come in, or wait.
#[derive(Debug, Serialize, ToSchema)]
#[serde(tag = "state", rename_all = "snake_case")]
pub(crate) enum JoinAnswer {
    /// Come in: connect to `url` with `token` before `expires_at`.
    Admitted {
        #[schema(example = "wss://meet.example.org")]
        url: String,
        token: String,
        identity: String,
        #[schema(inline)]
        role: RoleName,
        meeting_id: Uuid,
        title: String,
        expires_at: Instant,
    },
    /// Wait until a moderator decides; then call again with the ticket.
    Waiting { ticket: String, meeting_id: Uuid, title: String },
}

/// Why nobody comes in.
#[derive(Debug, thiserror::Error)]
enum JoinError {
    /// There is no such meeting.
    #[error("there is no such meeting")]
    NoSuchMeeting { is_signed_in: bool, showed_something: bool },
    #[error(transparent)]
    NotRecognised(#[from] NotRecognised),
    /// A moderator said no, maybe with words.
    #[error("the person was not let in")]
    Rejected { words: Option<Private<String>> },
    /// The door says no.
    #[error(transparent)]
    Refused(#[from] JoinRefused),
    /// A guest without a name.
    #[error("a name is required")]
    NameRequired,
    /// As many as fit are inside.
    #[error("the meeting is full")]
    Full { capacity: u32 },
    /// Something goes on that the person did not agree to.
    #[error("the person did not agree to be recorded")]
    NotAgreed { to: Captures, by: (Vec<String>, Vec<String>) },
    #[error(transparent)]
    Storage(#[from] StorageError),
}

impl JoinError {
    fn outcome(&self) -> &'static str {
        match self {
            Self::Storage(_) | Self::NotRecognised(NotRecognised::Storage(_)) => "unavailable",
            Self::NoSuchMeeting { .. } | Self::NotRecognised(_) => "not_recognised",
            Self::NameRequired => "name_required",
            Self::Full { .. } => "full",
            Self::NotAgreed { .. } => "not_agreed",
            Self::Rejected { .. } => "rejected",
            Self::Refused(refused) => match refused {
                JoinRefused::TooEarly { .. } => "too_early",
                JoinRefused::Cancelled => "cancelled",
                JoinRefused::Ended => "ended",
                JoinRefused::Removed => "removed",
                JoinRefused::Rejected => "rejected",
                JoinRefused::Locked => "locked",
            },
        }
    }

    fn into_problem(self, starts_at: Option<Instant>) -> Problem {
        match self {
            Self::NoSuchMeeting { is_signed_in, showed_something } => {
                super::no_such_meeting(is_signed_in, showed_something)
            }
            Self::NotRecognised(error) => error.into(),
            Self::NameRequired => Problem::new(Code::NameRequired, "Say your name: the others see it.")
                .with_field("name")
                .with_allowed("1 to 100 characters, no line breaks"),
            Self::Full { capacity } => {
                Problem::new(Code::Full, "As many as fit are inside.").with("capacity", capacity)
            }
            Self::NotAgreed { to, by: (recorded_by, captioned_by) } => {
                Problem::new(Code::ConsentRequired, "Agree to what goes on in the meeting, or stay outside.")
                    .with_field("agrees_to")
                    .with_allowed("recording, captions")
                    .with("to", json!(captured::named(to)))
                    .with("recorded_by", recorded_by)
                    .with("captioned_by", captioned_by)
            }
            Self::Refused(JoinRefused::TooEarly { opens_at }) => {
                Problem::new(Code::TooEarly, "The meeting opens shortly before it starts.")
                    .with("starts_at", json!(starts_at))
                    .with("opens_at", json!(Instant(opens_at)))
            }
            Self::Refused(JoinRefused::Cancelled) => Problem::new(Code::Cancelled, "The meeting was cancelled."),
            Self::Refused(JoinRefused::Ended) => Problem::new(Code::Ended, "The meeting is over."),
            Self::Refused(JoinRefused::Removed) => {
                Problem::new(Code::Removed, "The moderation removed you from this meeting.")
            }
            Self::Refused(JoinRefused::Rejected) => rejected(None),
            Self::Rejected { words } => rejected(words),
            Self::Refused(JoinRefused::Locked) => Problem::new(Code::Locked, "The moderation locked the meeting."),
            Self::Storage(error) => error.into(),
        }
    }
}

fn rejected(words: Option<Private<String>>) -> Problem {
    let problem = Problem::new(Code::Rejected, "The moderation did not let you in.");
    match words {
        Some(words) => problem.with("words", words.into_inner()),
        None => problem,
    }
}

/// Asks to enter now: signed in, or with the secret of a guest's link, or with a waiting ticket.
#[utoipa::path(post, path = "/meetings/{id}/join", tag = "meetings",
security((), ("cookie" = []), ("bearer" = [])), request_body = JoinBody,
params(("id" = Uuid, Path, description = "The meeting, or its booking")),
responses(
    (status = 200, body = JoinAnswer),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "too_early (`starts_at`, `opens_at`), removed, rejected (`words`), consent_required (`to`, `recorded_by`, `captioned_by`)",
        body = ProblemBody),
    (status = 404, description = "not_found, link_invalid", body = ProblemBody),
    (status = 409, description = "full (`capacity`)", body = ProblemBody),
    (status = 410, description = "ended, cancelled", body = ProblemBody),
    (status = 422, description = "name_required", body = ProblemBody),
    (status = 423, description = "locked", body = ProblemBody),
))]
pub(crate) async fn join_meeting(
    State(app): State<Arc<App>>,
    who: Option<SignedIn>,
    Id(id): Id<Uuid>,
    Body(body): Body<JoinBody>,
) -> Result<Json<JoinAnswer>, Problem> {
    let mut starts_at = None;
    let answer = knock(&app, who.as_ref(), id, &body, &mut starts_at).await;
    let outcome = match &answer {
        Ok(JoinAnswer::Admitted { .. }) => "admitted",
        Ok(JoinAnswer::Waiting { .. }) => "waiting",
        Err(error) => error.outcome(),
    };
    metrics::counter!("rennsteig_joins_total", "outcome" => outcome).increment(1);
    answer.map(Json).map_err(|error| error.into_problem(starts_at))
}

async fn knock(
    app: &App,
    who: Option<&SignedIn>,
    id: Uuid,
    body: &JoinBody,
    starts_at: &mut Option<Instant>,
) -> Result<JoinAnswer, JoinError> {
    let shown = Shown { secret: exposed(&body.secret), ticket: exposed(&body.ticket) };
    let mut unit = app.store.read().await?;
    let venue = Venue::read(app, unit.as_mut(), id).await?.ok_or(JoinError::NoSuchMeeting {
        is_signed_in: who.is_some(),
        showed_something: shown.secret.is_some() || shown.ticket.is_some(),
    })?;
    *starts_at = Some(Instant(venue.occurrence.start));
    let visitor = visitor::recognise(unit.as_mut(), &venue, who, shown).await?;
    let admissions = unit.admissions_of(venue.occurrence.id).await?;
    let admission = admissions.into_iter().find(|one| one.identity == visitor.identity);
    let is_excluded = unit.is_excluded(venue.occurrence.id, &visitor.identity).await?;
    let capacity = capacity(app, unit.as_mut(), &venue).await?;
    drop(unit);

    let report = running(app, &venue).await;
    let inside = report.iter().flat_map(|report| &report.participants);
    let caller = Caller {
        role: visitor.role,
        is_excluded,
        is_inside: inside.clone().any(|participant| participant.identity == visitor.identity),
        admission: admission.as_ref().map(|admission| admission.state),
    };
    let entry = join::enter(&venue.door(), &caller, &app.config.join_window, app.now());
    let is_over = matches!(entry, Entry::Refused(JoinRefused::Cancelled | JoinRefused::Ended | JoinRefused::Removed));
    if visitor.is_revoked && !is_over {
        return Err(NotRecognised::LinkInvalid.into());
    }
    let running = report.as_ref().map(MeetingReport::captures).unwrap_or_default();
    let missing = policy::still_to_agree(running, captured::of(&body.agrees_to));
    match entry {
        Entry::Refused(JoinRefused::Rejected) => {
            Err(JoinError::Rejected { words: admission.and_then(|admission| admission.words) })
        }
        Entry::Refused(refused) => Err(refused.into()),
        Entry::Wait => wait(app, &venue, &visitor, admission, body).await,
        Entry::Enter(_) if !caller.is_inside && inside.count() >= capacity as usize => {
            Err(JoinError::Full { capacity })
        }
        Entry::Enter(_) if !missing.is_nothing() => {
            Err(JoinError::NotAgreed { to: missing, by: captured::programs(report.as_ref()) })
        }
        Entry::Enter(role) => admit(app, &venue, &visitor, admission, body, role, capacity),
    }
}

fn exposed(secret: &Option<Private<String>>) -> Option<&str> {
    secret.as_ref().map(|secret| secret.expose().as_str()).filter(|secret| !secret.is_empty())
}

/// The smallest virtual room of the booking decides, else the limit of the house.
async fn capacity(app: &App, unit: &mut dyn Unit, venue: &Venue) -> Result<u32, StorageError> {
    let mut capacity = app.config.participants_limit;
    for id in venue.occurrence.rooms(&venue.booking) {
        if let Some(room) = unit.room(*id).await?.filter(|room| room.kind == RoomKind::Virtual) {
            capacity = capacity.min(room.capacity);
        }
    }
    Ok(capacity)
}

/// Who is inside. With the directory away nobody is kept out for it: the owner counts as well.
pub(crate) async fn running(app: &App, venue: &Venue) -> Option<MeetingReport> {
    match app.cluster.directory.report(&venue.name()).await {
        Ok(report) => report,
        Err(error) => {
            tracing::warn!(meeting.id = %venue.occurrence.id, error = %error, "the directory does not say who is inside");
            None
        }
    }
}

/// The organiser's name for a guest stands; only where there is none the guest's own counts.
fn name(visitor: &Visitor, admission: Option<&Admission>, body: &JoinBody) -> Result<Private<String>, JoinError> {
    let known = [Some(&visitor.name), admission.map(|admission| &admission.name)];
    if let Some(name) = known.into_iter().flatten().find(|name| !name.expose().is_empty()) {
        return Ok(name.clone());
    }
    let typed = body.name.as_ref().ok_or(JoinError::NameRequired)?;
    let name = text::line(typed.expose(), text::NAME_LIMIT).map_err(|_| JoinError::NameRequired)?;
    Ok(Private::new(name))
}

fn admit(
    app: &App,
    venue: &Venue,
    visitor: &Visitor,
    admission: Option<Admission>,
    body: &JoinBody,
    role: MeetingRole,
    capacity: u32,
) -> Result<JoinAnswer, JoinError> {
    let name = name(visitor, admission.as_ref(), body)?;
    let (meeting, given) = (&venue.name(), visitor.given);
    let (identity, profile) = (&visitor.identity, venue.booking.profile);
    let home = visitor.home;
    let waited_from = admission.map(|admission| admission.requested_at);
    let entrant = Entrant { meeting, identity, name: &name, role, given, capacity, profile, home, waited_from };
    let (token, expires_at) = token::issue(app, &entrant);
    Ok(JoinAnswer::Admitted {
        url: app.config.signaling_url.clone(),
        token: token.into_inner(),
        identity: visitor.identity.to_string(),
        role: role.into(),
        meeting_id: venue.occurrence.id.as_uuid(),
        title: venue.occurrence.title(&venue.booking).to_owned(),
        expires_at: Instant(expires_at),
    })
}

/// Asks for admission, once per identity: who asks again keeps the place in the row.
async fn wait(
    app: &App,
    venue: &Venue,
    visitor: &Visitor,
    earlier: Option<Admission>,
    body: &JoinBody,
) -> Result<JoinAnswer, JoinError> {
    let name = name(visitor, earlier.as_ref(), body)?;
    let answer = |ticket: String| JoinAnswer::Waiting {
        ticket,
        meeting_id: venue.occurrence.id.as_uuid(),
        title: venue.title(visitor.role, "de").to_owned(),
    };
    if let (Some(earlier), Some(ticket)) = (&earlier, exposed(&body.ticket))
        && earlier.ticket_hash == secret::hash(ticket)
    {
        return Ok(answer(ticket.to_owned()));
    }
    let ticket = Secret::draw(app.randomness.as_ref(), secret::LINK_BYTES);
    let mut unit = app.store.begin().await?;
    // Read again: a moderator may have decided in between, and that stands.
    let admissions = unit.admissions_of(venue.occurrence.id).await?;
    let earlier = admissions.into_iter().find(|one| one.identity == visitor.identity);
    let admission = Admission {
        id: earlier.as_ref().map_or_else(|| AdmissionId::from_uuid(app.new_id()), |one| one.id),
        occurrence: venue.occurrence.id,
        identity: visitor.identity.clone(),
        name,
        ticket_hash: ticket.hash,
        state: earlier.as_ref().map_or(AdmissionState::Waiting, |one| one.state),
        words: earlier.as_ref().and_then(|one| one.words.clone()),
        requested_at: earlier.map_or_else(|| app.now(), |one| one.requested_at),
        expires_at: app.config.join_window.closes_at(venue.occurrence.end),
    };
    unit.save_admission(&admission).await?;
    unit.commit().await?;
    app.publish(Event::DoorChanged { occurrence: venue.occurrence.id }).await;
    Ok(answer(ticket.text.into_inner()))
}

#[cfg(test)]
mod tests;
