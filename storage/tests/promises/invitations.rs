use std::sync::Arc;

use domain::{Booking, Invitation, InvitationId, Invitee, MeetingRole, Private};
use storage::{StorageError, Store};
use uuid::Uuid;

use super::samples::{HOUR, at, booking, furnish, occurrence, read, write};

super::promises![
    invitations_are_kept_as_given,
    saving_replaces_the_list,
    a_revoked_invitation_stays_revoked,
    a_secret_opens_one_invitation,
];

pub(super) fn guest(booking: &Booking, secret: u8) -> Invitation {
    Invitation {
        id: InvitationId::from_uuid(Uuid::now_v7()),
        booking: booking.id,
        invitee: Invitee::Guest {
            name: Private::from("Gast Müller"),
            email: Some(Private::from("gast@example.net")),
            secret_hash: [secret; 32],
        },
        role: MeetingRole::Guest,
        revoked_at: None,
    }
}

async fn invitations_are_kept_as_given(store: Arc<dyn Store>) {
    let (ada, _) = furnish(&store, 0).await;
    let held = booking(&ada, &[]);
    let other = booking(&ada, &[]);
    let staff = Invitation { invitee: Invitee::Person(ada.id), role: MeetingRole::Moderator, ..guest(&held, 0) };
    let mut nameless = guest(&held, 2);
    nameless.invitee = Invitee::Guest { name: Private::from("Ohne Adresse"), email: None, secret_hash: [2; 32] };
    let list = [staff, nameless, guest(&held, 1)];
    let elsewhere = [guest(&other, 9)];
    let mut unit = write(&store).await;
    unit.add_booking(&held, &[occurrence(&held, 0, HOUR)]).await.expect("nothing is held");
    unit.add_booking(&other, &[occurrence(&other, 0, HOUR)]).await.expect("nothing is held");
    unit.save_invitations(held.id, &list).await.expect("the booking exists");
    unit.save_invitations(other.id, &elsewhere).await.expect("the booking exists");
    unit.commit().await.expect("nothing stands against it");
    let mut unit = read(&store).await;
    assert_eq!(unit.invitations_of(held.id).await.expect("reading works"), list.to_vec());
    let both = unit.invitations_of_all(&[held.id, other.id]).await.expect("reading works");
    assert_eq!(both.len(), 4);
    assert!(unit.invitations_of_all(&[]).await.expect("reading works").is_empty());
}

async fn saving_replaces_the_list(store: Arc<dyn Store>) {
    let (ada, _) = furnish(&store, 0).await;
    let held = booking(&ada, &[]);
    let mut kept = guest(&held, 1);
    let gone = guest(&held, 2);
    let mut unit = write(&store).await;
    unit.add_booking(&held, &[occurrence(&held, 0, HOUR)]).await.expect("nothing is held");
    unit.save_invitations(held.id, &[kept.clone(), gone]).await.expect("the booking exists");
    kept.invitee = Invitee::Guest { name: Private::from("Neu"), email: None, secret_hash: [1; 32] };
    let new = guest(&held, 3);
    unit.save_invitations(held.id, &[kept.clone(), new.clone()]).await.expect("the booking exists");
    assert_eq!(unit.invitations_of(held.id).await.expect("reading works"), vec![kept.clone(), new]);
    assert_eq!(unit.invitation_by_secret(&[1; 32]).await.expect("reading works"), Some(kept));
    assert_eq!(unit.invitation_by_secret(&[2; 32]).await.expect("reading works"), None);
}

async fn a_revoked_invitation_stays_revoked(store: Arc<dyn Store>) {
    let (ada, _) = furnish(&store, 0).await;
    let held = booking(&ada, &[]);
    let invitation = guest(&held, 1);
    let mut unit = write(&store).await;
    unit.add_booking(&held, &[occurrence(&held, 0, HOUR)]).await.expect("nothing is held");
    unit.save_invitations(held.id, std::slice::from_ref(&invitation)).await.expect("the booking exists");
    unit.revoke_invitation(invitation.id, at(5)).await.expect("writing works");
    unit.revoke_invitation(invitation.id, at(6)).await.expect("writing works");
    unit.save_invitations(held.id, std::slice::from_ref(&invitation)).await.expect("the booking exists");
    let found = unit.invitation_by_secret(&[1; 32]).await.expect("reading works").expect("it is still known");
    assert_eq!(found.revoked_at, Some(at(5)));
}

async fn a_secret_opens_one_invitation(store: Arc<dyn Store>) {
    let (ada, _) = furnish(&store, 0).await;
    let held = booking(&ada, &[]);
    let list = [guest(&held, 1), guest(&held, 1)];
    let mut unit = write(&store).await;
    unit.add_booking(&held, &[occurrence(&held, 0, HOUR)]).await.expect("nothing is held");
    let error = unit.save_invitations(held.id, &list).await.expect_err("the same secret twice");
    assert!(matches!(error, StorageError::Conflict(_)), "{error:?}");
}
