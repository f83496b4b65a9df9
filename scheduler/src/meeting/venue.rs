use domain::join::Door;
use domain::policy::{Action, Stake};
use domain::{
    Booking, BookingId, BookingState, GivenRole, Identity, Invitation, MeetingName, MeetingRole, Occurrence,
    OccurrenceId, OccurrenceState,
};
use jiff::Timestamp;
use storage::{StorageError, Unit};
use uuid::Uuid;

use crate::app::App;
use crate::booking::{stake, veil};
use crate::http::actor::SignedIn;
use crate::http::problem::Problem;

/// A meeting with its booking.
#[derive(Debug)]
pub(crate) struct Venue {
    pub(crate) booking: Booking,
    pub(crate) occurrence: Occurrence,
    pub(crate) invitations: Vec<Invitation>,
    /// What the moderation made of people in this meeting.
    pub(crate) given: Vec<(Identity, GivenRole)>,
}

impl Venue {
    /// By the occurrence's id, or by the booking's: then its current or next occurrence, or its last.
    pub(crate) async fn read(app: &App, unit: &mut dyn Unit, id: Uuid) -> Result<Option<Self>, StorageError> {
        let occurrence = match unit.occurrence(OccurrenceId::from_uuid(id)).await? {
            Some(occurrence) => Some(occurrence),
            None => current(app, unit.occurrences_of(BookingId::from_uuid(id)).await?, app.now()),
        };
        let Some(occurrence) = occurrence else { return Ok(None) };
        let Some(booking) = unit.booking(occurrence.booking).await? else { return Ok(None) };
        let invitations = unit.invitations_of(booking.id).await?;
        let given = unit.given_roles_of(occurrence.id).await?;
        Ok(Some(Self { booking, occurrence, invitations, given }))
    }

    /// The meeting, if the person moderates it. Who may only see it is told so, others nothing.
    pub(crate) async fn moderated_by(
        app: &App,
        unit: &mut dyn Unit,
        who: &SignedIn,
        id: Uuid,
    ) -> Result<Self, Problem> {
        let venue = Self::read(app, unit, id).await?.ok_or_else(Problem::not_found)?;
        venue.allow(who, Action::Moderate(venue.stake(who)))?;
        Ok(venue)
    }

    /// Goes on if the action is allowed; absent and forbidden look alike to those who may not see it.
    pub(crate) fn allow(&self, who: &SignedIn, action: Action) -> Result<(), Problem> {
        let sees = who.may(Action::SeeBooking(self.stake(who)));
        match (who.may(action), sees) {
            (true, _) => Ok(()),
            (false, true) => Err(Problem::not_allowed()),
            (false, false) => Err(Problem::not_found()),
        }
    }

    pub(crate) fn stake(&self, who: &SignedIn) -> Stake {
        Stake { given: self.given_to(&Identity::from(who.id())), ..stake::stake(who, &self.booking, &self.invitations) }
    }

    /// What the moderation made of somebody in this meeting.
    pub(crate) fn given_to(&self, identity: &Identity) -> Option<GivenRole> {
        self.given.iter().find(|(whom, _)| whom == identity).map(|(_, role)| *role)
    }

    /// The title, for somebody with this role at its door, in that person's language. Who is not invited and only has the
    /// link learns nothing of what is private.
    pub(crate) fn title(&self, role: Option<MeetingRole>, locale: &str) -> &str {
        match self.is_hidden_from(role) {
            true => veil::title(locale),
            false => self.occurrence.title(&self.booking),
        }
    }

    /// Is it private, and who asks without a part in it?
    pub(crate) fn is_hidden_from(&self, role: Option<MeetingRole>) -> bool {
        self.booking.is_private && role.is_none()
    }

    pub(crate) fn name(&self) -> MeetingName {
        MeetingName::from(self.occurrence.id)
    }

    /// The door as it stands.
    pub(crate) fn door(&self) -> Door {
        let is_cancelled = matches!(self.booking.state, BookingState::Cancelled { .. });
        Door {
            start: self.occurrence.start,
            end: self.occurrence.end,
            state: if is_cancelled { OccurrenceState::Cancelled } else { self.occurrence.state },
            is_locked: self.occurrence.locked_at.is_some(),
            guests_wait: self.booking.guests_wait,
        }
    }
}

pub(crate) fn current(app: &App, mut occurrences: Vec<Occurrence>, now: Timestamp) -> Option<Occurrence> {
    let is_to_come = |one: &Occurrence| now < app.config.join_window.closes_at(one.end);
    // A date of a series that was cancelled or ended must not stand in the way of the next one.
    let next = occurrences
        .iter()
        .position(|one| is_to_come(one) && one.state == OccurrenceState::Held)
        .or_else(|| occurrences.iter().position(is_to_come));
    match next {
        Some(place) => Some(occurrences.swap_remove(place)),
        None => occurrences.pop(),
    }
}
