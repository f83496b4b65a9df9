use std::collections::BTreeMap;

use domain::{Booking, BookingId, Invitation, InvitationId, Invitee, MeetingRole, Private, capacity};

use super::draft::Draft;
use super::guest_secret;
use super::plan::BookingRefused;
use crate::app::App;

/// The secrets of guests who were added just now, by invitation: answered once, stored hashed.
pub(crate) type NewSecrets = BTreeMap<InvitationId, Private<String>>;

/// The invitations a draft asks for. What was invited before keeps its id, its link and its
/// revocation; only new guests get a secret.
pub(crate) fn invite(
    app: &App,
    booking: BookingId,
    draft: &Draft,
    earlier: &[Invitation],
) -> Result<(Vec<Invitation>, NewSecrets), BookingRefused> {
    let (mut invitations, mut secrets) = (Vec::new(), NewSecrets::new());
    for (person, role) in &draft.people {
        let kept = earlier.iter().find(|one| one.invitee == Invitee::Person(*person));
        invitations.push(Invitation {
            id: kept.map_or_else(|| InvitationId::from_uuid(app.new_id()), |one| one.id),
            booking,
            invitee: Invitee::Person(*person),
            role: *role,
            revoked_at: kept.and_then(|one| one.revoked_at),
        });
    }
    for (place, guest) in draft.guests.iter().enumerate() {
        let kept = guest.id.map(|id| {
            earlier.iter().find(|one| one.id == id).and_then(|one| match &one.invitee {
                Invitee::Guest { secret_hash, .. } => Some((id, *secret_hash, one.revoked_at)),
                Invitee::Person(_) => None,
            })
        });
        let (id, secret_hash, revoked_at) = match kept {
            Some(Some(kept)) => kept,
            Some(None) => {
                let name = format!("guests[{place}].id");
                return Err(BookingRefused::Field { name, allowed: "an invitation of this booking, or none" });
            }
            None => {
                let id = InvitationId::from_uuid(app.new_id());
                let secret = guest_secret::first(&app.config.token_key, id);
                secrets.insert(id, secret.text);
                (id, secret.hash, None)
            }
        };
        let invitee = Invitee::Guest { name: guest.name.clone(), email: guest.email.clone(), secret_hash };
        invitations.push(Invitation { id, booking, invitee, role: MeetingRole::Guest, revoked_at });
    }
    Ok((invitations, secrets))
}

/// How many seats a booking takes as it stands.
pub(crate) fn headcount(booking: &Booking, invitations: &[Invitation]) -> u32 {
    let invited = || invitations.iter().filter(|one| one.revoked_at.is_none()).map(|one| &one.invitee);
    let people = invited().filter_map(|invitee| match invitee {
        Invitee::Person(person) => Some(*person),
        Invitee::Guest { .. } => None,
    });
    let guests = invited().filter(|invitee| matches!(invitee, Invitee::Guest { .. })).count();
    capacity::headcount(booking.organiser, people, guests)
}
