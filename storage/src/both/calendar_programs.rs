use async_trait::async_trait;
use domain::retention::Reason;
use domain::{BookingId, PersonId};
use jiff::Timestamp;

use super::unit::{EngineUnit, Result, among, ids, rows, sql};
use crate::calendar_programs::{STATES_KEPT, STATES_KEPT_FOR};
use crate::rows::{CalendarNameRow, CalendarStateRow, all, maybe};
use crate::{CalendarName, CalendarPrograms, CalendarState};

#[async_trait]
impl CalendarPrograms for EngineUnit {
    async fn save_calendar_state(&mut self, state: &CalendarState) -> Result<()> {
        let (person, calendar) = (state.person.as_uuid(), state.calendar.as_uuid());
        let statement = sql("INSERT INTO calendar_states (person_id, calendar_id, token, entries, seen_at)
            VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (person_id, calendar_id, token) DO UPDATE SET seen_at = excluded.seen_at")
        .bind(person)
        .bind(calendar)
        .bind(state.token.to_vec())
        .bind(state.entries.clone())
        .bind(state.seen_at.as_second());
        self.execute(statement).await?;
        let surplus = sql("DELETE FROM calendar_states WHERE person_id = $1 AND calendar_id = $2 AND token NOT IN (
                SELECT token FROM calendar_states WHERE person_id = $1 AND calendar_id = $2
                ORDER BY seen_at DESC, token LIMIT $3)")
        .bind(person)
        .bind(calendar)
        .bind(STATES_KEPT);
        self.execute(surplus).await.map(drop)
    }

    async fn calendar_state(
        &mut self,
        person: PersonId,
        calendar: PersonId,
        token: &[u8; 16],
    ) -> Result<Option<CalendarState>> {
        let question = rows::<CalendarStateRow>(
            "SELECT * FROM calendar_states WHERE person_id = $1 AND calendar_id = $2 AND token = $3",
        )
        .bind(person.as_uuid())
        .bind(calendar.as_uuid())
        .bind(token.to_vec());
        maybe(self.first(question).await?)
    }

    async fn delete_old_calendar_states(&mut self, now: Timestamp) -> Result<u64> {
        let kept_since = now.as_second() - STATES_KEPT_FOR.as_secs();
        let states = sql("DELETE FROM calendar_states WHERE seen_at < $1").bind(kept_since);
        self.forget("calendar_states", Reason::ItsTime, now, states).await
    }

    async fn lock_calendar_names(&mut self, person: PersonId) -> Result<()> {
        // Changes nothing: the row is the lock.
        let statement = sql("UPDATE people SET locale = locale WHERE id = $1").bind(person.as_uuid());
        self.execute(statement).await.map(drop)
    }

    async fn save_calendar_name(&mut self, name: &CalendarName) -> Result<()> {
        let others = sql("DELETE FROM calendar_names WHERE person_id = $1 AND name = $2 AND booking_id <> $3")
            .bind(name.person.as_uuid())
            .bind(name.name.clone())
            .bind(name.booking.as_uuid());
        self.execute(others).await?;
        let statement = sql("INSERT INTO calendar_names (person_id, booking_id, name, uid, own_lines)
            VALUES ($1, $2, $3, $4, $5)
            ON CONFLICT (person_id, booking_id)
            DO UPDATE SET name = excluded.name, uid = excluded.uid, own_lines = excluded.own_lines")
        .bind(name.person.as_uuid())
        .bind(name.booking.as_uuid())
        .bind(name.name.clone())
        .bind(name.uid.clone())
        .bind(name.own_lines.clone());
        self.execute(statement).await.map(drop)
    }

    async fn calendar_names(&mut self, person: PersonId, bookings: &[BookingId]) -> Result<Vec<CalendarName>> {
        let question = rows::<CalendarNameRow>(concat!(
            "SELECT * FROM calendar_names WHERE person_id = $1 AND booking_id ",
            among!("$2")
        ))
        .bind(person.as_uuid())
        .bind(ids(bookings.iter().map(|id| id.as_uuid())));
        all(self.all(question).await?)
    }

    async fn calendar_name(&mut self, person: PersonId, name: &str) -> Result<Option<CalendarName>> {
        let question = rows::<CalendarNameRow>("SELECT * FROM calendar_names WHERE person_id = $1 AND name = $2")
            .bind(person.as_uuid())
            .bind(name.to_owned());
        maybe(self.first(question).await?)
    }

    async fn calendar_names_by_uid(&mut self, person: PersonId, uid: &str) -> Result<Vec<CalendarName>> {
        let question = rows::<CalendarNameRow>("SELECT * FROM calendar_names WHERE person_id = $1 AND uid = $2")
            .bind(person.as_uuid())
            .bind(uid.to_owned());
        all(self.all(question).await?)
    }
}
