//! Roles given while the meeting runs. They belong to the person: whoever comes in anew with a
//! token from before finds the role again.

use std::collections::{BTreeMap, HashMap};

use domain::{GivenRole, Identity};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::administering::Change;
use super::participant::Participant;
use super::{Effect, Meeting};

/// The attribute that says what somebody is here beyond the invitation: `presenter`, `listener`.
pub const PART: &str = "part";

/// The attribute that says as what somebody was invited, or that the person moderates.
const ROLE: &str = "role";

/// Roles remembered in one meeting. A further one is forgotten with the token that does not say it.
const LIMIT: usize = 4096;

/// What was given to whom, and when.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Roles(BTreeMap<Identity, (GivenRole, Timestamp)>);

impl Roles {
    fn note(&mut self, identity: Identity, role: GivenRole, now: Timestamp) {
        if self.0.len() >= LIMIT && !self.0.contains_key(&identity) {
            let oldest = self.0.iter().min_by_key(|(_, (_, at))| *at).map(|(identity, _)| identity.clone());
            oldest.and_then(|oldest| self.0.remove(&oldest));
        }
        self.0.insert(identity, (role, now));
    }

    /// Forgets somebody who was sent away for good.
    pub fn forget(&mut self, identity: &Identity) {
        self.0.remove(identity);
    }

    /// Gives somebody who comes in the role again, unless the token is newer and says its own. What
    /// was allowed or taken after that stays as it was decided then.
    pub fn restore(&self, person: &mut Participant) {
        let Some((role, at)) = self.0.get(&person.identity) else { return };
        if person.claims.issued_at() > at.as_second() {
            return;
        }
        person.set_attributes(&attributes(*role, person));
        if person.granted_at.is_none_or(|granted_at| granted_at <= *at) {
            person.grants.publish = role.may_publish() && !person.grants.hidden;
        }
        person.keep_claims();
    }
}

impl Meeting {
    /// Whoever is not inside finds the role when coming back.
    pub(super) fn give_role(&mut self, identity: Identity, role: GivenRole, effects: &mut Vec<Effect>) {
        self.roles.note(identity.clone(), role, self.now);
        let Some(person) = self.people.values().find(|person| person.identity == identity) else { return };
        let attributes = attributes(role, person);
        let mut permission = person.grants.info();
        permission.can_publish = role.may_publish();
        let unchanged = permission.can_publish == person.grants.publish
            && attributes.iter().all(|(key, value)| person.attributes.get(key).map_or("", |has| has) == value);
        if unchanged {
            return;
        }
        let identity = identity.to_string();
        let _ =
            self.change(Change { identity, attributes, permission: Some(permission), ..Change::default() }, effects);
    }
}

fn attributes(role: GivenRole, person: &Participant) -> HashMap<String, String> {
    let role_word = match role.over(Some(person.role)) {
        domain::MeetingRole::Moderator => "moderator",
        domain::MeetingRole::Guest => "guest",
        domain::MeetingRole::Participant => "participant",
    };
    let part = role.part().unwrap_or_default();
    HashMap::from([(ROLE.to_owned(), role_word.to_owned()), (PART.to_owned(), part.to_owned())])
}
