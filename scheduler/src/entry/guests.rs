use std::collections::BTreeSet;

use domain::{Invitation, InvitationId, Invitee, MeetingRole, Person, PersonId, Private};
use storage::{StorageError, Unit};

use super::event::Event;
use crate::booking::draft::{InvitedGuestBody, InvitedPersonBody, StaffRole};

/// Who shall be invited, as the HTTP API takes it.
#[derive(Default)]
pub(super) struct Guests {
    pub(super) people: Vec<InvitedPersonBody>,
    pub(super) guests: Vec<InvitedGuestBody>,
}

impl Guests {
    /// As it is.
    pub(super) fn kept(earlier: &[Invitation]) -> Self {
        let mut kept = Self::default();
        for one in earlier {
            kept.keep(one);
        }
        kept
    }

    /// People with accounts by their addresses, others as guests. Who stands in no calendar stays invited: guests
    /// without an address, and whoever was sent away.
    pub(super) async fn read(
        unit: &mut dyn Unit,
        event: &Event,
        organiser: &str,
        earlier: &[Invitation],
    ) -> Result<Self, StorageError> {
        let known = invited(unit, earlier).await?;
        let (mut read, mut taken) = (Self::default(), BTreeSet::new());
        for one in earlier {
            let has_address = match &one.invitee {
                Invitee::Person(_) => true,
                Invitee::Guest { email, .. } => email.is_some(),
            };
            if !has_address || one.revoked_at.is_some() {
                taken.insert(one.id);
                read.keep(one);
            }
        }
        for attendee in &event.attendees {
            let Some(address) = attendee.address().filter(|address| *address != organiser) else { continue };
            let role = if attendee.is_chair { StaffRole::Moderator } else { StaffRole::Participant };
            let email = Private::new(address.to_owned());
            let person = match known.iter().find(|person| person.email.expose().eq_ignore_ascii_case(address)) {
                Some(person) => Some(person.id),
                None => unit.person_by_email(&email).await?.filter(|one| one.disabled_at.is_none()).map(|one| one.id),
            };
            if let Some(person) = person {
                if !read.people.iter().any(|one| one.person == person) {
                    read.people.push(InvitedPersonBody { person, role });
                }
                continue;
            }
            let id = guest(earlier, address, &attendee.name, &taken);
            taken.extend(id);
            let name = Private::new(attendee.name.clone());
            read.guests.push(InvitedGuestBody { id, name, email: Some(email) });
        }
        Ok(read)
    }

    fn keep(&mut self, one: &Invitation) {
        match &one.invitee {
            Invitee::Person(person) => {
                let role =
                    if one.role == MeetingRole::Moderator { StaffRole::Moderator } else { StaffRole::Participant };
                self.people.push(InvitedPersonBody { person: *person, role });
            }
            Invitee::Guest { name, email, .. } => {
                self.guests.push(InvitedGuestBody { id: Some(one.id), name: name.clone(), email: email.clone() });
            }
        }
    }
}

/// The invitation of a guest with that address: of several the one of that name, or the first that is left.
fn guest(earlier: &[Invitation], address: &str, name: &str, taken: &BTreeSet<InvitationId>) -> Option<InvitationId> {
    let of_address = || {
        earlier.iter().filter(|one| !taken.contains(&one.id)).filter_map(|one| match &one.invitee {
            Invitee::Guest { name, email: Some(email), .. } if email.expose().eq_ignore_ascii_case(address) => {
                Some((one.id, name))
            }
            _ => None,
        })
    };
    let same = of_address().find(|(_, known)| known.expose() == name);
    same.or_else(|| of_address().next()).map(|(id, _)| id)
}

async fn invited(unit: &mut dyn Unit, earlier: &[Invitation]) -> Result<Vec<Person>, StorageError> {
    let ids: Vec<PersonId> = earlier
        .iter()
        .filter_map(|one| match one.invitee {
            Invitee::Person(person) => Some(person),
            Invitee::Guest { .. } => None,
        })
        .collect();
    unit.people_by_id(&ids).await
}
