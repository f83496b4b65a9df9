use async_trait::async_trait;
use domain::Person;
use domain::retention::{Erased, HOLDINGS, Link, Period, Reason};
use jiff::Timestamp;

use super::unit::{EngineUnit, Result, Statement, among, built, rows, sql, untaken};
use crate::rows::{DeletionRow, IdRow, PersonRow, all};
use crate::{Deletion, Deletions};

const DAY: i64 = 86_400;

/// What goes with a booking, those that belong to others of them first. What else belongs to it
/// holds nothing personal and goes by itself.
const WITH_A_BOOKING: &[(&str, &str)] = &[
    (
        "replies",
        concat!(
            "DELETE FROM replies WHERE invitation_id IN (SELECT id FROM invitations WHERE booking_id ",
            among!("$1"),
            ")"
        ),
    ),
    ("invitations", concat!("DELETE FROM invitations WHERE booking_id ", among!("$1"))),
    (
        "admissions",
        concat!(
            "DELETE FROM admissions WHERE occurrence_id IN (SELECT id FROM occurrences WHERE booking_id ",
            among!("$1"),
            ")"
        ),
    ),
    (
        "given_roles",
        concat!(
            "DELETE FROM given_roles WHERE occurrence_id IN (SELECT id FROM occurrences WHERE booking_id ",
            among!("$1"),
            ")"
        ),
    ),
    (
        "exclusions",
        concat!(
            "DELETE FROM exclusions WHERE occurrence_id IN (SELECT id FROM occurrences WHERE booking_id ",
            among!("$1"),
            ")"
        ),
    ),
    ("room_requests", concat!("DELETE FROM room_requests WHERE booking_id ", among!("$1"))),
    ("occurrences", concat!("DELETE FROM occurrences WHERE booking_id ", among!("$1"))),
    ("bookings", concat!("DELETE FROM bookings WHERE id ", among!("$1"))),
];

#[async_trait]
impl Deletions for EngineUnit {
    async fn delete_old_bookings(&mut self, before: Timestamp, now: Timestamp, limit: u32) -> Result<u64> {
        self.must_write()?;
        // A date lasts at most a day, so the index by start finds what ends later.
        let question = rows::<IdRow>(concat!(
            "SELECT id FROM bookings WHERE created_at < $1 AND (cancelled_at < $1
                OR (cancelled_at IS NULL AND unfolded_until IS NULL AND NOT EXISTS (
                    SELECT 1 FROM occurrences WHERE booking_id = bookings.id
                        AND start_s > $1 - 86400 AND end_s >= $1)))
            ORDER BY created_at, id LIMIT $2",
            untaken!()
        ))
        .bind(before.as_second())
        .bind(i64::from(limit));
        let old: Vec<IdRow> = self.all(question).await?;
        for (table, text) in WITH_A_BOOKING {
            let statement = sql(text).bind(super::unit::ids(old.iter().map(|row| row.id)));
            self.forget(table, Reason::Period(Period::Bookings), now, statement).await?;
        }
        Ok(old.len() as u64)
    }

    async fn delete_old_audit(&mut self, before: Timestamp, now: Timestamp, limit: u32) -> Result<u64> {
        let statement = sql("DELETE FROM audit_entries WHERE id IN
            (SELECT id FROM audit_entries WHERE at_s < $1 ORDER BY at_s, id LIMIT $2)")
        .bind(before.as_second())
        .bind(i64::from(limit));
        self.forget("audit_entries", Reason::Period(Period::Audit), now, statement).await
    }

    async fn accounts_closed(&mut self, before: Timestamp, now: Timestamp, limit: u32) -> Result<Vec<Person>> {
        let question = rows::<PersonRow>(
            "SELECT * FROM people WHERE disabled_at < $1 AND erased_at IS NULL AND NOT EXISTS (
                SELECT 1 FROM bookings JOIN occurrences ON occurrences.booking_id = bookings.id
                WHERE bookings.organiser_id = people.id AND bookings.cancelled_at IS NULL
                    AND occurrences.state = 'held' AND occurrences.end_s > $2)
            ORDER BY disabled_at, id LIMIT $3",
        )
        .bind(before.as_second())
        .bind(now.as_second())
        .bind(i64::from(limit));
        all(self.all(question).await?)
    }

    async fn delete_nameless_accounts(&mut self, now: Timestamp) -> Result<u64> {
        let statement = built(format!("DELETE FROM people WHERE erased_at IS NOT NULL{}", nothing_refers()));
        self.forget("people", Reason::ItsTime, now, statement).await
    }

    async fn delete_old_deletions(&mut self, before: Timestamp, now: Timestamp) -> Result<u64> {
        let statement = sql("DELETE FROM deletions WHERE day_s < $1").bind(before.as_second() - DAY);
        self.forget("deletions", Reason::Period(Period::Deletions), now, statement).await
    }

    async fn deletions(&mut self, limit: u32) -> Result<Vec<Deletion>> {
        let question = rows::<DeletionRow>("SELECT * FROM deletions ORDER BY day_s DESC, reason, from_table LIMIT $1")
            .bind(i64::from(limit));
        all(self.all(question).await?)
    }
}

impl EngineUnit {
    /// Runs a statement that deletes, and writes down how much; answers how many rows.
    pub(super) async fn forget(
        &mut self,
        table: &'static str,
        reason: Reason,
        now: Timestamp,
        statement: Statement,
    ) -> Result<u64> {
        let count = self.execute(statement).await?;
        self.note_deletion(table, reason, now, count).await?;
        Ok(count)
    }

    pub(super) async fn note_deletion(
        &mut self,
        table: &'static str,
        reason: Reason,
        now: Timestamp,
        count: u64,
    ) -> Result<()> {
        if count == 0 {
            return Ok(());
        }
        let now = now.as_second();
        let statement = sql("INSERT INTO deletions (day_s, reason, from_table, row_count, latest_at)
            VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (day_s, reason, from_table) DO UPDATE SET
                row_count = deletions.row_count + excluded.row_count, latest_at = excluded.latest_at")
        .bind(now - now.rem_euclid(DAY))
        .bind(reason.as_str())
        .bind(table)
        .bind(i64::try_from(count).unwrap_or(i64::MAX))
        .bind(now);
        self.execute(statement).await.map(drop)
    }
}

/// The condition that no row that outlives its person refers to the account any more. The audit
/// trail outlives what it tells about.
pub(super) fn nothing_refers() -> String {
    let mut condition = String::new();
    for held in HOLDINGS.iter().filter(|held| !["people", "audit_entries"].contains(&held.table)) {
        let Erased::Kept { .. } = held.erased else { continue };
        for link in held.about {
            if let Link::Account(column) = link {
                let table = held.table;
                condition += &format!(" AND NOT EXISTS (SELECT 1 FROM {table} WHERE {table}.{column} = people.id)");
            }
        }
    }
    condition
}
