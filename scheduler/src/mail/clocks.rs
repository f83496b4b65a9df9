//! The letters about clocks that will be set otherwise. Everybody who is invited gets the change for the calendar; who invites
//! and who booked also hear which dates could not follow, and why: both can do something about it.

use domain::{Booking, Occurrence, Person, timing};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use storage::{StayReason, StorageError, Unit};

use super::message::Notice;
use super::{news, post, words};
use crate::app::App;
use crate::http::bookings::Rows;

/// Most dates named in one letter.
const NAMED: usize = 50;

/// A date that could not follow.
pub(crate) struct Stay<'a> {
    /// As it was, and stays.
    pub(crate) date: &'a Occurrence,
    /// When it would start.
    pub(crate) wanted: Timestamp,
    pub(crate) reason: StayReason,
}

/// Writes them.
pub(crate) async fn announce(
    app: &App,
    unit: &mut dyn Unit,
    before: &Rows,
    now: &Rows,
    stays: &[Stay<'_>],
) -> Result<(), StorageError> {
    let (earlier, next) = (before.occurrence(app), now.occurrence(app));
    news::announce_clocks(app, unit, before.shown(&earlier), now.shown(&next)).await?;
    if stays.is_empty() {
        return Ok(());
    }
    let booking = &now.booking;
    let people = unit.people_by_id(&[booking.organiser, booking.booked_by]).await?;
    let Some(organiser) = people.iter().find(|one| one.id == booking.organiser) else { return Ok(()) };
    for reader in &people {
        post::post(app, unit, &stayed(app, booking, stays, reader), organiser, reader).await?;
    }
    Ok(())
}

fn stayed(app: &App, booking: &Booking, stays: &[Stay<'_>], reader: &Person) -> Notice {
    let german = reader.locale != "en";
    let zone = timing::zone(&booking.zone).unwrap_or(TimeZone::UTC);
    let line = |stay: &Stay<'_>| {
        let at = |instant: Timestamp| words::day_and_time(german, &instant.to_zoned(zone.clone()));
        let (is, wanted) = (at(stay.date.start), at(stay.wanted));
        let why = match (german, stay.reason) {
            (true, StayReason::RoomTaken) => "dann ist ein Raum belegt",
            (true, StayReason::TooLate) => "dafür ist es zu spät",
            (true, StayReason::Changed) => "der Termin wurde inzwischen geändert",
            (false, StayReason::RoomTaken) => "a room is taken then",
            (false, StayReason::TooLate) => "it is too late for that",
            (false, StayReason::Changed) => "the date was changed meanwhile",
        };
        match german {
            true => format!("Jetzt {is}. Vereinbart war {wanted}: {why}."),
            false => format!("Now {is}. It was meant for {wanted}: {why}."),
        }
    };
    let mut lines: Vec<String> = stays.iter().take(NAMED).map(line).collect();
    let more = stays.len().saturating_sub(NAMED);
    if more > 0 {
        lines.push(if german { format!("Und {more} weitere.") } else { format!("And {more} more.") });
    }
    let title = booking.title.clone();
    Notice {
        language: if german { "de" } else { "en" },
        subject: match german {
            true => format!("Bitte prüfen: Die Uhren werden anders gestellt. {title}"),
            false => format!("Please check: the clocks will be set otherwise. {title}"),
        },
        greeting: words::greeting(german, reader.name.expose()),
        news: match german {
            true => format!(
                "die Uhren in der Zeitzone {} werden künftig anders gestellt als bisher bekannt. Diese Termine konnten nicht folgen:",
                booking.zone
            ),
            false => format!(
                "the clocks of the time zone {} will be set otherwise than was known so far. These dates could not follow:",
                booking.zone
            ),
        },
        title,
        lines,
        link: match german {
            true => (
                "Buchung ansehen",
                format!("{}/bookings/{}", app.config.base_url, booking.id),
                "Dort können Sie eine andere Zeit oder einen anderen Raum wählen.",
            ),
            false => (
                "See the booking",
                format!("{}/bookings/{}", app.config.base_url, booking.id),
                "There you can choose another time or another room.",
            ),
        },
        closing: match german {
            true => "Diese Nachricht hat Rennsteig verschickt, weil sich die Daten über die Zeitzonen geändert haben.",
            false => "This message was sent by Rennsteig because the time zone database has changed.",
        },
    }
}
