use std::sync::Arc;

use domain::capacity::{Load, Loads, OnOverrun, Pool, PoolKind, Share, Site, Turnout, claims, quarter_at};
use domain::{Booking, Occurrence, OccurrenceState, PoolId, SiteId};
use storage::{PoolUse, Store};
use tokio::task::JoinSet;
use uuid::Uuid;

use super::samples::{HOUR, at, booking, furnish, occurrence, person, read, write};

super::promises![
    pools_and_sites_are_kept_and_one_site_is_the_default,
    the_sums_are_those_of_the_dates_that_stand,
    what_was_expected_before_a_booking_is_counted_anew_stays,
    of_many_who_want_the_last_share_as_many_get_it_as_fit,
    units_that_claim_the_same_times_never_wait_crosswise,
    a_unit_that_is_given_up_moves_nothing,
    what_was_measured_is_the_most_and_ends_with_its_period,
    those_who_were_there_are_counted_once,
    a_change_asks_for_bookings_with_dates_to_come,
];

fn pool(name: &str) -> Pool {
    Pool {
        id: PoolId::from_uuid(Uuid::now_v7()),
        kind: PoolKind::Uplink,
        name: name.into(),
        limit_mbps: Some(300),
        limit_people: None,
        on_overrun: OnOverrun::Refuse,
        version: 1,
    }
}

fn site(name: &str, pools: &[&Pool], is_default: bool) -> Site {
    let networks = vec!["10.7.0.0/16".parse().expect("a network"), "2001:db8::/48".parse().expect("a network")];
    let pools = pools.iter().map(|pool| pool.id).collect();
    Site { id: SiteId::from_uuid(Uuid::now_v7()), name: name.into(), networks, pools, is_default, version: 1 }
}

fn share(pool: &Pool, people: i64) -> Share {
    let load = Load {
        people_milli: people * 1_000,
        kbps: people * 1_800,
        people_variance_milli: people * 7,
        kbps_variance: people * 11,
    };
    Share { pool: pool.id, load }
}

async fn pools(store: &Arc<dyn Store>, names: &[&str]) -> Vec<Pool> {
    let pools: Vec<Pool> = names.iter().map(|name| pool(name)).collect();
    let mut unit = write(store).await;
    for pool in &pools {
        unit.add_pool(pool).await.expect("the name is free");
    }
    unit.commit().await.expect("nothing stands against it");
    pools
}

/// Everything that is summed up for these pools.
async fn sums(store: &Arc<dyn Store>, pools: &[Pool]) -> Loads {
    let ids: Vec<PoolId> = pools.iter().map(|pool| pool.id).collect();
    let from = quarter_at(at(-100 * HOUR));
    let all = from..from + 100_000;
    read(store).await.pool_loads(&ids, std::slice::from_ref(&all)).await.expect("readable")
}

async fn booked(store: &Arc<dyn Store>, booking: &Booking, dates: &[Occurrence], shares: &[Share]) {
    let mut unit = write(store).await;
    unit.add_booking(booking, dates).await.expect("nothing stands against it");
    unit.save_shares(booking, dates, shares, at(-HOUR)).await.expect("writable");
    unit.commit().await.expect("nothing stands against it");
}

async fn pools_and_sites_are_kept_and_one_site_is_the_default(store: Arc<dyn Store>) {
    let mut all = pools(&store, &["Gera", "Erfurt"]).await;
    let mut unit = write(&store).await;
    assert!(unit.add_pool(&pool("Gera")).await.is_err(), "the name is taken");
    drop(unit);
    all[0] =
        Pool { limit_mbps: None, limit_people: Some(9), on_overrun: OnOverrun::Warn, version: 2, ..all[0].clone() };
    let mut unit = write(&store).await;
    unit.save_pool(&all[0]).await.expect("the version fits");
    unit.commit().await.expect("nothing stands against it");
    let mut unit = write(&store).await;
    assert!(unit.save_pool(&all[0]).await.is_err(), "it moved on");
    drop(unit);
    assert_eq!(read(&store).await.pools().await.expect("readable"), [all[1].clone(), all[0].clone()]);

    let mut one = site("Suhl", &[&all[0]], true);
    let other = Site { networks: Vec::new(), ..site("Jena", &[], true) };
    let mut unit = write(&store).await;
    unit.add_site(&one).await.expect("the name is free");
    unit.add_site(&other).await.expect("the name is free");
    unit.commit().await.expect("nothing stands against it");
    one = Site { is_default: false, version: 2, ..one };
    assert_eq!(read(&store).await.sites().await.expect("readable"), [other.clone(), one.clone()]);
    one = Site { pools: all.iter().map(|pool| pool.id).collect(), version: 3, ..one };
    one.pools.sort_unstable();
    let mut ada = person("Ada");
    ada.site = Some(one.id);
    let mut unit = write(&store).await;
    unit.save_site(&one).await.expect("the version fits");
    unit.add_person(&ada).await.expect("the address is free");
    unit.commit().await.expect("nothing stands against it");
    assert_eq!(read(&store).await.sites().await.expect("readable")[1], one);

    let mut unit = write(&store).await;
    assert!(unit.delete_pool(all[0].id).await.expect("writable"));
    assert!(!unit.delete_pool(all[0].id).await.expect("writable"));
    unit.commit().await.expect("nothing stands against it");
    assert_eq!(read(&store).await.sites().await.expect("readable")[1].pools, [all[1].id]);
    assert_eq!(read(&store).await.person(ada.id).await.expect("readable").expect("there").site, Some(one.id));
    let mut unit = write(&store).await;
    assert!(unit.delete_site(one.id).await.expect("writable"));
    unit.commit().await.expect("nothing stands against it");
    assert_eq!(read(&store).await.person(ada.id).await.expect("readable").expect("there").site, None);
}

async fn the_sums_are_those_of_the_dates_that_stand(store: Arc<dyn Store>) {
    let all = pools(&store, &["Gera", "Erfurt"]).await;
    let (ada, _) = furnish(&store, 0).await;
    let shares = [share(&all[0], 4), share(&all[1], 9)];
    let (mut one, other) = (booking(&ada, &[]), booking(&ada, &[]));
    let mut dates: Vec<Occurrence> =
        (0..4).map(|day| occurrence(&one, day * 24 * HOUR, day * 24 * HOUR + HOUR)).collect();
    let others = [occurrence(&other, HOUR / 2, 2 * HOUR)];
    booked(&store, &one, &dates, &shares).await;
    booked(&store, &other, &others, &shares[..1]).await;
    let expect = async |one: &[Occurrence], shares: &[Share], what: &str| {
        let mut sum = claims(shares, one);
        for (key, load) in claims(&[share(&all[0], 4)], &others) {
            *sum.entry(key).or_default() += load;
        }
        assert_eq!(sums(&store, &all).await, sum, "{what}");
    };
    expect(&dates, &shares, "booked").await;
    // Moved, cancelled, ended early, one more, one less: whatever a change does.
    dates[0] = Occurrence { start: at(2 * HOUR), end: at(4 * HOUR + 60), ..dates[0].clone() };
    dates[1].state = OccurrenceState::Cancelled;
    dates[2].state = OccurrenceState::Ended { at: at(48 * HOUR + HOUR / 2) };
    dates[3] = occurrence(&one, 99 * HOUR, 100 * HOUR);
    one = one.changed(at(1));
    let mut unit = write(&store).await;
    unit.save_booking(&one, &dates).await.expect("the version fits");
    unit.commit().await.expect("nothing stands against it");
    expect(&dates, &shares, "changed").await;
    dates[3].state = OccurrenceState::Ended { at: at(99 * HOUR + 60) };
    let mut unit = write(&store).await;
    unit.save_occurrence(&dates[3]).await.expect("writable");
    unit.commit().await.expect("nothing stands against it");
    expect(&dates, &shares, "ended").await;
    let less = [share(&all[1], 2)];
    let mut unit = write(&store).await;
    unit.save_shares(&one, &dates, &less, at(-HOUR)).await.expect("writable");
    // What the unit itself moved is in what it reads.
    let (ids, from) = ([all[1].id], quarter_at(at(2 * HOUR)));
    let seen = unit.pool_loads(&ids, &[from..from + 1, from..from + 1]).await.expect("readable");
    assert_eq!(seen.into_values().collect::<Vec<Load>>(), [less[0].load]);
    unit.commit().await.expect("nothing stands against it");
    expect(&dates, &less, "other shares").await;
    one = Booking { state: domain::BookingState::Cancelled { at: at(2), by: ada.id }, ..one.changed(at(2)) };
    let mut unit = write(&store).await;
    unit.save_booking(&one, &dates).await.expect("the version fits");
    unit.commit().await.expect("nothing stands against it");
    expect(&[], &less, "cancelled").await;
}

async fn what_was_expected_before_a_booking_is_counted_anew_stays(store: Arc<dyn Store>) {
    let all = pools(&store, &["Gera"]).await;
    let (ada, _) = furnish(&store, 0).await;
    let one = booking(&ada, &[]);
    let dates = [occurrence(&one, 0, HOUR), occurrence(&one, 24 * HOUR, 25 * HOUR)];
    booked(&store, &one, &dates, &[share(&all[0], 4)]).await;
    let mut unit = write(&store).await;
    unit.save_shares(&one, &dates, &[share(&all[0], 1)], at(12 * HOUR)).await.expect("writable");
    unit.commit().await.expect("nothing stands against it");
    let mut sum = claims(&[share(&all[0], 4)], &dates[..1]);
    sum.extend(claims(&[share(&all[0], 1)], &dates[1..]));
    assert_eq!(sums(&store, &all).await, sum);
}

async fn of_many_who_want_the_last_share_as_many_get_it_as_fit(store: Arc<dyn Store>) {
    let all = pools(&store, &["Gera"]).await;
    let (ada, _) = furnish(&store, 0).await;
    let mut booking_all = JoinSet::new();
    for _ in 0..16 {
        let (store, pool, one) = (store.clone(), all[0].clone(), booking(&ada, &[]));
        booking_all.spawn(async move {
            let (dates, shares) = ([occurrence(&one, 0, HOUR)], [share(&pool, 10)]);
            let mut unit = write(&store).await;
            unit.lock_pools(&[pool.id]).await.expect("in time");
            let quarter = quarter_at(at(0));
            let first = quarter..quarter + 1;
            let loads = unit.pool_loads(&[pool.id], std::slice::from_ref(&first)).await.expect("readable");
            let others = loads.get(&(pool.id, quarter)).copied().unwrap_or_default();
            if (others + shares[0].load).people_milli > 50_000 {
                return false;
            }
            unit.add_booking(&one, &dates).await.expect("nothing stands against it");
            unit.save_shares(&one, &dates, &shares, at(-HOUR)).await.expect("writable");
            unit.commit().await.expect("nothing stands against it");
            true
        });
    }
    let won = booking_all.join_all().await.into_iter().filter(|yes| *yes).count();
    assert_eq!(won, 5);
    let sum = claims(&[share(&all[0], 50)], &[occurrence(&booking(&ada, &[]), 0, HOUR)]);
    assert_eq!(sums(&store, &all).await, sum);
}

async fn units_that_claim_the_same_times_never_wait_crosswise(store: Arc<dyn Store>) {
    let all = pools(&store, &["Gera", "Erfurt", "Suhl"]).await;
    let (ada, _) = furnish(&store, 0).await;
    let mut booking_all = JoinSet::new();
    for number in 0..24_i64 {
        let (store, pools, one) = (store.clone(), all.clone(), booking(&ada, &[]));
        booking_all.spawn(async move {
            let mut shares: Vec<Share> = pools.iter().map(|pool| share(pool, 1)).collect();
            let mut dates: Vec<Occurrence> =
                (0..30).map(|day| occurrence(&one, day * 24 * HOUR, day * 24 * HOUR + HOUR)).collect();
            if number % 2 == 0 {
                shares.reverse();
                dates.reverse();
            }
            booked(&store, &one, &dates, &shares).await;
        });
    }
    booking_all.join_all().await;
    let sum = sums(&store, &all).await;
    assert_eq!(sum.len(), 3 * 30 * 4);
    assert!(sum.values().all(|load| load.people_milli == 24_000));
}

async fn a_unit_that_is_given_up_moves_nothing(store: Arc<dyn Store>) {
    let all = pools(&store, &["Gera"]).await;
    let (ada, _) = furnish(&store, 0).await;
    let one = booking(&ada, &[]);
    let dates = [occurrence(&one, 0, HOUR)];
    let mut unit = write(&store).await;
    unit.add_booking(&one, &dates).await.expect("nothing stands against it");
    unit.save_shares(&one, &dates, &[share(&all[0], 4)], at(-HOUR)).await.expect("writable");
    drop(unit);
    assert!(sums(&store, &all).await.is_empty());
}

async fn what_was_measured_is_the_most_and_ends_with_its_period(store: Arc<dyn Store>) {
    let all = pools(&store, &["Gera"]).await;
    let (id, quarter) = (all[0].id, quarter_at(at(0)));
    let (ada, _) = furnish(&store, 0).await;
    let one = booking(&ada, &[]);
    booked(&store, &one, &[occurrence(&one, 0, HOUR)], &[share(&all[0], 4)]).await;
    for (people, kbps) in [(3, 900), (7, 500), (2, 400)] {
        let mut unit = write(&store).await;
        unit.note_pool_use(id, quarter, PoolUse { people, kbps }).await.expect("writable");
        unit.note_pool_use(id, quarter + 1, PoolUse { people, kbps }).await.expect("writable");
        // One that was deleted meanwhile.
        unit.note_pool_use(PoolId::from_uuid(Uuid::now_v7()), quarter, PoolUse { people, kbps })
            .await
            .expect("writable");
        unit.commit().await.expect("nothing stands against it");
    }
    let used = async || read(&store).await.pool_uses(&[id], quarter..quarter + 9).await.expect("readable");
    let most = PoolUse { people: 7, kbps: 900 };
    assert_eq!(used().await, [(id, quarter, most), (id, quarter + 1, most)]);
    let mut unit = write(&store).await;
    assert_eq!(unit.delete_old_pool_figures(quarter + 1, at(0)).await.expect("writable"), 2);
    unit.commit().await.expect("nothing stands against it");
    assert_eq!(used().await, [(id, quarter + 1, most)]);
    assert_eq!(sums(&store, &all).await.len(), 3);
}

async fn those_who_were_there_are_counted_once(store: Arc<dyn Store>) {
    let (ada, _) = furnish(&store, 0).await;
    let one = booking(&ada, &[]);
    let dates = [occurrence(&one, 0, HOUR), occurrence(&one, 24 * HOUR, 25 * HOUR)];
    let mut unit = write(&store).await;
    unit.add_booking(&one, &dates).await.expect("nothing stands against it");
    for (date, people) in [(&dates[0], 4), (&dates[1], 1), (&dates[0], 6), (&dates[0], 5)] {
        unit.note_attendance(date.id, people).await.expect("writable");
    }
    unit.commit().await.expect("nothing stands against it");
    let take = async |before| {
        let mut unit = write(&store).await;
        let taken = unit.take_attendances(at(before), 9).await.expect("writable");
        unit.commit().await.expect("nothing stands against it");
        taken
    };
    assert_eq!(take(HOUR - 1).await, []);
    assert_eq!(take(HOUR).await, [(dates[0].id, 6)]);
    assert_eq!(take(HOUR).await, []);
    let learned = Turnout { dates: 3, invited: 30, came: 17 };
    let mut unit = write(&store).await;
    assert_eq!(unit.turnout_of(one.id).await.expect("readable"), Turnout::default());
    unit.save_turnout(one.id, Turnout { dates: 1, invited: 1, came: 1 }).await.expect("writable");
    unit.save_turnout(one.id, learned).await.expect("writable");
    unit.commit().await.expect("nothing stands against it");
    assert_eq!(read(&store).await.turnout_of(one.id).await.expect("readable"), learned);
}

async fn a_change_asks_for_bookings_with_dates_to_come(store: Arc<dyn Store>) {
    let (ada, _) = furnish(&store, 0).await;
    let (past, coming, counted) = (booking(&ada, &[]), booking(&ada, &[]), booking(&ada, &[]));
    let mut unit = write(&store).await;
    unit.add_booking(&past, &[occurrence(&past, 0, HOUR)]).await.expect("nothing stands against it");
    let dates = [occurrence(&coming, 9 * HOUR, 10 * HOUR)];
    unit.add_booking(&coming, &dates).await.expect("nothing stands against it");
    unit.commit().await.expect("nothing stands against it");
    booked(&store, &counted, &[occurrence(&counted, 9 * HOUR, 10 * HOUR)], &[]).await;
    let due = async || read(&store).await.bookings_to_count(at(2 * HOUR), 9).await.expect("readable");
    assert_eq!(due().await, [], "nothing changed");
    let mut unit = write(&store).await;
    unit.note_capacity_change(at(-2 * HOUR)).await.expect("writable");
    unit.commit().await.expect("nothing stands against it");
    assert_eq!(due().await, [coming.id], "the other was counted since");
    let mut unit = write(&store).await;
    unit.save_shares(&coming, &dates, &[], at(2 * HOUR)).await.expect("writable");
    unit.commit().await.expect("nothing stands against it");
    assert_eq!(due().await, []);
    let mut unit = write(&store).await;
    unit.note_capacity_change(at(3 * HOUR)).await.expect("writable");
    unit.commit().await.expect("nothing stands against it");
    assert_eq!(due().await.len(), 2);
    let mut unit = write(&store).await;
    unit.forget_capacity_change(at(4 * HOUR)).await.expect("writable");
    unit.commit().await.expect("nothing stands against it");
    assert_eq!(due().await, []);
}
