use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use cluster::MeetingReport;
use domain::policy::Action;
use domain::{HelpCode, Identity};
use serde::Serialize;
use utoipa::ToSchema;

use super::figures::{RunningParticipant, participant};
use super::{RunningMeetingFigures, described};
use crate::app::App;
use crate::http::actor::SignedIn;
use crate::http::answer::Items;
use crate::http::problem::{Problem, ProblemBody};
use crate::http::request::Id;

/// Somebody who asks for help, and the meeting they are in.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct CodeMatch {
    meeting: RunningMeetingFigures,
    participant: RunningParticipant,
}

/// Who reads out this help code: mostly nobody or one, seldom two. The look is written into the audit trail.
#[utoipa::path(get, path = "/admin/help-codes/{code}", tag = "admin",
    params(("code" = String, Path, description = "Six digits; spaces between them are passed over.")),
    responses(
        (status = 200, body = Items<CodeMatch>),
        (status = 401, description = "sign_in_required", body = ProblemBody),
        (status = 403, description = "not_allowed", body = ProblemBody),
        (status = 422, description = "invalid: these are not six digits", body = ProblemBody),
    ),
)]
pub(crate) async fn find_by_help_code(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Id(code): Id<String>,
) -> Result<Json<Items<CodeMatch>>, Problem> {
    who.must(Action::SeeParticipants)?;
    let code: HelpCode = code.parse().map_err(|_| Problem::invalid("code", "six digits"))?;
    let has_code = |report: &MeetingReport, identity: &Identity| HelpCode::of(&report.meeting, identity) == code;
    let mut reports = app.cluster.directory.reports().await?;
    reports.retain(|report| report.participants.iter().any(|one| has_code(report, &one.identity)));
    let mut unit = app.store.begin().await?;
    for report in &reports {
        unit.add_audit(&who.entry(app.now(), "participants.seen", format!("meeting {}", report.meeting))).await?;
    }
    unit.commit().await?;
    let mut matches = Vec::new();
    for report in &reports {
        for one in report.participants.iter().filter(|one| has_code(report, &one.identity)) {
            let meeting = described(&app, &who, std::slice::from_ref(report)).await?.pop();
            let meeting = meeting.expect("one report gives one meeting");
            matches.push(CodeMatch { meeting, participant: participant(one) });
        }
    }
    Ok(Json(matches.into_iter().collect()))
}

#[cfg(test)]
mod tests;
