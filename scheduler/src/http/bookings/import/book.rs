use std::collections::BTreeSet;
use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use serde::{Deserialize, Serialize};
use utoipa::{IntoParams, ToSchema};
use uuid::Uuid;

use super::entries::ImportRefused;
use super::file::{CalendarBytes, File};
use super::preview::ImportParams;
use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::bookings::book::make;
use crate::http::once::Once;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::Params;

/// Which entries.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ChosenParams {
    /// Their places as the preview names them, with commas; all that can be booked if absent.
    #[param(example = "0,2,3")]
    entries: Option<String>,
}

/// What was booked.
#[derive(Serialize, ToSchema)]
pub(crate) struct Imported {
    entries: Vec<ImportedEntry>,
}

/// What became of an entry.
#[derive(Serialize, ToSchema)]
pub(crate) struct ImportedEntry {
    /// Its place in the file.
    entry: usize,
    title: String,
    /// The booking, if it was booked.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    booking: Option<Uuid>,
    /// Why not, if not.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    refused: Option<ImportRefused>,
}

/// Books the chosen entries of a calendar file, sent again as for the preview. Each is booked as a whole or not at all, and what became of
/// each is answered. Sent twice, nothing is booked twice: an entry that is there is known by its UID.
#[utoipa::path(post, path = "/bookings/import", tag = "bookings", params(ImportParams, ChosenParams),
request_body(content = String, content_type = "text/calendar", description = "The file"), responses(
    (status = 200, body = Imported),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 413, description = "too_large", body = ProblemBody),
    (status = 422, description = "invalid: `file`, `entries`", body = ProblemBody),
))]
pub(crate) async fn import_bookings(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Params(params): Params<ImportParams>,
    Params(chosen): Params<ChosenParams>,
    CalendarBytes(bytes): CalendarBytes,
) -> Result<Json<Imported>, Problem> {
    let importing = params.importing(&app, &who).await?;
    let chosen = chosen.places()?;
    let file = File::read(&bytes, app.now())?;
    let mut entries = Vec::new();
    for (entry, read) in file.entries {
        if chosen.as_ref().is_some_and(|chosen| !chosen.contains(&entry)) {
            continue;
        }
        let (title, outcome) = match importing.want(read).await? {
            Err((title, refused)) => (title, Err(refused)),
            Ok(wanted) => {
                let made = match wanted.body.check().map_err(Problem::from) {
                    Ok(draft) => make(&app, &who, draft, &Once::never(), Some(&wanted.naming)).await,
                    Err(problem) => Err(problem),
                };
                (wanted.title, made.map_err(|problem| ImportRefused::from(&problem)))
            }
        };
        let (booking, refused) = match outcome {
            Ok(made) => (made.booking, None),
            Err(refused) => (None, Some(refused)),
        };
        entries.push(ImportedEntry { entry, title, booking: booking.map(|id| id.as_uuid()), refused });
    }
    Ok(Json(Imported { entries }))
}

impl ChosenParams {
    fn places(&self) -> Result<Option<BTreeSet<usize>>, Problem> {
        let Some(text) = &self.entries else { return Ok(None) };
        let places: Result<_, _> = text.split(',').map(|place| place.trim().parse::<usize>()).collect();
        places.map(Some).map_err(|_| Problem::invalid("entries", "places as the preview names them, with commas"))
    }
}
