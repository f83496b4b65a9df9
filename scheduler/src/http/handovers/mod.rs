//! A booking goes to a colleague: offered by the one who invites, taken over by the colleague.

pub(crate) mod look;
pub(crate) mod offer;
pub(crate) mod take;
pub(crate) mod withdraw;

use domain::policy::Action;
use domain::{BookingId, Private};
use serde::Deserialize;
use storage::Unit;
use utoipa::ToSchema;

use super::actor::SignedIn;
use super::bookings::Rows;
use super::problem::{Code, Problem};
use crate::app::App;
use crate::booking::offer::Offer;

/// An offer as it stands in the link.
#[derive(Deserialize, ToSchema)]
pub(crate) struct OfferBody {
    /// What follows `?offer=` in the link.
    #[schema(value_type = String)]
    offer: Private<String>,
}

impl OfferBody {
    /// The booking it is about, for the colleague it was made to, while it stands.
    async fn open(&self, app: &App, unit: &mut dyn Unit, who: &SignedIn) -> Result<(Offer, Rows), Problem> {
        let offer = Offer::open(&app.config.token_key, self.offer.expose()).ok_or_else(Problem::link_invalid)?;
        // For everybody else it opens nothing.
        if !who.may(Action::TakeOver(offer.to)) {
            return Err(Problem::link_invalid());
        }
        let rows = Rows::read(unit, offer.booking).await?.ok_or_else(Problem::link_invalid)?;
        if !offer.stands(&rows.booking, app.now()) {
            return Err(Problem::new(
                Code::LinkUsed,
                "The offer was taken, withdrawn or is too old, or the booking was moved.",
            ));
        }
        Ok((offer, rows))
    }
}

/// The booking, for who may hand it over. Who may only see it is told so.
async fn offered_by(unit: &mut dyn Unit, who: &SignedIn, id: BookingId) -> Result<Rows, Problem> {
    let rows = Rows::seen_by(unit, who, id).await?;
    who.must(Action::HandOver(rows.booking.organiser))?;
    if rows.booking.state != domain::BookingState::Active {
        return Err(Problem::new(Code::Cancelled, "A cancelled booking cannot be handed over."));
    }
    Ok(rows)
}

#[cfg(test)]
mod tests;
