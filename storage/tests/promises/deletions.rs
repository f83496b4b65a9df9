//! What a period ends is deleted with all that belongs to it, and the log says how much.

use std::sync::Arc;

use domain::recurrence::Moment;
use domain::retention::Reason;
use domain::{
    Booking, BookingState, Delegation, DelegationId, Identity, Occurrence, OccurrenceState, Person, PersonId, Series,
};
use jiff::SignedDuration;
use jiff::civil::date;
use storage::{AuditEntry, Deletion, SignIn, StorageError, Store, Subject};

use super::invitations::guest;
use super::samples::{HOUR, at, booking, furnish, occurrence, person, read, write};

super::promises![
    bookings_that_are_over_for_long_go_with_all_that_belongs_to_them,
    a_booking_stays_while_one_of_its_dates_is_to_come_or_young,
    no_more_than_asked_for_is_deleted_at_once_and_the_oldest_first,
    old_lines_of_the_audit_trail_go_and_the_rest_stays,
    who_was_removed_is_forgotten_a_week_after_the_meeting,
    a_closed_account_is_found_unless_meetings_of_its_person_are_to_come,
    what_is_left_of_an_account_goes_with_the_last_that_refers_to_it,
    the_log_counts_each_day_by_reason_and_table_and_ends_itself,
];

const DAY: i64 = 24 * HOUR;

async fn add(store: &Arc<dyn Store>, booking: &Booking, dates: &[Occurrence]) {
    let mut unit = write(store).await;
    unit.add_booking(booking, dates).await.expect("nothing is held");
    unit.commit().await.expect("nothing stands against it");
}

/// Deletes bookings that were over before then, as it is now.
async fn delete(store: &Arc<dyn Store>, before: i64, limit: u32) -> u64 {
    let mut unit = write(store).await;
    let count = unit.delete_old_bookings(at(before), at(1000 * DAY), limit).await.expect("writing works");
    unit.commit().await.expect("nothing stands against it");
    count
}

async fn is_there(store: &Arc<dyn Store>, booking: &Booking) -> bool {
    read(store).await.booking(booking.id).await.expect("reading works").is_some()
}

async fn log(store: &Arc<dyn Store>) -> Vec<(String, String, u64)> {
    let log = read(store).await.deletions(100).await.expect("reading works");
    log.into_iter().map(|line| (line.reason, line.table, line.rows)).collect()
}

fn lines(expected: &[(&str, &str, u64)]) -> Vec<(String, String, u64)> {
    expected.iter().map(|(reason, table, rows)| ((*reason).to_owned(), (*table).to_owned(), *rows)).collect()
}

async fn bookings_that_are_over_for_long_go_with_all_that_belongs_to_them(store: Arc<dyn Store>) {
    let (ada, rooms) = furnish(&store, 1).await;
    let held = booking(&ada, &[&rooms[0]]);
    let dates = [occurrence(&held, HOUR, 2 * HOUR), occurrence(&held, DAY, DAY + HOUR)];
    let invited = guest(&held, 1);
    let mut unit = write(&store).await;
    unit.add_booking(&held, &dates).await.expect("nothing is held");
    unit.save_invitations(held.id, std::slice::from_ref(&invited)).await.expect("the booking exists");
    unit.save_reply(&domain::Reply::awaited(invited.id, None, 1)).await.expect("the invitation exists");
    let removed = Identity::from(invited.id);
    unit.exclude(dates[0].id, &removed, at(HOUR)).await.expect("the date exists");
    unit.commit().await.expect("nothing stands against it");

    assert_eq!(delete(&store, DAY + HOUR, 10).await, 0, "it ends at that very moment");
    assert!(log(&store).await.is_empty());
    assert_eq!(delete(&store, DAY + HOUR + 1, 10).await, 1);
    let mut unit = read(&store).await;
    assert!(unit.booking(held.id).await.expect("reading works").is_none());
    assert!(unit.occurrences_of(held.id).await.expect("reading works").is_empty());
    assert!(unit.invitations_of(held.id).await.expect("reading works").is_empty());
    assert!(unit.replies_of(held.id).await.expect("reading works").is_empty());
    assert!(!unit.is_excluded(dates[0].id, &removed).await.expect("reading works"));
    let tables = [("bookings", 1), ("exclusions", 1), ("invitations", 1), ("occurrences", 2), ("replies", 1)];
    let expected: Vec<_> = tables.iter().map(|(table, rows)| ("bookings_days", *table, *rows)).collect();
    assert_eq!(log(&store).await, lines(&expected));
}

async fn a_booking_stays_while_one_of_its_dates_is_to_come_or_young(store: Arc<dyn Store>) {
    let (ada, _) = furnish(&store, 0).await;
    let series = |until: Option<i64>| Series {
        start: date(2027, 1, 15).at(9, 30, 0, 0),
        duration: SignedDuration::from_hours(1),
        rule: "FREQ=WEEKLY;BYDAY=FR".parse().expect("a rule"),
        dates: Vec::new(),
        except: vec![Moment::Instant(at(0))],
        unfolded_until: until.map(at),
    };
    let running = booking(&ada, &[]);
    add(&store, &running, &[occurrence(&running, 0, HOUR), occurrence(&running, 50 * DAY, 50 * DAY + HOUR)]).await;
    let endless = Booking { series: Some(series(Some(5 * DAY))), ..booking(&ada, &[]) };
    add(&store, &endless, &[occurrence(&endless, 0, HOUR)]).await;
    let young = Booking { created_at: at(40 * DAY), ..booking(&ada, &[]) };
    add(&store, &young, &[occurrence(&young, 0, HOUR)]).await;
    let cancelled = |when| Booking {
        state: BookingState::Cancelled { at: at(when), by: ada.id },
        series: Some(series(Some(90 * DAY))),
        ..booking(&ada, &[])
    };
    let (long_ago, lately) = (cancelled(DAY), cancelled(45 * DAY));
    for booking in [&long_ago, &lately] {
        let date = Occurrence { state: OccurrenceState::Cancelled, ..occurrence(booking, 90 * DAY, 90 * DAY + HOUR) };
        add(&store, booking, &[date]).await;
    }

    assert_eq!(delete(&store, 30 * DAY, 10).await, 1);
    assert!(!is_there(&store, &long_ago).await, "cancelled long ago, whenever it should have been");
    for (booking, why) in
        [(&running, "a date is to come"), (&endless, "it never ends"), (&young, "booked later"), (&lately, "lately")]
    {
        assert!(is_there(&store, booking).await, "{why}");
    }
}

async fn no_more_than_asked_for_is_deleted_at_once_and_the_oldest_first(store: Arc<dyn Store>) {
    let (ada, _) = furnish(&store, 0).await;
    let mut bookings = Vec::new();
    for day in [3, 1, 2] {
        let held = Booking { created_at: at(day * HOUR), ..booking(&ada, &[]) };
        add(&store, &held, &[occurrence(&held, day * DAY, day * DAY + HOUR)]).await;
        bookings.push(held);
    }
    assert_eq!(delete(&store, 30 * DAY, 2).await, 2);
    assert!(is_there(&store, &bookings[0]).await);
    assert_eq!(delete(&store, 30 * DAY, 2).await, 1);
    assert_eq!(delete(&store, 30 * DAY, 2).await, 0);
    assert_eq!(log(&store).await, lines(&[("bookings_days", "bookings", 3), ("bookings_days", "occurrences", 3)]));
}

async fn old_lines_of_the_audit_trail_go_and_the_rest_stays(store: Arc<dyn Store>) {
    let mut unit = write(&store).await;
    for hour in 0..5 {
        let entry = AuditEntry {
            at: at(hour * HOUR),
            actor: None,
            on_behalf_of: None,
            action: format!("hour.{hour}"),
            subject: String::new(),
        };
        unit.add_audit(&entry).await.expect("writing works");
    }
    assert_eq!(unit.delete_old_audit(at(3 * HOUR), at(DAY), 2).await.expect("writing works"), 2);
    assert_eq!(unit.delete_old_audit(at(3 * HOUR), at(DAY), 2).await.expect("writing works"), 1);
    assert_eq!(unit.delete_old_audit(at(3 * HOUR), at(DAY), 2).await.expect("writing works"), 0);
    let left: Vec<String> =
        unit.audit(10).await.expect("reading works").into_iter().map(|entry| entry.action).collect();
    assert_eq!(left, ["hour.4", "hour.3"]);
    unit.commit().await.expect("nothing stands against it");
    assert_eq!(log(&store).await, lines(&[("audit_days", "audit_entries", 3)]));
}

async fn who_was_removed_is_forgotten_a_week_after_the_meeting(store: Arc<dyn Store>) {
    let (ada, _) = furnish(&store, 0).await;
    let held = booking(&ada, &[]);
    let dates = [occurrence(&held, 0, HOUR), occurrence(&held, 30 * DAY, 30 * DAY + HOUR)];
    add(&store, &held, &dates).await;
    let identity: Identity = "guest-1".parse().expect("an identity");
    let mut unit = write(&store).await;
    for date in &dates {
        unit.exclude(date.id, &identity, at(0)).await.expect("the date exists");
    }
    assert_eq!(unit.delete_old_exclusions(at(7 * DAY + HOUR)).await.expect("writing works"), 0);
    assert_eq!(unit.delete_old_exclusions(at(7 * DAY + HOUR + 1)).await.expect("writing works"), 1);
    assert!(!unit.is_excluded(dates[0].id, &identity).await.expect("reading works"));
    assert!(unit.is_excluded(dates[1].id, &identity).await.expect("reading works"), "that one is to come");
}

async fn a_closed_account_is_found_unless_meetings_of_its_person_are_to_come(store: Arc<dyn Store>) {
    let closed = |name: &str, day: i64| Person { disabled_at: Some(at(day * DAY)), ..person(name) };
    let (early, late, busy, open) = (closed("Early", 1), closed("Late", 9), closed("Busy", 2), person("Open"));
    let mut unit = write(&store).await;
    for one in [&early, &late, &busy, &open] {
        unit.add_person(one).await.expect("the address is free");
    }
    let held = booking(&busy, &[]);
    unit.add_booking(&held, &[occurrence(&held, 0, HOUR), occurrence(&held, 20 * DAY, 20 * DAY + HOUR)])
        .await
        .expect("nothing is held");
    unit.commit().await.expect("nothing stands against it");
    let found = async |before: i64, now: i64, limit: u32| -> Vec<PersonId> {
        let closed = read(&store).await.accounts_closed(at(before * DAY), at(now * DAY), limit).await;
        closed.expect("reading works").into_iter().map(|one| one.id).collect()
    };
    assert_eq!(found(5, 10, 10).await, [early.id]);
    assert_eq!(found(5, 21, 10).await, [early.id, busy.id], "the meeting is over");
    assert_eq!(found(10, 21, 2).await, [early.id, busy.id], "those closed first come first");
    assert_eq!(found(1, 21, 10).await, []);
}

async fn what_is_left_of_an_account_goes_with_the_last_that_refers_to_it(store: Arc<dyn Store>) {
    let (ada, _) = furnish(&store, 0).await;
    let leaving = person("Leaving");
    let held = Booking { booked_by: leaving.id, ..booking(&ada, &[]) };
    let delegation = Delegation {
        id: DelegationId::from_uuid(uuid::Uuid::now_v7()),
        principal: ada.id,
        delegate: leaving.id,
        rights: Vec::new(),
        valid_until: None,
    };
    let mut unit = write(&store).await;
    unit.add_person(&leaving).await.expect("the address is free");
    unit.save_delegation(&delegation).await.expect("both exist");
    unit.add_booking(&held, &[occurrence(&held, 0, HOUR)]).await.expect("nothing is held");
    let subject = Subject { account: Some(leaving.id), address: leaving.email.clone(), sign_in_hash: [9; 32] };
    unit.erase(&subject, Reason::Erasure, at(DAY)).await.expect("writing works");
    assert_eq!(unit.delete_nameless_accounts(at(DAY)).await.expect("writing works"), 0);
    let left = unit.person(leaving.id).await.expect("reading works").expect("the booking needs it");
    assert_ne!((&left.name, &left.email), (&leaving.name, &leaving.email));
    assert!(left.disabled_at.is_some());
    assert!(unit.find_people("", None, 10).await.expect("reading works").iter().all(|one| one.id != leaving.id));
    assert_eq!(unit.count_people().await.expect("reading works"), 1);
    assert!(unit.delegations_given(ada.id).await.expect("reading works").is_empty());
    unit.commit().await.expect("nothing stands against it");
    let mut unit = write(&store).await;
    let opened = unit.save_person(&Person { disabled_at: None, ..left }).await;
    assert!(matches!(opened, Err(StorageError::Conflict(_))), "it cannot be opened again");
    drop(unit);

    assert_eq!(delete(&store, 30 * DAY, 10).await, 1);
    let mut unit = write(&store).await;
    assert_eq!(unit.delete_nameless_accounts(at(DAY)).await.expect("writing works"), 1);
    assert!(unit.person(leaving.id).await.expect("reading works").is_none());
    assert!(unit.person(ada.id).await.expect("reading works").is_some());
}

async fn the_log_counts_each_day_by_reason_and_table_and_ends_itself(store: Arc<dyn Store>) {
    let attempts = async |days: &[i64], now: i64| {
        let mut unit = write(&store).await;
        for day in days {
            unit.add_failed_sign_in(&SignIn { subject_hash: [1; 32], at: at(day * DAY) }).await.expect("writing works");
        }
        let deleted = unit.delete_expired_sessions(at(now)).await.expect("writing works");
        unit.commit().await.expect("nothing stands against it");
        assert_eq!(deleted, days.len() as u64);
    };
    // The samples begin at 8:00 UTC.
    attempts(&[0, 0], 3 * DAY).await;
    attempts(&[1], 3 * DAY + 15 * HOUR).await;
    attempts(&[2], 5 * DAY).await;
    let newest = read(&store).await.deletions(1).await.expect("reading works");
    let line = |day: i64, rows, latest| Deletion {
        day: at(day * DAY - 8 * HOUR),
        reason: "its_time".into(),
        table: "failed_sign_ins".into(),
        rows,
        latest_at: at(latest),
    };
    assert_eq!(newest, [line(5, 1, 5 * DAY)]);
    let all = read(&store).await.deletions(10).await.expect("reading works");
    assert_eq!(all, [line(5, 1, 5 * DAY), line(3, 3, 3 * DAY + 15 * HOUR)]);

    let day_is_over = at(4 * DAY - 8 * HOUR);
    let mut unit = write(&store).await;
    assert_eq!(unit.delete_old_deletions(day_is_over, at(50 * DAY)).await.expect("writing works"), 0);
    let later = day_is_over + SignedDuration::from_secs(1);
    assert_eq!(unit.delete_old_deletions(later, at(50 * DAY)).await.expect("writing works"), 1);
    let left: Vec<String> =
        unit.deletions(10).await.expect("reading works").into_iter().map(|line| line.reason).collect();
    assert_eq!(left, ["deletions_days", "its_time"]);
}
