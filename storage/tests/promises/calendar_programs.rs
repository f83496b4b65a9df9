//! What calendar programs were told, and what they call things.

use std::sync::Arc;

use domain::{Booking, Person};
use storage::{CalendarName, CalendarState, Store};
use tokio::task::JoinSet;

use super::samples::{HOUR, at, booking, furnish, occurrence, person, write};

super::promises![
    a_state_is_found_by_its_token_in_its_calendar_only,
    only_the_latest_states_are_kept_and_none_for_ever,
    a_booking_has_the_name_its_program_gave_and_no_other_has_it,
    of_many_who_name_a_booking_alike_at_a_time_one_finds_the_name_free,
];

const DAY: i64 = 24 * HOUR;

fn state(person: &Person, calendar: &Person, token: u8, seen: i64) -> CalendarState {
    let entries = format!("00ff {token}.ics\n");
    CalendarState { person: person.id, calendar: calendar.id, token: [token; 16], entries, seen_at: at(seen) }
}

async fn a_state_is_found_by_its_token_in_its_calendar_only(store: Arc<dyn Store>) {
    let (ada, _) = furnish(&store, 0).await;
    let boss = person("Boss");
    let (own, of_boss) = (state(&ada, &ada, 1, 5), state(&ada, &boss, 2, 5));
    let mut unit = write(&store).await;
    unit.add_person(&boss).await.expect("the address is free");
    for told in [&own, &of_boss] {
        unit.save_calendar_state(told).await.expect("writing works");
    }
    assert_eq!(unit.calendar_state(ada.id, ada.id, &[1; 16]).await.expect("reading works"), Some(own.clone()));
    assert_eq!(unit.calendar_state(ada.id, boss.id, &[1; 16]).await.expect("reading works"), None);
    assert_eq!(unit.calendar_state(boss.id, boss.id, &[2; 16]).await.expect("reading works"), None);
    let again = CalendarState { seen_at: at(9), ..own };
    unit.save_calendar_state(&again).await.expect("the same once more is seen once more");
    assert_eq!(unit.calendar_state(ada.id, ada.id, &[1; 16]).await.expect("reading works"), Some(again));
}

async fn only_the_latest_states_are_kept_and_none_for_ever(store: Arc<dyn Store>) {
    let (ada, _) = furnish(&store, 0).await;
    let mut unit = write(&store).await;
    for token in 1..=21 {
        unit.save_calendar_state(&state(&ada, &ada, token, i64::from(token))).await.expect("writing works");
    }
    assert_eq!(unit.calendar_state(ada.id, ada.id, &[1; 16]).await.expect("reading works"), None, "the oldest of 21");
    assert!(unit.calendar_state(ada.id, ada.id, &[2; 16]).await.expect("reading works").is_some());
    assert_eq!(unit.delete_old_calendar_states(at(60 * DAY + 2)).await.expect("writing works"), 0);
    assert_eq!(unit.delete_old_calendar_states(at(60 * DAY + 4)).await.expect("writing works"), 2);
    assert_eq!(unit.calendar_state(ada.id, ada.id, &[3; 16]).await.expect("reading works"), None);
    assert!(unit.calendar_state(ada.id, ada.id, &[4; 16]).await.expect("reading works").is_some());
}

fn name(person: &Person, booking: &Booking, name: &str) -> CalendarName {
    let (name, uid) = (name.to_owned(), format!("{name}@phone"));
    CalendarName { person: person.id, booking: booking.id, name, uid, own_lines: "CATEGORIES:Dienst\n".into() }
}

async fn a_booking_has_the_name_its_program_gave_and_no_other_has_it(store: Arc<dyn Store>) {
    let (ada, _) = furnish(&store, 0).await;
    let (one, two) = (booking(&ada, &[]), booking(&ada, &[]));
    let mut unit = write(&store).await;
    for booking in [&one, &two] {
        unit.add_booking(booking, &[occurrence(booking, 0, HOUR)]).await.expect("nothing stands against it");
    }
    unit.save_calendar_name(&name(&ada, &one, "A.ics")).await.expect("writing works");
    let mut named = name(&ada, &one, "B.ics");
    named.own_lines = String::new();
    unit.save_calendar_name(&named).await.expect("a new name takes the place of the old one");
    assert_eq!(unit.calendar_name(ada.id, "A.ics").await.expect("reading works"), None);
    assert_eq!(unit.calendar_name(ada.id, "B.ics").await.expect("reading works"), Some(named.clone()));
    assert_eq!(unit.calendar_names(ada.id, &[two.id, one.id]).await.expect("reading works"), [named.clone()]);
    assert_eq!(unit.calendar_names_by_uid(ada.id, "B.ics@phone").await.expect("reading works"), [named]);
    let taken_over = name(&ada, &two, "B.ics");
    unit.save_calendar_name(&taken_over).await.expect("writing works");
    assert_eq!(unit.calendar_names(ada.id, &[two.id, one.id]).await.expect("reading works"), [taken_over]);
}

async fn of_many_who_name_a_booking_alike_at_a_time_one_finds_the_name_free(store: Arc<dyn Store>) {
    let (ada, _) = furnish(&store, 0).await;
    let mut programs = JoinSet::new();
    for _ in 0..16 {
        let (store, ada) = (store.clone(), ada.clone());
        let held = booking(&ada, &[]);
        let date = occurrence(&held, 0, HOUR);
        programs.spawn(async move {
            let mut unit = write(&store).await;
            unit.lock_calendar_names(ada.id).await.expect("nobody holds it for long");
            if unit.calendar_name(ada.id, "a.ics").await.expect("reading works").is_some() {
                return false;
            }
            unit.add_booking(&held, &[date]).await.expect("it holds no room");
            let name = CalendarName {
                person: ada.id,
                booking: held.id,
                name: "a.ics".into(),
                uid: "a@phone".into(),
                own_lines: String::new(),
            };
            unit.save_calendar_name(&name).await.expect("it is free");
            unit.commit().await.expect("committing works");
            true
        });
    }
    let made = programs.join_all().await.into_iter().filter(|made| *made).count();
    assert_eq!(made, 1);
}
