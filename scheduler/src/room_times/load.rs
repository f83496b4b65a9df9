use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::{Duration, Instant};

use domain::timing::{LONGEST, Timing};
use domain::{Room, RoomId};
use futures_util::StreamExt as _;
use jiff::Timestamp;
use storage::{RoomClaim, RoomRules, StorageError, Store, Unit};

use super::{Held, Known, RoomTimes};
use crate::app::App;

/// Rooms read with one question.
const AT_ONCE: usize = 20;
/// How often everything is loaded again, because an event may have been lost.
const AGAIN: Duration = Duration::from_secs(10 * 60);
/// The same while the database does not answer.
const SOON: Duration = Duration::from_secs(10);

/// What loading brought.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct LoadedRoomTimes {
    /// How many times rooms are held from now on.
    pub claims: usize,
    /// About how much memory that takes, in bytes.
    pub bytes: usize,
    /// How long it took.
    pub took: Duration,
}

/// Loads, and keeps up with what happens, for ever.
pub(crate) async fn keep(app: &App) {
    loop {
        // Listening first: what happens while everything is loaded is heard.
        let heard = app.cluster.bus.events().await;
        let pause = match load(app).await {
            Ok(loaded) => {
                let LoadedRoomTimes { claims, took, .. } = loaded;
                tracing::debug!(claims, "{claims} times at which rooms are held were loaded in {took:?}");
                AGAIN
            }
            Err(error) => {
                tracing::warn!(error = %error, "when rooms are held could not be loaded; the database is asked instead");
                SOON
            }
        };
        let Ok(mut events) = heard else {
            tokio::time::sleep(pause).await;
            continue;
        };
        let listening = async {
            while let Some(event) = events.next().await {
                app.room_times.hear(app.store.as_ref(), &event).await;
            }
            // The bus is closed: nothing is heard until it is opened again.
            std::future::pending::<()>().await;
        };
        let _ = tokio::time::timeout(pause, listening).await;
    }
}

/// Loads everything that is not over for a day.
pub(crate) async fn load(app: &App) -> Result<LoadedRoomTimes, StorageError> {
    app.room_times.load(app.store.as_ref(), app.now().checked_sub(LONGEST).unwrap_or(Timestamp::MIN)).await
}

pub(super) fn spell(claim: &RoomClaim) -> (RoomId, Timing) {
    (claim.room, Timing { start: claim.span.start, end: claim.span.end })
}

impl RoomTimes {
    async fn load(&self, store: &dyn Store, since: Timestamp) -> Result<LoadedRoomTimes, StorageError> {
        let began = Instant::now();
        // From here on, what is written is noted twice: in what is known, and as something to be read again.
        *self.turn.lock().await = Some(Vec::new());
        let read = read(store, since).await;
        let mut turn = self.turn.lock().await;
        let missed = turn.take().unwrap_or_default();
        let mut held = read?;
        let mut unit = store.read().await?;
        for booking in missed {
            let claims = unit.claims_of_booking(booking, since).await?;
            held.replace(booking, claims.iter().map(spell));
        }
        let (rooms, rules) = rooms(unit.as_mut()).await?;
        drop(unit);
        let loaded = LoadedRoomTimes { claims: held.len(), bytes: held.bytes(), took: began.elapsed() };
        *self.known.write().expect("nobody panics while noting") = Some(Known { held, rooms, rules });
        drop(turn);
        Ok(loaded)
    }
}

/// The rooms, and the rules of those that have any.
pub(super) async fn rooms(unit: &mut dyn Unit) -> Result<(Arc<Vec<Room>>, BTreeMap<RoomId, RoomRules>), StorageError> {
    let rooms = unit.rooms().await?;
    let ids: Vec<RoomId> = rooms.iter().map(|room| room.id).collect();
    let rules = unit.room_rules(&ids).await?.into_iter().map(|rules| (rules.room, rules)).collect();
    Ok((Arc::new(rooms), rules))
}

/// One consistent state, some rooms at a time.
async fn read(store: &dyn Store, since: Timestamp) -> Result<Held, StorageError> {
    let mut held = Held::new(since);
    let mut unit = store.read().await?;
    let rooms: Vec<RoomId> = unit.rooms().await?.iter().map(|room| room.id).collect();
    for rooms in rooms.chunks(AT_ONCE) {
        for RoomClaim { room, booking, span } in unit.claims_of_rooms(rooms, since).await? {
            held.take(room, Timing { start: span.start, end: span.end }, booking);
        }
    }
    Ok(held)
}
