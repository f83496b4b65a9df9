mod left;

use std::collections::{BTreeMap, HashMap};
use std::time::{Duration, Instant};

use cluster::Fate;
use domain::Private;
use jiff::Timestamp;
use protocol::livekit::WebhookEvent;
use protocol::webhook::ROOM_FINISHED;
use storage::{NewWebhook, Webhook};

use super::KEPT_FOR;
use super::keeping::{NotKept, keep};
use crate::app::App;
use left::Parting;

/// An owner that holds no lease has this long to come back, beginning when it was first missed:
/// longer than anything it does by itself after an outage.
pub const SILENT_FOR: Duration = Duration::from_secs(10);
/// Runs looked at in one round, of one endpoint.
const AT_ONCE: u32 = 1_000;

/// Which runs have an owner that is not heard of, and since when.
#[derive(Debug, Default)]
pub struct SilentRuns {
    since: HashMap<String, Instant>,
}

/// Writes `room_finished` for runs whose owner died before it could say so, and before it that whoever
/// was inside is gone; answers for how many runs.
///
/// The run is ended in the cluster first: whatever its owner says later, should it live after
/// all, is not taken, so that the numbers of these last happenings are nobody else's.
pub(crate) async fn end_lost(app: &App, silent: &mut SilentRuns, now: Instant) -> Result<usize, NotKept> {
    let outcome = look(app, silent, now).await;
    if outcome.is_err() {
        // Nobody is missed while nobody could be seen.
        silent.since.clear();
    }
    outcome
}

async fn look(app: &App, silent: &mut SilentRuns, now: Instant) -> Result<usize, NotKept> {
    let open = open_runs(app).await?;
    silent.since.retain(|run, _| open.contains_key(run));
    let mut ended = Vec::new();
    for (run, last) in &open {
        let meeting = &last.what.meeting;
        let directory = &app.cluster.directory;
        let is_over = match directory.fate(meeting, run).await? {
            Fate::Over => true,
            Fate::Running => {
                silent.since.remove(run);
                false
            }
            Fate::Silent => {
                let since = *silent.since.entry(run.clone()).or_insert(now);
                now.duration_since(since) >= SILENT_FOR && directory.end_run(meeting, run).await?
            }
        };
        if is_over {
            ended.push(run);
        }
    }
    if ended.is_empty() {
        return Ok(0);
    }
    // What they said in time comes first.
    while keep(app).await? > 0 {}
    let still_open = open_runs(app).await?;
    let mut count = 0;
    let mut unit = app.store.begin().await?;
    for last in ended.into_iter().filter_map(|run| still_open.get(run)) {
        let inside = left::inside(&mut *unit, last).await?;
        let mut sequence = last.what.sequence;
        for event in left::partings(inside).chain([Parting::finished()]) {
            sequence += 1;
            for endpoint in app.config.webhooks.iter().flat_map(|config| &config.endpoints) {
                unit.add_webhook(&row(last, endpoint, sequence, &event, app.now())).await?;
            }
        }
        count += 1;
    }
    unit.commit().await?;
    Ok(count)
}

/// The last that is known of each run that has not ended.
async fn open_runs(app: &App) -> Result<BTreeMap<String, Webhook>, NotKept> {
    let mut open: BTreeMap<String, Webhook> = BTreeMap::new();
    let mut unit = app.store.read().await?;
    for endpoint in app.config.webhooks.iter().flat_map(|config| &config.endpoints) {
        for last in unit.last_webhooks_of_open_runs(endpoint.expose(), ROOM_FINISHED, AT_ONCE).await? {
            let known = open.entry(last.what.run.clone()).or_insert_with(|| last.clone());
            if known.what.sequence < last.what.sequence {
                *known = last;
            }
        }
    }
    Ok(open)
}

/// What the owner would have said, had it lived.
fn row(last: &Webhook, endpoint: &Private<String>, sequence: u64, parting: &Parting, now: Timestamp) -> NewWebhook {
    let what = &last.what;
    // A body that cannot be read was written by another version: the headers say which run it is.
    let known: WebhookEvent = serde_json::from_str(what.body.expose()).unwrap_or_default();
    let mut room = known.room;
    if let Some(room) = &mut room {
        (room.num_participants, room.num_publishers) = (parting.still_inside, parting.still_publishing);
    }
    let event = WebhookEvent {
        event: parting.event.to_owned(),
        room,
        participant: parting.participant.clone(),
        track: parting.track.clone(),
        id: protocol::webhook::event_id(&what.run, sequence),
        created_at: now.as_second(),
        ..WebhookEvent::default()
    };
    NewWebhook {
        endpoint: endpoint.expose().clone(),
        meeting: what.meeting.clone(),
        run: what.run.clone(),
        sequence,
        event: parting.event.to_owned(),
        body: Private::new(serde_json::to_string(&event).expect("messages are JSON")),
        created_at: now,
        give_up_at: now + KEPT_FOR,
    }
}

#[cfg(test)]
mod tests;
