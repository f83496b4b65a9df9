//! What other parts tell this node over the bus.

use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::Duration;

use cluster::{Command, Event, Moderation, NodeRecord};
use domain::MeetingName;
use futures_util::StreamExt;
use jiff::Timestamp;
use tokio::time::{Instant, timeout};

use crate::actor::Input;
use crate::config::CLUSTER_PATIENCE;
use crate::handover;
use crate::meeting::Farewell;
use crate::registry::Registry;
use crate::relay::ANNOUNCE_EVERY;

/// How long to wait before listening again after the bus went away.
const AGAIN: Duration = Duration::from_secs(1);

/// Carries out commands for this node, for ever.
pub async fn commands(registry: Arc<Registry>) {
    loop {
        if let Ok(mut commands) = registry.around.cluster.bus.commands(&registry.around.config.node).await {
            while let Some(command) = commands.next().await {
                obey(&registry, command, None, false).await;
            }
        }
        tokio::time::sleep(AGAIN).await;
    }
}

/// Tells the others where this node is, for ever.
pub async fn announce(registry: Arc<Registry>) {
    loop {
        announce_once(&registry).await;
        registry.legacies.forget_old(Instant::now());
        tokio::time::sleep(ANNOUNCE_EVERY).await;
    }
}

/// Tells the others how this node is now.
pub async fn announce_once(registry: &Registry) {
    let config = &registry.around.config;
    let record = NodeRecord {
        id: config.node.clone(),
        url: config.node_url.clone(),
        draining: registry.drain.is_on(),
        participants: u32::try_from(registry.around.participants.load(Ordering::Relaxed)).unwrap_or(u32::MAX),
    };
    registry.around.colleagues.note_own(&record);
    // A cluster that is away hears it next time.
    let _ = timeout(CLUSTER_PATIENCE, registry.around.cluster.directory.announce(&record, 3 * ANNOUNCE_EVERY)).await;
}

/// Hears of revoked tokens, for ever.
pub async fn events(registry: Arc<Registry>) {
    loop {
        if let Ok(mut events) = registry.around.cluster.bus.events().await {
            while let Some(event) = events.next().await {
                let Event::Revoked { meeting, identity, issued_until, for_good, in_use, everywhere } = event else {
                    continue;
                };
                if let (true, Some(identity)) = (everywhere, &identity) {
                    let until = issued_until.unwrap_or_else(|| registry.around.clock.now());
                    registry.shut_out_everywhere(identity, until).await;
                    continue;
                }
                if let (true, Some(identity)) = (in_use, &identity)
                    && let Some(handle) = registry.find(&meeting).await
                {
                    registry.end_token_in_use(&handle, &meeting, identity).await;
                }
                let command = match identity {
                    Some(identity) => Command::RemoveParticipant { meeting, identity },
                    None => Command::EndMeeting { meeting },
                };
                obey(&registry, command, issued_until, for_good).await;
            }
        }
        tokio::time::sleep(AGAIN).await;
    }
}

/// What sends somebody away is remembered, so that the same token does not come back while the cluster is away.
async fn obey(registry: &Arc<Registry>, command: Command, issued_until: Option<Timestamp>, for_good: bool) {
    let until = issued_until.unwrap_or_else(|| registry.around.clock.now());
    let (meeting, identity, input) = match command {
        Command::Moderate { meeting, act } => {
            match registry.find(&meeting).await.filter(|handle| !handle.is_closed()) {
                Some(handle) => handle.send(Input::Moderate(act)).await,
                None => pass_on(registry, meeting, act).await,
            }
            return;
        }
        Command::TakeOver { meeting } => {
            // Beside: a meeting that settles must not hold up what others are told.
            tokio::spawn(take_over(registry.clone(), meeting));
            return;
        }
        Command::Drain { draining } => {
            handover::drain(registry, draining).await;
            return;
        }
        Command::EndMeeting { meeting } => (meeting, None, Input::Close(Farewell::Ended)),
        Command::RemoveParticipant { meeting, identity } => (meeting, Some(identity.clone()), Input::Remove(identity)),
    };
    registry.revoked.note(Some(meeting.clone()), identity, until, for_good);
    if let Some(handle) = registry.find(&meeting).await {
        tracing::info!(meeting.id = %meeting, "somebody was sent away from meeting {meeting}");
        handle.send(input).await;
    }
}

/// Opens a meeting that was handed over to this node, before anybody asks for it.
async fn take_over(registry: Arc<Registry>, meeting: MeetingName) {
    let owner = timeout(CLUSTER_PATIENCE, registry.around.cluster.directory.owner(&meeting)).await;
    if let Ok(Ok(Some(lease))) = owner
        && lease.owner == registry.around.config.node
    {
        let _ = registry.enter(&meeting).await;
    }
}

/// A moderator decided something while the meeting went to another node: it is told to that one.
async fn pass_on(registry: &Registry, meeting: MeetingName, act: Moderation) {
    let cluster = &registry.around.cluster;
    if let Ok(Ok(Some(lease))) = timeout(CLUSTER_PATIENCE, cluster.directory.owner(&meeting)).await
        && lease.owner != registry.around.config.node
    {
        let passed = cluster.bus.send(&lease.owner, Command::Moderate { meeting, act });
        let _ = timeout(CLUSTER_PATIENCE, passed).await;
    }
}
