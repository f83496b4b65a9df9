use std::fmt::Write as _;

use uuid::Uuid;

/// A value of a row.
#[derive(Clone, Debug)]
pub enum Cell {
    /// Nothing.
    Null,
    /// An id.
    Id(Uuid),
    /// A number or an instant.
    Number(i64),
    /// Yes or no.
    Truth(bool),
    /// Words.
    Text(String),
    /// Bytes.
    Bytes(Vec<u8>),
}

/// A table, and the columns that are filled.
#[derive(Debug)]
pub struct Table {
    /// Its name.
    pub name: &'static str,
    /// Their names, with commas.
    pub columns: &'static str,
}

impl Table {
    /// How many columns.
    pub fn width(&self) -> usize {
        self.columns.split(',').count()
    }
}

/// In the order in which they are filled: what others point to first.
pub const TABLES: &[Table] = &[
    Table { name: "people", columns: "id, name, name_folded, email, roles, locale, created_at" },
    Table { name: "api_tokens", columns: "id, secret_hash, person_id, label, created_at, expires_at" },
    Table { name: "delegations", columns: "id, principal_id, delegate_id, rights" },
    Table { name: "calendar_feeds", columns: "id, person_id, secret_hash, created_at" },
    Table { name: "rooms", columns: "id, kind, name, site, capacity, version" },
    Table {
        name: "bookings",
        columns: "id, title, description, organiser_id, booked_by_id, zone, guests_wait, sequence, version, created_at, \
                  updated_at, rule, first_local, duration_s, except_dates, begins_s, ends_s",
    },
    Table { name: "booking_rooms", columns: "booking_id, room_id" },
    Table { name: "occurrences", columns: "id, booking_id, start_s, end_s, state, recurrence_key, is_moved" },
    Table { name: "room_claims", columns: "occurrence_id, room_id, start_s, end_s" },
    Table { name: "invitations", columns: "id, booking_id, person_id, role, begins_s, ends_s" },
];

/// The place of a table in [`TABLES`].
pub fn place(name: &str) -> usize {
    TABLES.iter().position(|table| table.name == name).expect("a table of the list")
}

/// The value of a column in a row of a table.
pub fn of<'r>(table: &str, column: &str, row: &'r [Cell]) -> &'r Cell {
    let mut columns = TABLES[place(table)].columns.split(',').map(str::trim);
    &row[columns.position(|one| one == column).expect("a column of the table")]
}

/// A row as PostgreSQL's COPY takes it. There are no special characters in what is made up here.
pub fn copied(row: &[Cell], text: &mut String) {
    for (place, cell) in row.iter().enumerate() {
        if place > 0 {
            text.push('\t');
        }
        let _ = match cell {
            Cell::Null => write!(text, "\\N"),
            Cell::Id(id) => write!(text, "{id}"),
            Cell::Number(number) => write!(text, "{number}"),
            Cell::Truth(truth) => write!(text, "{truth}"),
            Cell::Text(words) => write!(text, "{words}"),
            Cell::Bytes(bytes) => {
                text.push_str("\\\\x");
                bytes.iter().try_for_each(|byte| write!(text, "{byte:02x}"))
            }
        };
    }
    text.push('\n');
}
