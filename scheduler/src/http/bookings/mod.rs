//! Bookings: made, shown, changed, cancelled.

pub(crate) mod answer;
pub(crate) mod book;
pub(crate) mod cancel;
pub(crate) mod change;
pub(crate) mod check;
pub(crate) mod dates;
pub(crate) mod download_calendar;
pub(crate) mod import;
pub(crate) mod list;
pub(crate) mod renew_link;
pub(crate) mod show;

use domain::policy::Action;
use domain::{Booking, BookingId, Invitation, Occurrence, OccurrenceId};
use storage::{StorageError, Unit};

use super::actor::SignedIn;
use super::problem::Problem;
use crate::app::App;
use crate::booking::stake;
use crate::booking::view::Shown;
use crate::meeting::venue::current;

/// The rows of one booking.
#[derive(Clone)]
pub(crate) struct Rows {
    pub(crate) booking: Booking,
    pub(crate) occurrences: Vec<Occurrence>,
    pub(crate) invitations: Vec<Invitation>,
}

impl Rows {
    pub(crate) async fn read(unit: &mut dyn Unit, id: BookingId) -> Result<Option<Self>, StorageError> {
        let Some(booking) = unit.booking(id).await? else { return Ok(None) };
        let occurrences = unit.occurrences_of(id).await?;
        let invitations = unit.invitations_of(id).await?;
        if occurrences.is_empty() {
            return Err(StorageError::Inconsistent(format!("booking {id} has no occurrence")));
        }
        Ok(Some(Self { booking, occurrences, invitations }))
    }

    /// The rows, if the person may see them; absent and forbidden look alike.
    pub(crate) async fn seen_by(unit: &mut dyn Unit, who: &SignedIn, id: BookingId) -> Result<Self, Problem> {
        let rows = Self::read(unit, id).await?.ok_or_else(Problem::not_found)?;
        let stake = stake::stake(who, &rows.booking, &rows.invitations);
        if who.may(Action::SeeBooking(stake)) { Ok(rows) } else { Err(Problem::not_found()) }
    }

    /// The rows, if the person may change them. Who may only see them is told so.
    async fn changed_by(unit: &mut dyn Unit, who: &SignedIn, id: BookingId) -> Result<Self, Problem> {
        let rows = Self::seen_by(unit, who, id).await?;
        who.must(Action::BookFor(rows.booking.organiser))?;
        Ok(rows)
    }

    /// To be shown at one of its dates, or told by mail.
    pub(crate) fn shown<'a>(&'a self, occurrence: &'a Occurrence) -> Shown<'a> {
        Shown { booking: &self.booking, occurrence, invitations: &self.invitations }
    }

    fn first(&self) -> &Occurrence {
        self.occurrences.first().expect("checked when read")
    }

    /// The date to show: the current or next one, or the last.
    pub(crate) fn occurrence(&self, app: &App) -> Occurrence {
        current(app, self.occurrences.clone(), app.now()).expect("checked when read")
    }

    /// The date with this id.
    fn date(&self, id: OccurrenceId) -> Result<&Occurrence, Problem> {
        self.occurrences.iter().find(|one| one.id == id).ok_or_else(Problem::not_found)
    }
}
