use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use cluster::MeetingReport;
use domain::MeetingName;
use domain::policy::Action;

use super::RunningMeetingInFull;
use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::Id;

/// One running meeting with everybody inside. The look is written into the audit trail.
#[utoipa::path(get, path = "/admin/meetings/{id}", tag = "admin", params(("id" = String, Path)), responses(
    (status = 200, body = RunningMeetingInFull),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed", body = ProblemBody),
    (status = 404, description = "not_found: it is not running", body = ProblemBody),
))]
pub(crate) async fn show_running_meeting(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Id(meeting): Id<MeetingName>,
) -> Result<Json<RunningMeetingInFull>, Problem> {
    let report = look(&app, &who, &meeting).await?;
    super::in_full(&app, &who, &report).await.map(Json)
}

/// Who is in the meeting; written down before it is shown.
pub(super) async fn look(app: &App, who: &SignedIn, meeting: &MeetingName) -> Result<MeetingReport, Problem> {
    who.must(Action::SeeParticipants)?;
    let report = app.cluster.directory.report(meeting).await?.ok_or_else(Problem::not_found)?;
    let mut unit = app.store.begin().await?;
    unit.add_audit(&who.entry(app.now(), "participants.seen", format!("meeting {meeting}"))).await?;
    unit.commit().await?;
    Ok(report)
}

#[cfg(test)]
pub(super) mod tests;
