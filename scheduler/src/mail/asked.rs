//! The letter to who looks after a room: somebody asks for it.

use domain::{OccurrenceState, Person, RoomId, timing};
use jiff::tz::TimeZone;
use storage::{StorageError, Unit};

use super::message::Notice;
use super::{post, words};
use crate::app::App;
use crate::booking::veil;
use crate::booking::view::Shown;

/// Where requests are answered.
const PAGE: &str = "/rooms";

/// Writes to everybody who looks after one of these rooms that the booking asks for it. Without a
/// mail server there is none to write to.
pub(crate) async fn announce(
    app: &App,
    unit: &mut dyn Unit,
    by: &Person,
    now: Shown<'_>,
    rooms: &[RoomId],
) -> Result<(), StorageError> {
    if app.config.mail_from.is_none() || rooms.is_empty() {
        return Ok(());
    }
    let organiser = unit.person(now.booking.organiser).await?;
    let dates = unit.occurrences_of(now.booking.id).await?;
    for rules in unit.room_rules(rooms).await? {
        let Some(room) = unit.room(rules.room).await? else { continue };
        let to_come = dates.iter().filter(|one| {
            one.state == OccurrenceState::Held && one.end > app.now() && one.rooms(now.booking).contains(&room.id)
        });
        let Some(first) = to_come.clone().min_by_key(|one| one.start) else { continue };
        let keepers = unit.people_by_id(&rules.people.delegates).await?;
        for keeper in keepers.iter().filter(|one| one.disabled_at.is_none() && one.id != by.id) {
            let asked = Asked {
                room: &room.name,
                by: by.name.expose(),
                organiser: organiser.as_ref().filter(|one| one.id != by.id).map(|one| one.name.expose().as_str()),
                // Whoever is invited has the title from the invitation.
                title: match now.booking.is_private {
                    true => veil::title(&keeper.locale),
                    false => first.title(now.booking),
                },
                zone: &now.booking.zone,
                first: (first.start, first.end),
                count: to_come.clone().count(),
            };
            let notice = asked.notice(keeper, format!("{}{PAGE}", app.config.base_url));
            post::post(app, unit, &notice, by, keeper).await?;
        }
    }
    Ok(())
}

/// What is asked for.
struct Asked<'a> {
    room: &'a str,
    by: &'a str,
    /// For whom, if for somebody else.
    organiser: Option<&'a str>,
    title: &'a str,
    zone: &'a str,
    first: (jiff::Timestamp, jiff::Timestamp),
    count: usize,
}

impl Asked<'_> {
    fn notice(&self, keeper: &Person, link: String) -> Notice {
        let german = keeper.locale != "en";
        let zone = timing::zone(self.zone).unwrap_or(TimeZone::UTC);
        let (start, end) = (self.first.0.to_zoned(zone.clone()), self.first.1.to_zoned(zone));
        let Self { room, by, count, .. } = self;
        let on = words::day_and_time(german, &start);
        let news = match (german, self.organiser) {
            (true, None) => format!("{by} fragt nach dem Raum {room}."),
            (true, Some(organiser)) => format!("{by} fragt im Auftrag von {organiser} nach dem Raum {room}."),
            (false, None) => format!("{by} asks for the room {room}."),
            (false, Some(organiser)) => format!("{by} asks on behalf of {organiser} for the room {room}."),
        };
        let mut lines = vec![words::span(german, &start, &end, self.zone)];
        if *count > 1 {
            lines.push(match german {
                true => format!("Der nächste von {count} Terminen"),
                false => format!("The next of {count} dates"),
            });
        }
        let (label, hint, closing) = match german {
            true => (
                "Anfragen ansehen",
                "Der Raum ist für diese Besprechung belegt, bis Sie oder andere, die ihn betreuen, zusagen oder ablehnen.",
                "Diese Nachricht hat Rennsteig verschickt, weil Sie diesen Raum betreuen. Antworten gehen an die Person, die fragt.",
            ),
            false => (
                "See the requests",
                "The room is kept for this meeting until you, or others who look after it, grant or refuse it.",
                "This message was sent by Rennsteig because you look after this room. Replies go to the person who asks.",
            ),
        };
        Notice {
            language: if german { "de" } else { "en" },
            subject: if german {
                format!("Raum angefragt: {room}, {on}")
            } else {
                format!("Room asked for: {room}, {on}")
            },
            greeting: words::greeting(german, keeper.name.expose()),
            news,
            title: self.title.to_owned(),
            lines,
            link: (label, link, hint),
            closing,
        }
    }
}
