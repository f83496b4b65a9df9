//! The letters about a room that nobody came to, and about a series that nobody comes to any more. They go to who invites
//! and to who booked: both can do something about it. Everybody else who is invited is told where the meeting takes place now.

use domain::{Booking, Occurrence, Person, Room, no_show, timing};
use jiff::tz::TimeZone;
use storage::{StorageError, Unit};

use super::letter::Released;
use super::message::Notice;
use super::{news, post, words};
use crate::app::App;
use crate::http::bookings::Rows;

/// What happened.
pub(crate) struct News<'a> {
    /// The booking as it goes on.
    pub(crate) rows: &'a Rows,
    /// The date nobody came to.
    pub(crate) date: &'a Occurrence,
    /// What was released.
    pub(crate) rooms: &'a [Room],
    /// How many dates of the series in a row nobody came to; none of a single meeting.
    pub(crate) in_a_row: u32,
    /// Somebody was at the door of another of its rooms.
    pub(crate) is_part: bool,
}

/// Writes them.
pub(crate) async fn announce(app: &App, unit: &mut dyn Unit, news: &News<'_>) -> Result<(), StorageError> {
    let booking = &news.rows.booking;
    let names = names(news);
    let told = [booking.organiser, booking.booked_by];
    news::announce_release(app, unit, news.rows.shown(news.date), Released { rooms: &names }, &told).await?;
    let people = unit.people_by_id(&[booking.organiser, booking.booked_by]).await?;
    let Some(organiser) = people.iter().find(|one| one.id == booking.organiser) else { return Ok(()) };
    for reader in &people {
        post::post(app, unit, &released(app, news, reader), organiser, reader).await?;
        if no_show::asks_to_end(news.in_a_row) {
            post::post(app, unit, &asking(app, news, reader), organiser, reader).await?;
        }
    }
    Ok(())
}

fn names(news: &News<'_>) -> String {
    news.rooms.iter().map(|room| room.name.as_str()).collect::<Vec<_>>().join(", ")
}

fn page(app: &App, booking: &Booking) -> String {
    format!("{}/bookings/{}", app.config.base_url, booking.id)
}

fn released(app: &App, news: &News<'_>, reader: &Person) -> Notice {
    let (booking, german) = (&news.rows.booking, reader.locale != "en");
    let zone = timing::zone(&booking.zone).unwrap_or(TimeZone::UTC);
    let (start, end) = (news.date.start.to_zoned(zone.clone()), news.date.end.to_zoned(zone.clone()));
    let at = app.now().to_zoned(zone).strftime("%H:%M").to_string();
    let (names, on) = (names(news), words::day_and_time(german, &start));
    let (label, hint) = match german {
        true => {
            ("Buchung ansehen", "Brauchen Sie den Raum doch? Dann buchen Sie ihn dort wieder, solange er frei ist.")
        }
        false => {
            ("See the booking", "Do you need the room after all? Then book it there again, as long as it is free.")
        }
    };
    let closing = match (german, news.is_part) {
        (true, false) => {
            "Diese Nachricht hat Rennsteig verschickt, weil niemand in der Besprechung war und sich niemand an der Tür gemeldet hat."
        }
        (true, true) => {
            "Diese Nachricht hat Rennsteig verschickt, weil sich dort niemand an der Tür gemeldet hat, in einem anderen Raum aber schon."
        }
        (false, false) => {
            "This message was sent by Rennsteig because nobody was in the meeting and nobody checked in at the door."
        }
        (false, true) => {
            "This message was sent by Rennsteig because nobody checked in at the door there, but at that of another room."
        }
    };
    Notice {
        language: if german { "de" } else { "en" },
        subject: if german {
            format!("Raum freigegeben: {names}, {on}")
        } else {
            format!("Room released: {names}, {on}")
        },
        greeting: words::greeting(german, reader.name.expose()),
        news: words::released(german, &at, &names),
        title: news.date.title(booking).to_owned(),
        lines: vec![
            words::span(german, &start, &end, &booking.zone),
            match german {
                true => "Die Besprechung selbst bleibt bestehen.".into(),
                false => "The meeting itself stays.".into(),
            },
        ],
        link: (label, page(app, booking), hint),
        closing,
    }
}

fn asking(app: &App, news: &News<'_>, reader: &Person) -> Notice {
    let (booking, german) = (&news.rows.booking, reader.locale != "en");
    let zone = timing::zone(&booking.zone).unwrap_or(TimeZone::UTC);
    let (start, end) = (news.date.start.to_zoned(zone.clone()), news.date.end.to_zoned(zone));
    let (title, count) = (&booking.title, news.in_a_row);
    let (label, hint, closing) = match german {
        true => (
            "Terminserie ansehen",
            "Dort können Sie die Serie absagen. Dann sind ihre Räume für andere frei.",
            "Diese Nachricht hat Rennsteig verschickt. Gezählt wird für die Serie, nie für einzelne Personen.",
        ),
        false => (
            "See the series",
            "There you can cancel the series. Then its rooms are free for others.",
            "This message was sent by Rennsteig. Counted is for the series, never for single people.",
        ),
    };
    Notice {
        language: if german { "de" } else { "en" },
        subject: match german {
            true => format!("Wird diese Terminserie noch gebraucht? {title}"),
            false => format!("Is this series still needed? {title}"),
        },
        greeting: words::greeting(german, reader.name.expose()),
        news: match german {
            true => format!("zu {count} Terminen dieser Serie nacheinander ist niemand gekommen. Soll sie enden?"),
            false => format!("Nobody came to {count} dates of this series in a row. Shall it end?"),
        },
        title: title.clone(),
        lines: vec![words::span(german, &start, &end, &booking.zone)],
        link: (label, page(app, booking), hint),
        closing,
    }
}
