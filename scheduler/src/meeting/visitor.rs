use domain::{GivenRole, Identity, Invitation, Invitee, MeetingRole, Person, Private, SiteId};
use storage::{StorageError, Unit};

use super::venue::Venue;
use crate::booking::stake;
use crate::http::actor::SignedIn;
use crate::secret;

/// Somebody before the door of a meeting.
#[derive(Clone, Debug)]
pub(crate) struct Visitor {
    /// Who the person will be inside, whatever the browser.
    pub(crate) identity: Identity,
    /// Empty if the organiser gave none.
    pub(crate) name: Private<String>,
    /// None for staff who only know the link.
    pub(crate) role: Option<MeetingRole>,
    /// What the moderation made of the person in this meeting.
    pub(crate) given: Option<GivenRole>,
    /// Where the person works; guests come from elsewhere.
    pub(crate) home: Option<SiteId>,
    /// The invitation was ended.
    pub(crate) is_revoked: bool,
}

/// What somebody shows at the door.
#[derive(Clone, Copy, Default)]
pub(crate) struct Shown<'a> {
    /// Of the personal link.
    pub(crate) secret: Option<&'a str>,
    /// Of the waiting room.
    pub(crate) ticket: Option<&'a str>,
}

/// Why nobody is recognised.
#[derive(Debug, thiserror::Error)]
pub(crate) enum NotRecognised {
    /// Nothing was shown and nobody is signed in.
    #[error("nobody is signed in")]
    Nobody,
    /// What was shown opens nothing here.
    #[error("the link opens nothing")]
    LinkInvalid,
    #[error(transparent)]
    Storage(#[from] StorageError),
}

/// Who stands there: by personal link first, for it says which meeting; then by session; then by
/// the ticket of somebody whose page was reloaded without either.
pub(crate) async fn recognise(
    unit: &mut dyn Unit,
    venue: &Venue,
    who: Option<&SignedIn>,
    shown: Shown<'_>,
) -> Result<Visitor, NotRecognised> {
    if let Some(secret) = shown.secret {
        let invitation = unit.invitation_by_secret(&secret::hash(secret)).await?;
        let invitation = invitation.filter(|one| one.booking == venue.booking.id);
        return invitation.as_ref().and_then(|one| guest(venue, one)).ok_or(NotRecognised::LinkInvalid);
    }
    if let Some(who) = who {
        let name = who.actor.person.name.clone();
        let (stake, identity) = (venue.stake(who), Identity::from(who.id()));
        let role = stake::role(who, stake);
        let home = home(unit, &who.actor.person).await?;
        return Ok(Visitor { identity, name, role, given: stake.given, home, is_revoked: false });
    }
    let ticket = shown.ticket.ok_or(NotRecognised::Nobody)?;
    let admission = unit.admission_by_ticket(&secret::hash(ticket)).await?;
    let admission = admission.filter(|one| one.occurrence == venue.occurrence.id).ok_or(NotRecognised::LinkInvalid)?;
    // Staff have a session; a ticket alone stands for a guest only.
    let invitation = admission.identity.guest_invitation().ok_or(NotRecognised::Nobody)?;
    let invitation = venue.invitations.iter().find(|one| one.id == invitation);
    let visitor = invitation.and_then(|one| guest(venue, one)).ok_or(NotRecognised::LinkInvalid)?;
    Ok(Visitor { name: admission.name, ..visitor })
}

fn guest(venue: &Venue, invitation: &Invitation) -> Option<Visitor> {
    let identity = Identity::from(invitation.id);
    match &invitation.invitee {
        Invitee::Guest { name, .. } => Some(Visitor {
            name: name.clone(),
            role: Some(MeetingRole::Guest),
            given: venue.given_to(&identity),
            home: None,
            identity,
            is_revoked: invitation.revoked_at.is_some(),
        }),
        Invitee::Person(_) => None,
    }
}

/// Where somebody with an account works: where most do if nothing else is known.
async fn home(unit: &mut dyn Unit, person: &Person) -> Result<Option<SiteId>, StorageError> {
    match person.site {
        Some(site) => Ok(Some(site)),
        None => Ok(unit.sites().await?.into_iter().find(|site| site.is_default).map(|site| site.id)),
    }
}
