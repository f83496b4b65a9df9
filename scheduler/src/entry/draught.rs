//! What an entry asks for beside what there is: nothing, another date, or another booking. What stands in it as it was
//! told is as it was, whatever it was made from; so an entry that is sent back as it was read changes nothing.

use domain::{Occurrence, OccurrenceId, OccurrenceState, PersonId, Room, RoomId, timing};
use jiff::civil::DateTime;
use jiff::tz::TimeZone;
use storage::Unit;

use super::event::{self, Event};
use super::guests::Guests;
use super::places::Places;
use super::refused::{EntryRefused, Fault, refused};
use super::when::When;
use super::wish::Wish;
use crate::app::App;
use crate::booking::draft::{BookingBody, ProfileName};
use crate::http::bookings::Rows;
use crate::http::bookings::dates::change::DateBody;
use crate::series::body::{ExceptionBody, RecurrenceBody};

/// A rule with one date, for a series that names its dates one by one.
const ONCE: &str = "FREQ=DAILY;COUNT=1";

/// What there is, and what was told of it.
#[derive(Clone, Copy)]
pub(crate) struct Known<'a> {
    pub(crate) rows: &'a Rows,
    pub(crate) told: &'a Wish,
}

/// What shall become of it.
pub(crate) enum Change {
    Nothing,
    /// One date of a series does not take place.
    Strike(OccurrenceId),
    /// One date of a series is another.
    Date(OccurrenceId, DateBody),
    Whole(Box<BookingBody>),
}

/// A wish with all that is needed to understand it.
pub(crate) struct Draught<'a> {
    wish: &'a Wish,
    known: Option<Known<'a>>,
    organiser: PersonId,
    /// Of the organiser.
    address: String,
    zone: TimeZone,
    rooms: Vec<Room>,
    join_url: Option<String>,
}

impl<'a> Draught<'a> {
    pub(crate) async fn new(
        app: &App,
        unit: &mut dyn Unit,
        organiser: PersonId,
        wish: &'a Wish,
        known: Option<Known<'a>>,
    ) -> Result<Self, EntryRefused> {
        let is_start_told = known.is_some_and(|known| known.told.whole.start == wish.whole.start);
        let zone = match known {
            // In UTC it says nothing about the zone.
            Some(known) if is_start_told || wish.whole.start.zone().is_none() => &known.rows.booking.zone,
            _ => wish.zone(),
        };
        let zone = timing::zone(zone).map_err(|_| refused("DTSTART", "a TZID of the time zone database"))?;
        let address = unit.person(organiser).await?.map(|one| one.email.expose().to_lowercase()).unwrap_or_default();
        for event in wish.dates.iter().chain([&wish.whole]) {
            if event.organiser.as_ref().is_some_and(|named| *named != address) {
                let allowed = "the person whose calendar it is: what others organise comes from them";
                return Err(EntryRefused::of(Fault::Organiser, "ORGANIZER", allowed));
            }
        }
        if wish.whole.is_cancelled {
            return Err(refused("STATUS", "CONFIRMED: to cancel, delete the entry"));
        }
        let join_url = known.map(|known| app.join_url(&known.rows.booking));
        let rooms = unit.rooms().await?;
        Ok(Self { wish, known, organiser, address, zone, rooms, join_url })
    }

    /// A new booking.
    pub(crate) async fn booking(&self, unit: &mut dyn Unit) -> Result<BookingBody, EntryRefused> {
        let exceptions = self.exceptions()?;
        self.body(unit, exceptions).await
    }

    /// What shall become of the one there is.
    pub(crate) async fn change(&self, unit: &mut dyn Unit) -> Result<Change, EntryRefused> {
        let Some(known) = self.known else { return Ok(Change::Whole(Box::new(self.booking(unit).await?))) };
        let exceptions = self.exceptions()?;
        if !is_same(&self.wish.whole, &known.told.whole) {
            return Ok(Change::Whole(Box::new(self.body(unit, exceptions).await?)));
        }
        match <[ExceptionBody; 1]>::try_from(exceptions) {
            Err(none) if none.is_empty() => Ok(Change::Nothing),
            Err(several) => Ok(Change::Whole(Box::new(self.body(unit, several).await?))),
            Ok([one]) => match known.rows.occurrences.iter().find(|date| date.key == Some(one.date)) {
                Some(date) => Ok(single(known.rows, date, one, &self.zone)),
                None => Ok(Change::Whole(Box::new(self.body(unit, vec![one]).await?))),
            },
        }
    }

    async fn body(&self, unit: &mut dyn Unit, exceptions: Vec<ExceptionBody>) -> Result<BookingBody, EntryRefused> {
        let whole = &self.wish.whole;
        let booking = self.known.map(|known| &known.rows.booking);
        let told = self.known.map(|known| &known.told.whole);
        let earlier = self.known.map_or(&[][..], |known| &known.rows.invitations);
        for date in self.wish.dates.iter().filter(|date| !date.is_cancelled) {
            let told = self.known.and_then(|known| self.told(known, date));
            if date.people() != whole.people() && told.is_none_or(|told| told.people() != date.people()) {
                return Err(refused("ATTENDEE", "the same for all dates of a series"));
            }
        }
        let guests = match told {
            Some(told) if told.people() == whole.people() => Guests::kept(earlier),
            _ => Guests::read(unit, whole, &self.address, earlier).await?,
        };
        let start = self.wall(&whole.start, "DTSTART")?;
        let end = event::end(start, whole.length, &self.zone);
        let same = |part: fn(&Event) -> &str| told.is_some_and(|told| part(told) == part(whole));
        Ok(BookingBody {
            title: match booking.filter(|_| same(|event| &event.title)) {
                Some(booking) => booking.title.clone(),
                None => whole.title.clone(),
            },
            description: match booking.filter(|_| same(|event| &event.description)) {
                Some(booking) => booking.description.clone(),
                None => description(&whole.description, self.join_url.as_deref()),
            },
            start,
            end: end.ok_or_else(|| refused("DTEND", "a time between the years 1 and 9999"))?,
            zone: self.zone.iana_name().unwrap_or("UTC").to_owned(),
            organiser: Some(self.organiser),
            rooms: self.rooms_of_whole()?,
            guests_wait: booking.map(|booking| booking.guests_wait),
            is_private: whole.is_private,
            remind_minutes: booking.and_then(|booking| booking.remind_minutes),
            profile: booking.map(|booking| ProfileName::from(booking.profile)),
            people: guests.people,
            guests: guests.guests,
            recurrence: self.recurrence(exceptions)?,
        })
    }

    fn recurrence(&self, exceptions: Vec<ExceptionBody>) -> Result<Option<RecurrenceBody>, EntryRefused> {
        let whole = &self.wish.whole;
        let rule = match &whole.rule {
            Some(rule) => rule.clone(),
            None if whole.more.is_empty() => return Ok(None),
            None => ONCE.to_owned(),
        };
        let dates = whole.more.iter().map(|when| self.wall(when, "RDATE")).collect::<Result<Vec<_>, _>>()?;
        Ok(Some(RecurrenceBody { rule, dates: Some(dates), exceptions, give_up: Vec::new() }))
    }

    fn rooms_of_whole(&self) -> Result<Vec<RoomId>, EntryRefused> {
        let booked = self.known.map(|known| known.rows.booking.rooms.as_slice());
        match (booked, self.known) {
            (Some(rooms), Some(known)) if is_placed_alike(&self.wish.whole, &known.told.whole) => Ok(rooms.to_vec()),
            (rooms, _) => self.places().read(&self.wish.whole, rooms.unwrap_or_default()),
        }
    }

    fn places(&self) -> Places<'_> {
        Places { rooms: &self.rooms, join_url: self.join_url.as_deref() }
    }

    /// In what dates shall differ from what they are.
    fn exceptions(&self) -> Result<Vec<ExceptionBody>, EntryRefused> {
        let mut exceptions = self.left_out()?;
        for date in self.wish.dates.iter().filter(|date| !date.is_cancelled) {
            let told = self.known.and_then(|known| self.told(known, date));
            if told.is_none_or(|told| !is_same(told, date)) {
                exceptions.push(self.date(date, told)?);
            }
        }
        let Some(known) = self.known else { return Ok(exceptions) };
        // Dates that differed, and are not named any more: they are as the series has them again.
        for told in &known.told.dates {
            let key = self.key(told)?;
            let is_named = self.wish.dates.iter().any(|date| self.key(date).is_ok_and(|own| own == key));
            let date = known.rows.occurrences.iter().find(|date| date.key == Some(key));
            let Some(date) = date.filter(|date| !date.deviation.is_none() && date.state == OccurrenceState::Held)
            else {
                continue;
            };
            if is_named || exceptions.iter().any(|one| one.date == key) {
                continue;
            }
            let end = event::end(key, self.wish.whole.length, &self.zone);
            exceptions.push(ExceptionBody {
                date: key,
                skip: false,
                start: date.deviation.is_moved.then_some(key),
                end: end.filter(|_| date.deviation.is_moved),
                title: Some(self.wish.whole.title.clone()),
                rooms: Some(self.rooms_of_whole()?),
                wait_for: Vec::new(),
            });
        }
        Ok(exceptions)
    }

    /// Dates that shall not take place, and those that shall again.
    fn left_out(&self) -> Result<Vec<ExceptionBody>, EntryRefused> {
        let skip = |date, skip| ExceptionBody {
            date,
            skip,
            start: None,
            end: None,
            title: None,
            rooms: None,
            wait_for: Vec::new(),
        };
        let now = self.without(self.wish)?;
        let Some(known) = self.known else { return Ok(now.into_iter().map(|date| skip(date, true)).collect()) };
        let before = self.without(known.told)?;
        let is_cancelled = |key: &DateTime| {
            known.rows.occurrences.iter().any(|one| one.key == Some(*key) && one.state == OccurrenceState::Cancelled)
        };
        let mut exceptions: Vec<ExceptionBody> =
            now.iter().filter(|key| !before.contains(key)).map(|key| skip(*key, true)).collect();
        for key in before.into_iter().filter(|key| !now.contains(key)) {
            if is_cancelled(&key) {
                let allowed = "the dates that were cancelled: they take place again only by hand, in Rennsteig";
                return Err(refused("EXDATE", allowed));
            }
            exceptions.push(skip(key, false));
        }
        Ok(exceptions)
    }

    /// The dates an entry leaves out, in either way.
    fn without(&self, wish: &Wish) -> Result<Vec<DateTime>, EntryRefused> {
        let mut keys = Vec::new();
        for when in &wish.whole.except {
            keys.push(self.wall(when, "EXDATE")?);
        }
        for date in wish.dates.iter().filter(|date| date.is_cancelled) {
            keys.push(self.key(date)?);
        }
        keys.sort_unstable();
        keys.dedup();
        Ok(keys)
    }

    /// A date as it shall be.
    fn date(&self, date: &Event, told: Option<&Event>) -> Result<ExceptionBody, EntryRefused> {
        let key = self.key(date)?;
        let start = self.wall(&date.start, "DTSTART")?;
        let end = event::end(start, date.length, &self.zone);
        let end = end.ok_or_else(|| refused("DTEND", "a time between the years 1 and 9999"))?;
        let rows = self.known.map(|known| known.rows);
        let known = rows.and_then(|rows| Some((rows, rows.occurrences.iter().find(|one| one.key == Some(key))?)));
        let rooms = match (told, known) {
            (Some(told), Some((rows, known))) if is_placed_alike(told, date) => known.rooms(&rows.booking).to_vec(),
            // A program copies the place of the series to a date that it moves.
            (None, _) if is_placed_alike(&self.wish.whole, date) => self.rooms_of_whole()?,
            (_, known) => {
                let earlier = known.map_or(&[][..], |(rows, known)| known.rooms(&rows.booking));
                self.places().read(date, earlier)?
            }
        };
        // A program may leave it away, or copy that of the series.
        let alike = [told.map(|told| &told.description), Some(&self.wish.whole.description)];
        if !date.description.is_empty() && !alike.contains(&Some(&date.description)) {
            return Err(refused("DESCRIPTION", "the same for all dates of a series"));
        }
        if date.is_private.is_some_and(|own| own != self.wish.whole.is_private.unwrap_or(false)) {
            return Err(refused("CLASS", "the same for all dates of a series"));
        }
        let title = Some(date.title.clone());
        Ok(ExceptionBody {
            date: key,
            skip: false,
            start: Some(start),
            end: Some(end),
            title,
            rooms: Some(rooms),
            wait_for: Vec::new(),
        })
    }

    /// What was told of that date.
    fn told(&self, known: Known<'a>, date: &Event) -> Option<&'a Event> {
        let key = self.key(date).ok()?;
        known.told.dates.iter().find(|told| self.key(told).is_ok_and(|own| own == key))
    }

    fn key(&self, date: &Event) -> Result<DateTime, EntryRefused> {
        match &date.date {
            Some(when) => self.wall(when, "RECURRENCE-ID"),
            None => Err(refused("RECURRENCE-ID", "in every event but one")),
        }
    }

    fn wall(&self, when: &When, property: &str) -> Result<DateTime, EntryRefused> {
        when.wall(&self.zone).ok_or_else(|| refused(property, "a time between the years 1 and 9999"))
    }
}

/// One date by itself, as the HTTP API changes it.
fn single(rows: &Rows, date: &Occurrence, wanted: ExceptionBody, zone: &TimeZone) -> Change {
    if wanted.skip {
        return Change::Strike(date.id);
    }
    let is = |instant| zone.to_datetime(instant);
    let (start, end) = wanted.start.zip(wanted.end).unwrap_or_else(|| (is(date.start), is(date.end)));
    let rooms = wanted.rooms.or_else(|| Some(date.rooms(&rows.booking).to_vec()));
    Change::Date(date.id, DateBody { start, end, title: wanted.title, rooms })
}

/// Is it the same, but for what people answer?
pub(crate) fn is_same(one: &Event, other: &Event) -> bool {
    let without_answers = |event: &Event| {
        let mut event = event.clone();
        event.attendees.iter_mut().for_each(|attendee| attendee.answer = None);
        event.attendees.sort_by(|one, other| one.who.cmp(&other.who).then(one.name.cmp(&other.name)));
        // Told apart one by one.
        event.except.clear();
        event
    };
    let (mut one, mut other) = (without_answers(one), without_answers(other));
    // Who says nothing about it changes nothing.
    if one.is_private.is_none() || other.is_private.is_none() {
        (one.is_private, other.is_private) = (None, None);
    }
    one == other
}

fn is_placed_alike(one: &Event, other: &Event) -> bool {
    let rooms = |event: &Event| {
        let mut rooms: Vec<_> =
            event.attendees.iter().filter(|one| one.address().is_none()).map(|one| one.who.clone()).collect();
        rooms.sort_unstable();
        rooms
    };
    one.location == other.location && rooms(one) == rooms(other)
}

/// Without the line about the link, which every entry has.
fn description(text: &str, join_url: Option<&str>) -> String {
    let Some(join_url) = join_url else { return text.trim().to_owned() };
    let link = format!("Beitreten: {join_url}");
    text.lines().filter(|line| line.trim() != link).collect::<Vec<_>>().join("\n").trim().to_owned()
}
