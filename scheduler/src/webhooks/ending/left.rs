//! Who was inside when the owner of a meeting died, from what it had told.

use std::collections::BTreeMap;

use protocol::livekit::participant_info::State;
use protocol::livekit::{DisconnectReason, ParticipantInfo, TrackInfo, WebhookEvent};
use protocol::webhook::{PARTICIPANT_JOINED, PARTICIPANT_LEFT, ROOM_FINISHED, TRACK_PUBLISHED, TRACK_UNPUBLISHED};
use storage::{StorageError, Unit, Webhook};

/// Rows read at once.
const PAGE: u32 = 1_000;

/// Somebody who was told as joined and not as left, with what was published and not taken back.
pub struct Inside {
    person: ParticipantInfo,
    tracks: BTreeMap<String, TrackInfo>,
}

/// By session: who comes back is somebody new.
pub type AllInside = BTreeMap<String, Inside>;

/// One last happening of a run.
pub struct Parting {
    pub event: &'static str,
    pub participant: Option<ParticipantInfo>,
    pub track: Option<TrackInfo>,
    /// How many are inside after it.
    pub still_inside: u32,
    /// How many of them have something published.
    pub still_publishing: u32,
}

impl Parting {
    /// The very last.
    pub fn finished() -> Self {
        Self { event: ROOM_FINISHED, participant: None, track: None, still_inside: 0, still_publishing: 0 }
    }
}

/// Reads all that is kept of a run, where most of it is.
pub async fn inside(unit: &mut dyn Unit, last: &Webhook) -> Result<AllInside, StorageError> {
    let (mut inside, mut after) = (AllInside::new(), 0);
    loop {
        let page = unit.webhooks_of_run(&last.what.endpoint, &last.what.run, after, PAGE).await?;
        let Some(newest) = page.last() else { return Ok(inside) };
        after = newest.what.sequence;
        for row in &page {
            // A body that cannot be read was written by another version, and names nobody.
            if let Ok(event) = serde_json::from_str(row.what.body.expose()) {
                note(&mut inside, event);
            }
        }
    }
}

fn note(inside: &mut AllInside, event: WebhookEvent) {
    let Some(person) = event.participant else { return };
    match event.event.as_str() {
        PARTICIPANT_JOINED => _ = inside.insert(person.sid.clone(), Inside { person, tracks: BTreeMap::new() }),
        PARTICIPANT_LEFT => _ = inside.remove(&person.sid),
        TRACK_PUBLISHED | TRACK_UNPUBLISHED => {
            let (Some(known), Some(track)) = (inside.get_mut(&person.sid), event.track) else { return };
            if event.event == TRACK_PUBLISHED {
                known.tracks.insert(track.sid.clone(), track);
            } else {
                known.tracks.remove(&track.sid);
            }
        }
        _ => {}
    }
}

/// In the order in which an owner says it: first the tracks of somebody, then that they are gone.
pub fn partings(inside: AllInside) -> impl Iterator<Item = Parting> {
    let mut people: Vec<Inside> = inside.into_values().collect();
    people.sort_by_key(|one| one.person.joined_at);
    let mut partings = Vec::new();
    let mut still_inside = people.len() as u32;
    let mut still_publishing = people.iter().filter(|one| !one.tracks.is_empty()).count() as u32;
    for Inside { person, tracks } in people {
        let brief = ParticipantInfo {
            sid: person.sid.clone(),
            identity: person.identity.clone(),
            name: person.name.clone(),
            ..ParticipantInfo::default()
        };
        let count = tracks.len();
        for (number, track) in tracks.into_values().enumerate() {
            still_publishing -= u32::from(number + 1 == count);
            let participant = Some(brief.clone());
            let track = Some(track);
            partings.push(Parting { event: TRACK_UNPUBLISHED, participant, track, still_inside, still_publishing });
        }
        still_inside -= 1;
        let gone = ParticipantInfo {
            state: State::Disconnected as i32,
            disconnect_reason: DisconnectReason::ServerShutdown as i32,
            version: person.version + 1,
            tracks: Vec::new(),
            is_publisher: false,
            ..person
        };
        let participant = Some(gone);
        partings.push(Parting { event: PARTICIPANT_LEFT, participant, track: None, still_inside, still_publishing });
    }
    partings.into_iter()
}
