//! What programs in a running meeting do with what people say, and who has agreed to it.

use cluster::MeetingReport;
use domain::{Captures, Private};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

/// Something that nobody is subject to without agreeing.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Capture {
    /// Sound or pictures are recorded.
    Recording,
    /// What is said is written down as text.
    Captions,
}

/// Of all that is named.
pub(crate) fn of(named: &[Capture]) -> Captures {
    Captures { recording: named.contains(&Capture::Recording), captions: named.contains(&Capture::Captions) }
}

/// The names of what is there.
pub(crate) fn named(captures: Captures) -> Vec<Capture> {
    let all = [(captures.recording, Capture::Recording), (captures.captions, Capture::Captions)];
    all.into_iter().filter_map(|(is_there, name)| is_there.then_some(name)).collect()
}

/// What the programs are called that record, and that transcribe; nobody where no meeting runs.
pub(crate) fn programs(report: Option<&MeetingReport>) -> (Vec<String>, Vec<String>) {
    let words = |names: &[Private<String>]| names.iter().map(|name| name.expose().clone()).collect();
    report.map_or_else(Default::default, |report| (words(&report.recorded_by), words(&report.captioned_by)))
}
