//! How a booking is shown to one person.

use domain::policy::{self, Action, AnsweredBy};
use domain::recurrence::Moment;
use domain::{
    Booking, BookingId, BookingState, Invitation, Invitee, MeetingRole, Occurrence, OccurrenceState, Person, PersonId,
    Reply, Room, RoomId, Series, no_show, timing,
};
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use storage::{RoomRequest, StorageError, Unit};
use utoipa::ToSchema;
use uuid::Uuid;

use super::draft::ProfileName;
use super::invitations::{NewSecrets, headcount};
use super::plan::wall_time;
use super::replied::{OwnAnswer, ReplyAnswer};
use super::{stake, veil};
use crate::app::App;
use crate::capacity::findings::CapacityAnswer;
use crate::dial_in;
use crate::http::actor::SignedIn;
use crate::http::answer::{Instant, Named};
use crate::no_shows::kept_for_who_comes;

/// A booking in full.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BookingAnswer {
    id: Uuid,
    /// The ETag without its quotes.
    version: i64,
    title: String,
    description: String,
    start: Instant,
    end: Instant,
    /// Wall time in the zone.
    #[schema(example = "2026-11-24T09:30")]
    start_local: String,
    /// Wall time in the zone.
    #[schema(example = "2026-11-24T10:30")]
    end_local: String,
    zone: String,
    organiser: Named,
    /// Differs from the organiser when booked on behalf.
    booked_by: Named,
    rooms: Vec<BookedRoom>,
    /// Rooms that were asked for in vain, for those who may change the booking.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    #[schema(required = false)]
    refused_rooms: Vec<RefusedRoom>,
    guests_wait: bool,
    /// Only who organises it and who is invited sees more of it than its time.
    is_private: bool,
    /// How long before each date those invited are reminded by mail; absent if not at all.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    remind_minutes: Option<u32>,
    #[schema(inline)]
    profile: ProfileName,
    #[schema(inline)]
    state: State,
    /// Names the meeting under `/meetings`.
    meeting_id: Uuid,
    /// The neutral link: for staff, who sign in.
    join_url: String,
    /// How telephones come in, where they can.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    dial_in: Option<DialInAnswer>,
    people: Vec<InvitedPerson>,
    guests: Vec<InvitedGuest>,
    #[schema(inline)]
    my_role: Option<RoleName>,
    may: MayWithBooking,
    /// Those invited for whom I may answer, and what was answered: myself first, then principals.
    my_answers: Vec<OwnAnswer>,
    /// From when on I can join.
    joinable_from: Instant,
    /// Whether somebody comes, where a room is released if nobody does.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    attendance: Option<AttendanceAnswer>,
    /// How many dates of the series in a row nobody came to, from three on, for those who may change it.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    no_shows: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    ended_at: Option<Instant>,
    /// What makes it recur; absent for a single meeting. The other fields show one of its dates:
    /// the one asked for, else the current or next.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    series: Option<SeriesAnswer>,
    /// Where the lines have not enough left: said when it is booked or changed, if so.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    pub(crate) capacity: Option<CapacityAnswer>,
}

/// How telephones come in. Whoever knows it comes as a guest does.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct DialInAnswer {
    /// The numbers to call.
    numbers: Vec<String>,
    /// Ten digits; another one once somebody was removed.
    #[schema(example = "0123456789")]
    pin: String,
}

/// Whether somebody comes to the date shown. Who it is is nowhere kept.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct AttendanceAnswer {
    /// From when on one can check in.
    opens_at: Instant,
    /// When rooms are released if nobody comes.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    release_at: Option<Instant>,
    /// Somebody came, to the meeting or to the door.
    is_attended: bool,
    /// Nobody came to these rooms, and they were released.
    is_released: bool,
    /// Rooms at whose door somebody was, where others of the date wait for somebody, or waited in vain.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    rooms_seen: Vec<Uuid>,
}

/// What makes a booking recur.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct SeriesAnswer {
    /// As RFC 5545 writes it.
    #[schema(example = "FREQ=WEEKLY;COUNT=10;BYDAY=TU")]
    rule: String,
    /// Wall time of the first date.
    #[schema(example = "2026-11-24T09:30")]
    start_local: String,
    /// Wall time at which the first date ends.
    #[schema(example = "2026-11-24T10:30")]
    end_local: String,
    /// The wall times of dates besides those of the rule.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    dates: Vec<String>,
    /// The title of the series.
    title: String,
    /// The rooms of the series.
    rooms: Vec<Uuid>,
    /// The wall time that names the date shown.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    date: Option<String>,
    /// Does the date shown differ from the series?
    is_exception: bool,
}

/// A booking in a list.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct BookingItem {
    id: Uuid,
    title: String,
    start: Instant,
    end: Instant,
    zone: String,
    organiser: Named,
    booked_by: Named,
    rooms: Vec<BookedRoom>,
    #[schema(inline)]
    state: State,
    meeting_id: Uuid,
    #[schema(inline)]
    my_role: Option<RoleName>,
    may: MayWithBooking,
    people_count: usize,
    guest_count: usize,
    join_url: String,
    joinable_from: Instant,
    /// Is it one date of several?
    is_series: bool,
    /// Only who organises it and who is invited sees more of it than its time.
    is_private: bool,
    /// It is private to others: title and people are left out, ids lead nowhere, and there is no link.
    is_hidden: bool,
}

/// Active or cancelled.
#[derive(Clone, Copy, Debug, Serialize, ToSchema)]
#[serde(rename_all = "snake_case")]
pub(crate) enum State {
    /// Holds its rooms and can be joined.
    Active,
    /// Holds nothing any more.
    Cancelled,
}

/// A role in a meeting.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, ToSchema)]
#[serde(rename_all = "snake_case")]
#[schema(as = MeetingRole)]
pub(crate) enum RoleName {
    /// Admits, removes, ends.
    Moderator,
    /// Speaks, shows, writes.
    Participant,
    /// The same, from outside the administration.
    Guest,
}

impl From<MeetingRole> for RoleName {
    fn from(role: MeetingRole) -> Self {
        match role {
            MeetingRole::Moderator => Self::Moderator,
            MeetingRole::Participant => Self::Participant,
            MeetingRole::Guest => Self::Guest,
        }
    }
}

impl RoleName {
    pub(crate) fn as_str(self) -> &'static str {
        match self {
            Self::Moderator => "moderator",
            Self::Participant => "participant",
            Self::Guest => "guest",
        }
    }
}

/// A room of a booking.
#[derive(Clone, Debug, Serialize, ToSchema)]
pub(crate) struct BookedRoom {
    id: Uuid,
    name: String,
    #[schema(inline)]
    kind: crate::http::rooms::Kind,
    site: Option<String>,
    capacity: u32,
    /// More people are invited than fit, and the room's rules let that pass.
    is_too_small: bool,
    /// Who looks after the room has not answered yet; the booking holds it meanwhile.
    is_waiting: bool,
}

/// A room that was asked for in vain.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct RefusedRoom {
    room: Named,
    /// Why; may be empty.
    words: String,
    at: Instant,
}

/// An invited person with an account.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InvitedPerson {
    /// The invitation.
    id: Uuid,
    person: Named,
    #[schema(inline)]
    role: RoleName,
    /// What was answered, for those who may change the booking.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reply: Option<ReplyAnswer>,
}

/// An invited person without an account.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct InvitedGuest {
    /// The invitation.
    id: Uuid,
    name: String,
    /// Only for those who may change the booking.
    email: Option<String>,
    /// The personal link, answered once: when the guest is added.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    link: Option<String>,
    /// What was answered, for those who may change the booking.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[schema(nullable = false)]
    reply: Option<ReplyAnswer>,
}

/// What the person who asks may do.
#[derive(Debug, Serialize, ToSchema)]
pub(crate) struct MayWithBooking {
    change: bool,
    check_in: bool,
    hand_over: bool,
    moderate: bool,
}

/// The rows a booking is shown from.
#[derive(Clone, Copy)]
pub(crate) struct Shown<'a> {
    pub(crate) booking: &'a Booking,
    pub(crate) occurrence: &'a Occurrence,
    pub(crate) invitations: &'a [Invitation],
}

/// What the rows refer to by id.
pub(crate) struct Referred {
    people: Vec<Person>,
    rooms: Vec<Room>,
    requests: Vec<RoomRequest>,
}

impl Referred {
    /// Reads everything the bookings refer to.
    pub(crate) async fn read(unit: &mut dyn Unit, shown: &[Shown<'_>]) -> Result<Self, StorageError> {
        let mut ids: Vec<PersonId> = Vec::new();
        let mut room_ids: Vec<RoomId> = Vec::new();
        for one in shown {
            ids.extend([one.booking.organiser, one.booking.booked_by]);
            ids.extend(one.invitations.iter().filter_map(|invitation| match invitation.invitee {
                Invitee::Person(person) => Some(person),
                Invitee::Guest { .. } => None,
            }));
            room_ids.extend(one.occurrence.rooms(one.booking));
        }
        ids.sort();
        ids.dedup();
        let booking_ids: Vec<BookingId> = shown.iter().map(|one| one.booking.id).collect();
        let requests = unit.room_requests_of_all(&booking_ids).await?;
        room_ids.extend(requests.iter().map(|one| one.room));
        room_ids.sort();
        room_ids.dedup();
        let mut rooms = if room_ids.is_empty() { Vec::new() } else { unit.rooms().await? };
        rooms.retain(|room| room_ids.contains(&room.id));
        for id in room_ids {
            // Retired rooms are in no list.
            if !rooms.iter().any(|room| room.id == id) {
                rooms.extend(unit.room(id).await?);
            }
        }
        Ok(Self { people: unit.people_by_id(&ids).await?, rooms, requests })
    }

    /// Reads the names of more people.
    async fn know(&mut self, unit: &mut dyn Unit, people: impl Iterator<Item = PersonId>) -> Result<(), StorageError> {
        let mut ids: Vec<PersonId> = people.filter(|id| !self.people.iter().any(|known| known.id == *id)).collect();
        ids.sort_unstable();
        ids.dedup();
        if !ids.is_empty() {
            self.people.extend(unit.people_by_id(&ids).await?);
        }
        Ok(())
    }

    fn named(&self, id: PersonId) -> Named {
        let person = self.people.iter().find(|person| person.id == id);
        person.map_or_else(|| Named { id: id.as_uuid(), name: String::new() }, Named::from)
    }

    fn is_waiting(&self, booking: BookingId, room: RoomId) -> bool {
        self.requests.iter().any(|one| one.booking == booking && one.room == room && one.refusal.is_none())
    }

    /// The rooms that were asked for in vain, by name.
    fn refused(&self, booking: BookingId) -> Vec<RefusedRoom> {
        let of_booking = self.requests.iter().filter(|one| one.booking == booking);
        let refused = of_booking.filter_map(|one| {
            let (refusal, room) = (one.refusal.as_ref()?, self.rooms.iter().find(|room| room.id == one.room)?);
            let room = Named { id: room.id.as_uuid(), name: room.name.clone() };
            Some(RefusedRoom { room, words: refusal.words.clone(), at: Instant(refusal.at) })
        });
        refused.collect()
    }

    fn booked(&self, rooms: &[RoomId], shown: &Shown<'_>) -> Vec<BookedRoom> {
        let people = headcount(shown.booking, shown.invitations);
        let rooms = self.rooms.iter().filter(|room| rooms.contains(&room.id));
        rooms
            .map(|room| BookedRoom {
                id: room.id.as_uuid(),
                name: room.name.clone(),
                kind: room.kind.into(),
                site: room.site.clone(),
                capacity: room.capacity,
                is_too_small: people > room.capacity,
                is_waiting: self.is_waiting(shown.booking.id, room.id),
            })
            .collect()
    }
}

/// Every room the booking or one of its dates names, retired ones too.
pub(crate) async fn rooms(
    unit: &mut dyn Unit,
    booking: &Booking,
    occurrences: &[Occurrence],
) -> Result<Vec<Room>, StorageError> {
    unit.rooms_by_id(&booking.rooms_with(occurrences)).await
}

impl App {
    /// The neutral link of a booking.
    pub(crate) fn join_url(&self, booking: &Booking) -> String {
        format!("{}/m/{}", self.config.base_url, booking.id)
    }
}

/// Shows one booking in full. `secrets` holds those of guests who were added just now.
pub(crate) async fn show(
    app: &App,
    unit: &mut dyn Unit,
    who: &SignedIn,
    shown: Shown<'_>,
    secrets: &NewSecrets,
) -> Result<BookingAnswer, StorageError> {
    let Shown { booking, occurrence, invitations } = shown;
    let mut referred = Referred::read(unit, &[Shown { booking, occurrence, invitations }]).await?;
    let item = item(app, who, &referred, &shown);
    let mut own: Vec<(PersonId, &Invitation)> = answered(who, booking, invitations).collect();
    own.sort_by_key(|(person, _)| *person != who.id());
    let replies = match item.may.change || !own.is_empty() {
        true => unit.replies_of(booking.id).await?,
        false => Vec::new(),
    };
    referred.know(unit, replies.iter().filter_map(|reply| reply.answered_by)).await?;
    let said = |invitation: &Invitation, key| {
        let reply = Reply::to_date(&replies, invitation.id, key);
        reply.and_then(|reply| ReplyAnswer::of(reply, |person| referred.named(person)))
    };
    let my_answers = own.into_iter().map(|(person, invitation)| OwnAnswer {
        person: referred.named(person),
        reply: said(invitation, occurrence.key),
        to_series: booking.series.as_ref().and_then(|_| said(invitation, None)),
    });
    let my_answers: Vec<OwnAnswer> = my_answers.collect();
    let (mut people, mut guests) = (Vec::new(), Vec::new());
    for invitation in invitations.iter().filter(|one| one.revoked_at.is_none() || booking_is_cancelled(booking)) {
        let id = invitation.id.as_uuid();
        let reply = Some(invitation).filter(|_| item.may.change).and_then(|one| said(one, occurrence.key));
        match &invitation.invitee {
            Invitee::Person(person) => {
                people.push(InvitedPerson { id, person: referred.named(*person), role: invitation.role.into(), reply });
            }
            Invitee::Guest { name, email, .. } => guests.push(InvitedGuest {
                id,
                name: name.expose().clone(),
                email: email.as_ref().filter(|_| item.may.change).map(|email| email.expose().clone()),
                link: secrets.get(&invitation.id).map(|secret| guest_link(app, booking, secret.expose())),
                reply,
            }),
        }
    }
    let attendance = attendance(unit, booking, occurrence).await?;
    let pin = dial_in::known(app, unit, booking).await?;
    let dial_in = app.config.dial_in.as_ref().zip(pin);
    let no_shows = match item.may.change && booking.series.is_some() {
        true => Some(unit.no_shows(booking.id).await?).filter(|count| *count >= no_show::IN_A_ROW),
        false => None,
    };
    Ok(BookingAnswer {
        dial_in: dial_in.map(|(config, pin)| DialInAnswer { numbers: config.numbers.clone(), pin: pin.into_inner() }),
        id: item.id,
        version: booking.version,
        title: item.title,
        description: booking.description.clone(),
        start_local: local(occurrence.start, &booking.zone),
        end_local: local(occurrence.end, &booking.zone),
        start: item.start,
        end: item.end,
        zone: item.zone,
        organiser: item.organiser,
        booked_by: item.booked_by,
        rooms: item.rooms,
        refused_rooms: if item.may.change { referred.refused(booking.id) } else { Vec::new() },
        guests_wait: booking.guests_wait,
        is_private: booking.is_private,
        remind_minutes: booking.remind_minutes,
        profile: booking.profile.into(),
        state: item.state,
        meeting_id: item.meeting_id,
        join_url: item.join_url,
        people,
        guests,
        my_role: item.my_role,
        may: item.may,
        my_answers,
        joinable_from: item.joinable_from,
        attendance,
        no_shows,
        ended_at: match occurrence.state {
            OccurrenceState::Ended { at } => Some(Instant(at)),
            OccurrenceState::Held | OccurrenceState::Cancelled => None,
        },
        series: booking.series.as_ref().map(|series| series_answer(booking, series, occurrence)),
        capacity: None,
    })
}

/// Those invited for whom the person may answer. Who organises comes without being asked.
fn answered<'a>(
    who: &SignedIn,
    booking: &Booking,
    invitations: &'a [Invitation],
) -> impl Iterator<Item = (PersonId, &'a Invitation)> {
    invitations.iter().filter_map(|invitation| match invitation.invitee {
        Invitee::Person(person)
            if person != booking.organiser
                && policy::may_answer(AnsweredBy::Person(&who.actor), booking, invitation) =>
        {
            Some((person, invitation))
        }
        _ => None,
    })
}

/// None where no room is ever released.
async fn attendance(
    unit: &mut dyn Unit,
    booking: &Booking,
    occurrence: &Occurrence,
) -> Result<Option<AttendanceAnswer>, StorageError> {
    let storage::Attended { is_attended, is_released } = unit.attended(occurrence.id).await?;
    let seen = if is_attended { Vec::new() } else { unit.rooms_seen(occurrence.id).await? };
    let kept = kept_for_who_comes(unit, occurrence.rooms(booking)).await?;
    if kept.is_empty() && !is_released {
        return Ok(None);
    }
    let waiting = kept.into_iter().filter(|(room, _)| !seen.contains(&room.id));
    let minutes = waiting.map(|(_, minutes)| minutes).max();
    let release_at = minutes
        .filter(|_| !is_attended && !is_released)
        .and_then(|minutes| no_show::release_at(minutes, occurrence.start, occurrence.end, booking.updated_at));
    let opens_at = occurrence.start.saturating_sub(no_show::CHECK_IN_EARLY).unwrap_or(occurrence.start);
    let (opens_at, release_at) = (Instant(opens_at), release_at.map(Instant));
    let rooms_seen = seen.into_iter().map(RoomId::as_uuid).collect();
    Ok(Some(AttendanceAnswer { opens_at, release_at, is_attended, is_released, rooms_seen }))
}

fn series_answer(booking: &Booking, series: &Series, occurrence: &Occurrence) -> SeriesAnswer {
    let zone = timing::zone(&booking.zone).unwrap_or(jiff::tz::TimeZone::UTC);
    let first =
        Moment::Wall(series.start).instance(&zone).and_then(|date| date.start.checked_add(series.duration).ok());
    SeriesAnswer {
        rule: series.rule.to_string(),
        start_local: wall_time(series.start),
        end_local: first.map_or_else(String::new, |end| local(end, &booking.zone)),
        dates: series.dates.iter().filter_map(|one| one.instance(&zone)).map(|one| wall_time(one.key)).collect(),
        title: booking.title.clone(),
        rooms: booking.rooms.iter().map(|room| room.as_uuid()).collect(),
        date: occurrence.key.map(wall_time),
        is_exception: occurrence.is_exception(),
    }
}

/// Shows one booking in a list.
pub(crate) fn item(app: &App, who: &SignedIn, referred: &Referred, shown: &Shown<'_>) -> BookingItem {
    let Shown { booking, occurrence, invitations } = shown;
    let stake = stake::stake(who, booking, invitations);
    let my_role = stake::role(who, stake);
    let counted = invitations.iter().filter(|one| one.revoked_at.is_none());
    let (people, guests): (Vec<_>, Vec<_>) = counted.partition(|one| matches!(one.invitee, Invitee::Person(_)));
    BookingItem {
        id: booking.id.as_uuid(),
        title: occurrence.title(booking).to_owned(),
        start: Instant(occurrence.start),
        end: Instant(occurrence.end),
        zone: booking.zone.clone(),
        organiser: referred.named(booking.organiser),
        booked_by: referred.named(booking.booked_by),
        rooms: referred.booked(occurrence.rooms(booking), shown),
        state: state(booking, occurrence),
        meeting_id: occurrence.id.as_uuid(),
        my_role: my_role.map(RoleName::from),
        may: MayWithBooking {
            change: who.may(Action::BookFor(booking.organiser)),
            check_in: who.may(Action::CheckIn(stake)),
            hand_over: who.may(Action::HandOver(booking.organiser)),
            moderate: who.may(Action::Moderate(stake)),
        },
        people_count: people.len(),
        guest_count: guests.len(),
        join_url: app.join_url(booking),
        joinable_from: Instant(app.config.join_window.opens_at(occurrence.start, my_role)),
        is_series: booking.series.is_some(),
        is_private: booking.is_private,
        is_hidden: false,
    }
}

/// Shows somebody's private booking in a list to who may only know that it takes time.
pub(crate) fn hidden_item(who: &SignedIn, referred: &Referred, of: PersonId, shown: &Shown<'_>) -> BookingItem {
    let Shown { booking, occurrence, .. } = shown;
    let id = veil::id(occurrence);
    BookingItem {
        id,
        title: veil::title(&who.actor.person.locale).to_owned(),
        start: Instant(occurrence.start),
        end: Instant(occurrence.end),
        zone: booking.zone.clone(),
        organiser: referred.named(of),
        booked_by: referred.named(of),
        rooms: Vec::new(),
        state: state(booking, occurrence),
        meeting_id: id,
        my_role: None,
        may: MayWithBooking { change: false, check_in: false, hand_over: false, moderate: false },
        people_count: 0,
        guest_count: 0,
        join_url: String::new(),
        joinable_from: Instant(occurrence.start),
        is_series: false,
        is_private: true,
        is_hidden: true,
    }
}

fn state(booking: &Booking, occurrence: &Occurrence) -> State {
    match booking_is_cancelled(booking) || occurrence.state == OccurrenceState::Cancelled {
        true => State::Cancelled,
        false => State::Active,
    }
}

/// A guest's personal link. The secret stands behind `#`: browsers do not send it to servers.
pub(crate) fn guest_link(app: &App, booking: &Booking, secret: &str) -> String {
    format!("{}#{secret}", app.join_url(booking))
}

pub(crate) fn booking_is_cancelled(booking: &Booking) -> bool {
    matches!(booking.state, BookingState::Cancelled { .. })
}

pub(crate) fn local(instant: Timestamp, zone: &str) -> String {
    let zone = timing::zone(zone).unwrap_or(jiff::tz::TimeZone::UTC);
    wall_time(instant.to_zoned(zone).datetime())
}
