//! Rows as both engines return them, and their translation into the domain.
//!
//! No SQL here: a row names its columns, the engines' repositories choose them.

mod admission;
mod app_password;
mod attended;
mod booking;
mod calendar_feed;
mod calendar_program;
mod capacity;
mod continuation;
mod delegation;
mod deletion;
mod dial_in_pin;
mod given_role;
mod invitation;
mod kept_answer;
mod mail;
mod person;
mod reply;
mod room;
mod room_claim;
mod room_hold;
mod room_request;
mod room_rules;
mod room_wait;
mod session;
mod webhook;
mod words;
mod zone;

pub(crate) use admission::AdmissionRow;
pub(crate) use app_password::AppPasswordRow;
pub(crate) use attended::AttendedRow;
pub(crate) use booking::{
    BookingRoomRow, BookingRow, BusyRow, ClaimRow, OccurrenceRow, OutlineRow, SeriesColumns, assemble, claims,
    deviation_columns, occurrence_columns,
};
pub(crate) use calendar_feed::CalendarFeedRow;
pub(crate) use calendar_program::{CalendarNameRow, CalendarStateRow};
pub(crate) use capacity::{
    AttendanceRow, PoolLoadRow, PoolRow, PoolUseRow, ShareRow, SitePoolRow, SiteRow, TurnoutRow, on_overrun, pool_kind,
    profile, site,
};
pub(crate) use continuation::ContinuationRow;
pub(crate) use delegation::DelegationRow;
pub(crate) use deletion::DeletionRow;
pub(crate) use dial_in_pin::DialInPinRow;
pub(crate) use given_role::GivenRoleRow;
pub(crate) use invitation::{InvitationRow, invitation_columns};
pub(crate) use kept_answer::KeptAnswerRow;
pub(crate) use mail::MailRow;
pub(crate) use person::PersonRow;
pub(crate) use reply::{ReplyRow, recurrence_key};
pub(crate) use room::RoomRow;
pub(crate) use room_claim::RoomClaimRow;
pub(crate) use room_hold::RoomHoldRow;
pub(crate) use room_request::RoomRequestRow;
pub(crate) use room_rules::{RoomPersonRow, RoomPolicyRow, policy_text, room_rules};
pub(crate) use room_wait::RoomWaitRow;
pub(crate) use session::{ApiTokenRow, AuditRow, HolderRow};
pub(crate) use webhook::WebhookRow;
pub(crate) use words::{admission_state, answer, given_role, meeting_role, rights, roles, room_kind};
pub(crate) use zone::{ZoneRulesRow, ZoneStayRow, ZoneUpdateRow, stay_reason, zone_pass};

use jiff::Timestamp;
use uuid::Uuid;

use crate::StorageError;

/// The id of a row, where nothing else is asked for.
#[derive(sqlx::FromRow)]
pub(crate) struct IdRow {
    pub id: Uuid,
}

/// A line of text, where nothing else is asked for.
#[derive(sqlx::FromRow)]
pub(crate) struct LineRow {
    pub line: String,
}

/// A number, where nothing else is asked for.
#[derive(sqlx::FromRow)]
pub(crate) struct NumberRow {
    pub number: i64,
}

pub(crate) fn at(seconds: i64) -> Result<Timestamp, StorageError> {
    Timestamp::from_second(seconds).map_err(|_| StorageError::Inconsistent(format!("{seconds} is not an instant")))
}

pub(crate) fn maybe_at(seconds: Option<i64>) -> Result<Option<Timestamp>, StorageError> {
    seconds.map(at).transpose()
}

pub(crate) fn hash(bytes: Vec<u8>) -> Result<[u8; 32], StorageError> {
    bytes.try_into().map_err(|_| StorageError::Inconsistent("a hash is not 32 bytes long".into()))
}

pub(crate) fn small<N: TryFrom<i64>>(number: i64) -> Result<N, StorageError> {
    N::try_from(number).map_err(|_| StorageError::Inconsistent(format!("{number} is out of range")))
}

/// Translates every row or fails at the first that does not fit.
pub(crate) fn all<R, T: TryFrom<R, Error = StorageError>>(rows: Vec<R>) -> Result<Vec<T>, StorageError> {
    rows.into_iter().map(T::try_from).collect()
}

/// Translates the row, if there is one.
pub(crate) fn maybe<R, T: TryFrom<R, Error = StorageError>>(row: Option<R>) -> Result<Option<T>, StorageError> {
    row.map(T::try_from).transpose()
}
