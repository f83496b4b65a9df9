//! The letter to a colleague who is asked to take over a booking.

use domain::{Occurrence, Person, timing};
use jiff::tz::TimeZone;
use storage::{StorageError, Unit};

use super::message::Notice;
use super::{post, words};
use crate::app::App;
use crate::http::bookings::Rows;

/// Writes it.
pub(crate) async fn announce_offer(
    app: &App,
    unit: &mut dyn Unit,
    rows: &Rows,
    date: &Occurrence,
    to: &Person,
    link: &str,
) -> Result<(), StorageError> {
    let Some(organiser) = unit.person(rows.booking.organiser).await? else { return Ok(()) };
    post::post(app, unit, &offered(rows, date, &organiser, to, link), &organiser, to).await
}

fn offered(rows: &Rows, date: &Occurrence, organiser: &Person, to: &Person, link: &str) -> Notice {
    let (booking, german) = (&rows.booking, to.locale != "en");
    let zone = timing::zone(&booking.zone).unwrap_or(TimeZone::UTC);
    let (start, end) = (date.start.to_zoned(zone.clone()), date.end.to_zoned(zone));
    let (title, from) = (&booking.title, organiser.name.expose());
    let (label, hint, closing) = match german {
        true => (
            "Angebot ansehen",
            "Das Angebot gilt sieben Tage, nur für Sie. Bis Sie es annehmen, ändert sich nichts.",
            "Diese Nachricht hat Rennsteig verschickt. Antworten gehen an die Person, die einlädt.",
        ),
        false => (
            "See the offer",
            "The offer stands for seven days, for you alone. Until you take it, nothing changes.",
            "This message was sent by Rennsteig. Replies go to the person who invites.",
        ),
    };
    let (subject, news) = match (german, booking.series.is_some()) {
        (true, true) => (
            format!("Übernehmen Sie diese Terminserie? {title}"),
            format!("{from} möchte Ihnen diese Terminserie übergeben. Dann laden Sie dazu ein."),
        ),
        (true, false) => (
            format!("Übernehmen Sie diese Besprechung? {title}"),
            format!("{from} möchte Ihnen diese Besprechung übergeben. Dann laden Sie dazu ein."),
        ),
        (false, true) => (
            format!("Will you take over this series? {title}"),
            format!("{from} would like to hand this series over to you. Then you invite to it."),
        ),
        (false, false) => (
            format!("Will you take over this meeting? {title}"),
            format!("{from} would like to hand this meeting over to you. Then you invite to it."),
        ),
    };
    Notice {
        language: if german { "de" } else { "en" },
        subject,
        greeting: words::greeting(german, to.name.expose()),
        news,
        title: title.clone(),
        lines: vec![words::span(german, &start, &end, &booking.zone)],
        link: (label, link.to_owned(), hint),
        closing,
    }
}
