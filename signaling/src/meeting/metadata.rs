//! Name, metadata and attributes.

use std::collections::HashMap;

use media::PeerId;
use protocol::livekit::request_response::{Reason, Request as Subject};
use protocol::livekit::{JoinRequest, RequestResponse, UpdateParticipantMetadata};

use super::bandwidth::MEETING_PROFILE;
use super::effect::Message;
use super::groups::GROUP;
use super::participant::Participant;
use super::roles::PART;
use super::{Effect, Meeting, limits};

/// The attribute that says what a participant may do; only the token sets it.
const ROLE: &str = "role";

impl Meeting {
    /// A participant changes what others see of it. The client counts it as done when the update
    /// echoes the new values, so that comes first, then the response.
    pub(super) fn update_metadata(
        &mut self,
        peer: PeerId,
        update: UpdateParticipantMetadata,
        effects: &mut Vec<Effect>,
    ) {
        let Some(person) = self.people.get_mut(&peer) else { return };
        let verdict = judge(person, &update);
        if verdict == Reason::Ok {
            apply(person, &update);
            self.tell_about(peer, effects);
            self.limit(peer, effects);
        }
        let message = match verdict {
            Reason::NotAllowed => "the token does not allow this",
            Reason::LimitExceeded => "name, metadata or attributes are too long",
            _ => "",
        };
        let response = RequestResponse {
            request_id: update.request_id,
            reason: verdict as i32,
            message: message.to_owned(),
            request: (verdict != Reason::Ok).then_some(Subject::UpdateMetadata(update)),
        };
        effects.push(Effect::send(vec![peer], Message::RequestResponse(response)));
    }
}

/// What a client brings along when it joins, within the same rules; else nothing of it.
pub fn bring_along(person: &mut Participant, request: &JoinRequest) {
    let update = UpdateParticipantMetadata {
        metadata: request.metadata.clone(),
        attributes: request.participant_attributes.clone(),
        ..UpdateParticipantMetadata::default()
    };
    if judge(person, &update) == Reason::Ok {
        apply(person, &update);
    }
}

/// Without control characters and those that turn the direction of text: a name shall not
/// rearrange what stands around it.
pub fn printable(name: &str) -> String {
    let turns =
        |letter: char| matches!(letter, '\u{200e}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
    name.chars().filter(|letter| !letter.is_control() && !turns(*letter)).collect()
}

fn judge(person: &Participant, update: &UpdateParticipantMetadata) -> Reason {
    let keeps = |key| update.attributes.get(key).is_none_or(|value| person.attributes.get(key) == Some(value));
    let keeps_role = keeps(ROLE) && keeps(PART) && keeps(GROUP) && keeps(MEETING_PROFILE);
    if !person.grants.metadata || !keeps_role {
        Reason::NotAllowed
    } else if !fits(person, &update.name, &update.metadata, &update.attributes) {
        Reason::LimitExceeded
    } else {
        Reason::Ok
    }
}

/// With these changes everything stays within the limits.
pub fn fits(person: &Participant, name: &str, metadata: &str, changes: &HashMap<String, String>) -> bool {
    let mut attributes = person.attributes.clone();
    attributes.extend(changes.clone());
    attributes.retain(|_, value| !value.is_empty());
    let size: usize = attributes.iter().map(|(key, value)| key.len() + value.len()).sum();
    name.len() <= limits::SHORT_TEXT
        && metadata.len() <= limits::METADATA
        && attributes.len() <= limits::ATTRIBUTE_COUNT
        && size <= limits::ATTRIBUTES
}

/// Empty fields mean "as it was"; an empty attribute is deleted.
fn apply(person: &mut Participant, update: &UpdateParticipantMetadata) {
    if !update.name.is_empty() {
        person.name = printable(&update.name).into();
    }
    if !update.metadata.is_empty() {
        person.metadata = update.metadata.clone().into();
    }
    person.set_attributes(&update.attributes);
    person.keep_claims();
}
