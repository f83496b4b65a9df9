//! What meetings really take of the pools, and how many really come. From what nodes report of their meetings
//! anyway; only sums are kept, nothing about anybody inside.

use std::collections::{BTreeMap, HashMap};

use cluster::MeetingReport;
use domain::capacity::quarter_at;
use domain::lines::LinePlan;
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

/// Says to all nodes which lines there are. Notes what running meetings take now, and how many are inside; answers
/// how many meetings run.
pub(crate) async fn measure(app: &App, now: Timestamp) -> Result<usize, NotKept> {
    let setup = Setup::read(app.store.read().await?.as_mut()).await?;
    let plan = setup.as_ref().map(|setup| LinePlan::of(&setup.sites, &setup.pools)).unwrap_or_default();
    app.cluster.lines.set_plan(&plan).await?;
    let reports = app.cluster.directory.reports().await?;
    if reports.is_empty() {
        note_nothing(app, setup.as_ref(), now).await?;
        return Ok(0);
    }
    let mut unit = app.store.begin().await?;
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

/// Nobody meets: that is a figure as well, where a node was there to be met on. Written once in a quarter of an hour.
async fn note_nothing(app: &App, setup: Option<&Setup>, now: Timestamp) -> Result<(), NotKept> {
    let Some(setup) = setup else { return Ok(()) };
    if app.cluster.directory.nodes().await?.is_empty() {
        return Ok(());
    }
    let quarter = quarter_at(now);
    let ids: Vec<PoolId> = setup.pools.iter().map(|pool| pool.id).collect();
    let noted = app.store.read().await?.pool_uses(&ids, quarter..quarter + 1).await?;
    let new: Vec<PoolId> = ids.into_iter().filter(|id| noted.iter().all(|(pool, ..)| pool != id)).collect();
    if new.is_empty() {
        return Ok(());
    }
    let mut unit = app.store.begin().await?;
    for pool in new {
        unit.note_pool_use(pool, quarter, PoolUse::default()).await?;
    }
    Ok(unit.commit().await?)
}

fn accounts(reports: &[MeetingReport]) -> impl Iterator<Item = PersonId> {
    let inside = reports.iter().flat_map(|report| &report.participants);
    inside.filter_map(|one| one.identity.person())
}

fn count(people: usize) -> u32 {
    u32::try_from(people).unwrap_or(u32::MAX)
}

/// What the pools carry. Everybody counts where the node says, which is where media goes; only of somebody of whom it
/// says nothing the home counts. A line is as full as its fuller direction.
fn uses(setup: &Setup, people: &[Person], reports: &[MeetingReport]) -> BTreeMap<PoolId, PoolUse> {
    let homes: HashMap<PersonId, &Person> = people.iter().map(|person| (person.id, person)).collect();
    let mut sums: BTreeMap<PoolId, (u32, u64, u64)> = setup.pools.iter().map(|pool| (pool.id, (0, 0, 0))).collect();
    for participant in reports.iter().flat_map(|report| &report.participants) {
        let person = participant.identity.person().and_then(|id| homes.get(&id));
        let site = participant.site.or_else(|| person.and_then(|person| setup.home(person)));
        for pool in &setup.pools {
            if setup.is_passed(site, pool)
                && let Some((people, up, down)) = sums.get_mut(&pool.id)
            {
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

    use cluster::{Burden, DownloadReport, Lease, MeetingReport, NodeId, NodeRecord, ParticipantReport};
    use domain::{Clock as _, Identity, MeetingName, MeetingRole, Private, Role, SiteId};
    use http::Method;
    use protocol::token::{TokenKey, verify};
    use serde_json::{Value, json};

    use crate::testing::{Bench, Caller};

    /// So many inside, the first of them these people.
    async fn report(bench: &Bench, meeting: &str, people: &[&Caller], guests: usize) {
        report_at(bench, meeting, people, guests, None).await;
    }

    /// The same where the node said at which site all of them are.
    async fn report_at(bench: &Bench, meeting: &str, people: &[&Caller], guests: usize, site: Option<SiteId>) {
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
            site,
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
            is_unmoderated: false,
            recorded_by: Vec::new(),
            captioned_by: Vec::new(),
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

    /// A pool of 100 Mbit/s and a site whose people pass it.
    async fn town(bench: &Bench, admin: &Caller, name: &str) -> (String, SiteId) {
        let body = json!({ "kind": "uplink", "name": name, "limit_mbps": 100 });
        let pool = bench.post("/pools").by(admin).json(&body).await.is(201).body["id"].clone();
        let body = json!({ "name": name, "networks": ["10.7.0.0/16"], "pools": [pool] });
        let site = bench.post("/sites").by(admin).json(&body).await.is(201).body["id"].clone();
        let text = |id: &Value| id.as_str().expect("an id").to_owned();
        (text(&pool), text(&site).parse().expect("an id"))
    }

    async fn measured(bench: &Bench, admin: &Caller, pool: &str) -> Value {
        let path = format!("/pools/forecast?pool={pool}&from=2026-11-24&days=1");
        bench.get(&path).by(admin).send().await.is(200).body["pools"][0]["items"][0]["measured"].clone()
    }

    #[tokio::test]
    async fn where_the_node_says_somebody_is_counts_more_than_home_and_is_all_that_is_known_of_guests() {
        let bench = Bench::new().await;
        let admin = bench.person("Admin", &[Role::Administrator]).await;
        let anna = bench.person("Anna", &[]).await;
        let (suhl_line, suhl) = town(&bench, &admin, "Suhl").await;
        let (gera_line, gera) = town(&bench, &admin, "Gera").await;
        let home = bench.ask(Method::PATCH, &format!("/people/{}", anna.id)).by(&admin);
        home.json(&json!({ "site": suhl.to_string() })).await.is(200);
        bench.clock.set("2026-11-24T09:20:00Z");
        let admin = bench.signed_in(admin.id).await;
        report_at(&bench, "daily", &[&anna], 1, Some(gera)).await;
        assert_eq!(measured(&bench, &admin, &gera_line).await, json!({ "people": 2.0, "mbps": 4.0 }));
        assert_eq!(measured(&bench, &admin, &suhl_line).await, json!({ "people": 0.0, "mbps": 0.0 }));
    }

    #[tokio::test]
    async fn nodes_hear_of_the_lines_and_where_nobody_meets_the_measure_is_zero_if_a_node_was_there() {
        let bench = Bench::new().await;
        let admin = bench.person("Admin", &[Role::Administrator]).await;
        bench.scheduler.measure_capacity().await.expect("all is there");
        let plan = async || bench.cluster.lines.plan().await.expect("in-process").expect("said");
        assert_eq!(plan().await, domain::lines::LinePlan::default());
        let (line, suhl) = town(&bench, &admin, "Suhl").await;
        bench.clock.set("2026-11-24T09:20:00Z");
        let admin = bench.signed_in(admin.id).await;
        bench.scheduler.measure_capacity().await.expect("all is there");
        assert_eq!(plan().await.site_of("10.7.1.1".parse().ok(), None), Some(suhl));
        assert_eq!(plan().await.lines[0].limit_bps, 100_000_000);
        assert_eq!(measured(&bench, &admin, &line).await, Value::Null, "no node: nobody could meet");
        let record = NodeRecord { id: NodeId("one".into()), url: String::new(), draining: false, participants: 0 };
        bench.cluster.directory.announce(&record, Duration::from_secs(600)).await.expect("a directory");
        for _ in 0..2 {
            bench.scheduler.measure_capacity().await.expect("all is there");
        }
        assert_eq!(measured(&bench, &admin, &line).await, json!({ "people": 0.0, "mbps": 0.0 }));
        report(&bench, "daily", &[], 0).await;
        report_at(&bench, "weekly", &[], 3, Some(suhl)).await;
        assert_eq!(measured(&bench, &admin, &line).await, json!({ "people": 3.0, "mbps": 6.0 }));
    }

    #[tokio::test]
    async fn a_join_token_says_where_somebody_works_and_nothing_of_guests() {
        let bench = Bench::new().await;
        let admin = bench.person("Admin", &[Role::Administrator]).await;
        let (anna, ben) = (bench.person("Anna", &[]).await, bench.person("Ben", &[]).await);
        let (_, suhl) = town(&bench, &admin, "Suhl").await;
        let body = json!({ "name": "Gera", "networks": [], "pools": [], "is_default": true });
        let gera = bench.post("/sites").by(&admin).json(&body).await.is(201).body["id"].clone();
        let home = bench.ask(Method::PATCH, &format!("/people/{}", anna.id)).by(&admin);
        home.json(&json!({ "site": suhl.to_string() })).await.is(200);
        let people = json!([{ "person": ben.id, "role": "participant" }]);
        let shown = bench
            .booked(&anna, json!({ "people": people, "guests": [{ "name": "Gast" }], "guests_wait": false }))
            .await;
        let secret =
            shown["guests"][0]["link"].as_str().and_then(|link| link.split('#').nth(1)).expect("a link").to_owned();
        bench.clock.set("2026-11-24T09:31:00Z");
        let door = format!("/meetings/{}/join", shown["id"].as_str().expect("an id"));
        let home_site = async |who: Option<&Caller>, body: Value| {
            let ask = bench.post(&door);
            let answer = match who {
                Some(who) => ask.by(&bench.signed_in(who.id).await).json(&body).await,
                None => ask.json(&body).await,
            };
            let key = TokenKey::new("rennsteig", b"a secret of at least 32 bytes....".to_vec()).expect("long enough");
            let token = answer.is(200).body["token"].as_str().expect("a token").to_owned();
            verify(&token, &[key], bench.clock.now().as_second()).expect("our own token").home_site
        };
        assert_eq!(home_site(Some(&anna), json!({})).await, Some(suhl.to_string()));
        assert_eq!(home_site(Some(&ben), json!({})).await.as_deref(), gera.as_str(), "where most work");
        assert_eq!(home_site(None, json!({ "secret": secret })).await, None);
    }
}
