//! What belongs to a person and not to the connection: rights given in the meeting, a raised hand
//! in the attributes, the place in the list. Whoever joins anew with the same token finds it again.

use std::collections::BTreeMap;

use domain::{Identity, Private};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::AWAY_SECONDS;
use super::participant::{Participant, role};
use super::permission::Grants;

/// People remembered in one meeting.
const LIMIT: usize = 4096;

/// The place in the list is kept this long.
const PLACE: SignedDuration = SignedDuration::from_secs(AWAY_SECONDS + 60);

/// What is remembered of those who were inside.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Kept(BTreeMap<Identity, Traits>);

#[derive(Clone, Serialize, Deserialize)]
struct Traits {
    noted_at: Timestamp,
    joined_at: Timestamp,
    name: Private<String>,
    metadata: Private<String>,
    attributes: std::collections::HashMap<String, String>,
    grants: Grants,
    /// Of the token: a renewed one keeps it.
    issued_at: i64,
    granted_at: Option<Timestamp>,
}

impl Kept {
    /// Notes how somebody is now: at going, and when rights were changed.
    pub fn note(&mut self, person: &Participant, now: Timestamp) {
        if self.0.len() >= LIMIT && !self.0.contains_key(&person.identity) {
            let oldest = self.0.iter().min_by_key(|(_, traits)| traits.noted_at).map(|(identity, _)| identity.clone());
            oldest.and_then(|oldest| self.0.remove(&oldest));
        }
        let traits = Traits {
            noted_at: now,
            joined_at: person.joined_at,
            name: person.name.clone(),
            metadata: person.metadata.clone(),
            attributes: person.attributes.clone(),
            grants: person.grants.clone(),
            issued_at: person.claims.issued_at(),
            granted_at: person.granted_at,
        };
        self.0.insert(person.identity.clone(), traits);
    }

    /// All who are remembered and were seen by others.
    pub fn seen(&self) -> impl Iterator<Item = &Identity> {
        self.0.iter().filter(|(_, traits)| !traits.grants.hidden).map(|(identity, _)| identity)
    }

    /// Those whose place is still kept.
    pub fn placed(&self, now: Timestamp) -> impl Iterator<Item = &Identity> {
        let is_kept = move |traits: &Traits| now.duration_since(traits.noted_at) <= PLACE;
        self.0.iter().filter(move |(_, traits)| is_kept(traits)).map(|(identity, _)| identity)
    }

    /// Forgets somebody who was sent away for good.
    pub fn forget(&mut self, identity: &Identity) {
        self.0.remove(identity);
    }

    /// Gives back what is remembered, unless the token was issued since: then its word counts. Rights
    /// changed in the meeting count against every token that is older than the change.
    pub fn restore(&self, person: &mut Participant, now: Timestamp) {
        let Some(traits) = self.0.get(&person.identity) else { return };
        let issued_at = person.claims.issued_at();
        if traits.granted_at.is_some_and(|at| issued_at <= at.as_second()) {
            person.granted_at = traits.granted_at;
            person.allow_again(&traits.grants);
        }
        if issued_at > traits.issued_at {
            return;
        }
        if now.duration_since(traits.noted_at) <= PLACE {
            person.joined_at = traits.joined_at;
        }
        person.name = traits.name.clone();
        person.metadata = traits.metadata.clone();
        person.attributes = traits.attributes.clone();
        person.role = role(person.attributes.get("role").map(String::as_str));
        person.keep_claims();
    }
}
