//! The entries of a calendar: what its owner organises or is invited to and the reader may see, each as iCalendar
//! with a mark of its text. What has the same text has the same mark, whatever was changed and how.

use std::collections::{BTreeSet, HashMap};

use domain::policy::Action;
use domain::{
    Answer, Booking, BookingId, BookingState, Invitation, InvitationId, Invitee, Person, PersonId, Private, Reply,
    Room, RoomId,
};
use jiff::{SignedDuration, Timestamp};
use sha2::{Digest as _, Sha256};
use storage::{CalendarName, Outline, Span, StorageError, Unit};

use crate::app::App;
use crate::booking::{stake, veil};
use crate::calendar::{self, Attending, Form, Kept};
use crate::http::actor::SignedIn;

/// How far back a calendar reaches.
const BACK: SignedDuration = SignedDuration::from_hours(366 * 24);
/// How far ahead.
const AHEAD: SignedDuration = SignedDuration::from_hours(731 * 24);
/// Most bookings of a calendar, the earliest.
pub(super) const MOST: u32 = 5_000;

/// How the names of entries begin that are private to others.
const PRIVATE: &str = "private-";

/// Kept instead of lines where somebody invited took the entry out of the calendar.
pub(super) const GONE: &str = "gone\n";

/// A booking as a calendar program sees it.
pub(super) struct Item {
    pub(super) booking: BookingId,
    pub(super) uid: String,
    /// The last part of its address.
    pub(super) name: String,
    /// The ETag without its quotes.
    pub(super) mark: String,
    pub(super) text: String,
    /// The same in the form that was asked for, if that is another.
    pub(super) formed: Option<String>,
    pub(super) changed_at: Timestamp,
    /// Somebody's private booking: no more than a taken time, which the reader cannot change.
    pub(super) is_veiled: bool,
}

/// The whole calendar: from a year back to two years ahead.
pub(super) async fn all(
    app: &App,
    unit: &mut dyn Unit,
    who: &SignedIn,
    owner: PersonId,
    form: Form,
) -> Result<Vec<Item>, StorageError> {
    let now = who.actor.now;
    let span = Span {
        start: now.checked_sub(BACK).unwrap_or(Timestamp::MIN),
        end: now.checked_add(AHEAD).unwrap_or(Timestamp::MAX),
    };
    within(app, unit, who, owner, span, form).await
}

/// What has a date in the span.
pub(super) async fn within(
    app: &App,
    unit: &mut dyn Unit,
    who: &SignedIn,
    owner: PersonId,
    span: Span,
    form: Form,
) -> Result<Vec<Item>, StorageError> {
    let outlines = unit.calendar(owner, span, MOST).await?;
    of(app, unit, who, owner, outlines, form).await
}

/// Those with these names, as far as they are there.
pub(super) async fn named(
    app: &App,
    unit: &mut dyn Unit,
    who: &SignedIn,
    owner: PersonId,
    names: &[String],
    form: Form,
) -> Result<Vec<Item>, StorageError> {
    let mut ids = BTreeSet::new();
    for name in names {
        match unit.calendar_name(owner, name).await? {
            Some(known) => ids.insert(known.booking),
            None => match name.strip_suffix(".ics").and_then(|id| id.parse::<BookingId>().ok()) {
                Some(id) => ids.insert(id),
                None => continue,
            },
        };
    }
    let ids: Vec<BookingId> = ids.into_iter().collect();
    let outlines = unit.outlines(&ids).await?;
    let mut items = of(app, unit, who, owner, outlines, form).await?;
    if names.iter().any(|name| name.starts_with(PRIVATE)) {
        // Such a name leads to no booking, so that it tells nobody the link.
        let veiled = all(app, unit, who, owner, form).await?.into_iter().filter(|item| item.is_veiled);
        items.extend(veiled);
    }
    // A booking that a program named itself has no other name.
    items.retain(|item| names.contains(&item.name));
    Ok(items)
}

/// The one with that UID.
pub(super) async fn with_uid(
    app: &App,
    unit: &mut dyn Unit,
    who: &SignedIn,
    owner: PersonId,
    uid: &str,
) -> Result<Option<Item>, StorageError> {
    let known = unit.calendar_names_by_uid(owner, uid).await?;
    let mut names: Vec<String> = known.into_iter().map(|known| known.name).collect();
    names.extend(uid.strip_suffix("@rennsteig").map(|id| format!("{id}.ics")));
    let items = named(app, unit, who, owner, &names, Form::Whole).await?;
    Ok(items.into_iter().find(|item| item.uid == uid))
}

/// All in few questions, whatever their number.
async fn of(
    app: &App,
    unit: &mut dyn Unit,
    who: &SignedIn,
    owner: PersonId,
    mut outlines: Vec<Outline>,
    form: Form,
) -> Result<Vec<Item>, StorageError> {
    let ids: Vec<BookingId> = outlines.iter().map(|one| one.booking.id).collect();
    let mut invitations: HashMap<BookingId, Vec<Invitation>> = HashMap::new();
    for invitation in unit.invitations_of_all(&ids).await? {
        if invitation.revoked_at.is_none() {
            invitations.entry(invitation.booking).or_default().push(invitation);
        }
    }
    let invited = |booking: &Booking| invitations.get(&booking.id).map_or(&[][..], Vec::as_slice);
    outlines.retain(|Outline { booking, span, .. }| {
        let is_there = booking.state == BookingState::Active && span.is_some();
        let is_owners = booking.organiser == owner || stake::invited_as(invited(booking), owner).is_some();
        let sees = who.may(Action::SeeBooking(stake::stake(who, booking, invited(booking))));
        is_there && is_owners && (sees || (booking.is_private && who.may(Action::SeeBusyOf(owner))))
    });
    let mut replies: HashMap<InvitationId, Vec<Reply>> = HashMap::new();
    for reply in unit.replies_of_all(&ids).await? {
        replies.entry(reply.invitation).or_default().push(reply);
    }
    let continuations = unit.continuations_of(&ids).await?;
    let mut called = ids;
    called.extend(continuations.iter().flat_map(|one| [one.earlier, one.later, one.first]));
    called.sort_unstable();
    called.dedup();
    let names: HashMap<BookingId, CalendarName> =
        unit.calendar_names(owner, &called).await?.into_iter().map(|name| (name.booking, name)).collect();
    let uids: HashMap<BookingId, String> = names.values().map(|name| (name.booking, name.uid.clone())).collect();
    // What was declined and taken out stays away until it is asked anew.
    outlines.retain(|Outline { booking, .. }| {
        let own = invited(booking).iter().find(|one| one.invitee == Invitee::Person(owner));
        let answers = own.and_then(|own| Some((own.id, replies.get(&own.id)?)));
        let whole = answers.and_then(|(id, answers)| Reply::to_date(answers, id, None));
        let is_declined = whole.is_some_and(|whole| whole.answer == Some(Answer::Declined));
        !(is_declined && names.get(&booking.id).is_some_and(|name| name.own_lines == GONE))
    });
    let people = people(unit, &outlines, &invitations, &replies).await?;
    let rooms = rooms(unit, &outlines).await?;
    Ok(outlines
        .iter()
        .map(|outline| {
            let Outline { booking, span, dates } = outline;
            if veil::hides(&who.actor, booking, invited(booking)) {
                return veiled(who, outline, form);
            }
            let rooms: Vec<Room> =
                booking.rooms_with(dates).iter().filter_map(|room| rooms.get(room).cloned()).collect();
            let known = Known { who, owner, invited: invited(booking), people: &people };
            let seen: Vec<&Invitation> = known.seen(booking);
            let replies: Vec<Reply> = seen.iter().filter_map(|one| replies.get(&one.id)).flatten().cloned().collect();
            let mut attending: Vec<Attending<'_>> = seen.iter().filter_map(|one| known.attending(one)).collect();
            attending.extend(rooms.iter().map(Attending::Room));
            let name = names.get(&booking.id);
            let kept = Kept {
                uid: name.map_or_else(|| calendar::uid(booking.id), |name| name.uid.clone()),
                attending,
                replies: &replies,
                people: &people,
                uids: &uids,
                own_lines: name.map_or("", |name| name.own_lines.as_str()),
            };
            let uid = kept.uid.clone();
            let entry = calendar::Entry {
                booking,
                span: *span,
                occurrences: dates,
                organiser: people.get(&booking.organiser),
                booked_by: people.get(&booking.booked_by),
                answers_to: None,
                rooms: &rooms,
                join_url: &app.join_url(booking),
                // Not now: what has not changed reads the same.
                written_at: booking.updated_at,
                kept: Some(&kept),
                continuations: &continuations,
                date: None,
                is_veiled: false,
                method: calendar::Method::Publish,
            };
            let text = calendar::write(&entry);
            Item {
                booking: booking.id,
                uid,
                name: name.map_or_else(|| format!("{}.ics", booking.id), |name| name.name.clone()),
                mark: mark(&text),
                formed: (form != Form::Whole).then(|| calendar::write_as(&entry, form)),
                text,
                changed_at: booking.updated_at,
                is_veiled: false,
            }
        })
        .collect())
}

/// Somebody's private booking, as a taken time.
fn veiled(who: &SignedIn, outline: &Outline, form: Form) -> Item {
    let Outline { booking, span, dates } = outline;
    let id = veil::booking_id(booking);
    let bare = Booking {
        title: veil::title(&who.actor.person.locale).to_owned(),
        description: String::new(),
        rooms: Vec::new(),
        ..booking.clone()
    };
    let mut dates = dates.clone();
    for date in &mut dates {
        date.deviation.title = None;
        date.deviation.rooms = None;
    }
    let uid = format!("{id}@rennsteig");
    let kept = Kept {
        uid: uid.clone(),
        attending: Vec::new(),
        replies: &[],
        people: &HashMap::new(),
        uids: &HashMap::new(),
        own_lines: "",
    };
    let entry = calendar::Entry {
        booking: &bare,
        span: *span,
        occurrences: &dates,
        organiser: None,
        booked_by: None,
        answers_to: None,
        rooms: &[],
        join_url: "",
        written_at: booking.updated_at,
        kept: Some(&kept),
        continuations: &[],
        date: None,
        is_veiled: true,
        method: calendar::Method::Publish,
    };
    let text = calendar::write(&entry);
    Item {
        booking: booking.id,
        uid,
        name: format!("{PRIVATE}{id}.ics"),
        mark: mark(&text),
        formed: (form != Form::Whole).then(|| calendar::write_as(&entry, form)),
        text,
        changed_at: booking.updated_at,
        is_veiled: true,
    }
}

/// The beginning of a hash of it.
fn mark(text: &str) -> String {
    Sha256::digest(text.as_bytes())[..16].iter().map(|byte| format!("{byte:02x}")).collect()
}

async fn people(
    unit: &mut dyn Unit,
    outlines: &[Outline],
    invitations: &HashMap<BookingId, Vec<Invitation>>,
    replies: &HashMap<InvitationId, Vec<Reply>>,
) -> Result<HashMap<PersonId, Person>, StorageError> {
    let invited = invitations.values().flatten().filter_map(|one| match one.invitee {
        Invitee::Person(person) => Some(person),
        Invitee::Guest { .. } => None,
    });
    let answered_by = replies.values().flatten().filter_map(|reply| reply.answered_by);
    let named = invited.chain(answered_by);
    let ids: BTreeSet<PersonId> =
        outlines.iter().flat_map(|one| [one.booking.organiser, one.booking.booked_by]).chain(named).collect();
    let ids: Vec<PersonId> = ids.into_iter().collect();
    Ok(unit.people_by_id(&ids).await?.into_iter().map(|person| (person.id, person)).collect())
}

async fn rooms(unit: &mut dyn Unit, outlines: &[Outline]) -> Result<HashMap<RoomId, Room>, StorageError> {
    let ids: BTreeSet<RoomId> = outlines.iter().flat_map(|one| one.booking.rooms_with(&one.dates)).collect();
    let ids: Vec<RoomId> = ids.into_iter().collect();
    Ok(unit.rooms_by_id(&ids).await?.into_iter().map(|room| (room.id, room)).collect())
}

/// What the reader may know about who is invited.
struct Known<'a> {
    who: &'a SignedIn,
    owner: PersonId,
    invited: &'a [Invitation],
    people: &'a HashMap<PersonId, Person>,
}

impl<'a> Known<'a> {
    /// Who may change the booking sees all; the calendar of somebody invited names its owner alone.
    fn seen(&self, booking: &Booking) -> Vec<&'a Invitation> {
        let sees_all = self.who.may(Action::BookFor(booking.organiser));
        self.invited.iter().filter(|one| sees_all || one.invitee == Invitee::Person(self.owner)).collect()
    }

    /// Guests without an address cannot stand in a calendar.
    fn attending(&self, invitation: &'a Invitation) -> Option<Attending<'a>> {
        let (name, email): (&Private<String>, &Private<String>) = match &invitation.invitee {
            Invitee::Person(person) => self.people.get(person).map(|person| (&person.name, &person.email))?,
            Invitee::Guest { name, email, .. } => (name, email.as_ref()?),
        };
        Some(Attending::Person(invitation, name, email))
    }
}
