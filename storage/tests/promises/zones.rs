use std::sync::Arc;

use domain::BookingId;
use storage::{StayReason, StorageError, Store, ZonePass, ZoneRules, ZoneStay, ZoneUpdate};
use uuid::Uuid;

use super::samples::{HOUR, at, booking, furnish, occurrence, read, write};

super::promises![
    clocks_are_noted_once_for_each_release_and_never_those_of_an_earlier_one,
    a_step_of_an_update_is_taken_once,
    what_waits_and_what_stays_is_found_until_it_is_deleted,
];

fn rules(release: &str) -> ZoneRules {
    ZoneRules { zone: "Europe/Berlin".into(), release: release.into(), offsets: format!("0,3600 {}", 99 * HOUR) }
}

fn update() -> ZoneUpdate {
    ZoneUpdate {
        rules: rules("2026b"),
        earlier_release: "2026a".into(),
        begun_at: at(HOUR),
        ended_at: None,
        pass: ZonePass::All,
        done: BookingId::from_uuid(Uuid::nil()),
        settled: 0,
        moved: 0,
    }
}

async fn clocks_are_noted_once_for_each_release_and_never_those_of_an_earlier_one(store: Arc<dyn Store>) {
    let mut unit = write(&store).await;
    for release in ["2026b", "2026c", "2026a"] {
        unit.note_zone_rules(&rules(release)).await.expect("writable");
    }
    unit.commit().await.expect("nothing stands against it");
    assert_eq!(read(&store).await.zone_rules().await.expect("readable"), [rules("2026c")]);
}

async fn a_step_of_an_update_is_taken_once(store: Arc<dyn Store>) {
    let (ada, _) = furnish(&store, 0).await;
    let one = booking(&ada, &[]);
    let mut unit = write(&store).await;
    let date = occurrence(&one, 2 * HOUR, 3 * HOUR);
    unit.add_booking(&one, std::slice::from_ref(&date)).await.expect("nothing stands against it");
    unit.begin_zone_update(&update()).await.expect("writable");
    unit.begin_zone_update(&ZoneUpdate { begun_at: at(2 * HOUR), ..update() }).await.expect("begun already");
    unit.commit().await.expect("nothing stands against it");
    let mut unit = read(&store).await;
    assert_eq!(unit.zone_update_under_way().await.expect("readable"), Some(update()));
    let first = BookingId::from_uuid(Uuid::nil());
    let zone = one.zone.as_str();
    assert_eq!(unit.bookings_of_zone(zone, at(HOUR), first, 9).await.expect("readable"), [one.id]);
    assert!(unit.bookings_of_zone(zone, at(HOUR), one.id, 9).await.expect("readable").is_empty(), "it is done");
    assert!(unit.bookings_of_zone(zone, at(3 * HOUR), first, 9).await.expect("readable").is_empty(), "it is over");
    drop(unit);

    let step = ZoneUpdate { done: one.id, settled: 1, moved: 3, ..update() };
    let mut unit = write(&store).await;
    unit.step_zone_update(&update(), &step).await.expect("nobody was first");
    unit.commit().await.expect("nothing stands against it");
    let mut unit = write(&store).await;
    let again = unit.step_zone_update(&update(), &step).await;
    assert!(matches!(again, Err(StorageError::Conflict(_))), "{again:?}");
    drop(unit);
    let end = ZoneUpdate { pass: ZonePass::Last, ended_at: Some(at(5 * HOUR)), ..step.clone() };
    let mut unit = write(&store).await;
    unit.step_zone_update(&step, &end).await.expect("nobody was first");
    unit.commit().await.expect("nothing stands against it");
    let mut unit = read(&store).await;
    assert_eq!(unit.zone_update_under_way().await.expect("readable"), None);
    assert_eq!(unit.zone_updates(9).await.expect("readable"), [end]);
}

async fn what_waits_and_what_stays_is_found_until_it_is_deleted(store: Arc<dyn Store>) {
    let (ada, _) = furnish(&store, 0).await;
    let one = booking(&ada, &[]);
    let date = occurrence(&one, 2 * HOUR, 3 * HOUR);
    let stay = ZoneStay {
        date: date.id,
        zone: "Europe/Berlin".into(),
        release: "2026b".into(),
        wanted: at(4 * HOUR),
        reason: StayReason::RoomTaken,
    };
    let mut unit = write(&store).await;
    unit.add_booking(&one, std::slice::from_ref(&date)).await.expect("nothing stands against it");
    for _ in 0..2 {
        unit.add_zone_wait("Europe/Berlin", one.id).await.expect("writable");
        unit.note_zone_stay(&stay).await.expect("writable");
    }
    unit.commit().await.expect("nothing stands against it");
    let first = BookingId::from_uuid(Uuid::nil());
    let mut unit = write(&store).await;
    assert_eq!(unit.zone_waits("Europe/Berlin", first, 9).await.expect("readable"), [one.id]);
    assert!(unit.zone_waits("Europe/Paris", first, 9).await.expect("readable").is_empty());
    assert_eq!(unit.zone_stays(9).await.expect("readable"), [(stay, date)]);
    unit.end_zone_wait("Europe/Berlin", one.id).await.expect("writable");
    assert!(unit.zone_waits("Europe/Berlin", first, 9).await.expect("readable").is_empty());
    let other = occurrence(&one, 6 * HOUR, 7 * HOUR);
    let later = domain::Booking { version: one.version + 1, ..one.clone() };
    unit.save_booking(&later, &[other]).await.expect("nothing stands against it");
    assert!(unit.zone_stays(9).await.expect("readable").is_empty(), "the date is gone");
}
