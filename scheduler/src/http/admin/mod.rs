//! What administrators see of running meetings. Figures come from the directory, titles from
//! storage; who looks at names is written down.

mod figures;
pub(crate) mod find_by_code;
pub(crate) mod list_meetings;
pub(crate) mod list_webhooks;
pub(crate) mod nodes;
pub(crate) mod resend_webhook;
pub(crate) mod show_meeting;
pub(crate) mod watch_meeting;
pub(crate) mod watch_meetings;

use std::collections::HashMap;
use std::time::Duration;

use cluster::MeetingReport;
use domain::policy::Action;
use domain::{Booking, BookingId, Invitation, OccurrenceId, PersonId};
use figures::{Load, RunningParticipant, participant};
use serde::Serialize;
use utoipa::ToSchema;

use super::actor::SignedIn;
use super::answer::{Instant, Items};
use super::meetings::show::NameOnly;
use super::problem::Problem;
use crate::app::App;
use crate::booking::veil;

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
    #[schema(inline)]
    load: Load,
    bitrate_up_bps: u64,
    bitrate_down_bps: u64,
    /// Highest share of lost packets of any participant, 0 to 1.
    worst_loss: Option<f32>,
    worst_rtt_ms: Option<f32>,
}

/// All running meetings, those longest running first.
async fn running(app: &App, who: &SignedIn) -> Result<Items<RunningMeeting>, Problem> {
    who.must(Action::SeeRunningMeetings)?;
    let mut reports = app.cluster.directory.reports().await?;
    reports.retain(|report| !report.meeting.is_trial());
    reports.sort_by(|one, other| (one.started_at, &one.meeting).cmp(&(other.started_at, &other.meeting)));
    let meetings = described(app, who, &reports).await?;
    let counted = meetings.into_iter().zip(&reports);
    Ok(counted.map(|(meeting, report)| RunningMeeting { meeting, participants: report.participants.len() }).collect())
}

async fn described(
    app: &App,
    who: &SignedIn,
    reports: &[MeetingReport],
) -> Result<Vec<RunningMeetingFigures>, Problem> {
    let ids: Vec<OccurrenceId> = reports.iter().filter_map(|report| report.meeting.as_str().parse().ok()).collect();
    let mut unit = app.store.read().await?;
    let booked = unit.occurrences_by_id(&ids).await?;
    let organisers: Vec<PersonId> = booked.iter().map(|(_, booking)| booking.organiser).collect();
    let people = unit.people_by_id(&organisers).await?;
    let names: HashMap<PersonId, &String> = people.iter().map(|person| (person.id, person.name.expose())).collect();
    let booking_ids: Vec<BookingId> = booked.iter().map(|(_, booking)| booking.id).collect();
    let invitations = unit.invitations_of_all(&booking_ids).await?;
    let titles: HashMap<String, (&str, &str)> = booked
        .iter()
        .map(|(occurrence, booking)| {
            let organiser = names.get(&booking.organiser).map_or("", |name| name.as_str());
            let known = match is_hidden(who, booking, &invitations) {
                true => (veil::title(&who.actor.person.locale), ""),
                false => (occurrence.title(booking), organiser),
            };
            (occurrence.id.to_string(), known)
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

/// Is it private to others? Rows of other bookings may be among the invitations.
fn is_hidden(who: &SignedIn, booking: &Booking, invitations: &[Invitation]) -> bool {
    let own: Vec<Invitation> = invitations.iter().filter(|one| one.booking == booking.id).cloned().collect();
    veil::hides(&who.actor, booking, &own)
}

/// The people of a private meeting are nobody's business who is not invited, an administrator's neither.
async fn hides_people(app: &App, who: &SignedIn, report: &MeetingReport) -> Result<bool, Problem> {
    let Ok(id) = report.meeting.as_str().parse::<OccurrenceId>() else { return Ok(false) };
    let mut unit = app.store.read().await?;
    let Some((_, booking)) = unit.occurrences_by_id(&[id]).await?.pop() else { return Ok(false) };
    let invitations = unit.invitations_of(booking.id).await?;
    Ok(is_hidden(who, &booking, &invitations))
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
        load: report.burden.into(),
        bitrate_up_bps: inside.iter().map(|one| one.bitrate_up_bps).sum(),
        bitrate_down_bps: inside.iter().map(|one| one.bitrate_down_bps).sum(),
        worst_loss: losses.reduce(f32::max),
        worst_rtt_ms: inside.iter().filter_map(|one| one.rtt_ms).reduce(f32::max),
    }
}

/// One running meeting with everybody inside.
async fn in_full(app: &App, who: &SignedIn, report: &MeetingReport) -> Result<RunningMeetingInFull, Problem> {
    who.must(Action::SeeParticipants)?;
    let meeting = described(app, who, std::slice::from_ref(report)).await?.pop().expect("one report gives one meeting");
    let participants = match hides_people(app, who, report).await? {
        true => Vec::new(),
        false => report.participants.iter().map(participant).collect(),
    };
    Ok(RunningMeetingInFull { meeting, participants })
}
