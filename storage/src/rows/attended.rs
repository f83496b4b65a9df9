use crate::Attended;

#[derive(sqlx::FromRow)]
pub(crate) struct AttendedRow {
    start_s: i64,
    attended_for: Option<i64>,
    released_for: Option<i64>,
}

impl From<AttendedRow> for Attended {
    fn from(row: AttendedRow) -> Self {
        Self { is_attended: row.attended_for == Some(row.start_s), is_released: row.released_for == Some(row.start_s) }
    }
}
