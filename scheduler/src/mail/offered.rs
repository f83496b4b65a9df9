//! The letter to who waited for a room: it is free now, and kept for a while.

use domain::waiting_list::RoomWait;
use domain::{Person, Room, timing};
use jiff::Timestamp;
use jiff::tz::TimeZone;
use storage::{StorageError, Unit};

use super::message::Notice;
use super::{post, words};
use crate::app::App;

/// Rooms are where people work; a person who waits names no zone.
const ZONE: &str = "Europe/Berlin";

/// Writes it.
pub(crate) async fn announce(
    app: &App,
    unit: &mut dyn Unit,
    wait: &RoomWait,
    room: &Room,
    until: Timestamp,
) -> Result<(), StorageError> {
    let Some(reader) = unit.person(wait.person).await? else { return Ok(()) };
    let notice = offered(app, wait, room, until, &reader);
    post::post(app, unit, &notice, &reader, &reader).await
}

fn offered(app: &App, wait: &RoomWait, room: &Room, until: Timestamp, reader: &Person) -> Notice {
    let german = reader.locale != "en";
    let zone = timing::zone(ZONE).unwrap_or(TimeZone::UTC);
    let (start, end) = (wait.time.start.to_zoned(zone.clone()), wait.time.end.to_zoned(zone.clone()));
    let until = until.to_zoned(zone).strftime("%H:%M").to_string();
    let (name, on) = (&room.name, words::day_and_time(german, &start));
    let (label, hint, closing) = match german {
        true => (
            "Raum buchen",
            "Danach wird der Raum der nächsten wartenden Person angeboten, und Ihr Eintrag endet.",
            "Diese Nachricht hat Rennsteig verschickt, weil Sie für diesen Raum auf der Warteliste stehen.",
        ),
        false => (
            "Book the room",
            "After that the room is offered to the next one who waits, and your entry ends.",
            "This message was sent by Rennsteig because you are on the waiting list for this room.",
        ),
    };
    Notice {
        language: if german { "de" } else { "en" },
        subject: if german {
            format!("Raum frei geworden: {name}, {on}")
        } else {
            format!("Room free now: {name}, {on}")
        },
        greeting: words::greeting(german, reader.name.expose()),
        news: match german {
            true => format!("der Raum {name} ist frei geworden. Er ist bis {until} Uhr für Sie reserviert."),
            false => format!("The room {name} is free now. It is kept for you until {until}."),
        },
        title: name.clone(),
        lines: vec![words::span(german, &start, &end, ZONE)],
        link: (label, format!("{}/bookings/new?offer={}", app.config.base_url, wait.id), hint),
        closing,
    }
}
