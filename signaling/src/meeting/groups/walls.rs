//! Makes what goes between people equal to who is where.

use std::collections::{BTreeMap, BTreeSet};

use media::{PeerId, TrackSid};
use protocol::livekit::SubscriptionPermissionUpdate;

use super::super::effect::Message;
use super::super::permission::audience_has;
use super::super::{Effect, Meeting, info};
use super::mark;

/// Between these two a wall was built, or fell.
#[derive(Clone, Copy)]
struct Change {
    receiver: PeerId,
    publisher: PeerId,
    is_together: bool,
}

impl Meeting {
    /// Leads everybody to where they belong now: first walls are built, then others fall.
    pub(super) fn lead_people(&mut self, effects: &mut Vec<Effect>) {
        let before: BTreeMap<PeerId, _> = self.people.iter().map(|(peer, person)| (*peer, person.place)).collect();
        let now = self.now;
        let mut moved = BTreeSet::new();
        for person in self.people.values_mut() {
            let place = self.groups.place_of(&person.identity);
            if place != person.place {
                (person.place, person.placed_at) = (place, now);
                person.version += 1;
                mark(person);
                moved.insert(person.peer);
            }
        }
        if moved.is_empty() {
            return;
        }
        let mut changes = Vec::new();
        for mover in &moved {
            for other in self.people.keys() {
                let is_counted = moved.contains(other) && other <= mover;
                let is_together = self.people[mover].place == self.people[other].place;
                if !is_counted && (before[mover] == before[other]) != is_together {
                    changes.push(Change { receiver: *mover, publisher: *other, is_together });
                    changes.push(Change { receiver: *other, publisher: *mover, is_together });
                }
            }
        }
        changes.sort_by_key(|change| change.is_together);
        for change in &changes {
            self.pass_wall(*change, effects);
        }
        self.tell_where_they_are(&moved, effects);
        let mut heard: BTreeMap<PeerId, Vec<(PeerId, bool)>> = BTreeMap::new();
        for Change { receiver, publisher, is_together } in changes {
            heard.entry(receiver).or_default().push((publisher, is_together));
        }
        for (peer, others) in heard {
            self.tell_who_came(peer, &others, effects);
        }
        for peer in moved {
            self.keep_rules_for(peer, effects);
        }
    }

    fn pass_wall(&mut self, change: Change, effects: &mut Vec<Effect>) {
        let Change { receiver, publisher, is_together } = change;
        let (Some(to), Some(from)) = (self.people.get(&receiver), self.people.get(&publisher)) else { return };
        let may_have = |sid: &TrackSid| audience_has(&from.audience, to, &sid.0);
        let tracks: Vec<TrackSid> = from
            .tracks
            .values()
            .filter(|track| track.is_published() && may_have(&track.sid))
            .map(|track| track.sid.clone())
            .collect();
        let participant_sid = from.sid.clone();
        for sid in tracks {
            let update = SubscriptionPermissionUpdate {
                participant_sid: participant_sid.clone(),
                track_sid: sid.to_string(),
                allowed: is_together,
            };
            effects.push(Effect::send(vec![receiver], Message::SubscriptionPermissionUpdate(update)));
            self.settle(receiver, publisher, &sid, effects);
        }
    }

    /// Everybody sees in the list where the others are; of who is hidden only it itself.
    fn tell_where_they_are(&self, moved: &BTreeSet<PeerId>, effects: &mut Vec<Effect>) {
        let (hidden, shown): (Vec<_>, Vec<_>) =
            moved.iter().filter_map(|peer| self.people.get(peer)).partition(|person| person.grants.hidden);
        if !shown.is_empty() {
            let people = shown.into_iter().map(info::participant).collect();
            effects.push(Effect::send(self.everybody(), info::update(people)));
        }
        for person in hidden {
            effects.push(Effect::send(vec![person.peer], info::update(vec![info::participant(person)])));
        }
    }
}
