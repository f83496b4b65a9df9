//! Every stored column is either personal, with a line in `domain::retention`, or named here as not personal.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use domain::retention::FIELDS;

/// Columns that say nothing about a person: ids of rows, times of meetings, hashes of random secrets, counters.
const IMPERSONAL: &[(&str, &[&str])] = &[
    ("people", &["id"]),
    ("web_sessions", &["secret_hash", "expires_at"]),
    ("api_tokens", &["id", "secret_hash", "created_at", "expires_at"]),
    ("failed_sign_ins", &["id"]),
    ("setup_links", &["only_one", "secret_hash", "expires_at"]),
    ("delegations", &["id", "valid_until"]),
    ("rooms", &["id", "kind", "name", "site", "capacity", "notes", "retired_at", "version"]),
    ("bookings", &["id", "zone", "guests_wait", "cancelled_at", "sequence", "version", "created_at", "updated_at"]),
    ("booking_rooms", &["booking_id", "room_id"]),
    ("occurrences", &["id", "booking_id", "start_s", "end_s", "state", "ended_at", "locked_at"]),
    ("room_claims", &["occurrence_id", "room_id", "start_s", "end_s"]),
    ("invitations", &["id", "booking_id", "secret_hash", "revoked_at"]),
    ("admissions", &["id", "occurrence_id", "ticket_hash", "state", "expires_at"]),
    ("exclusions", &["occurrence_id"]),
    ("audit_entries", &["id"]),
];

type Column = (String, String);

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The columns that all migrations of an engine make.
fn stored(engine: &str) -> BTreeSet<Column> {
    let folder = root().join("migrations").join(engine);
    let mut files: Vec<PathBuf> =
        fs::read_dir(folder).expect("the migrations lie there").flatten().map(|entry| entry.path()).collect();
    files.sort();
    let texts = files.iter().map(|file| fs::read_to_string(file).expect("readable"));
    texts.flat_map(|text| columns(&text)).collect()
}

fn columns(text: &str) -> BTreeSet<Column> {
    let mut columns = BTreeSet::new();
    let mut table = None;
    for line in text.lines().map(str::trim) {
        if let Some(rest) = line.strip_prefix("CREATE TABLE ") {
            table = rest.split([' ', '(']).next();
        } else if let Some(rest) = line.strip_prefix("ALTER TABLE ") {
            let mut words = rest.split_whitespace();
            if let (Some(table), Some("ADD"), Some("COLUMN"), Some(column)) =
                (words.next(), words.next(), words.next(), words.next())
            {
                columns.insert((table.to_owned(), column.to_owned()));
            }
        } else if line.starts_with(')') {
            table = None;
        } else if let (Some(table), Some(first)) = (table, line.split_whitespace().next())
            // Constraints and types are written in capitals, columns are not.
            && first.chars().all(|sign| sign.is_ascii_lowercase() || sign.is_ascii_digit() || sign == '_')
        {
            columns.insert((table.to_owned(), first.to_owned()));
        }
    }
    columns
}

fn known() -> BTreeSet<Column> {
    let impersonal = IMPERSONAL.iter().flat_map(|(table, columns)| columns.iter().map(move |column| (*table, *column)));
    let personal = FIELDS.iter().map(|field| (field.table, field.column));
    impersonal.chain(personal).map(|(table, column)| (table.to_owned(), column.to_owned())).collect()
}

#[test]
fn both_engines_store_what_the_table_says() {
    for engine in ["sqlite", "postgres"] {
        let stored = stored(engine);
        assert!(stored.len() > 50, "{engine}: {} columns were read", stored.len());
        let unsaid: Vec<_> = stored.difference(&known()).cloned().collect();
        assert!(unsaid.is_empty(), "{engine}: is this personal? {unsaid:?}");
        let gone: Vec<_> = known().difference(&stored).cloned().collect();
        assert!(gone.is_empty(), "{engine}: no longer stored: {gone:?}");
    }
}

#[test]
fn a_new_column_would_be_noticed() {
    let text = "CREATE TABLE people (\n    id UUID,\n    shoe_size BIGINT,\n    CHECK (id > 0)\n);\n\
                ALTER TABLE rooms ADD COLUMN smell TEXT;\n";
    let read: Vec<_> = columns(text).into_iter().filter(|column| !known().contains(column)).collect();
    assert_eq!(read, [("people".into(), "shoe_size".into()), ("rooms".into(), "smell".into())]);
}

#[test]
fn the_privacy_page_names_every_table_with_personal_columns() {
    let page = fs::read_to_string(root().join("../docs/privacy.md")).expect("the page lies there");
    for field in FIELDS {
        assert!(page.contains(&format!("`{}`", field.table)), "docs/privacy.md does not name `{}`", field.table);
    }
}
