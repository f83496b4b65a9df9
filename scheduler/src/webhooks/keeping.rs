use std::collections::BTreeMap;

use cluster::{ClusterError, Happening, Receipt};
use domain::OccurrenceId;
use jiff::Timestamp;
use protocol::webhook::PARTICIPANT_JOINED;
use storage::{NewWebhook, StorageError};

use super::KEPT_FOR;
use crate::app::App;

/// Fetched at once.
const AT_ONCE: usize = 200;

/// Why what happened could not be kept. It stays where it is.
#[derive(Debug, thiserror::Error)]
pub enum NotKept {
    /// It could not be fetched.
    #[error(transparent)]
    Cluster(#[from] ClusterError),
    /// It could not be written.
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Moves what waits in the cluster into the database, once for every endpoint; answers how much
/// there was. It is forgotten there only when it is written here.
pub(crate) async fn keep(app: &App) -> Result<usize, NotKept> {
    let waiting = app.cluster.happenings.waiting(AT_ONCE).await?;
    if waiting.is_empty() {
        return Ok(0);
    }
    let (receipts, happenings): (Vec<Receipt>, Vec<Happening>) = waiting.into_iter().unzip();
    let came = came(&happenings);
    let endpoints = app.config.webhooks.as_ref().map(|config| config.endpoints.as_slice()).unwrap_or_default();
    if !endpoints.is_empty() || !came.is_empty() {
        let now = app.now();
        let mut unit = app.store.begin().await?;
        for happening in happenings.iter().filter(|one| !one.meeting.is_trial()) {
            for endpoint in endpoints {
                unit.add_webhook(&row(happening, endpoint.expose(), now)).await?;
            }
        }
        for (date, at) in came {
            unit.note_attended(date, at).await?;
        }
        unit.commit().await?;
    }
    app.cluster.happenings.forget(&receipts).await?;
    Ok(receipts.len())
}

/// The dates to whose meetings somebody came, and when first. Their rooms are not released.
fn came(happenings: &[Happening]) -> BTreeMap<OccurrenceId, Timestamp> {
    let mut came = BTreeMap::new();
    for one in happenings.iter().filter(|one| one.event == PARTICIPANT_JOINED) {
        // Meetings that other programs opened have other names.
        if let Ok(date) = one.meeting.as_str().parse() {
            came.entry(date).or_insert(one.at);
        }
    }
    came
}

fn row(happening: &Happening, endpoint: &str, now: Timestamp) -> NewWebhook {
    NewWebhook {
        endpoint: endpoint.to_owned(),
        meeting: happening.meeting.clone(),
        run: happening.run.clone(),
        sequence: happening.sequence,
        event: happening.event.clone(),
        body: happening.body.clone(),
        // By this node's clock: it is the one that looks what is due.
        created_at: now,
        give_up_at: now + KEPT_FOR,
    }
}
