use domain::{BookingId, Invitation, InvitationId, Invitee, PersonId, Private};
use uuid::Uuid;

use super::{hash, maybe_at, words};
use crate::StorageError;

#[derive(sqlx::FromRow)]
pub(crate) struct InvitationRow {
    id: Uuid,
    booking_id: Uuid,
    person_id: Option<Uuid>,
    guest_name: Option<String>,
    guest_email: Option<String>,
    secret_hash: Option<Vec<u8>>,
    role: String,
    revoked_at: Option<i64>,
}

impl TryFrom<InvitationRow> for Invitation {
    type Error = StorageError;

    fn try_from(row: InvitationRow) -> Result<Self, StorageError> {
        let invitee = match (row.person_id, row.guest_name, row.secret_hash) {
            (Some(person), None, None) => Invitee::Person(PersonId::from_uuid(person)),
            (None, Some(name), Some(secret)) => Invitee::Guest {
                name: Private::new(name),
                email: row.guest_email.map(Private::new),
                secret_hash: hash(secret)?,
            },
            _ => return Err(StorageError::Inconsistent(format!("invitation {} invites nobody", row.id))),
        };
        Ok(Self {
            id: InvitationId::from_uuid(row.id),
            booking: BookingId::from_uuid(row.booking_id),
            invitee,
            role: words::parse_meeting_role(&row.role)?,
            revoked_at: maybe_at(row.revoked_at)?,
        })
    }
}

/// The invitee as stored: person, guest's name, guest's mail address, hash of the secret.
pub(crate) type InviteeColumns<'a> = (Option<Uuid>, Option<&'a str>, Option<&'a str>, Option<&'a [u8]>);

pub(crate) fn invitation_columns(invitee: &Invitee) -> InviteeColumns<'_> {
    match invitee {
        Invitee::Person(person) => (Some(person.as_uuid()), None, None, None),
        Invitee::Guest { name, email, secret_hash } => (
            None,
            Some(name.expose().as_str()),
            email.as_ref().map(|email| email.expose().as_str()),
            Some(secret_hash.as_slice()),
        ),
    }
}
