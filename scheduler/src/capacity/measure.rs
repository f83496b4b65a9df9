//! What meetings really take of the pools, and how many really come. From what nodes report of their meetings
//! anyway; only sums are kept, nothing about anybody inside.

use std::collections::{BTreeMap, HashMap};

use cluster::MeetingReport;
use domain::capacity::{PoolKind, quarter_at};
use domain::{BookingId, OccurrenceId, Person, PersonId, PoolId};
use jiff::{SignedDuration, Timestamp};
use storage::{PoolUse, StorageError};

use super::setup::{Invited, Setup};
use crate::app::App;
use crate::webhooks::keeping::NotKept;

/// So long after its end a date is counted: until then somebody may still be inside.
const SETTLED: SignedDuration = SignedDuration::from_mins(15);
/// So many dates in one unit.
const AT_ONCE: u32 = 50;

/// Notes what running meetings take now, and how many are inside; answers how many meetings run.
pub(crate) async fn measure(app: &App, now: Timestamp) -> Result<usize, NotKept> {
    let reports = app.cluster.directory.reports().await?;
    if reports.is_empty() {
        return Ok(0);
    }
    let mut unit = app.store.begin().await?;
    let setup = Setup::read(unit.as_mut()).await?;
    if let Some(setup) = &setup {
        let ids: Vec<PersonId> = accounts(&reports).collect();
        let people = unit.people_by_id(&ids).await?;
        for (pool, used) in uses(setup, &people, &reports) {
            unit.note_pool_use(pool, quarter_at(now), used).await?;
        }
        for report in &reports {
            let Ok(occurrence) = report.meeting.as_str().parse::<OccurrenceId>() else { continue };
            unit.note_attendance(occurrence, count(report.participants.len())).await?;
        }
    }
    unit.commit().await?;
    Ok(reports.len())
}

fn accounts(reports: &[MeetingReport]) -> impl Iterator<Item = PersonId> {
    let inside = reports.iter().flat_map(|report| &report.participants);
    inside.filter_map(|one| one.identity.person())
}

fn count(people: usize) -> u32 {
    u32::try_from(people).unwrap_or(u32::MAX)
}

/// What the pools carry. A line is as full as its fuller direction.
fn uses(setup: &Setup, people: &[Person], reports: &[MeetingReport]) -> BTreeMap<PoolId, PoolUse> {
    let homes: HashMap<PersonId, &Person> = people.iter().map(|person| (person.id, person)).collect();
    let mut sums: BTreeMap<PoolId, (u32, u64, u64)> = setup.pools.iter().map(|pool| (pool.id, (0, 0, 0))).collect();
    for participant in reports.iter().flat_map(|report| &report.participants) {
        let person = participant.identity.person().and_then(|id| homes.get(&id));
        for pool in &setup.pools {
            let passes = pool.kind == PoolKind::MediaNodes || person.is_some_and(|person| setup.is_own(person, pool));
            if passes && let Some((people, up, down)) = sums.get_mut(&pool.id) {
                *people += 1;
                *up += participant.bitrate_up_bps / 1_000;
                *down += participant.bitrate_down_bps / 1_000;
            }
        }
    }
    sums.into_iter().map(|(pool, (people, up, down))| (pool, PoolUse { people, kbps: up.max(down) })).collect()
}

/// Learns from dates that are over how many of those invited to a series come; answers from how many dates. What is
/// to come is expected anew. A date that nobody joined teaches nothing: it took place elsewhere, or not at all.
pub(crate) async fn learn(app: &App, now: Timestamp) -> Result<usize, StorageError> {
    let before = now.checked_sub(SETTLED).unwrap_or(now);
    let mut unit = app.store.begin().await?;
    let over = unit.take_attendances(before, AT_ONCE).await?;
    if over.is_empty() {
        return Ok(0);
    }
    let most: HashMap<OccurrenceId, u32> = over.iter().copied().collect();
    let ids: Vec<OccurrenceId> = over.iter().map(|(id, _)| *id).collect();
    let mut by_booking: BTreeMap<BookingId, Vec<u32>> = BTreeMap::new();
    for (occurrence, booking) in unit.occurrences_by_id(&ids).await? {
        if booking.series.is_some() {
            by_booking.entry(booking.id).or_default().push(most[&occurrence.id]);
        }
    }
    let setup = Setup::read(unit.as_mut()).await?;
    for (id, dates) in by_booking {
        let Some(booking) = unit.booking(id).await? else { continue };
        let invited = Invited::to(booking.organiser, &unit.invitations_of(id).await?);
        let mut turnout = unit.turnout_of(id).await?;
        for came in dates {
            turnout = turnout.and(invited.count(), came);
        }
        unit.save_turnout(id, turnout).await?;
        if let Some(setup) = &setup {
            let shares = setup.shares(unit.as_mut(), &invited, booking.profile, turnout).await?;
            let dates = unit.occurrences_of(id).await?;
            unit.save_shares(&booking, &dates, &shares, now).await?;
        }
    }
    unit.commit().await?;
    Ok(over.len())
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use cluster::{Burden, DownloadReport, Lease, MeetingReport, NodeId, ParticipantReport};
    use domain::{Clock as _, Identity, MeetingName, MeetingRole, Private, Role};
    use http::Method;
    use serde_json::{Value, json};

    use crate::testing::{Bench, Caller};

    /// So many inside, the first of them these people.
    async fn report(bench: &Bench, meeting: &str, people: &[&Caller], guests: usize) {
        let now = bench.clock.now();
        let identities = people.iter().map(|one| Identity::from(one.id));
        let guests = (0..guests).map(|number| format!("guest-{number}").parse::<Identity>().expect("a name"));
        let participants = identities.chain(guests).map(|identity| ParticipantReport {
            identity,
            name: Private::from("Jemand"),
            role: MeetingRole::Participant,
            joined_at: now,
            path: None,
            rtt_ms: None,
            loss_up: None,
            loss_down: None,
            bitrate_up_bps: 500_000,
            bitrate_down_bps: 2_000_000,
            download: DownloadReport::default(),
            upload_limit_bps: None,
            tracks: Vec::new(),
        });
        let meeting: MeetingName = meeting.parse().expect("a name");
        let report = MeetingReport {
            meeting: meeting.clone(),
            node: NodeId("one".into()),
            run: "RM_1".into(),
            started_at: now,
            measured_at: now,
            burden: Burden::Calm,
            participants: participants.collect(),
        };
        let lease = Lease { meeting, owner: NodeId("one".into()), epoch: 1 };
        let directory = &bench.cluster.directory;
        directory.publish_report(&lease, &report, Duration::from_secs(600)).await.expect("a directory");
        bench.scheduler.measure_capacity().await.expect("all is there");
    }

    #[tokio::test]
    async fn what_meetings_take_stands_beside_what_was_expected_and_a_series_is_learned_without_names() {
        let bench = Bench::new().await;
        let admin = bench.person("Admin", &[Role::Administrator]).await;
        let (anna, ben) = (bench.person("Anna", &[]).await, bench.person("Ben", &[]).await);
        let mut pools = Vec::new();
        for (kind, name) in [("media_nodes", "Server"), ("uplink", "Suhl")] {
            let body = json!({ "kind": kind, "name": name, "limit_mbps": 100 });
            let made = bench.post("/pools").by(&admin).json(&body).await;
            pools.push(made.is(201).body["id"].as_str().expect("an id").to_owned());
        }
        let site = bench.post("/sites").by(&admin).json(&json!({ "name": "Suhl", "pools": [pools[1]] })).await;
        let home = bench.ask(Method::PATCH, &format!("/people/{}", ben.id)).by(&admin);
        home.json(&json!({ "site": site.is(201).body["id"] })).await.is(200);
        let guests: Vec<Value> = (0..18).map(|_| json!({ "name": "" })).collect();
        let people = json!([{ "person": ben.id, "role": "participant" }]);
        let weekly = json!({ "rule": "FREQ=WEEKLY;COUNT=3" });
        let shown = bench.booked(&anna, json!({ "guests": guests, "people": people, "recurrence": weekly })).await;
        let day = async |pool: &str, day: &str| {
            let admin = bench.signed_in(admin.id).await;
            let path = format!("/pools/forecast?pool={pool}&from={day}&days=1");
            bench.get(&path).by(&admin).send().await.is(200).body["pools"][0]["items"][0].clone()
        };
        assert_eq!(day(&pools[0], "2026-12-01").await["expected"]["people"], json!(18.0));

        bench.clock.set("2026-11-24T09:20:00Z");
        let meeting = shown["meeting_id"].as_str().expect("an id");
        report(&bench, meeting, &[&anna, &ben], 8).await;
        report(&bench, meeting, &[&anna, &ben], 7).await;
        // A meeting of others on the same servers.
        report(&bench, "daily", &[], 1).await;
        let (servers, line) = (day(&pools[0], "2026-11-24").await, day(&pools[1], "2026-11-24").await);
        assert_eq!(servers["measured"], json!({ "people": 10.0, "mbps": 20.0 }), "the most of a quarter of an hour");
        assert_eq!(servers["measured_percent"], 20);
        assert_eq!(line["measured"], json!({ "people": 1.0, "mbps": 2.0 }));
        assert_eq!(day(&pools[0], "2026-12-01").await["measured"], Value::Null);

        bench.clock.set("2026-11-24T10:14:59Z");
        assert_eq!(bench.scheduler.learn_turnout().await.expect("the database is there"), 0, "not settled");
        bench.clock.set("2026-11-24T10:15:00Z");
        assert_eq!(bench.scheduler.learn_turnout().await.expect("the database is there"), 1);
        assert_eq!(bench.scheduler.learn_turnout().await.expect("the database is there"), 0, "counted once");
        // Ten of twenty came, against twenty of whom eighteen were expected.
        assert_eq!(day(&pools[0], "2026-12-01").await["expected"]["people"], json!(14.0));
        assert_eq!(day(&pools[0], "2026-11-24").await["expected"]["people"], json!(18.0), "what is over stays");
        let mut unit = bench.store.read().await.expect("the database is there");
        let id = shown["id"].as_str().and_then(|id| id.parse().ok()).expect("an id");
        let learned = unit.turnout_of(id).await.expect("readable");
        assert_eq!((learned.dates, learned.invited, learned.came), (1, 20, 10));
    }
}
