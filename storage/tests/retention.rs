//! Every stored column is either personal, with a line in `domain::retention`, or named here as not personal.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use domain::retention::HOLDINGS;
use servers::postgres::PostgresServer;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{PgPool, SqlitePool};
use storage::{PostgresStore, SqliteStore};

#[path = "../../tests/src/servers/mod.rs"]
#[expect(dead_code, reason = "shared with other tests; this one starts PostgreSQL only")]
mod servers;

/// Columns that say nothing about a person: ids of rows, times of meetings, hashes of random secrets, counters.
const IMPERSONAL: &[(&str, &[&str])] = &[
    ("people", &["id", "erased_at"]),
    ("web_sessions", &["secret_hash", "expires_at"]),
    ("api_tokens", &["id", "secret_hash", "created_at", "expires_at"]),
    ("calendar_feeds", &["id", "room_id", "secret_hash"]),
    ("app_passwords", &["id", "secret_hash"]),
    ("calendar_states", &["token"]),
    ("calendar_names", &["booking_id"]),
    ("failed_sign_ins", &["id"]),
    ("deletions", &["day_s", "reason", "from_table", "row_count", "latest_at"]),
    ("setup_links", &["only_one", "secret_hash", "expires_at"]),
    ("delegations", &["id", "valid_until"]),
    ("rooms", &["id", "kind", "name", "site", "capacity", "notes", "retired_at", "version", "policy", "door_hash"]),
    ("room_people", &["room_id"]),
    ("room_holds", &["room_id"]),
    ("room_waits", &["id", "room_id"]),
    ("given_roles", &["occurrence_id", "expires_at"]),
    ("room_requests", &["booking_id", "room_id", "reasons"]),
    (
        "bookings",
        &[
            "id",
            "zone",
            "guests_wait",
            "remind_minutes",
            "profile",
            "is_private",
            "counted_at",
            "cancelled_at",
            "sequence",
            "version",
            "created_at",
            "updated_at",
            "rule",
            "first_local",
            "duration_s",
            "extra_dates",
            "except_dates",
            "unfolded_until",
            "no_shows",
            "continues",
            "begins_with",
            "begins_s",
            "ends_s",
        ],
    ),
    ("booking_rooms", &["booking_id", "room_id"]),
    (
        "occurrences",
        &[
            "id",
            "booking_id",
            "start_s",
            "end_s",
            "state",
            "ended_at",
            "locked_at",
            "reminded_for",
            "attended_for",
            "released_for",
            "recurrence_key",
            "is_moved",
            "own_rooms",
        ],
    ),
    ("rooms_seen", &["occurrence_id", "room_id", "seen_for"]),
    ("room_claims", &["occurrence_id", "room_id", "start_s", "end_s"]),
    ("invitations", &["id", "booking_id", "secret_hash", "revoked_at", "begins_s", "ends_s"]),
    ("replies", &["invitation_id", "recurrence_key", "sequence"]),
    ("admissions", &["id", "occurrence_id", "ticket_hash", "state", "expires_at"]),
    ("kept_answers", &["key_hash", "expires_at"]),
    ("outbox", &["id", "attempts", "due_at", "give_up_at"]),
    (
        "webhooks",
        &[
            "position",
            "endpoint",
            "meeting",
            "run",
            "sequence",
            "event",
            "attempts",
            "created_at",
            "due_at",
            "give_up_at",
            "delivered_at",
            "last_answer",
        ],
    ),
    ("exclusions", &["occurrence_id"]),
    ("pools", &["id", "kind", "name", "limit_mbps", "limit_people", "on_overrun", "version"]),
    ("sites", &["id", "name", "networks", "is_default", "version"]),
    ("site_pools", &["site_id", "pool_id"]),
    ("pool_shares", &["booking_id", "pool_id", "people_milli", "kbps", "people_variance_milli", "kbps_variance"]),
    ("pool_loads", &["pool_id", "quarter", "people_milli", "kbps", "people_variance_milli", "kbps_variance"]),
    ("pool_uses", &["pool_id", "quarter", "people", "kbps"]),
    ("capacity_changes", &["only_one", "changed_at"]),
    ("dial_in_pins", &["booking_id", "drawn", "pin_hash", "made_at"]),
    ("turnouts", &["booking_id", "dates", "invited", "came"]),
    ("attendances", &["occurrence_id", "most"]),
    ("audit_entries", &["id"]),
];

type Column = (String, String);

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// The columns that SQLite has once all migrations are done.
async fn stored_in_sqlite() -> BTreeSet<Column> {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("rennsteig.db");
    SqliteStore::open(&path).await.expect("the file can be made");
    let pool = SqlitePool::connect_with(SqliteConnectOptions::new().filename(&path)).await.expect("it is there");
    let columns = "SELECT tables.name, columns.name FROM sqlite_schema AS tables
        JOIN pragma_table_info(tables.name) AS columns WHERE tables.type = 'table'";
    let columns: Vec<Column> = sqlx::query_as(columns).fetch_all(&pool).await.expect("every database tells that");
    ours(columns)
}

/// The columns that PostgreSQL has once all migrations are done.
async fn stored_in_postgres() -> BTreeSet<Column> {
    let server = PostgresServer::start().expect("PostgreSQL is installed and starts");
    let url = server.create_database("schema").expect("an empty database can be made");
    PostgresStore::connect(&url).await.expect("it runs");
    let pool = PgPool::connect(&url).await.expect("it runs");
    let columns = "SELECT table_name::text, column_name::text FROM information_schema.columns
        WHERE table_schema = 'public'";
    let columns: Vec<Column> = sqlx::query_as(columns).fetch_all(&pool).await.expect("every database tells that");
    ours(columns)
}

/// Without the engines' own tables and the list of migrations done.
fn ours(columns: Vec<Column>) -> BTreeSet<Column> {
    columns.into_iter().filter(|(table, _)| !table.starts_with("sqlite_") && !table.starts_with("_sqlx")).collect()
}

fn known() -> BTreeSet<Column> {
    let impersonal = IMPERSONAL.iter().flat_map(|(table, columns)| columns.iter().map(move |column| (*table, *column)));
    let personal = HOLDINGS.iter().flat_map(|held| held.columns.iter().map(move |column| (held.table, *column)));
    impersonal.chain(personal).map(|(table, column)| (table.to_owned(), column.to_owned())).collect()
}

/// What is stored but listed nowhere, and what is listed but no longer stored.
fn differences(stored: &BTreeSet<Column>) -> (Vec<Column>, Vec<Column>) {
    (stored.difference(&known()).cloned().collect(), known().difference(stored).cloned().collect())
}

#[tokio::test]
async fn both_engines_store_what_the_table_says() {
    for (engine, stored) in [("sqlite", stored_in_sqlite().await), ("postgres", stored_in_postgres().await)] {
        let (unsaid, gone) = differences(&stored);
        assert!(unsaid.is_empty(), "{engine}: is this personal? {unsaid:?}");
        assert!(gone.is_empty(), "{engine}: no longer stored: {gone:?}");
    }
}

#[test]
fn a_new_column_would_be_noticed() {
    let mut stored = known();
    stored.insert(("people".into(), "shoe_size".into()));
    stored.remove(&("people".into(), "email".into()));
    let (unsaid, gone) = differences(&stored);
    assert_eq!(unsaid, [("people".into(), "shoe_size".into())]);
    assert_eq!(gone, [("people".into(), "email".into())]);
}

#[test]
fn the_privacy_page_names_every_table_with_personal_columns() {
    let page = fs::read_to_string(root().join("../docs/privacy.md")).expect("the page lies there");
    for field in HOLDINGS {
        assert!(page.contains(&format!("`{}`", field.table)), "docs/privacy.md does not name `{}`", field.table);
    }
}
