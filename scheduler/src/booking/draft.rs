use domain::capacity::Profile;
use domain::text::{self, TextRefused};
use domain::timing::{self, Timing, TimingRefused};
use domain::{
    Booking, BookingId, BookingState, InvitationId, MeetingRole, PersonId, Private, RoomId, Series, capacity, reminder,
};
use jiff::Timestamp;
use jiff::civil::DateTime;
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;

use super::plan::BookingRefused;
use crate::series::body::{DraftSeries, RecurrenceBody};

/// Most people, and most guests, of one booking.
const INVITED_LIMIT: usize = 500;
/// Most rooms of one booking.
const ROOMS_LIMIT: usize = 20;

/// A booking as it shall be.
#[derive(Deserialize, ToSchema)]
pub(crate) struct BookingBody {
    /// 1 to 200 characters.
    pub(crate) title: String,
    /// Up to 5,000 characters.
    #[serde(default)]
    pub(crate) description: String,
    /// Wall time in the zone: `2026-11-24T09:30`.
    #[schema(value_type = String, example = "2026-11-24T09:30")]
    pub(crate) start: DateTime,
    /// Wall time in the zone; at most 24 hours after the start.
    #[schema(value_type = String, example = "2026-11-24T10:30")]
    pub(crate) end: DateTime,
    /// IANA name of the time zone.
    #[schema(example = "Europe/Berlin")]
    pub(crate) zone: String,
    /// On behalf of this person; oneself if absent.
    #[schema(value_type = Option<Uuid>)]
    pub(crate) organiser: Option<PersonId>,
    /// Rooms to hold.
    #[serde(default)]
    #[schema(value_type = Vec<Uuid>)]
    pub(crate) rooms: Vec<RoomId>,
    /// Guests wait until a moderator lets them in; `true` if absent.
    pub(crate) guests_wait: Option<bool>,
    /// Only who organises it and who is invited sees more of it than its time; nobody makes others' bookings private.
    /// If absent, it stays as it is, and a new one is not.
    pub(crate) is_private: Option<bool>,
    /// How long before each date those invited are reminded by mail: 10 to 10,080 minutes; not at all
    /// if absent.
    pub(crate) remind_minutes: Option<u32>,
    /// What its meetings shall take of the lines; `normal` if absent.
    #[schema(inline)]
    pub(crate) profile: Option<ProfileName>,
    /// Invited people with an account.
    #[serde(default)]
    pub(crate) people: Vec<InvitedPersonBody>,
    /// Invited people without an account.
    #[serde(default)]
    pub(crate) guests: Vec<InvitedGuestBody>,
    /// Makes it a series; a series that is changed as a whole must say it again.
    pub(crate) recurrence: Option<RecurrenceBody>,
}

/// An invited person with an account.
#[derive(Deserialize, ToSchema)]
pub(crate) struct InvitedPersonBody {
    #[schema(value_type = Uuid)]
    pub(crate) person: PersonId,
    #[schema(inline)]
    pub(crate) role: StaffRole,
}

/// The roles people with an account can be invited in.
#[derive(Clone, Copy, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum StaffRole {
    /// Admits, removes, ends.
    Moderator,
    /// Speaks, shows, writes.
    Participant,
}

impl From<StaffRole> for MeetingRole {
    fn from(role: StaffRole) -> Self {
        match role {
            StaffRole::Moderator => Self::Moderator,
            StaffRole::Participant => Self::Participant,
        }
    }
}

/// What meetings take of the lines.
#[derive(Clone, Copy, Debug, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum ProfileName {
    /// Pictures as everybody's line carries them.
    Normal,
    /// Sound comes first, pictures stay small.
    AudioFirst,
}

impl From<ProfileName> for Profile {
    fn from(name: ProfileName) -> Self {
        match name {
            ProfileName::Normal => Self::Normal,
            ProfileName::AudioFirst => Self::AudioFirst,
        }
    }
}

impl From<Profile> for ProfileName {
    fn from(profile: Profile) -> Self {
        match profile {
            Profile::Normal => Self::Normal,
            Profile::AudioFirst => Self::AudioFirst,
        }
    }
}

/// An invited person without an account.
#[derive(Deserialize, ToSchema)]
pub(crate) struct InvitedGuestBody {
    /// The invitation to keep; its link stays as it is. A new one if absent.
    #[schema(value_type = Option<Uuid>)]
    pub(crate) id: Option<InvitationId>,
    /// Up to 100 characters; if empty, the guest says a name at the door.
    #[schema(value_type = String)]
    pub(crate) name: Private<String>,
    #[schema(value_type = Option<String>)]
    pub(crate) email: Option<Private<String>>,
}

/// A booking body whose every field is in order by itself.
pub(crate) struct Draft {
    pub(crate) title: String,
    pub(crate) description: String,
    pub(crate) timing: Timing,
    pub(crate) zone: String,
    pub(crate) organiser: Option<PersonId>,
    /// Ascending, without repetition.
    pub(crate) rooms: Vec<RoomId>,
    pub(crate) guests_wait: bool,
    /// None: as it is.
    pub(crate) is_private: Option<bool>,
    pub(crate) remind_minutes: Option<u32>,
    pub(crate) profile: Profile,
    pub(crate) people: Vec<(PersonId, MeetingRole)>,
    pub(crate) guests: Vec<DraftGuest>,
    pub(crate) series: Option<DraftSeries>,
}

pub(crate) struct DraftGuest {
    pub(crate) id: Option<InvitationId>,
    pub(crate) name: Private<String>,
    pub(crate) email: Option<Private<String>>,
}

impl BookingBody {
    /// Checks field by field.
    pub(crate) fn check(self) -> Result<Draft, BookingRefused> {
        let title = text::line(&self.title, text::TITLE_LIMIT)
            .map_err(|_| field("title", "1 to 200 characters, no line breaks"))?;
        let description = text::lines(&self.description, text::DESCRIPTION_LIMIT)
            .map_err(|_| field("description", "up to 5,000 characters"))?;
        let zone = timing::zone(&self.zone)?;
        let timing = timing::instants(whole_seconds(self.start), whole_seconds(self.end), &zone)?;
        let series = self.recurrence.map(|body| body.check(self.start, &zone)).transpose()?;
        let zone = zone.iana_name().ok_or(TimingRefused::UnknownZone)?.to_owned();
        let mut rooms = self.rooms;
        rooms.sort();
        rooms.dedup();
        if rooms.len() > ROOMS_LIMIT {
            return Err(field("rooms", "up to 20 rooms"));
        }
        if self.remind_minutes.is_some_and(|minutes| !reminder::MINUTES.contains(&minutes)) {
            return Err(field("remind_minutes", "10 to 10,080 minutes, or nothing"));
        }
        Ok(Draft {
            title,
            description,
            timing,
            zone,
            organiser: self.organiser,
            rooms,
            guests_wait: self.guests_wait.unwrap_or(true),
            is_private: self.is_private,
            remind_minutes: self.remind_minutes,
            profile: self.profile.map_or(Profile::Normal, Profile::from),
            people: people(self.people)?,
            guests: guests(self.guests)?,
            series,
        })
    }
}

impl Draft {
    /// How many seats it takes.
    pub(crate) fn headcount(&self, organiser: PersonId) -> u32 {
        capacity::headcount(organiser, self.people.iter().map(|(person, _)| *person), self.guests.len())
    }

    /// A new booking of it.
    pub(crate) fn booking(
        &self,
        id: BookingId,
        organiser: PersonId,
        booked_by: PersonId,
        series: Option<Series>,
        now: Timestamp,
    ) -> Booking {
        Booking {
            id,
            title: self.title.clone(),
            description: self.description.clone(),
            organiser,
            booked_by,
            zone: self.zone.clone(),
            rooms: self.rooms.clone(),
            guests_wait: self.guests_wait,
            is_private: self.is_private.unwrap_or(false),
            remind_minutes: self.remind_minutes,
            profile: self.profile,
            series,
            state: BookingState::Active,
            sequence: 0,
            version: 1,
            created_at: now,
            updated_at: now,
        }
    }
}

fn people(bodies: Vec<InvitedPersonBody>) -> Result<Vec<(PersonId, MeetingRole)>, BookingRefused> {
    if bodies.len() > INVITED_LIMIT {
        return Err(field("people", "up to 500 people"));
    }
    let mut people: Vec<(PersonId, MeetingRole)> = Vec::with_capacity(bodies.len());
    for (place, body) in bodies.into_iter().enumerate() {
        if people.iter().any(|(person, _)| *person == body.person) {
            return Err(field(format!("people[{place}].person"), "every person once"));
        }
        people.push((body.person, body.role.into()));
    }
    Ok(people)
}

fn guests(bodies: Vec<InvitedGuestBody>) -> Result<Vec<DraftGuest>, BookingRefused> {
    if bodies.len() > INVITED_LIMIT {
        return Err(field("guests", "up to 500 guests"));
    }
    let mut guests: Vec<DraftGuest> = Vec::with_capacity(bodies.len());
    for (place, body) in bodies.into_iter().enumerate() {
        let name = match text::line(body.name.expose(), text::NAME_LIMIT) {
            Err(TextRefused::Empty) => String::new(),
            name => name.map_err(|_| field(format!("guests[{place}].name"), "up to 100 characters, no line breaks"))?,
        };
        let email = body.email.filter(|email| !email.expose().trim().is_empty());
        let email = email
            .map(|email| text::email(email.expose()))
            .transpose()
            .map_err(|_| field(format!("guests[{place}].email"), "a mail address like name@example.org"))?;
        if body.id.is_some() && guests.iter().any(|other| other.id == body.id) {
            return Err(field(format!("guests[{place}].id"), "every invitation once"));
        }
        guests.push(DraftGuest { id: body.id, name: Private::new(name), email: email.map(Private::new) });
    }
    Ok(guests)
}

fn field(name: impl Into<String>, allowed: &'static str) -> BookingRefused {
    BookingRefused::Field { name: name.into(), allowed }
}

pub(crate) fn whole_seconds(time: DateTime) -> DateTime {
    time.with().subsec_nanosecond(0).build().expect("zero is in range")
}
