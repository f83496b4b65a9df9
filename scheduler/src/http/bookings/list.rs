use std::sync::Arc;

use axum::Json;
use axum::extract::State;
use domain::policy::Action;
use domain::{BookingId, PersonId};
use jiff::{SignedDuration, Timestamp};
use serde::Deserialize;
use storage::Span;
use utoipa::IntoParams;

use crate::app::App;
use crate::booking::stake;
use crate::booking::view::{self, BookingItem, Referred, Shown};
use crate::http::actor::SignedIn;
use crate::http::answer::{Instant, Items};
use crate::http::problem::{Code, Problem, ProblemBody};
use crate::http::request::Params;

/// Most bookings answered at once.
const MOST: u32 = 1_000;
/// How far ahead is shown if nothing is said.
const AHEAD: SignedDuration = SignedDuration::from_hours(24 * 90);

/// Whose bookings, and when.
#[derive(Deserialize, IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct ListParams {
    /// Those that end after this; now if absent.
    #[param(value_type = Option<String>, format = DateTime)]
    from: Option<Instant>,
    /// Those that start before this; 90 days after `from` if absent.
    #[param(value_type = Option<String>, format = DateTime)]
    to: Option<Instant>,
    /// A principal's; one's own if absent.
    #[param(value_type = Option<Uuid>)]
    person: Option<PersonId>,
}

/// The bookings somebody organises, booked, or is invited to, by start.
#[utoipa::path(get, path = "/bookings", tag = "bookings", params(ListParams), responses(
    (status = 200, body = Items<BookingItem>),
    (status = 401, description = "sign_in_required", body = ProblemBody),
    (status = 403, description = "not_allowed: not a principal of yours", body = ProblemBody),
    (status = 422, description = "end_before_start", body = ProblemBody),
))]
pub(crate) async fn list_bookings(
    State(app): State<Arc<App>>,
    who: SignedIn,
    Params(params): Params<ListParams>,
) -> Result<Json<Items<BookingItem>>, Problem> {
    let person = params.person.unwrap_or(who.id());
    who.must(Action::SeeBookingsOf(person))?;
    let start = params.from.map_or_else(|| app.now(), |from| from.0);
    let end = params.to.map_or_else(|| start.checked_add(AHEAD).unwrap_or(Timestamp::MAX), |to| to.0);
    if end <= start {
        return Err(Problem::new(Code::EndBeforeStart, "`to` must be after `from`.").with_field("to"));
    }
    let mut unit = app.store.read().await?;
    let rows = unit.bookings_of(person, Span { start, end }, MOST).await?;
    let ids: Vec<BookingId> = rows.iter().map(|(_, booking)| booking.id).collect();
    let mut invitations = unit.invitations_of_all(&ids).await?;
    invitations.sort_by_key(|invitation| invitation.booking);
    let shown: Vec<Shown<'_>> = rows
        .iter()
        .map(|(occurrence, booking)| {
            let first = invitations.partition_point(|one| one.booking < booking.id);
            let end = invitations.partition_point(|one| one.booking <= booking.id);
            Shown { booking, occurrence, invitations: &invitations[first..end] }
        })
        // A principal may be invited to what the assistant must not see, and who booked for
        // somebody once may have lost that right.
        .filter(|one| {
            person != who.id() || who.may(Action::SeeBooking(stake::stake(&who, one.booking, one.invitations)))
        })
        .collect();
    let referred = Referred::read(unit.as_mut(), &shown).await?;
    Ok(Json(shown.iter().map(|one| view::item(&app, &who, &referred, one)).collect()))
}
