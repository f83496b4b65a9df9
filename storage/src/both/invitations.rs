use async_trait::async_trait;
use domain::{BookingId, Invitation, InvitationId};
use jiff::Timestamp;

use super::unit::{EngineUnit, Result, among, ids, rows, sql};
use crate::Invitations;
use crate::rows::{InvitationRow, all, invitation_columns, maybe, meeting_role};

#[async_trait]
impl Invitations for EngineUnit {
    async fn save_invitations(&mut self, booking: BookingId, invitations: &[Invitation]) -> Result<()> {
        let statement = sql(concat!("DELETE FROM invitations WHERE booking_id = $1 AND NOT id ", among!("$2")))
            .bind(booking.as_uuid())
            .bind(ids(invitations.iter().map(|invitation| invitation.id.as_uuid())));
        self.execute(statement).await?;
        for invitation in invitations {
            self.write_invitation(booking, invitation).await?;
        }
        Ok(())
    }

    async fn invitations_of(&mut self, booking: BookingId) -> Result<Vec<Invitation>> {
        self.invitations_of_all(&[booking]).await
    }

    async fn invitations_of_all(&mut self, bookings: &[BookingId]) -> Result<Vec<Invitation>> {
        let question = rows::<InvitationRow>(concat!(
            "SELECT * FROM invitations WHERE booking_id ",
            among!("$1"),
            " ORDER BY booking_id, id"
        ))
        .bind(ids(bookings.iter().map(|id| id.as_uuid())));
        all(self.all(question).await?)
    }

    async fn invitation_by_secret(&mut self, secret_hash: &[u8; 32]) -> Result<Option<Invitation>> {
        let question =
            rows::<InvitationRow>("SELECT * FROM invitations WHERE secret_hash = $1").bind(secret_hash.to_vec());
        maybe(self.first(question).await?)
    }

    async fn revoke_invitation(&mut self, id: InvitationId, at: Timestamp) -> Result<()> {
        let statement = sql("UPDATE invitations SET revoked_at = coalesce(revoked_at, $2) WHERE id = $1")
            .bind(id.as_uuid())
            .bind(at.as_second());
        self.execute(statement).await.map(drop)
    }
}

impl EngineUnit {
    async fn write_invitation(&mut self, booking: BookingId, invitation: &Invitation) -> Result<()> {
        let (person, name, email, secret) = invitation_columns(&invitation.invitee);
        // Revoked is for good: a later save does not bring the invitation back to life.
        let statement = sql("INSERT INTO invitations
                (id, booking_id, person_id, guest_name, guest_email, secret_hash, role, revoked_at, begins_s, ends_s)
            VALUES ($1, $2, $3, $4, $5, $6, $7, $8,
                (SELECT begins_s FROM bookings WHERE id = $2), (SELECT ends_s FROM bookings WHERE id = $2))
            ON CONFLICT (id) DO UPDATE SET person_id = excluded.person_id, guest_name = excluded.guest_name,
                guest_email = excluded.guest_email, secret_hash = excluded.secret_hash, role = excluded.role,
                revoked_at = coalesce(invitations.revoked_at, excluded.revoked_at)
            WHERE invitations.booking_id = excluded.booking_id")
        .bind(invitation.id.as_uuid())
        .bind(booking.as_uuid())
        .bind(person)
        .bind(name.map(str::to_owned))
        .bind(email.map(str::to_owned))
        .bind(secret.map(<[u8]>::to_vec))
        .bind(meeting_role(invitation.role))
        .bind(invitation.revoked_at.map(|at| at.as_second()));
        self.execute_versioned(statement).await
    }
}
