//! The words of a letter, in German and English.

use domain::timing;
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use super::letter::{Letter, Occasion, Part};

/// What a letter says, paragraph by paragraph, before it is laid out as text or HTML.
pub(super) struct Words {
    pub(super) language: &'static str,
    pub(super) subject: String,
    pub(super) greeting: String,
    pub(super) news: String,
    pub(super) title: String,
    pub(super) when: String,
    pub(super) place: Option<String>,
    /// What stands on the button, and a sentence about the link.
    pub(super) join: Option<(&'static str, String)>,
    pub(super) description: String,
    pub(super) closing: &'static str,
    pub(super) file: &'static str,
}

/// Finds the words for a letter.
pub(super) fn words(letter: &Letter<'_>) -> Words {
    let german = letter.addressee.locale != "en";
    let zone = timing::zone(&letter.booking.zone).unwrap_or(TimeZone::UTC);
    let local = |instant: Timestamp| instant.to_zoned(zone.clone());
    let (start, end) = (local(letter.occurrence.start), local(letter.occurrence.end));
    let title = letter.booking.title.clone();
    let subject = match (german, letter.occasion) {
        (true, Occasion::Invited) => format!("Einladung: {title}, {}", day_and_time(german, &start)),
        (true, Occasion::Changed) => format!("Geändert: {title}, {}", day_and_time(german, &start)),
        (true, Occasion::Cancelled) => format!("Abgesagt: {title}, {}", day_and_time(german, &start)),
        (false, Occasion::Invited) => format!("Invitation: {title}, {}", day_and_time(german, &start)),
        (false, Occasion::Changed) => format!("Changed: {title}, {}", day_and_time(german, &start)),
        (false, Occasion::Cancelled) => format!("Cancelled: {title}, {}", day_and_time(german, &start)),
    };
    Words {
        language: if german { "de" } else { "en" },
        subject,
        greeting: greeting(german, letter.addressee.name.expose()),
        news: news(german, letter),
        title,
        when: span(german, &start, &end, &letter.booking.zone),
        place: place(german, letter),
        join: join(german, letter, &local(letter.joinable_from)),
        description: letter.booking.description.clone(),
        closing: if german {
            "Diese Nachricht hat Rennsteig verschickt. Antworten gehen an die Person, die einlädt."
        } else {
            "This message was sent by Rennsteig. Replies go to the person who invites."
        },
        file: if german { "termin.ics" } else { "meeting.ics" },
    }
}

fn greeting(german: bool, name: &str) -> String {
    match (german, name.is_empty()) {
        (true, true) => "Guten Tag,".into(),
        (true, false) => format!("Guten Tag {name},"),
        (false, true) => "Good day,".into(),
        (false, false) => format!("Dear {name},"),
    }
}

/// Who invites, and for whom.
fn news(german: bool, letter: &Letter<'_>) -> String {
    let organiser = letter.organiser.name.expose();
    let by = match (letter.booked_by.id == letter.organiser.id, german) {
        (true, _) => organiser.clone(),
        (false, true) => format!("{} im Auftrag von {organiser}", letter.booked_by.name.expose()),
        (false, false) => format!("{} on behalf of {organiser}", letter.booked_by.name.expose()),
    };
    let own = letter.addressee.part == Part::Organiser;
    match (german, letter.occasion, own) {
        (true, Occasion::Invited, false) => format!("{by} lädt Sie zu einer Besprechung ein."),
        (true, Occasion::Invited, true) => "diese Besprechung ist für Sie gebucht.".into(),
        (true, Occasion::Changed, _) => "diese Besprechung hat sich geändert. Jetzt gilt:".into(),
        (true, Occasion::Cancelled, false) => format!("{by} hat diese Besprechung abgesagt."),
        (true, Occasion::Cancelled, true) => "diese Besprechung ist abgesagt.".into(),
        (false, Occasion::Invited, false) => format!("{by} invites you to a meeting."),
        (false, Occasion::Invited, true) => "this meeting is booked for you.".into(),
        (false, Occasion::Changed, _) => "this meeting has changed. It now reads:".into(),
        (false, Occasion::Cancelled, false) => format!("{by} has cancelled this meeting."),
        (false, Occasion::Cancelled, true) => "this meeting is cancelled.".into(),
    }
}

fn place(german: bool, letter: &Letter<'_>) -> Option<String> {
    let rooms: Vec<String> = letter
        .rooms
        .iter()
        .filter(|room| letter.occurrence.rooms(letter.booking).contains(&room.id))
        .map(|room| match &room.site {
            Some(site) => format!("{} ({site})", room.name),
            None => room.name.clone(),
        })
        .collect();
    let label = match (german, rooms.len()) {
        (_, 0) => return None,
        (true, 1) => "Raum",
        (true, _) => "Räume",
        (false, 1) => "Room",
        (false, _) => "Rooms",
    };
    Some(format!("{label}: {}", rooms.join(", ")))
}

fn join(german: bool, letter: &Letter<'_>, from: &Zoned) -> Option<(&'static str, String)> {
    if letter.occasion == Occasion::Cancelled {
        return None;
    }
    let from = from.strftime("%H:%M");
    let hint = match (german, &letter.addressee.part) {
        (true, Part::Guest(Some(_))) => format!(
            "Der Link ist nur für Sie bestimmt, bitte geben Sie ihn nicht weiter. Sie können ab {from} Uhr beitreten, im Browser und ohne Konto."
        ),
        (true, Part::Guest(None)) => format!("Ihr persönlicher Link aus der Einladung gilt weiter, ab {from} Uhr."),
        (true, _) => format!("Sie können ab {from} Uhr beitreten. Melden Sie sich dazu mit Ihrem Konto an."),
        (false, Part::Guest(Some(_))) => format!(
            "The link is meant for you alone, please do not pass it on. You can join from {from}, in the browser and without an account."
        ),
        (false, Part::Guest(None)) => format!("Your personal link from the invitation still works, from {from}."),
        (false, _) => format!("You can join from {from}. Please sign in with your account."),
    };
    Some((if german { "Beitreten" } else { "Join" }, hint))
}

fn day_and_time(german: bool, at: &Zoned) -> String {
    if german { at.strftime("%d.%m.%Y, %H:%M Uhr").to_string() } else { at.strftime("%-d %b %Y, %H:%M").to_string() }
}

/// From when to when, with weekday and zone; the day is said once if it is the same.
fn span(german: bool, start: &Zoned, end: &Zoned, zone: &str) -> String {
    let (from, to, oclock) = (start.strftime("%H:%M"), end.strftime("%H:%M"), if german { " Uhr" } else { "" });
    let until = if german { "bis" } else { "to" };
    if start.date() == end.date() {
        format!("{}, {from} {until} {to}{oclock} ({zone})", day(german, start))
    } else {
        format!("{}, {from}{oclock} {until} {}, {to}{oclock} ({zone})", day(german, start), day(german, end))
    }
}

fn day(german: bool, at: &Zoned) -> String {
    if !german {
        return at.strftime("%A, %-d %B %Y").to_string();
    }
    let weekday = match at.weekday() {
        Weekday::Monday => "Montag",
        Weekday::Tuesday => "Dienstag",
        Weekday::Wednesday => "Mittwoch",
        Weekday::Thursday => "Donnerstag",
        Weekday::Friday => "Freitag",
        Weekday::Saturday => "Samstag",
        Weekday::Sunday => "Sonntag",
    };
    const MONTHS: [&str; 12] = [
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ];
    let month = MONTHS[usize::from(at.month().unsigned_abs()) - 1];
    format!("{weekday}, {}. {month} {}", at.day(), at.year())
}
