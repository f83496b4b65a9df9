use std::collections::BTreeSet;

use domain::{
    BookingState, Invitation, InvitationId, Invitee, MailId, MeetingRole, Occurrence, OccurrenceState, Person,
    PersonId, Private,
};
use jiff::SignedDuration;
use storage::{Mail, StorageError, Unit};

use super::letter::{Addressee, Letter, Occasion, Part, Released, RoomAnswer, Scope};
use super::message;
use crate::app::App;
use crate::booking::guest_secret;
use crate::booking::view::{self, Shown};
use crate::dial_in;
use crate::reply::address;

/// After this long nobody waits for a message any more.
pub(super) const KEPT: SignedDuration = SignedDuration::from_hours(5 * 24);

/// Who gets a letter.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum To {
    Organiser(PersonId),
    Staff(PersonId, MeetingRole),
    Guest(InvitationId, Private<String>),
}

impl To {
    /// The same person, whatever the role. A guest with another address is somebody else: the old
    /// address shall know that its link is not for it any more.
    fn is(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Staff(one, _), Self::Staff(other, _)) => one == other,
            _ => self == other,
        }
    }

    /// The same mailbox, even in another booking, where a guest's invitation is another one.
    fn reads_as(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Guest(_, one), Self::Guest(_, other)) => one == other,
            _ => person(self).is_some() && person(self) == person(other),
        }
    }
}

/// Writes the letters about a new, changed or cancelled booking into the outbox. Without a mail
/// server there is none to write to.
pub(crate) async fn announce(
    app: &App,
    unit: &mut dyn Unit,
    before: Option<Shown<'_>>,
    now: Shown<'_>,
) -> Result<(), StorageError> {
    if app.config.mail_from.is_none() {
        return Ok(());
    }
    write(app, unit, before.unwrap_or(now), now, Scope::Whole, &letters(before, now)).await
}

/// The same about a single date of a series that was changed or cancelled by itself.
pub(crate) async fn announce_date(
    app: &App,
    unit: &mut dyn Unit,
    before: &Occurrence,
    now: Shown<'_>,
) -> Result<(), StorageError> {
    let occasion = match now.occurrence.state {
        _ if now.occurrence == before => return Ok(()),
        OccurrenceState::Cancelled => Occasion::Cancelled,
        OccurrenceState::Held | OccurrenceState::Ended { .. } => Occasion::Changed,
    };
    let letters: Vec<_> = present(now).map(|to| (to, occasion)).collect();
    write(app, unit, now, now, Scope::Date, &letters).await
}

/// The same about a series with which another one goes on. Who was invited to that one hears of
/// its end by its own letter.
pub(crate) async fn announce_continued(
    app: &App,
    unit: &mut dyn Unit,
    before: Shown<'_>,
    now: Shown<'_>,
) -> Result<(), StorageError> {
    let earlier: Vec<To> = present(before).collect();
    let was_invited = |to: &To| earlier.iter().any(|one| one.reads_as(to));
    let letters: Vec<_> = present(now)
        .map(|to| {
            let occasion = if was_invited(&to) { Occasion::Continued } else { Occasion::Invited };
            (to, occasion)
        })
        .collect();
    write(app, unit, now, now, Scope::Whole, &letters).await
}

/// Tells who invites that a room was granted; or everybody that the meeting goes on without it, and
/// who invites why.
pub(crate) async fn announce_room(
    app: &App,
    unit: &mut dyn Unit,
    now: Shown<'_>,
    answer: RoomAnswer<'_>,
) -> Result<(), StorageError> {
    let is_told = |to: &To| answer.refused.is_some() || matches!(to, To::Organiser(_));
    let letters: Vec<_> = present(now).filter(is_told).map(|to| (to, Occasion::Changed)).collect();
    let about = About { room_answer: Some(answer), ..About::from(Scope::Whole) };
    write(app, unit, now, now, about, &letters).await
}

/// Tells those invited that rooms of a date were released because nobody came; `told` know it already.
pub(crate) async fn announce_release(
    app: &App,
    unit: &mut dyn Unit,
    now: Shown<'_>,
    released: Released<'_>,
    told: &[PersonId],
) -> Result<(), StorageError> {
    let knows = |to: &To| person(to).is_some_and(|id| told.contains(&id));
    let letters: Vec<_> = present(now).filter(|to| !knows(to)).map(|to| (to, Occasion::Changed)).collect();
    let scope = if now.booking.series.is_some() { Scope::Date } else { Scope::Whole };
    write(app, unit, now, now, About { released: Some(released), ..About::from(scope) }, &letters).await
}

/// Tells everybody that the clocks will be set otherwise, so that wall times are other instants.
pub(crate) async fn announce_clocks(
    app: &App,
    unit: &mut dyn Unit,
    before: Shown<'_>,
    now: Shown<'_>,
) -> Result<(), StorageError> {
    let letters: Vec<_> = present(now).map(|to| (to, Occasion::Changed)).collect();
    write(app, unit, before, now, About { follows_clocks: true, ..About::from(Scope::Whole) }, &letters).await
}

/// Reminds those invited to a date of it, except those who said that they will not come.
pub(crate) async fn remind(
    app: &App,
    unit: &mut dyn Unit,
    now: Shown<'_>,
    has_declined: impl Fn(&Invitation) -> bool,
) -> Result<(), StorageError> {
    let declined: Vec<&Invitation> = now.invitations.iter().filter(|one| has_declined(one)).collect();
    let stays_away = |to: &To| {
        declined.iter().any(|one| match to {
            To::Organiser(_) => false,
            To::Staff(person, _) => one.invitee == Invitee::Person(*person),
            To::Guest(id, _) => one.id == *id,
        })
    };
    let letters: Vec<_> = present(now)
        .filter(|to| !matches!(to, To::Organiser(_)) && !stays_away(to))
        .map(|to| (to, Occasion::Reminded))
        .collect();
    let scope = if now.booking.series.is_some() { Scope::Date } else { Scope::Whole };
    write(app, unit, now, now, scope, &letters).await
}

/// Writes to one guest, whose link has changed.
pub(crate) async fn announce_link(
    app: &App,
    unit: &mut dyn Unit,
    now: Shown<'_>,
    invitation: InvitationId,
) -> Result<(), StorageError> {
    let letters: Vec<_> = present(now)
        .filter(|to| matches!(to, To::Guest(id, _) if *id == invitation))
        .map(|to| (to, Occasion::Invited))
        .collect();
    write(app, unit, now, now, Scope::Whole, &letters).await
}

/// Who is told what.
fn letters(before: Option<Shown<'_>>, now: Shown<'_>) -> Vec<(To, Occasion)> {
    let Some(before) = before else {
        return present(now).map(|to| (to, Occasion::Invited)).collect();
    };
    if matches!(now.booking.state, BookingState::Cancelled { .. }) {
        return present(before).map(|to| (to, Occasion::Cancelled)).collect();
    }
    let is_news = now.booking.sequence != before.booking.sequence
        || now.booking.title != before.booking.title
        || now.booking.description != before.booking.description;
    let (earlier, invited): (Vec<To>, Vec<To>) = (present(before).collect(), present(now).collect());
    let mut letters = Vec::new();
    for to in &invited {
        match earlier.iter().any(|one| one.is(to)) {
            true if is_news => letters.push((to.clone(), Occasion::Changed)),
            true => {}
            false => letters.push((to.clone(), Occasion::Invited)),
        }
    }
    // Who was invited and organises now, or the other way round, is not sent away.
    let people: BTreeSet<PersonId> = invited.iter().filter_map(person).collect();
    letters.extend(
        earlier
            .into_iter()
            .filter(|to| !invited.iter().any(|one| one.is(to)) && !person(to).is_some_and(|id| people.contains(&id)))
            .map(|to| (to, Occasion::Cancelled)),
    );
    letters
}

fn person(to: &To) -> Option<PersonId> {
    match to {
        To::Organiser(person) | To::Staff(person, _) => Some(*person),
        To::Guest(..) => None,
    }
}

/// Everybody with a mail address and a part in the booking, the organiser first.
fn present(state: Shown<'_>) -> impl Iterator<Item = To> + '_ {
    let organiser = state.booking.organiser;
    let invited =
        state.invitations.iter().filter(|one| one.revoked_at.is_none()).filter_map(move |one| match &one.invitee {
            Invitee::Person(person) if *person == organiser => None,
            Invitee::Person(person) => Some(To::Staff(*person, one.role)),
            Invitee::Guest { email, .. } => Some(To::Guest(one.id, email.clone()?)),
        });
    std::iter::once(To::Organiser(organiser)).chain(invited)
}

/// What a letter is about.
#[derive(Clone, Copy)]
struct About<'a> {
    scope: Scope,
    room_answer: Option<RoomAnswer<'a>>,
    released: Option<Released<'a>>,
    follows_clocks: bool,
}

impl From<Scope> for About<'_> {
    fn from(scope: Scope) -> Self {
        Self { scope, room_answer: None, released: None, follows_clocks: false }
    }
}

async fn write(
    app: &App,
    unit: &mut dyn Unit,
    before: Shown<'_>,
    now: Shown<'_>,
    about: impl Into<About<'_>>,
    letters: &[(To, Occasion)],
) -> Result<(), StorageError> {
    let Some(sender) = &app.config.mail_from else { return Ok(()) };
    let About { scope, room_answer, released, follows_clocks } = about.into();
    let mut ids: Vec<PersonId> = letters.iter().filter_map(|(to, _)| person(to)).collect();
    ids.extend([now.booking.organiser, now.booking.booked_by]);
    let people = unit.people_by_id(&ids).await?;
    let of = |id| people.iter().find(|person: &&Person| person.id == id);
    let (Some(organiser), Some(booked_by)) = (of(now.booking.organiser), of(now.booking.booked_by)) else {
        return Err(StorageError::Inconsistent(format!("booking {} has no organiser", now.booking.id)));
    };
    let occurrences = unit.occurrences_of(now.booking.id).await?;
    let rooms = view::rooms(unit, now.booking, &occurrences).await?;
    let continuations = unit.continuations_of(&[now.booking.id]).await?;
    let pin = dial_in::known(app, unit, now.booking).await?;
    let dial_in = app.config.dial_in.as_ref().map(|config| config.numbers.as_slice()).zip(pin.as_ref());
    for (to, occasion) in letters {
        let (name, email, locale, role, part) = match to {
            To::Organiser(id) | To::Staff(id, _) => {
                // An account closed meanwhile is not written to.
                let Some(person) = of(*id).filter(|person| person.disabled_at.is_none()) else { continue };
                let (part, role) = match to {
                    To::Staff(_, role) => (Part::Staff, *role),
                    _ => (Part::Organiser, MeetingRole::Moderator),
                };
                (&person.name, &person.email, person.locale.as_str(), role, part)
            }
            To::Guest(id, email) => {
                let (name, link) = guest(app, before, now, *id);
                // Nobody knows the guest's language: the organiser writes.
                (name, email, organiser.locale.as_str(), MeetingRole::Guest, Part::Guest(link))
            }
        };
        let part_is_organiser = part == Part::Organiser;
        let letter = Letter {
            occasion: *occasion,
            scope,
            booking: now.booking,
            occurrence: now.occurrence,
            occurrences: &occurrences,
            organiser,
            booked_by,
            rooms: &rooms,
            continuations: &continuations,
            answers_to: answers_to(app, before, now, to),
            addressee: Addressee { name, email, locale, part },
            dial_in,
            joinable_from: app.config.join_window.opens_at(now.occurrence.start, Some(role)),
            written_at: app.now(),
            room_answer: room_answer.filter(|_| part_is_organiser),
            released,
            follows_clocks,
        };
        let id = MailId::from_uuid(app.new_id());
        let Ok(message) = message::compose(&letter, sender, &app.join_url(now.booking), id) else {
            tracing::warn!(booking.id = %now.booking.id, "an address cannot be written to");
            continue;
        };
        let mail = Mail {
            id,
            recipient: email.clone(),
            message: Private::new(message),
            attempts: 0,
            created_at: app.now(),
            due_at: app.now(),
            // A reminder that comes when the meeting is over reminds of nothing.
            give_up_at: match occasion {
                Occasion::Reminded => now.occurrence.end,
                _ => app.now() + KEPT,
            },
        };
        unit.add_mail(&mail).await?;
    }
    Ok(())
}

/// Where the calendar of this person answers to.
fn answers_to(app: &App, before: Shown<'_>, now: Shown<'_>, to: &To) -> Option<Private<String>> {
    let mailbox = app.config.answers_to.as_ref()?;
    let is_of = |invitation: &&Invitation| match to {
        To::Organiser(_) => false,
        To::Staff(person, _) => invitation.invitee == Invitee::Person(*person),
        To::Guest(id, _) => invitation.id == *id,
    };
    let invitation = now.invitations.iter().chain(before.invitations).find(is_of)?;
    Some(address::answers_to(mailbox, &app.config.token_key, invitation.id))
}

/// A guest's name and personal link.
fn guest<'a>(
    app: &App,
    before: Shown<'a>,
    now: Shown<'a>,
    id: InvitationId,
) -> (&'a Private<String>, Option<Private<String>>) {
    const NAMELESS: &Private<String> = &Private::new(String::new());
    let invitation = now.invitations.iter().chain(before.invitations).find(|one| one.id == id);
    match invitation.map(|one| &one.invitee) {
        Some(Invitee::Guest { name, secret_hash, .. }) => {
            let secret = guest_secret::known(&app.config.token_key, id, secret_hash);
            (name, secret.map(|secret| Private::new(view::guest_link(app, now.booking, secret.expose()))))
        }
        _ => (NAMELESS, None),
    }
}
