//! The words of a letter, in German and English.

use domain::{OccurrenceState, timing};
use jiff::civil::Weekday;
use jiff::tz::TimeZone;
use jiff::{Timestamp, Zoned};

use super::letter::{Letter, Occasion, Part, Released, RoomAnswer, Scope};

/// What a letter says, paragraph by paragraph, before it is laid out as text or HTML.
pub(super) struct Words {
    pub(super) language: &'static str,
    pub(super) subject: String,
    pub(super) greeting: String,
    pub(super) news: String,
    pub(super) title: String,
    pub(super) when: String,
    /// How the date named belongs to its series.
    pub(super) series: Option<String>,
    pub(super) place: Option<String>,
    /// How telephones come in.
    pub(super) dial_in: Option<String>,
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
    let title = match letter.scope {
        Scope::Whole => letter.booking.title.clone(),
        Scope::Date => letter.occurrence.title(letter.booking).to_owned(),
    };
    let what = match (german, letter.occasion) {
        (true, Occasion::Invited) => "Einladung",
        (true, Occasion::Changed | Occasion::Continued) => "Geändert",
        (true, Occasion::Reminded) => "Erinnerung",
        (true, Occasion::Cancelled) => "Abgesagt",
        (false, Occasion::Invited) => "Invitation",
        (false, Occasion::Changed | Occasion::Continued) => "Changed",
        (false, Occasion::Reminded) => "Reminder",
        (false, Occasion::Cancelled) => "Cancelled",
    };
    let what = match (german, letter.room_answer) {
        (_, None) => what,
        (true, Some(RoomAnswer { refused: None, .. })) => "Raum zugesagt",
        (true, Some(_)) => "Raum abgelehnt",
        (false, Some(RoomAnswer { refused: None, .. })) => "Room granted",
        (false, Some(_)) => "Room refused",
    };
    let what = match letter.released {
        None => what,
        Some(_) if german => "Raum freigegeben",
        Some(_) => "Room released",
    };
    let subject = format!("{what}: {title}, {}", day_and_time(german, &start));
    Words {
        language: if german { "de" } else { "en" },
        subject,
        greeting: greeting(german, letter.addressee.name.expose()),
        news: news(german, letter),
        title,
        when: span(german, &start, &end, &letter.booking.zone),
        series: series(german, letter, &zone),
        place: place(german, letter),
        dial_in: dial_in(german, letter),
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

/// Numbers and PIN, as long as there is something to come to.
fn dial_in(german: bool, letter: &Letter<'_>) -> Option<String> {
    let (numbers, pin) = letter.dial_in.filter(|_| letter.occasion != Occasion::Cancelled)?;
    let (call, or) = if german { ("Telefon", " oder ") } else { ("Telephone", " or ") };
    let digits = pin.expose();
    let spoken = format!("{} {} {}", &digits[..3], &digits[3..6], &digits[6..]);
    Some(format!("{call}: {}, PIN: {spoken}#", numbers.join(or)))
}

pub(super) fn greeting(german: bool, name: &str) -> String {
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
    if let Some(Released { rooms }) = letter.released {
        let zone = timing::zone(&letter.booking.zone).unwrap_or(TimeZone::UTC);
        let at = letter.written_at.to_zoned(zone).strftime("%H:%M").to_string();
        let stays = match german {
            true => "Die Besprechung bleibt, so wie hier steht:",
            false => "The meeting stays, as it reads here:",
        };
        return format!("{} {stays}", released(german, &at, rooms));
    }
    if let Some(answer) = letter.room_answer {
        return room_news(german, answer);
    }
    if letter.follows_clocks {
        return clocks(german, &letter.booking.zone);
    }
    let own = letter.addressee.part == Part::Organiser;
    let date = letter.scope == Scope::Date;
    let this = match (german, date) {
        (true, false) => "diese Besprechung",
        (true, true) => "dieser Termin",
        (false, false) => "this meeting",
        (false, true) => "this date",
    };
    match (german, letter.occasion, own) {
        (true, Occasion::Invited, false) => format!("{by} lädt Sie zu einer Besprechung ein."),
        (true, Occasion::Invited, true) => "diese Besprechung ist für Sie gebucht.".into(),
        (true, Occasion::Changed, _) => format!("{this} hat sich geändert. Jetzt gilt:"),
        (true, Occasion::Continued, _) => "diese Serie geht ab dem folgenden Termin so weiter:".into(),
        (true, Occasion::Reminded, _) => {
            format!("{by} erinnert Sie an {}:", if date { "diesen Termin" } else { "diese Besprechung" })
        }
        (true, Occasion::Cancelled, false) => {
            format!("{by} hat {} abgesagt.", if date { "diesen Termin" } else { "diese Besprechung" })
        }
        (true, Occasion::Cancelled, true) => format!("{this} ist abgesagt."),
        (false, Occasion::Invited, false) => format!("{by} invites you to a meeting."),
        (false, Occasion::Invited, true) => "this meeting is booked for you.".into(),
        (false, Occasion::Changed, _) => format!("{this} has changed. It now reads:"),
        (false, Occasion::Continued, _) => "this series goes on like this from the following date on:".into(),
        (false, Occasion::Reminded, _) => format!("{by} reminds you of {this}:"),
        (false, Occasion::Cancelled, false) => format!("{by} has cancelled {this}."),
        (false, Occasion::Cancelled, true) => format!("{this} is cancelled."),
    }
}

/// The clocks of a zone will be set otherwise.
pub(super) fn clocks(german: bool, zone: &str) -> String {
    match german {
        true => format!(
            "die Uhren in der Zeitzone {zone} werden künftig anders gestellt als bisher bekannt. Die Termine sind so angepasst, \
             dass die vereinbarten Uhrzeiten dort weiter gelten, wo es möglich ist. Jetzt gilt:"
        ),
        false => format!(
            "the clocks of the time zone {zone} will be set otherwise than was known so far. The dates were adapted so that the \
             times that were agreed on still hold there, where that is possible. It now reads:"
        ),
    }
}

/// Rooms that are free again because nobody came.
pub(super) fn released(german: bool, at: &str, rooms: &str) -> String {
    match german {
        true => format!("bis {at} Uhr ist niemand gekommen. Deshalb ist wieder frei: {rooms}."),
        false => format!("nobody had come by {at}. So this is free again: {rooms}."),
    }
}

/// What became of a room that was asked for.
fn room_news(german: bool, answer: RoomAnswer<'_>) -> String {
    let room = answer.room;
    match (german, answer.refused) {
        (true, None) => format!("der Raum {room} ist für diese Besprechung zugesagt."),
        (false, None) => format!("the room {room} is granted for this meeting."),
        (true, Some("")) => {
            format!("der Raum {room} wurde abgelehnt. Die Besprechung bleibt gebucht, ohne diesen Raum.")
        }
        (false, Some("")) => format!("the room {room} was refused. The meeting stays booked, without this room."),
        (true, Some(words)) => {
            format!("der Raum {room} wurde abgelehnt: „{words}“ Die Besprechung bleibt gebucht, ohne diesen Raum.")
        }
        (false, Some(words)) => {
            format!("the room {room} was refused: “{words}” The meeting stays booked, without this room.")
        }
    }
}

/// How the date named belongs to its series: the next of those to come, or the only one meant.
fn series(german: bool, letter: &Letter<'_>, zone: &TimeZone) -> Option<String> {
    let rule = &letter.booking.series.as_ref()?.rule;
    let to_come = letter.occurrences.iter().filter(|one| one.state == OccurrenceState::Held && !letter.is_over(one));
    let (count, last) = (to_come.clone().count(), to_come.map(|one| one.start).max());
    let last = last.map(|last| day(german, &last.to_zoned(zone.clone()))).unwrap_or_default();
    let text = match (german, letter.scope, letter.occasion) {
        (true, Scope::Date, Occasion::Reminded) => "Dies ist ein Termin einer Serie.".into(),
        (false, Scope::Date, Occasion::Reminded) => "This is one date of a series.".into(),
        (true, Scope::Date, _) => {
            "Dies ist ein einzelner Termin einer Serie. Die anderen bleiben, wie sie sind.".into()
        }
        (false, Scope::Date, _) => "This is a single date of a series. The others stay as they are.".into(),
        (true, Scope::Whole, Occasion::Cancelled) => "Das gilt für alle Termine der Serie.".into(),
        (false, Scope::Whole, Occasion::Cancelled) => "This holds for all dates of the series.".into(),
        (true, Scope::Whole, _) if rule.is_endless() => "Der nächste Termin einer Serie ohne Ende".into(),
        (false, Scope::Whole, _) if rule.is_endless() => "The next date of a series without an end".into(),
        (true, Scope::Whole, _) if count > 1 => {
            format!("Der nächste von {count} Terminen einer Serie, der letzte: {last}")
        }
        (false, Scope::Whole, _) if count > 1 => format!("The next of {count} dates of a series, the last: {last}"),
        (true, Scope::Whole, _) => "Der letzte Termin einer Serie".into(),
        (false, Scope::Whole, _) => "The last date of a series".into(),
    };
    Some(text)
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

pub(super) fn day_and_time(german: bool, at: &Zoned) -> String {
    if german { at.strftime("%d.%m.%Y, %H:%M Uhr").to_string() } else { at.strftime("%-d %b %Y, %H:%M").to_string() }
}

/// From when to when, with weekday and zone; the day is said once if it is the same.
pub(super) fn span(german: bool, start: &Zoned, end: &Zoned, zone: &str) -> String {
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
