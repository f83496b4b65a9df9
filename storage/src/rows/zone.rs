use domain::{BookingId, OccurrenceId};
use uuid::Uuid;

use super::{at, maybe_at, small};
use crate::{StayReason, StorageError, ZonePass, ZoneRules, ZoneStay, ZoneUpdate};

#[derive(sqlx::FromRow)]
pub(crate) struct ZoneRulesRow {
    zone: String,
    release: String,
    offsets: String,
}

impl From<ZoneRulesRow> for ZoneRules {
    fn from(ZoneRulesRow { zone, release, offsets }: ZoneRulesRow) -> Self {
        Self { zone, release, offsets }
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct ZoneUpdateRow {
    zone: String,
    release: String,
    earlier_release: String,
    offsets: String,
    begun_s: i64,
    ended_s: Option<i64>,
    pass: i64,
    done_id: Uuid,
    settled: i64,
    moved: i64,
}

impl TryFrom<ZoneUpdateRow> for ZoneUpdate {
    type Error = StorageError;

    fn try_from(row: ZoneUpdateRow) -> Result<Self, StorageError> {
        Ok(Self {
            rules: ZoneRules { zone: row.zone, release: row.release, offsets: row.offsets },
            earlier_release: row.earlier_release,
            begun_at: at(row.begun_s)?,
            ended_at: maybe_at(row.ended_s)?,
            pass: match row.pass {
                0 => ZonePass::All,
                -1 => ZonePass::Last,
                _ => ZonePass::Waiting,
            },
            done: BookingId::from_uuid(row.done_id),
            settled: small(row.settled)?,
            moved: small(row.moved)?,
        })
    }
}

pub(crate) fn zone_pass(pass: ZonePass) -> i64 {
    match pass {
        ZonePass::All => 0,
        ZonePass::Waiting => 1,
        ZonePass::Last => -1,
    }
}

#[derive(sqlx::FromRow)]
pub(crate) struct ZoneStayRow {
    occurrence_id: Uuid,
    zone: String,
    release: String,
    wanted_s: i64,
    reason: String,
}

const REASONS: [(StayReason, &str); 3] =
    [(StayReason::RoomTaken, "room_taken"), (StayReason::TooLate, "too_late"), (StayReason::Changed, "changed")];

impl TryFrom<ZoneStayRow> for ZoneStay {
    type Error = StorageError;

    fn try_from(row: ZoneStayRow) -> Result<Self, StorageError> {
        let reason = REASONS.iter().find(|(_, word)| *word == row.reason).map(|(reason, _)| *reason);
        let unreadable = || StorageError::Inconsistent(format!("a date stays because of {:?}", row.reason));
        Ok(Self {
            date: OccurrenceId::from_uuid(row.occurrence_id),
            reason: reason.ok_or_else(unreadable)?,
            zone: row.zone,
            release: row.release,
            wanted: at(row.wanted_s)?,
        })
    }
}

pub(crate) fn stay_reason(reason: StayReason) -> &'static str {
    REASONS.iter().find(|(one, _)| *one == reason).map_or("changed", |(_, word)| word)
}
