//! The tidy-up: what has a time of its own goes in one go, what the set periods end in small steps.

use domain::capacity::quarter_at;
use domain::retention::{Period, Reason};
use jiff::Timestamp;
use storage::StorageError;

use super::person;
use crate::app::App;
use crate::webhooks;

/// So many bookings in one unit: whoever books meanwhile waits for no more.
const BOOKINGS_AT_ONCE: u32 = 50;
/// So many lines of the audit trail in one unit.
const LINES_AT_ONCE: u32 = 2_000;
/// So many closed accounts in one round, one in each unit.
const ACCOUNTS_AT_ONCE: u32 = 50;
/// So many units for each table in one round; the rest is for the next round.
const STEPS: u32 = 40;

/// Deletes what has expired; answers how many rows.
pub(crate) async fn expired(app: &App, now: Timestamp) -> Result<u64, StorageError> {
    let mut unit = app.store.begin().await?;
    let deleted = unit.delete_expired_sessions(now).await?
        + unit.delete_expired_admissions(now).await?
        + unit.delete_expired_given_roles(now).await?
        + unit.delete_overdue_mail(now).await?
        + unit.delete_old_answers(now).await?
        + unit.delete_old_room_requests(now).await?
        + unit.delete_old_holds(now).await?
        + unit.delete_old_room_waits(now).await?
        + unit.delete_old_calendar_states(now).await?
        + unit.delete_old_exclusions(now).await?
        + unit.delete_old_webhooks(now, webhooks::MOST_KEPT).await?;
    unit.commit().await?;
    Ok(deleted)
}

/// Deletes what the set periods end, a step at a time; answers how many bookings, accounts and lines.
pub(crate) async fn aged(app: &App, now: Timestamp) -> Result<u64, StorageError> {
    let periods = &app.config.periods;
    let before = |period| now.checked_sub(period).unwrap_or(Timestamp::MIN);
    let mut deleted = 0;
    for _ in 0..STEPS {
        let mut unit = app.store.begin().await?;
        let bookings = unit.delete_old_bookings(before(periods.bookings), now, BOOKINGS_AT_ONCE).await?;
        unit.commit().await?;
        deleted += bookings;
        if bookings < u64::from(BOOKINGS_AT_ONCE) {
            break;
        }
    }
    for _ in 0..STEPS {
        let mut unit = app.store.begin().await?;
        let lines = unit.delete_old_audit(before(periods.audit), now, LINES_AT_ONCE).await?;
        unit.commit().await?;
        deleted += lines;
        if lines < u64::from(LINES_AT_ONCE) {
            break;
        }
    }
    let closed_before = before(periods.closed_accounts);
    let closed = app.store.read().await?.accounts_closed(closed_before, now, ACCOUNTS_AT_ONCE).await?;
    for account in closed {
        let mut unit = app.store.begin().await?;
        // It may have been opened since it was found.
        let is_closed = unit.person(account.id).await?.is_some_and(|one| one.disabled_at == account.disabled_at);
        if is_closed {
            let subject = person::subject(Some(account.id), &account.email);
            unit.erase(&subject, Reason::Period(Period::ClosedAccounts), now).await?;
            unit.commit().await?;
            deleted += 1;
        }
    }
    let mut unit = app.store.begin().await?;
    deleted += unit.delete_nameless_accounts(now).await?;
    deleted += unit.delete_old_deletions(before(periods.deletions), now).await?;
    deleted += unit.delete_old_pool_figures(quarter_at(before(periods.pool_figures)), now).await?;
    unit.commit().await?;
    Ok(deleted)
}

#[cfg(test)]
mod tests {
    use domain::Role;
    use http::Method;
    use jiff::SignedDuration;
    use serde_json::json;

    use crate::testing::{Bench, Caller};

    const DAY: SignedDuration = SignedDuration::from_hours(24);

    async fn tidied(bench: &Bench) {
        let now = domain::Clock::now(bench.clock.as_ref());
        bench.scheduler.tidy_up(now).await.expect("the database is there");
    }

    async fn log(bench: &Bench) -> Vec<(String, String)> {
        let log = bench.scheduler.deletions(100).await.expect("the database is there");
        log.into_iter().map(|line| (line.reason, line.table)).collect()
    }

    async fn close(bench: &Bench, admin: &Caller, whom: &Caller) {
        let closing = bench.ask(Method::PATCH, &format!("/people/{}", whom.id)).by(admin);
        closing.json(&json!({ "disabled": true })).await.is(200);
    }

    #[tokio::test]
    async fn a_booking_goes_a_year_after_its_end_and_the_trail_a_year_after_its_line() {
        let bench = Bench::new().await;
        let anna = bench.person("Anna", &[]).await;
        let path = format!("/bookings/{}", bench.booked(&anna, json!({})).await["id"].as_str().expect("an id"));
        // It ends on the coming day at 10:00 UTC.
        bench.clock.advance(DAY * 365 + SignedDuration::from_hours(26));
        tidied(&bench).await;
        let anna = bench.signed_in(anna.id).await;
        bench.get(&path).by(&anna).send().await.is(200);
        bench.clock.advance(SignedDuration::from_secs(1));
        tidied(&bench).await;
        bench.get(&path).by(&anna).send().await.is_problem(404, "not_found");
        assert!(bench.audit().await.is_empty());
        let log = log(&bench).await;
        assert!(log.contains(&("bookings_days".into(), "bookings".into())), "{log:?}");
        assert!(log.contains(&("audit_days".into(), "audit_entries".into())), "{log:?}");
        // The log itself ends as well.
        bench.clock.advance(DAY * 1097);
        tidied(&bench).await;
        let log: Vec<(String, String)> = self::log(&bench).await;
        assert!(!log.iter().any(|(reason, _)| reason == "bookings_days"), "{log:?}");
    }

    #[tokio::test]
    async fn a_closed_account_is_erased_after_ninety_days_but_not_before_its_meetings_are_over() {
        let bench = Bench::new().await;
        let admin = bench.person("Admin", &[Role::Administrator]).await;
        let (anna, ben) = (bench.person("Anna", &[]).await, bench.person("Ben", &[]).await);
        let far = json!({ "start": "2027-06-01T10:00", "end": "2027-06-01T11:00" });
        let shown = bench.booked(&ben, far).await;
        close(&bench, &admin, &anna).await;
        close(&bench, &admin, &ben).await;
        let is_there = async |caller: &Caller| {
            let mut unit = bench.store.read().await.expect("the database is there");
            unit.person(caller.id)
                .await
                .expect("readable")
                .is_some_and(|one| one.email.expose().contains("example.org"))
        };
        bench.clock.advance(DAY * 90);
        tidied(&bench).await;
        assert!(is_there(&anna).await, "to the day");
        bench.clock.advance(SignedDuration::from_secs(1));
        tidied(&bench).await;
        assert!(!is_there(&anna).await);
        assert!(is_there(&ben).await, "a meeting of his is to come");
        assert_eq!(log(&bench).await.iter().filter(|(reason, _)| reason == "closed_accounts_days").count(), 1);
        bench.clock.set("2027-06-01T09:00:01Z");
        tidied(&bench).await;
        assert!(!is_there(&ben).await);
        let mut unit = bench.store.read().await.expect("the database is there");
        let id = shown["id"].as_str().and_then(|id| id.parse().ok()).expect("an id");
        let left = unit.booking(id).await.expect("readable").expect("its own period has just begun");
        assert_eq!(left.title, domain::retention::ERASED_TITLE);
    }

    #[tokio::test]
    async fn more_than_one_step_holds_is_deleted_in_one_round() {
        let bench = Bench::new().await;
        let anna = bench.person("Anna", &[]).await;
        for number in 0..(super::BOOKINGS_AT_ONCE + 3) {
            bench.booked(&anna, json!({ "title": format!("Nummer {number}") })).await;
        }
        bench.clock.advance(DAY * 400);
        tidied(&bench).await;
        let log = bench.scheduler.deletions(100).await.expect("the database is there");
        let bookings = log.iter().find(|line| line.table == "bookings").expect("they were old");
        assert_eq!(bookings.rows, u64::from(super::BOOKINGS_AT_ONCE + 3));
    }
}
