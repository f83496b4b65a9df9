use std::sync::Arc;

use axum::extract::State;
use axum::response::Response;
use domain::policy::Action;
use futures_util::FutureExt as _;

use super::RunningMeeting;
use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::answer::Items;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::stream::{self, Look};

/// All running meetings in figures, as an event stream: event `meetings` every second.
#[utoipa::path(get, path = "/admin/meetings/events", tag = "admin", responses(
    (status = 200, description = "Events `meetings`", body = Items<RunningMeeting>, content_type = "text/event-stream"),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
))]
pub(crate) async fn watch_running_meetings(State(app): State<Arc<App>>, who: SignedIn) -> Result<Response, Problem> {
    who.must(Action::SeeRunningMeetings)?;
    let (watcher, credential) = (Arc::clone(&app), who.credential);
    let looking = Box::new(move || {
        let app = Arc::clone(&watcher);
        async move {
            let who = app.signed_in(credential).await?.ok_or_else(Problem::sign_in_required)?;
            Ok(Look::new(&super::running(&app, &who).await?))
        }
        .boxed()
    });
    Ok(stream::watch(&app, "meetings", |_| false, super::EVERY, true, looking).await)
}
