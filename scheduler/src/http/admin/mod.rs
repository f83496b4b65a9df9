//! What administrators see of running meetings. Figures come from the directory, titles from
//! storage; who looks at names is written down.

pub(crate) mod list_meetings;
pub(crate) mod list_webhooks;
pub(crate) mod resend_webhook;
pub(crate) mod show_meeting;
pub(crate) mod watch_meeting;
pub(crate) mod watch_meetings;

use std::collections::HashMap;
use std::time::Duration;

use cluster::{MeetingReport, ParticipantReport};
use domain::policy::Action;
use domain::{OccurrenceId, PersonId};
use serde::Serialize;
use utoipa::ToSchema;

use super::actor::SignedIn;
use super::answer::{Instant, Items};
use super::meetings::show::NameOnly;
use super::problem::Problem;
use crate::app::App;
use crate::booking::view::RoleName;

/// Nodes report once a second; more often there is nothing new.
const EVERY: Duration = Duration::from_secs(1);

/// A running meeting in figures.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RunningMeeting {
    #[serde(flatten)]
    meeting: RunningMeetingFigures,
    /// How many are inside.
    participants: usize,
}

/// A running meeting with everybody inside.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RunningMeetingInFull {
    #[serde(flatten)]
    meeting: RunningMeetingFigures,
    participants: Vec<RunningParticipant>,
}

/// What is known of a running meeting, its participants left out.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RunningMeetingFigures {
    /// The occurrence's id, or the name a third party gave.
    meeting_id: String,
    title: String,
    organiser: NameOnly,
    started_at: Instant,
    /// The node that runs it.
    node: String,
    bitrate_up_bps: u64,
    bitrate_down_bps: u64,
    /// Highest share of lost packets of any participant, 0 to 1.
    worst_loss: Option<f32>,
    worst_rtt_ms: Option<f32>,
}

/// A participant and the quality of the connection.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RunningParticipant {
    identity: String,
    name: String,
    #[schema(inline)]
    role: RoleName,
    joined_at: Instant,
    /// None until media flows.
    #[schema(inline)]
    path: Option<Path>,
    rtt_ms: Option<f32>,
    /// Share of packets lost on the way to us, 0 to 1.
    loss_up: Option<f32>,
    /// Share of packets lost on the way to the participant, 0 to 1.
    loss_down: Option<f32>,
    bitrate_up_bps: u64,
    bitrate_down_bps: u64,
    tracks: Vec<RunningTrack>,
}

/// How media travels.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Path {
    /// Straight over UDP.
    Udp,
    /// Over TCP.
    Tcp,
}

/// A published track.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RunningTrack {
    sid: String,
    /// `microphone`, `camera`, `screen_share`, `screen_share_audio` or `unknown`.
    source: String,
    codec: String,
    muted: bool,
    bitrate_bps: u64,
}

/// All running meetings, those longest running first.
async fn running(app: &App, who: &SignedIn) -> Result<Items<RunningMeeting>, Problem> {
    who.must(Action::SeeRunningMeetings)?;
    let mut reports = app.cluster.directory.reports().await?;
    reports.sort_by(|one, other| (one.started_at, &one.meeting).cmp(&(other.started_at, &other.meeting)));
    let meetings = figures(app, &reports).await?;
    let counted = meetings.into_iter().zip(&reports);
    Ok(counted.map(|(meeting, report)| RunningMeeting { meeting, participants: report.participants.len() }).collect())
}

async fn figures(app: &App, reports: &[MeetingReport]) -> Result<Vec<RunningMeetingFigures>, Problem> {
    let ids: Vec<OccurrenceId> = reports.iter().filter_map(|report| report.meeting.as_str().parse().ok()).collect();
    let mut unit = app.store.read().await?;
    let booked = unit.occurrences_by_id(&ids).await?;
    let organisers: Vec<PersonId> = booked.iter().map(|(_, booking)| booking.organiser).collect();
    let people = unit.people_by_id(&organisers).await?;
    let names: HashMap<PersonId, &String> = people.iter().map(|person| (person.id, person.name.expose())).collect();
    let titles: HashMap<String, (&str, &str)> = booked
        .iter()
        .map(|(occurrence, booking)| {
            let organiser = names.get(&booking.organiser).map_or("", |name| name.as_str());
            (occurrence.id.to_string(), (occurrence.title(booking), organiser))
        })
        .collect();
    Ok(reports
        .iter()
        .map(|report| match titles.get(report.meeting.as_str()) {
            Some((title, organiser)) => sum_up(report, title, organiser),
            None => sum_up(report, report.meeting.as_str(), ""),
        })
        .collect())
}

fn sum_up(report: &MeetingReport, title: &str, organiser: &str) -> RunningMeetingFigures {
    let inside = &report.participants;
    let losses = inside.iter().flat_map(|one| [one.loss_up, one.loss_down]).flatten();
    RunningMeetingFigures {
        meeting_id: report.meeting.to_string(),
        title: title.to_owned(),
        organiser: NameOnly { name: organiser.to_owned() },
        started_at: Instant(report.started_at),
        node: report.node.to_string(),
        bitrate_up_bps: inside.iter().map(|one| one.bitrate_up_bps).sum(),
        bitrate_down_bps: inside.iter().map(|one| one.bitrate_down_bps).sum(),
        worst_loss: losses.reduce(f32::max),
        worst_rtt_ms: inside.iter().filter_map(|one| one.rtt_ms).reduce(f32::max),
    }
}

/// One running meeting with everybody inside.
async fn in_full(app: &App, who: &SignedIn, report: &MeetingReport) -> Result<RunningMeetingInFull, Problem> {
    who.must(Action::SeeParticipants)?;
    let meeting = figures(app, std::slice::from_ref(report)).await?.pop().expect("one report gives one meeting");
    let participants = report.participants.iter().map(participant).collect();
    Ok(RunningMeetingInFull { meeting, participants })
}

fn participant(report: &ParticipantReport) -> RunningParticipant {
    RunningParticipant {
        identity: report.identity.to_string(),
        name: report.name.expose().clone(),
        role: report.role.into(),
        joined_at: Instant(report.joined_at),
        path: report.path.map(|path| match path {
            cluster::PathKind::Udp => Path::Udp,
            cluster::PathKind::Tcp => Path::Tcp,
        }),
        rtt_ms: report.rtt_ms,
        loss_up: report.loss_up,
        loss_down: report.loss_down,
        bitrate_up_bps: report.bitrate_up_bps,
        bitrate_down_bps: report.bitrate_down_bps,
        tracks: report
            .tracks
            .iter()
            .map(|track| RunningTrack {
                sid: track.sid.clone(),
                source: track.source.clone(),
                codec: track.codec.clone(),
                muted: track.muted,
                bitrate_bps: track.bitrate_bps,
            })
            .collect(),
    }
}
