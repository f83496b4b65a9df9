use std::sync::Arc;

use domain::room_policy::{RoomPeople, RoomPolicy};
use domain::{Booking, Occurrence, OccurrenceId, RoomId, Series};
use jiff::SignedDuration;
use storage::{Attended, AuditEntry, RoomRelease, RoomRules, Span, Store};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::samples::{HOUR, at, booking, furnish, occurrence, read, write};

super::promises![
    a_date_is_unattended_while_it_runs_and_nobody_came,
    of_many_who_note_a_release_one_hears_yes_and_it_counts_once,
    a_date_that_moves_is_looked_at_again,
    a_date_with_somebody_at_one_door_is_no_no_show,
    a_panel_stands_at_one_door_until_it_is_replaced,
    released_rooms_are_told_by_when_they_were_released,
];

/// A series with a date from the fifth hour to the sixth in a room with rules.
async fn ruled(store: &Arc<dyn Store>) -> (Booking, Occurrence) {
    let (ada, rooms) = furnish(store, 1).await;
    let series = Series {
        start: "2027-01-15T09:00".parse().expect("a wall time"),
        duration: SignedDuration::from_hours(1),
        rule: "FREQ=WEEKLY;COUNT=4".parse().expect("a rule"),
        dates: Vec::new(),
        except: Vec::new(),
        unfolded_until: None,
    };
    let booking = Booking { series: Some(series), ..booking(&ada, &[&rooms[0]]) };
    let date = occurrence(&booking, 5 * HOUR, 6 * HOUR);
    let rules = RoomRules { room: rooms[0].id, policy: RoomPolicy::default(), people: RoomPeople::default() };
    let mut unit = write(store).await;
    unit.save_room_rules(&rules).await.expect("writable");
    unit.add_booking(&booking, std::slice::from_ref(&date)).await.expect("nothing stands against it");
    unit.commit().await.expect("nothing stands against it");
    (booking, date)
}

async fn unattended(store: &Arc<dyn Store>, now: i64) -> usize {
    read(store).await.unattended_dates(at(now)).await.expect("readable").len()
}

async fn comes(store: &Arc<dyn Store>, date: &Occurrence, now: i64) -> bool {
    let mut unit = write(store).await;
    let is_news = unit.note_attended(date.id, at(now)).await.expect("writable");
    unit.commit().await.expect("nothing stands against it");
    is_news
}

async fn release(store: &Arc<dyn Store>, date: &Occurrence) -> bool {
    let mut unit = write(store).await;
    let is_first = unit.note_release(date.id, date.start).await.expect("writable");
    unit.commit().await.expect("nothing stands against it");
    is_first
}

async fn a_date_is_unattended_while_it_runs_and_nobody_came(store: Arc<dyn Store>) {
    let (_, date) = ruled(&store).await;
    for (now, expected) in [(5 * HOUR - 1, 0), (5 * HOUR, 1), (6 * HOUR - 1, 1), (6 * HOUR, 0)] {
        assert_eq!(unattended(&store, now).await, expected, "{now}");
    }
    assert!(!comes(&store, &date, 6 * HOUR).await, "it is over");
    assert!(comes(&store, &date, 5 * HOUR - 60).await);
    assert!(!comes(&store, &date, 5 * HOUR).await, "it is known");
    assert_eq!(unattended(&store, 5 * HOUR).await, 0);
    assert!(!release(&store, &date).await, "somebody came");
    let known = read(&store).await.attended(date.id).await.expect("readable");
    assert_eq!(known, Attended { is_attended: true, is_released: false });
}

async fn of_many_who_note_a_release_one_hears_yes_and_it_counts_once(store: Arc<dyn Store>) {
    let (booking, date) = ruled(&store).await;
    let mut notes = JoinSet::new();
    for _ in 0..8 {
        let (store, date) = (store.clone(), date.clone());
        notes.spawn(async move { release(&store, &date).await });
    }
    let said = notes.join_all().await;
    assert_eq!(said.iter().filter(|yes| **yes).count(), 1);
    assert_eq!(read(&store).await.no_shows(booking.id).await.expect("readable"), 1);
    assert_eq!(unattended(&store, 5 * HOUR).await, 0);
    assert!(comes(&store, &date, 5 * HOUR + 1200).await, "late");
    assert_eq!(read(&store).await.no_shows(booking.id).await.expect("readable"), 0);
}

async fn a_date_that_moves_is_looked_at_again(store: Arc<dyn Store>) {
    let (booking, date) = ruled(&store).await;
    assert!(comes(&store, &date, 5 * HOUR - 60).await);
    let moved = Occurrence { start: at(7 * HOUR), end: at(8 * HOUR), ..date.clone() };
    let mut unit = write(&store).await;
    unit.save_booking(&booking.changed(at(1)), std::slice::from_ref(&moved)).await.expect("nothing stands against it");
    unit.commit().await.expect("nothing stands against it");
    assert_eq!(unattended(&store, 7 * HOUR).await, 1);
    assert_eq!(read(&store).await.attended(date.id).await.expect("readable"), Attended::default());
    assert!(!release(&store, &date).await, "it begins at another time");
    assert!(release(&store, &moved).await);
}

async fn a_date_with_somebody_at_one_door_is_no_no_show(store: Arc<dyn Store>) {
    let (booking, date) = ruled(&store).await;
    let room = booking.rooms[0];
    let seen = async || read(&store).await.rooms_seen(date.id).await.expect("readable");
    let knock = async |now: i64| {
        let mut unit = write(&store).await;
        let is_held = unit.note_room_seen(date.id, room, at(now)).await.expect("writable");
        unit.commit().await.expect("nothing stands against it");
        is_held
    };
    assert!(!knock(6 * HOUR).await, "it is over");
    assert!(seen().await.is_empty());
    assert!(knock(5 * HOUR - 60).await && knock(5 * HOUR).await, "twice does no harm");
    assert_eq!(seen().await, [room]);
    assert_eq!(unattended(&store, 5 * HOUR).await, 1, "nobody may be in its other rooms");
    assert!(release(&store, &date).await, "those");
    assert_eq!(read(&store).await.no_shows(booking.id).await.expect("readable"), 0, "it takes place");
    let moved = Occurrence { start: at(7 * HOUR), end: at(8 * HOUR), ..date.clone() };
    let mut unit = write(&store).await;
    unit.save_booking(&booking.changed(at(1)), std::slice::from_ref(&moved)).await.expect("nothing stands against it");
    unit.commit().await.expect("nothing stands against it");
    assert!(seen().await.is_empty(), "nobody was there then");
    assert!(release(&store, &moved).await);
    assert_eq!(read(&store).await.no_shows(booking.id).await.expect("readable"), 1);
}

async fn a_panel_stands_at_one_door_until_it_is_replaced(store: Arc<dyn Store>) {
    let (_, rooms) = furnish(&store, 2).await;
    let set = async |hash: Option<&[u8; 32]>| {
        let mut unit = write(&store).await;
        unit.set_door(rooms[0].id, hash).await.expect("writable");
        unit.commit().await.expect("nothing stands against it");
    };
    let is_door = async |room: usize, hash: u8| {
        read(&store).await.is_door_of(rooms[room].id, &[hash; 32]).await.expect("readable")
    };
    assert!(!is_door(0, 1).await);
    set(Some(&[1; 32])).await;
    assert!(is_door(0, 1).await && !is_door(1, 1).await && !is_door(0, 2).await);
    set(Some(&[2; 32])).await;
    assert!(!is_door(0, 1).await && is_door(0, 2).await);
    set(None).await;
    assert!(!is_door(0, 2).await);
}

async fn released_rooms_are_told_by_when_they_were_released(store: Arc<dyn Store>) {
    let release =
        || RoomRelease { date: OccurrenceId::from_uuid(Uuid::now_v7()), room: RoomId::from_uuid(Uuid::now_v7()) };
    let (one, other, later) = (release(), release(), release());
    let mut unit = write(&store).await;
    for (release, second) in [(one, 10), (other, 10), (later, 20)] {
        unit.add_audit(&release.entry(at(second))).await.expect("writing works");
    }
    let something = AuditEntry { action: "room.retired".into(), subject: "room".into(), ..one.entry(at(15)) };
    unit.add_audit(&something).await.expect("writing works");
    unit.commit().await.expect("nothing stands against it");
    let mut unit = read(&store).await;
    let mut told =
        async |start, end| unit.released_rooms(Span { start: at(start), end: at(end) }).await.expect("reading works");
    assert_eq!(told(10, 20).await, [one, other]);
    assert_eq!(told(0, 21).await, [one, other, later]);
    assert_eq!(told(11, 20).await, []);
}
