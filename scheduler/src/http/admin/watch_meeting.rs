use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::MeetingName;
use futures_util::FutureExt as _;

use super::RunningMeetingInFull;
use super::show_meeting::look;
use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::Id;
use crate::http::stream::{self, Look};

/// One running meeting with everybody inside, as an event stream: event `meeting` every second,
/// until it is over. The look is written into the audit trail, once per stream.
#[utoipa::path(get, path = "/admin/meetings/{id}/events", tag = "admin", params(("id" = String, Path)), responses(
    (status = 200, description = "Events `meeting`", body = RunningMeetingInFull, content_type = "text/event-stream"),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 404, description = "not_found: it is not running", body = ProblemBody),
))]
pub(crate) async fn watch_running_meeting(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Id(meeting): Id<MeetingName>,
) -> Result<Response, Problem> {
    look(&app, &who, &meeting).await?;
    let (watcher, credential) = (Arc::clone(&app), who.credential);
    let looking = Box::new(move || {
        let (app, meeting) = (Arc::clone(&watcher), meeting.clone());
        async move {
            let who = app.signed_in(credential).await?.ok_or_else(Problem::sign_in_required)?;
            let report = app.cluster.directory.report(&meeting).await?.ok_or_else(Problem::not_found)?;
            Ok(Look::new(&super::in_full(&app, &who, &report).await?))
        }
        .boxed()
    });
    Ok(stream::watch(&app, "meeting", |_| false, super::EVERY, true, looking).await)
}
