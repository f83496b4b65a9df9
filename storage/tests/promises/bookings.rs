use std::sync::Arc;

use domain::{
    Booking, BookingState, Invitation, InvitationId, Invitee, MeetingRole, Occurrence, OccurrenceState, Person,
};
use storage::{BusyTime, Span, StorageError, Store};
use uuid::Uuid;

use super::samples::{HOUR, at, booking, furnish, occurrence, person, read, write};

super::promises![
    a_booking_is_kept_as_given,
    a_booking_changed_meanwhile_is_not_overwritten,
    the_backstop_names_the_room_that_is_taken,
    rooms_may_be_held_back_to_back,
    a_moved_booking_may_overlap_where_it_was,
    dropped_occurrences_go_and_kept_ones_keep_their_ids,
    a_cancelled_booking_holds_no_room,
    an_ended_occurrence_holds_no_room,
    a_locked_occurrence_still_holds_its_room,
    what_a_writing_unit_has_read_stays_true_until_it_ends,
    a_series_must_not_overlap_itself,
    an_occurrence_longer_than_a_day_is_refused,
    a_person_sees_what_it_organises_booked_or_is_invited_to,
    people_are_busy_with_what_they_organise_or_are_invited_to_and_takes_place,
];

async fn a_booking_is_kept_as_given(store: Arc<dyn Store>) {
    let (ada, rooms) = furnish(&store, 2).await;
    let mut held = booking(&ada, &[&rooms[1], &rooms[0]]);
    held.description = "Umlaute: äöüß 🎉\nzweite Zeile".into();
    held.guests_wait = false;
    let later = occurrence(&held, HOUR, 2 * HOUR);
    let mut sooner = occurrence(&held, 0, HOUR);
    sooner.locked_at = Some(at(7));
    let mut unit = write(&store).await;
    unit.add_booking(&held, &[later.clone(), sooner.clone()]).await.expect("the rooms are free");
    unit.commit().await.expect("nothing stands against it");
    let mut unit = read(&store).await;
    assert_eq!(unit.booking(held.id).await.expect("reading works"), Some(held.clone()));
    let dates = unit.occurrences_of(held.id).await.expect("reading works");
    assert_eq!(dates, vec![sooner.clone(), later.clone()]);
    assert_eq!(unit.occurrence(later.id).await.expect("reading works"), Some(later.clone()));
    let both = unit.occurrences_by_id(&[later.id, sooner.id]).await.expect("reading works");
    assert_eq!(both, vec![(sooner, held.clone()), (later, held)]);
    assert_eq!(unit.booking(booking(&ada, &[]).id).await.expect("reading works"), None);
}

async fn a_booking_changed_meanwhile_is_not_overwritten(store: Arc<dyn Store>) {
    let (ada, _) = furnish(&store, 0).await;
    let held = booking(&ada, &[]);
    let dates = [occurrence(&held, 0, HOUR)];
    let mut unit = write(&store).await;
    unit.add_booking(&held, &dates).await.expect("nothing is held");
    unit.commit().await.expect("nothing stands against it");
    let first = domain::Booking { version: 2, title: "Erste".into(), updated_at: at(3), ..held.clone() };
    let second = domain::Booking { version: 2, title: "Zweite".into(), ..held };
    let mut unit = write(&store).await;
    unit.save_booking(&first, &dates).await.expect("the version fits");
    unit.commit().await.expect("nothing stands against it");
    let error = write(&store).await.save_booking(&second, &dates).await.expect_err("somebody was first");
    assert!(matches!(error, StorageError::Conflict(_)), "{error:?}");
    assert_eq!(read(&store).await.booking(first.id).await.expect("reading works"), Some(first));
}

async fn the_backstop_names_the_room_that_is_taken(store: Arc<dyn Store>) {
    let (ada, rooms) = furnish(&store, 3).await;
    let held = booking(&ada, &[&rooms[1]]);
    let mut unit = write(&store).await;
    unit.add_booking(&held, &[occurrence(&held, 0, 2 * HOUR)]).await.expect("the room is free");
    unit.commit().await.expect("nothing stands against it");
    let late = booking(&ada, &[&rooms[0], &rooms[1], &rooms[2]]);
    let mut unit = write(&store).await;
    let error = unit.add_booking(&late, &[occurrence(&late, HOUR, 3 * HOUR)]).await.expect_err("one room is taken");
    assert!(matches!(error, StorageError::RoomTaken(room) if room == rooms[1].id), "{error:?}");
    drop(unit);
    assert_eq!(read(&store).await.booking(late.id).await.expect("reading works"), None);
}

async fn rooms_may_be_held_back_to_back(store: Arc<dyn Store>) {
    let (ada, rooms) = furnish(&store, 1).await;
    let mut unit = write(&store).await;
    for start in [HOUR, 0, 2 * HOUR] {
        let held = booking(&ada, &[&rooms[0]]);
        unit.add_booking(&held, &[occurrence(&held, start, start + HOUR)]).await.expect("the room is free then");
    }
    unit.commit().await.expect("nothing stands against it");
}

async fn a_moved_booking_may_overlap_where_it_was(store: Arc<dyn Store>) {
    let (ada, rooms) = furnish(&store, 1).await;
    let mut held = booking(&ada, &[&rooms[0]]);
    let mut dates = [occurrence(&held, 0, HOUR), occurrence(&held, HOUR, 2 * HOUR)];
    let mut unit = write(&store).await;
    unit.add_booking(&held, &dates).await.expect("the room is free");
    for date in &mut dates {
        date.start += jiff::SignedDuration::from_secs(HOUR / 2);
        date.end += jiff::SignedDuration::from_secs(HOUR / 2);
    }
    held.version = 2;
    unit.save_booking(&held, &dates).await.expect("only its own time is in the way");
    assert_eq!(unit.occurrences_of(held.id).await.expect("reading works"), dates.to_vec());
    let span = Span { start: at(0), end: at(HOUR / 2) };
    assert!(unit.taken_rooms(&held.rooms, span, None).await.expect("reading works").is_empty());
}

async fn dropped_occurrences_go_and_kept_ones_keep_their_ids(store: Arc<dyn Store>) {
    let (ada, rooms) = furnish(&store, 1).await;
    let mut held = booking(&ada, &[&rooms[0]]);
    let dates = [occurrence(&held, 0, HOUR), occurrence(&held, 2 * HOUR, 3 * HOUR)];
    let mut unit = write(&store).await;
    unit.add_booking(&held, &dates).await.expect("the room is free");
    held.version = 2;
    unit.save_booking(&held, &dates[1..]).await.expect("the version fits");
    assert_eq!(unit.occurrence(dates[0].id).await.expect("reading works"), None);
    assert_eq!(unit.occurrences_of(held.id).await.expect("reading works"), dates[1..].to_vec());
    let span = Span { start: at(0), end: at(2 * HOUR) };
    assert!(unit.taken_rooms(&held.rooms, span, None).await.expect("reading works").is_empty());
}

async fn a_cancelled_booking_holds_no_room(store: Arc<dyn Store>) {
    let (ada, rooms) = furnish(&store, 1).await;
    let mut held = booking(&ada, &[&rooms[0]]);
    let mut dates = [occurrence(&held, 0, HOUR)];
    let mut unit = write(&store).await;
    unit.add_booking(&held, &dates).await.expect("the room is free");
    held.state = BookingState::Cancelled { at: at(9), by: ada.id };
    held.version = 2;
    dates[0].state = OccurrenceState::Cancelled;
    unit.save_booking(&held, &dates).await.expect("the version fits");
    unit.save_occurrence(&domain::Occurrence { state: OccurrenceState::Held, ..dates[0].clone() })
        .await
        .expect("an occurrence can be saved");
    assert_eq!(unit.booking(held.id).await.expect("reading works"), Some(held.clone()), "its rooms stay named");
    let span = Span { start: at(0), end: at(HOUR) };
    assert!(unit.taken_rooms(&held.rooms, span, None).await.expect("reading works").is_empty());
}

async fn an_ended_occurrence_holds_no_room(store: Arc<dyn Store>) {
    let (ada, rooms) = furnish(&store, 1).await;
    let held = booking(&ada, &[&rooms[0]]);
    let mut dates = [occurrence(&held, 0, HOUR), occurrence(&held, HOUR, 2 * HOUR)];
    let mut unit = write(&store).await;
    unit.add_booking(&held, &dates).await.expect("the room is free");
    dates[0].state = OccurrenceState::Ended { at: at(60) };
    unit.save_occurrence(&dates[0]).await.expect("an occurrence can be saved");
    assert_eq!(unit.occurrences_of(held.id).await.expect("reading works"), dates.to_vec());
    let span = Span { start: at(0), end: at(2 * HOUR) };
    let taken = unit.taken_rooms(&held.rooms, span, None).await.expect("reading works");
    assert_eq!(taken, vec![(rooms[0].id, Span { start: at(HOUR), end: at(2 * HOUR) })]);
}

async fn a_locked_occurrence_still_holds_its_room(store: Arc<dyn Store>) {
    let (ada, rooms) = furnish(&store, 1).await;
    let held = booking(&ada, &[&rooms[0]]);
    let mut date = occurrence(&held, 0, HOUR);
    let mut unit = write(&store).await;
    unit.add_booking(&held, &[date.clone()]).await.expect("the room is free");
    for locked_at in [Some(at(60)), None] {
        date.locked_at = locked_at;
        unit.save_occurrence(&date).await.expect("an occurrence can be saved");
        assert_eq!(unit.occurrence(date.id).await.expect("reading works"), Some(date.clone()));
        let span = Span { start: at(0), end: at(HOUR) };
        let taken = unit.taken_rooms(&held.rooms, span, None).await.expect("reading works");
        assert_eq!(taken, vec![(rooms[0].id, span)]);
    }
}

async fn what_a_writing_unit_has_read_stays_true_until_it_ends(store: Arc<dyn Store>) {
    let (ada, rooms) = furnish(&store, 1).await;
    let mut held = booking(&ada, &[&rooms[0]]);
    let date = occurrence(&held, 0, HOUR);
    let mut unit = write(&store).await;
    unit.add_booking(&held, std::slice::from_ref(&date)).await.expect("the room is free");
    unit.commit().await.expect("nothing stands against it");

    // One moves the booking, another ends its meeting: neither may undo what the other did.
    let mut moving = write(&store).await;
    let mut moved = moving.occurrences_of(held.id).await.expect("reading works");
    let ending = tokio::spawn({
        let store = store.clone();
        async move {
            let mut unit = write(&store).await;
            let mut seen = unit.occurrence(date.id).await.expect("reading works").expect("it is there");
            seen.state = OccurrenceState::Ended { at: at(60) };
            unit.save_occurrence(&seen).await.expect("an occurrence can be saved");
            unit.commit().await.expect("nothing stands against it");
        }
    });
    tokio::pin!(ending);
    let early = tokio::time::timeout(std::time::Duration::from_millis(300), &mut ending).await;
    assert!(early.is_err(), "who ends the meeting waits until it is moved");
    (moved[0].start, moved[0].end) = (at(HOUR), at(2 * HOUR));
    held.version = 2;
    moving.save_booking(&held, &moved).await.expect("the version fits");
    moving.commit().await.expect("nothing stands against it");
    let expected = domain::Occurrence { state: OccurrenceState::Ended { at: at(60) }, ..moved[0].clone() };
    ending.await.expect("it goes on after the move");
    assert_eq!(read(&store).await.occurrence(date.id).await.expect("reading works"), Some(expected));
}

async fn a_series_must_not_overlap_itself(store: Arc<dyn Store>) {
    let (ada, rooms) = furnish(&store, 1).await;
    let held = booking(&ada, &[&rooms[0]]);
    let dates = [occurrence(&held, 0, HOUR), occurrence(&held, HOUR - 1, 2 * HOUR)];
    let error = write(&store).await.add_booking(&held, &dates).await.expect_err("the room cannot be held twice");
    assert!(matches!(error, StorageError::RoomTaken(room) if room == rooms[0].id), "{error:?}");
}

async fn an_occurrence_longer_than_a_day_is_refused(store: Arc<dyn Store>) {
    let (ada, _) = furnish(&store, 0).await;
    let held = booking(&ada, &[]);
    for (start, end) in [(0, 24 * HOUR + 1), (0, 0), (10, 5)] {
        let refused = write(&store).await.add_booking(&held, &[occurrence(&held, start, end)]).await;
        assert!(matches!(refused, Err(StorageError::Inconsistent(_))), "{start}..{end}: {refused:?}");
    }
}

async fn a_person_sees_what_it_organises_booked_or_is_invited_to(store: Arc<dyn Store>) {
    let (ada, _) = furnish(&store, 0).await;
    let boss = person("Boss");
    let guest = person("Invited");
    let mut held = booking(&boss, &[]);
    held.booked_by = ada.id;
    let dates = [occurrence(&held, 0, HOUR), occurrence(&held, 24 * HOUR, 25 * HOUR)];
    let invitation = |person, revoked_at| Invitation {
        id: InvitationId::from_uuid(Uuid::now_v7()),
        booking: held.id,
        invitee: Invitee::Person(person),
        role: MeetingRole::Participant,
        revoked_at,
    };
    let strangers = person("Revoked");
    let mut unit = write(&store).await;
    for person in [&boss, &guest, &strangers] {
        unit.add_person(person).await.expect("the address is free");
    }
    unit.add_booking(&held, &dates).await.expect("nothing is held");
    let invitations = [invitation(guest.id, None), invitation(strangers.id, Some(at(1)))];
    unit.save_invitations(held.id, &invitations).await.expect("the booking exists");
    let all = Span { start: at(HOUR - 1), end: at(48 * HOUR) };
    for person in [&ada, &boss, &guest] {
        let seen = unit.bookings_of(person.id, all, 10).await.expect("reading works");
        let expected: Vec<_> = dates.iter().map(|date| (date.clone(), held.clone())).collect();
        assert_eq!(seen, expected, "{}", person.name.expose());
    }
    assert!(unit.bookings_of(strangers.id, all, 10).await.expect("reading works").is_empty());
    assert_eq!(unit.bookings_of(ada.id, all, 1).await.expect("reading works").len(), 1);
    let later = Span { start: at(HOUR), end: at(24 * HOUR) };
    assert!(unit.bookings_of(ada.id, later, 10).await.expect("reading works").is_empty());
}

async fn people_are_busy_with_what_they_organise_or_are_invited_to_and_takes_place(store: Arc<dyn Store>) {
    let (ada, _) = furnish(&store, 0).await;
    let ben = person("Ben");
    let own = booking(&ada, &[]);
    let theirs = booking(&ben, &[]);
    let cancelled = Booking { state: BookingState::Cancelled { at: at(0), by: ben.id }, ..booking(&ben, &[]) };
    let booked_for_ben = Booking { booked_by: ada.id, ..booking(&ben, &[]) };
    let invite = |booking: &Booking, revoked_at| Invitation {
        id: InvitationId::from_uuid(Uuid::now_v7()),
        booking: booking.id,
        invitee: Invitee::Person(ada.id),
        role: MeetingRole::Participant,
        revoked_at,
    };
    let mut unit = write(&store).await;
    unit.add_person(&ben).await.expect("the address is free");
    let off = Occurrence { state: OccurrenceState::Cancelled, ..occurrence(&own, 2 * HOUR, 3 * HOUR) };
    unit.add_booking(&own, &[occurrence(&own, HOUR, 2 * HOUR), off]).await.expect("nothing is held");
    for (booking, start) in [(&theirs, 4), (&cancelled, 6), (&booked_for_ben, 8)] {
        let date = occurrence(booking, start * HOUR, (start + 1) * HOUR);
        unit.add_booking(booking, &[date]).await.expect("nothing is held");
    }
    unit.save_invitations(theirs.id, &[invite(&theirs, None)]).await.expect("the booking exists");
    unit.save_invitations(cancelled.id, &[invite(&cancelled, None)]).await.expect("the booking exists");
    unit.save_invitations(booked_for_ben.id, &[invite(&booked_for_ben, Some(at(0)))]).await.expect("it exists");
    unit.commit().await.expect("nothing stands against it");

    let mut unit = read(&store).await;
    let busy = |person: &Person, booking: &Booking, hour: i64| BusyTime {
        person: person.id,
        booking: booking.id,
        span: Span { start: at(hour * HOUR), end: at((hour + 1) * HOUR) },
    };
    let all = Span { start: at(0), end: at(100 * HOUR) };
    let found = unit.busy_times(&[ada.id], all, 10).await.expect("reading works");
    assert_eq!(found, [busy(&ada, &own, 1), busy(&ada, &theirs, 4)]);
    let found = unit.busy_times(&[ada.id, ben.id], all, 10).await.expect("reading works");
    assert_eq!(found.len(), 4);
    let touching = Span { start: at(2 * HOUR), end: at(4 * HOUR) };
    assert_eq!(unit.busy_times(&[ada.id], touching, 10).await.expect("reading works"), [], "ends before, begins after");
    let inside = Span { start: at(2 * HOUR - 1), end: at(4 * HOUR + 1) };
    assert_eq!(unit.busy_times(&[ada.id], inside, 10).await.expect("reading works").len(), 2);
    assert_eq!(unit.busy_times(&[ada.id], inside, 1).await.expect("reading works").len(), 1);
    assert_eq!(unit.busy_times(&[], all, 10).await.expect("reading works"), []);
}
