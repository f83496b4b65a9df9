//! Groups: walls within one meeting. Who is in which group belongs to the person, not to a
//! connection; tracks, messages and the news of who speaks stay within the walls.
//!
//! ```text
//! moderators: open, move, tell, close ──┐                    ┌─▶ tracks given and taken back
//! everybody:  enter, leave, call help ──┼─▶ who is where ────┼─▶ attribute `group`, for everybody
//! the clock:  a minute left, the end ───┘      (walls.rs)    └─▶ event `groups`, for whom it concerns
//! ```

mod opened;
mod walls;
mod words;

use std::collections::HashMap;

use domain::groups::Division;
use domain::policy::{self, GroupRules, GroupStep};
use domain::{Identity, MeetingRole, Private};
use jiff::{SignedDuration, Timestamp};
use media::PeerId;
use serde::{Deserialize, Serialize};
use serde_json::Value;

use super::participant::Participant;
use super::{Effect, Meeting};
use opened::Opened;
use words::{Asked, StepRefused};

/// The number of a group; none: the main room.
pub type Place = Option<u8>;

/// The attribute that says in which group somebody is; absent in the main room.
pub const GROUP: &str = "group";

/// Everybody is told so long before the end, seconds.
const WARNING_SECONDS: i64 = 60;

/// The groups of a meeting.
#[derive(Clone, Default, Serialize, Deserialize)]
pub struct Groups {
    opened: Option<Opened>,
}

impl Groups {
    /// Where somebody is, or will be after coming in.
    pub fn place_of(&self, identity: &Identity) -> Place {
        self.opened.as_ref().and_then(|opened| opened.place_of(identity))
    }

    /// Somebody comes in, maybe anew: into the group it was in, whatever its token says.
    pub fn seat(&self, person: &mut Participant) {
        person.place = self.place_of(&person.identity);
        mark(person);
    }

    /// Forgets somebody who was sent away for good.
    pub fn forget(&mut self, identity: &Identity) {
        if let Some(opened) = &mut self.opened {
            opened.forget(identity);
        }
    }
}

/// Writes where somebody is for everybody to read.
fn mark(person: &mut Participant) {
    write_place(&mut person.attributes, person.place);
}

/// The same among attributes that somebody is about to have.
pub fn write_place(attributes: &mut HashMap<String, String>, place: Place) {
    match place {
        Some(group) => attributes.insert(GROUP.to_owned(), group.to_string()),
        None => attributes.remove(GROUP),
    };
}

impl Meeting {
    /// Leads people into groups. While some are open, nothing happens.
    pub(super) fn open_groups(
        &mut self,
        titles: Vec<Private<String>>,
        division: Division,
        minutes: Option<u16>,
        may_return: bool,
        effects: &mut Vec<Effect>,
    ) {
        if self.groups.opened.is_some() {
            return;
        }
        let ends_at = minutes.and_then(|minutes| self.after(i64::from(minutes) * 60));
        let is_dealt_out = |person: &&Participant| {
            person.role != MeetingRole::Moderator && !person.grants.hidden && !self.views.contains_key(&person.peer)
        };
        let people = self.present().filter(is_dealt_out).map(|person| person.identity.clone()).collect();
        self.groups.opened = Some(Opened::new(titles, division, people, may_return, self.now, ends_at));
        self.lead_people(effects);
        self.tell_all_of_groups(effects);
    }

    /// Leads somebody elsewhere; who is not inside finds the place when coming.
    pub(super) fn move_to_group(&mut self, identity: Identity, group: Place, effects: &mut Vec<Effect>) {
        let Some(opened) = &mut self.groups.opened else { return };
        match group {
            Some(group) => opened.enter(identity.clone(), group),
            None => opened.forget(&identity),
        }
        self.answer_calls(effects);
        self.lead_people(effects);
        // Also who is in the main room already and has no group to come back into any more.
        if let Ok(peer) = self.find(&identity) {
            self.tell_of_groups(peer, effects);
        }
    }

    /// Shows everybody a few words, also who comes between two groups.
    pub(super) fn tell_groups(&self, text: &Private<String>, effects: &mut Vec<Effect>) {
        if self.groups.opened.is_some() {
            effects.extend(Effect::tell(self.everybody(), &words::told(text)));
        }
    }

    /// Ends the groups, now or after some seconds. An end that is sooner stays.
    pub(super) fn close_groups(&mut self, seconds: u8, effects: &mut Vec<Effect>) {
        let end = self.after(i64::from(seconds));
        let Some(opened) = &mut self.groups.opened else { return };
        if seconds == 0 {
            self.end_groups(effects);
        } else if opened.end_by(end) {
            opened.is_warned = true;
            self.tell_all_of_groups(effects);
            effects.extend(Effect::tell(self.everybody(), &words::ending(i64::from(seconds))));
        }
    }

    /// The clock: a minute before the end everybody is told, then the walls fall.
    pub(super) fn end_groups_in_time(&mut self, effects: &mut Vec<Effect>) {
        let Some(opened) = &mut self.groups.opened else { return };
        let Some(ends_at) = opened.ends_at else { return };
        let left = ends_at.as_second() - self.now.as_second();
        if ends_at <= self.now {
            self.end_groups(effects);
        } else if left <= WARNING_SECONDS && !opened.is_warned {
            opened.is_warned = true;
            effects.extend(Effect::tell(self.everybody(), &words::ending(left)));
        }
    }

    /// Somebody says something about groups to the server. What is not understood is passed over.
    pub(super) fn hear_group_step(&mut self, peer: PeerId, payload: &[u8], effects: &mut Vec<Effect>) {
        let Some(asked) = Asked::read(payload) else { return };
        let done = match asked {
            Asked::Groups => {
                self.tell_of_groups(peer, effects);
                return;
            }
            Asked::EnterGroup { group } => self.enter_group(peer, group, effects),
            Asked::LeaveGroup => self.leave_group(peer, effects),
            Asked::GroupHelp => self.call_for_help(peer, effects),
        };
        if let Err(why) = done {
            effects.extend(Effect::tell(vec![peer], &words::refused(why)));
            self.tell_of_groups(peer, effects);
        }
    }

    fn enter_group(&mut self, peer: PeerId, group: u8, effects: &mut Vec<Effect>) -> Result<(), StepRefused> {
        let rules = self.group_rules();
        let (Some(opened), Some(person)) = (&mut self.groups.opened, self.people.get(&peer)) else {
            return Err(StepRefused::Closed);
        };
        if !opened.has(group) {
            return Err(StepRefused::NoSuchGroup);
        }
        let is_own = opened.own_group(&person.identity) == Some(group);
        let rules = GroupRules { may_choose: opened.may_choose, may_return: opened.may_return, ..rules };
        if !policy::may_go(person.role, GroupStep::Enter { is_own }, rules) {
            return Err(StepRefused::NotAllowed);
        }
        opened.enter(person.identity.clone(), group);
        self.answer_calls(effects);
        self.lead_people(effects);
        self.tell_of_groups(peer, effects);
        Ok(())
    }

    fn leave_group(&mut self, peer: PeerId, effects: &mut Vec<Effect>) -> Result<(), StepRefused> {
        let rules = self.group_rules();
        let (Some(opened), Some(person)) = (&mut self.groups.opened, self.people.get(&peer)) else {
            return Err(StepRefused::Closed);
        };
        let rules = GroupRules { may_choose: opened.may_choose, may_return: opened.may_return, ..rules };
        if !policy::may_go(person.role, GroupStep::GoBack, rules) {
            return Err(StepRefused::NotAllowed);
        }
        opened.go_back(&person.identity);
        self.lead_people(effects);
        self.tell_of_groups(peer, effects);
        Ok(())
    }

    /// Asks the moderators into the group. It calls until one of them comes.
    fn call_for_help(&mut self, peer: PeerId, effects: &mut Vec<Effect>) -> Result<(), StepRefused> {
        let moderators = self.moderators();
        let (Some(opened), Some(person)) = (&mut self.groups.opened, self.people.get(&peer)) else {
            return Err(StepRefused::Closed);
        };
        let group = person.place.ok_or(StepRefused::NotInAGroup)?;
        if moderators.is_empty() {
            return Err(StepRefused::NoModerator);
        }
        if opened.call(group) {
            let name = person.name.clone();
            self.tell_of_calls(group, effects);
            effects.extend(Effect::tell(moderators, &words::help(group, &name)));
        } else {
            self.tell_of_groups(peer, effects);
        }
        Ok(())
    }

    /// A call is answered as soon as somebody who moderates is in the group.
    fn answer_calls(&mut self, effects: &mut Vec<Effect>) {
        let moderators: Vec<Place> = self
            .present()
            .filter(|person| person.role == MeetingRole::Moderator)
            .map(|person| self.groups.place_of(&person.identity))
            .collect();
        let Some(opened) = &mut self.groups.opened else { return };
        let answered: Vec<u8> = moderators.into_iter().flatten().filter(|group| opened.answer(*group)).collect();
        for group in answered {
            self.tell_of_calls(group, effects);
        }
    }

    fn end_groups(&mut self, effects: &mut Vec<Effect>) {
        if self.groups.opened.take().is_some() {
            self.lead_people(effects);
            self.tell_all_of_groups(effects);
            // Whoever watches chooses nothing and is shown the others by themselves.
            self.direct(effects);
        }
    }

    /// What holds here beside what the groups were opened with.
    fn group_rules(&self) -> GroupRules {
        GroupRules { may_choose: false, may_return: false, is_moderated: !self.moderators().is_empty() }
    }

    fn moderators(&self) -> Vec<PeerId> {
        let moderates = |person: &&Participant| person.role == MeetingRole::Moderator;
        self.present().filter(moderates).map(|person| person.peer).collect()
    }

    fn after(&self, seconds: i64) -> Option<Timestamp> {
        self.now.checked_add(SignedDuration::from_secs(seconds)).ok()
    }

    fn tell_of_groups(&self, peer: PeerId, effects: &mut Vec<Effect>) {
        if let Some(person) = self.people.get(&peer) {
            effects.extend(Effect::tell(vec![peer], &self.groups_as_seen_by(person)));
        }
    }

    fn tell_all_of_groups(&self, effects: &mut Vec<Effect>) {
        for peer in self.everybody() {
            self.tell_of_groups(peer, effects);
        }
    }

    /// The moderators and those in the group see that it calls, or no longer does.
    fn tell_of_calls(&self, group: u8, effects: &mut Vec<Effect>) {
        for person in self.present() {
            if person.role == MeetingRole::Moderator || person.place == Some(group) {
                self.tell_of_groups(person.peer, effects);
            }
        }
    }

    fn groups_as_seen_by(&self, person: &Participant) -> Value {
        match &self.groups.opened {
            Some(opened) => words::shown(opened, person),
            None => words::none(),
        }
    }
}
