//! Secret addresses for calendar programs, and what a room holds.

use std::sync::Arc;

use domain::{BookingId, BookingState, CalendarFeedId, Invitation, Invitee, OccurrenceState, Person, Room};
use storage::{CalendarFeed, Outline, Span, Store};
use uuid::Uuid;

use super::invitations::guest;
use super::samples::{HOUR, at, booking, furnish, occurrence, person, read, write};
use super::series::weekly;

super::promises![
    an_address_is_found_as_it_was_made_and_ends_by_its_person_only,
    a_new_address_of_the_same_ends_the_old_one,
    the_dates_of_a_room_are_found_by_time,
    a_calendar_has_what_one_organises_or_is_invited_to,
    a_calendar_follows_what_is_moved_alone_or_as_a_whole,
    an_outline_has_the_only_date_or_what_differs_from_the_rule_and_the_span_of_all,
];

fn feed(person: &Person, room: Option<&Room>, secret: u8) -> CalendarFeed {
    CalendarFeed {
        id: CalendarFeedId::from_uuid(Uuid::now_v7()),
        person: person.id,
        room: room.map(|room| room.id),
        secret_hash: [secret; 32],
        created_at: at(i64::from(secret)),
    }
}

async fn an_address_is_found_as_it_was_made_and_ends_by_its_person_only(store: Arc<dyn Store>) {
    let (ada, rooms) = furnish(&store, 1).await;
    let other = person("Other");
    let (own, room) = (feed(&ada, None, 1), feed(&ada, Some(&rooms[0]), 2));
    let mut unit = write(&store).await;
    unit.add_person(&other).await.expect("the address is free");
    unit.save_feed(&own).await.expect("writing works");
    unit.save_feed(&room).await.expect("writing works");
    assert_eq!(unit.feed(room.id).await.expect("reading works"), Some(room.clone()));
    assert_eq!(unit.feeds_of(ada.id).await.expect("reading works"), [own.clone(), room.clone()]);
    assert!(!unit.end_feed(other.id, own.id).await.expect("writing works"));
    assert!(unit.end_feed(ada.id, own.id).await.expect("writing works"));
    assert!(!unit.end_feed(ada.id, own.id).await.expect("writing works"));
    assert_eq!(unit.feeds_of(ada.id).await.expect("reading works"), [room]);
}

async fn a_new_address_of_the_same_ends_the_old_one(store: Arc<dyn Store>) {
    let (ada, rooms) = furnish(&store, 2).await;
    let mut unit = write(&store).await;
    for secret in [1, 2] {
        unit.save_feed(&feed(&ada, None, secret)).await.expect("writing works");
        unit.save_feed(&feed(&ada, Some(&rooms[0]), 10 + secret)).await.expect("writing works");
    }
    unit.save_feed(&feed(&ada, Some(&rooms[1]), 20)).await.expect("writing works");
    let left: Vec<u8> =
        unit.feeds_of(ada.id).await.expect("reading works").iter().map(|feed| feed.secret_hash[0]).collect();
    assert_eq!(left, [2, 12, 20]);
}

async fn the_dates_of_a_room_are_found_by_time(store: Arc<dyn Store>) {
    let (ada, rooms) = furnish(&store, 2).await;
    let (one, two, elsewhere) = (booking(&ada, &[&rooms[0]]), booking(&ada, &[&rooms[0]]), booking(&ada, &[&rooms[1]]));
    let mut cancelled = booking(&ada, &[&rooms[0]]);
    cancelled.state = BookingState::Cancelled { at: at(0), by: ada.id };
    let mut unit = write(&store).await;
    for (booking, hours) in [(&two, vec![4, 8]), (&one, vec![2]), (&elsewhere, vec![2]), (&cancelled, vec![6])] {
        let dates: Vec<_> = hours.iter().map(|hour| occurrence(booking, hour * HOUR, (hour + 1) * HOUR)).collect();
        unit.add_booking(booking, &dates).await.expect("the room is free");
    }
    unit.commit().await.expect("nothing stands against it");
    let mut unit = read(&store).await;
    let mut found = async |start, end, limit| {
        let dates = unit.dates_in_room(rooms[0].id, hours(start, end), limit).await.expect("reading works");
        dates.iter().map(|(date, booking)| (booking.id, date.start)).collect::<Vec<_>>()
    };
    let all = [(one.id, at(2 * HOUR)), (two.id, at(4 * HOUR)), (two.id, at(8 * HOUR))];
    assert_eq!(found(0, 24, 10).await, all, "the earliest first");
    assert_eq!(found(0, 24, 1).await, all[..1]);
    assert_eq!(found(3, 4, 10).await, []);
    assert_eq!(found(5, 9, 10).await, all[2..]);
}

fn hours(start: i64, end: i64) -> Span {
    Span { start: at(start * HOUR), end: at(end * HOUR) }
}

async fn a_calendar_has_what_one_organises_or_is_invited_to(store: Arc<dyn Store>) {
    let (ada, _) = furnish(&store, 1).await;
    let other = person("Other");
    let (own, invited, uninvited) = (booking(&ada, &[]), booking(&other, &[]), booking(&other, &[]));
    let (foreign, dropped, mut cancelled) = (booking(&other, &[]), booking(&ada, &[]), booking(&ada, &[]));
    cancelled.state = BookingState::Cancelled { at: at(0), by: ada.id };
    let mut unit = write(&store).await;
    unit.add_person(&other).await.expect("the address is free");
    let by_start = [(&invited, 1), (&own, 2), (&uninvited, 3), (&foreign, 4), (&dropped, 5), (&cancelled, 6)];
    for (booking, hour) in by_start {
        let mut first = occurrence(booking, hour * HOUR, (hour + 1) * HOUR);
        if booking.id == dropped.id {
            first.state = OccurrenceState::Cancelled;
        }
        let again = occurrence(booking, (hour + 100) * HOUR, (hour + 101) * HOUR);
        unit.add_booking(booking, &[first, again]).await.expect("nothing stands against it");
    }
    for (booking, revoked_at) in [(&invited, None), (&uninvited, Some(at(0)))] {
        let invitation = Invitation { invitee: Invitee::Person(ada.id), revoked_at, ..guest(booking, 1) };
        unit.save_invitations(booking.id, &[invitation]).await.expect("writing works");
    }
    unit.commit().await.expect("nothing stands against it");
    let mut unit = read(&store).await;
    let mut found = async |start, end, limit| {
        let found = unit.calendar(ada.id, hours(start, end), limit).await.expect("reading works");
        let ids: Vec<_> = found.iter().map(|one| one.booking.id).collect();
        let mut again = unit.outlines(&ids).await.expect("reading works");
        again.sort_by_key(|one| ids.iter().position(|id| *id == one.booking.id));
        assert_eq!(found, again, "the same as by their ids");
        ids
    };
    assert_eq!(found(0, 200, 10).await, [invited.id, own.id, dropped.id], "each once, the earliest held date first");
    assert_eq!(found(0, 200, 1).await, [invited.id]);
    assert_eq!(found(2, 50, 10).await, [own.id], "what ends when the span begins is over");
    assert_eq!(found(102, 103, 10).await, [own.id]);
}

/// Everything that is asked by person and time, for the one who organises and for who is invited.
async fn a_calendar_follows_what_is_moved_alone_or_as_a_whole(store: Arc<dyn Store>) {
    let (ada, _) = furnish(&store, 1).await;
    let (ben, later) = (person("Ben"), person("Later"));
    let mut booked = booking(&ada, &[]);
    let dates: Vec<_> = [10, 20].map(|hour| occurrence(&booked, hour * HOUR, (hour + 1) * HOUR)).into();
    let to = |who: &Person| Invitation { invitee: Invitee::Person(who.id), ..guest(&booked, 1) };
    let (to_ben, to_later) = (to(&ben), to(&later));
    let mut unit = write(&store).await;
    unit.add_person(&ben).await.expect("the address is free");
    unit.add_person(&later).await.expect("the address is free");
    unit.add_booking(&booked, &dates).await.expect("nothing stands against it");
    unit.save_invitations(booked.id, std::slice::from_ref(&to_ben)).await.expect("writing works");
    unit.commit().await.expect("nothing stands against it");
    let found = async |who: &[&Person], start, end| {
        let mut unit = read(&store).await;
        let mut answers = Vec::new();
        for person in who {
            let calendar = unit.calendar(person.id, hours(start, end), 10).await.expect("reading works");
            let busy = unit.busy_times(&[person.id], hours(start, end), 10).await.expect("reading works").len();
            let month = unit.bookings_of(person.id, hours(start, end), 10).await.expect("reading works").len();
            assert_eq!((!calendar.is_empty(), busy), (busy > 0, month), "all agree");
            answers.push(busy);
        }
        answers
    };
    assert_eq!(found(&[&ada, &ben, &later], 0, 30).await, [2, 2, 0]);
    assert_eq!(found(&[&ada, &ben], 11, 20).await, [0, 0], "between its dates");

    // One date goes far ahead, the other far back: farther than the booking reached.
    let mut unit = write(&store).await;
    for (date, hour) in [(&dates[1], 1_000), (&dates[0], -1_000)] {
        let mut moved = date.clone();
        (moved.start, moved.end) = (at(hour * HOUR), at((hour + 1) * HOUR));
        unit.save_occurrence(&moved).await.expect("nothing stands against it");
    }
    unit.commit().await.expect("nothing stands against it");
    assert_eq!(found(&[&ada, &ben], 999, 1_001).await, [1, 1]);
    assert_eq!(found(&[&ada, &ben], -1_001, -999).await, [1, 1]);
    assert_eq!(found(&[&ada, &ben], 0, 30).await, [0, 0]);

    // All of it goes elsewhere, and somebody else is invited then.
    let moved = occurrence(&booked, 5_000 * HOUR, 5_001 * HOUR);
    booked.version += 1;
    let mut unit = write(&store).await;
    unit.save_booking(&booked, std::slice::from_ref(&moved)).await.expect("nobody else has changed it");
    unit.save_invitations(booked.id, &[to_ben, to_later]).await.expect("writing works");
    unit.commit().await.expect("nothing stands against it");
    assert_eq!(found(&[&ada, &ben, &later], 4_990, 5_010).await, [1, 1, 1]);
    assert_eq!(found(&[&ada, &ben, &later], -2_000, 2_000).await, [0, 0, 0]);
}

async fn an_outline_has_the_only_date_or_what_differs_from_the_rule_and_the_span_of_all(store: Arc<dyn Store>) {
    let (ada, rooms) = furnish(&store, 1).await;
    let (mut series, single, dateless) = (booking(&ada, &[&rooms[0]]), booking(&ada, &[]), booking(&ada, &[]));
    weekly(&mut series);
    let mut dates: Vec<_> = (0..8).map(|week| occurrence(&series, week * 10 * HOUR, (week * 10 + 1) * HOUR)).collect();
    dates[2].state = OccurrenceState::Cancelled;
    dates[3].state = OccurrenceState::Ended { at: at(0) };
    dates[4].deviation.is_moved = true;
    dates[5].deviation.title = Some("Klausur".into());
    dates[6].deviation.rooms = Some(vec![]);
    let only = occurrence(&single, 0, HOUR);
    let mut unit = write(&store).await;
    unit.add_booking(&series, &dates).await.expect("the room is free");
    unit.add_booking(&single, std::slice::from_ref(&only)).await.expect("nothing stands against it");
    unit.add_booking(&dateless, &[]).await.expect("nothing stands against it");
    unit.commit().await.expect("nothing stands against it");
    let mut unit = read(&store).await;
    let ids = [single.id, BookingId::from_uuid(Uuid::now_v7()), series.id, dateless.id];
    let found = unit.outlines(&ids).await.expect("reading works");
    let differing: Vec<_> = [2, 4, 5, 6].map(|place: usize| dates[place].clone()).into();
    let mut expected = [
        Outline { booking: series, span: Some(hours(0, 71)), dates: differing },
        Outline { booking: single, span: Some(hours(0, 1)), dates: vec![only] },
        Outline { booking: dateless, span: None, dates: vec![] },
    ];
    expected.sort_by_key(|one| one.booking.id);
    assert_eq!(found, expected, "by id");
}
