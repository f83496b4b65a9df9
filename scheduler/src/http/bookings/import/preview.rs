use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::policy::Action;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};

use super::entries::{ImportRefused, Importing, Wanted};
use super::file::{CalendarBytes, File};
use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::answer::Instant;
use crate::http::bookings::check::{Checked, judge};
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::Params;

/// For whom entries are booked.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ImportParams {
    /// On behalf of this person; oneself if absent.
    #[param(value_type = Option<Uuid>)]
    organiser: Option<domain::PersonId>,
    /// Invite those whom the entries name; nobody if absent.
    #[serde(default)]
    invite: bool,
}

/// What a file would become.
#[derive(Serialize, ToSchema)]
pub(crate) struct ImportPreview {
    entries: Vec<ImportEntry>,
    /// How many single meetings are over; they are not booked.
    past: usize,
    /// How many tasks, journals and the like there are; they are not booked.
    others: usize,
}

/// What an entry would become.
#[derive(Serialize, ToSchema)]
pub(crate) struct ImportEntry {
    /// Its place in the file: names it when it is booked.
    entry: usize,
    title: String,
    /// Of the first date.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    start: Option<Instant>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    end: Option<Instant>,
    is_series: bool,
    /// How many people the entry names.
    people: usize,
    /// A place that is no room here: it goes to the description.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    place: Option<String>,
    /// Why it cannot be booked, if so.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    refused: Option<ImportRefused>,
    /// What booking would say, if it can be booked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    checked: Option<Checked>,
}

/// Looks at a calendar file (iCalendar, up to 5 MiB) and says of every entry what it would become, with conflicts, or why it
/// cannot be booked; books nothing. Entries that are there already are known by their UID.
#[utoipa::path(post, path = "/bookings/import/preview", tag = "bookings", params(ImportParams),
request_body(content = String, content_type = "text/calendar", description = "The file"), responses(
    (status = 200, body = ImportPreview),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 413, description = "too_large", body = ProblemBody),
    (status = 422, description = "invalid: `file`", body = ProblemBody),
))]
pub(crate) async fn preview_import(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Params(params): Params<ImportParams>,
    CalendarBytes(bytes): CalendarBytes,
) -> Result<Json<ImportPreview>, Problem> {
    let importing = params.importing(&app, &who).await?;
    let File { entries: read, past, others } = File::read(&bytes, app.now())?;
    let mut entries = Vec::with_capacity(read.len());
    for (entry, read) in read {
        entries.push(match importing.want(read).await? {
            Ok(wanted) => look(&app, &who, entry, wanted).await?,
            Err((title, refused)) => ImportEntry::refused(entry, title, refused),
        });
    }
    Ok(Json(ImportPreview { entries, past, others }))
}

impl ImportParams {
    pub(super) async fn importing<'a>(&self, app: &'a Arc<App>, who: &'a SignedIn) -> Result<Importing<'a>, Problem> {
        let organiser = self.organiser.unwrap_or(who.id());
        who.must(Action::BookFor(organiser))?;
        let rooms = app.store.read().await?.rooms().await?;
        Ok(Importing { app, who, organiser, invites: self.invite, rooms })
    }
}

async fn look(app: &Arc<App>, who: &SignedIn, entry: usize, wanted: Wanted) -> Result<ImportEntry, Problem> {
    let Wanted { title, body, place, people, .. } = wanted;
    let is_series = body.recurrence.is_some();
    let draft = match body.check().map_err(Problem::from) {
        Ok(draft) => draft,
        Err(problem) => return Ok(ImportEntry::refused(entry, title, ImportRefused::from(&problem))),
    };
    let (start, end) = (Some(Instant(draft.timing.start)), Some(Instant(draft.timing.end)));
    let (checked, refused) = match judge(app, who, &draft, None).await {
        Ok(checked) => (Some(checked), None),
        Err(problem) if problem.code.status().is_server_error() => return Err(problem),
        Err(problem) => (None, Some(ImportRefused::from(&problem))),
    };
    Ok(ImportEntry { entry, title, start, end, is_series, people, place, refused, checked })
}

impl ImportEntry {
    fn refused(entry: usize, title: String, refused: ImportRefused) -> Self {
        let (start, end, place, checked) = (None, None, None, None);
        Self { entry, title, start, end, is_series: false, people: 0, place, refused: Some(refused), checked }
    }
}
