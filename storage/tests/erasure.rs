//! Of one person everything is found and everything is erased, in every table, on both engines: what
//! `domain::retention` lists is all there is.

use std::collections::BTreeSet;
use std::sync::Arc;

use domain::retention::{ERASED_NAME, HOLDINGS, Reason};
use domain::room_policy::{RoomPeople, RoomPolicy};
use domain::timing::Timing;
use domain::waiting_list::RoomWait;
use domain::{
    Admission, AdmissionId, AdmissionState, Answer, ApiTokenId, AppPasswordId, Booking, BookingState, CalendarFeedId,
    Delegation, DelegationId, DelegationRight, Deviation, GivenRole, Identity, Invitation, InvitationId, Invitee,
    MailId, MeetingRole, Occurrence, Person, Private, Reply, Role, RoomWaitId,
};
use samples::{HOUR, at, booking, occurrence, person, room, write};
use serde_json::Value;
use servers::postgres::PostgresServer;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, PgPool, SqlitePool};
use storage::{
    ApiToken, AppPassword, AuditEntry, CalendarFeed, CalendarName, CalendarState, Mail, NewWebhook, PostgresStore,
    RequestKey, RoomHold, RoomRefusal, RoomRequest, RoomRules, SignIn, Span, SqliteStore, Store, StoredRow, Subject,
    WebSession,
};
use uuid::Uuid;

#[path = "promises/samples.rs"]
#[expect(dead_code, reason = "shared with the promises; what is made here is made by hand")]
mod samples;
#[path = "../../tests/src/servers/mod.rs"]
#[expect(dead_code, reason = "shared with other tests; this one starts PostgreSQL only")]
mod servers;

const NOW: i64 = 50 * HOUR;
const NAME: &str = "Walburga Quendel";
const ADDRESS: &str = "walburga.quendel@example.org";
/// In every text the person wrote, and nowhere else.
const MARK: &str = "zwetschge";
/// In what others wrote.
const OTHERS: &str = "pflaume";

fn subject(account: Option<&Person>, address: &str) -> Subject {
    Subject { account: account.map(|person| person.id), address: Private::from(address), sign_in_hash: [42; 32] }
}

fn invitation(booking: &Booking, invitee: Invitee) -> Invitation {
    let id = InvitationId::from_uuid(Uuid::now_v7());
    Invitation { id, booking: booking.id, invitee, role: MeetingRole::Participant, revoked_at: None }
}

/// Puts something about the person and about somebody else into every table.
async fn fill(store: &Arc<dyn Store>) -> (Person, Person) {
    let roles = vec![Role::RoomManager];
    let her = Person {
        email: Private::from(ADDRESS),
        password_hash: Some(Private::from("$argon2id$zwetschge")),
        roles,
        locale: "en".into(),
        ..person(NAME)
    };
    let other = person("Otto Pflaume");
    let mut unit = write(store).await;
    let rooms = [room("Raum 1"), room("Raum 2")];
    for person in [&her, &other] {
        unit.add_person(person).await.expect("the address is free");
    }
    for room in &rooms {
        unit.add_room(room).await.expect("the name is free");
    }
    for (who, number, text) in [(&her, 1, MARK), (&other, 2, OTHERS)] {
        let (secret_hash, expires_at) = ([number; 32], at(100 * HOUR));
        let session = WebSession { secret_hash, person: who.id, created_at: at(0), used_at: at(1), expires_at };
        unit.add_session(&session).await.expect("writing works");
        let id = ApiTokenId::from_uuid(Uuid::now_v7());
        let token = ApiToken { id, secret_hash, person: who.id, label: text.into(), created_at: at(0), expires_at };
        unit.add_api_token(&token).await.expect("writing works");
        let id = CalendarFeedId::from_uuid(Uuid::now_v7());
        let feed = CalendarFeed { id, person: who.id, room: None, secret_hash, created_at: at(0) };
        unit.save_feed(&feed).await.expect("writing works");
        let id = AppPasswordId::from_uuid(Uuid::now_v7());
        let (label, created_at) = (text.to_owned(), at(0));
        let password = AppPassword { id, person: who.id, label, secret_hash, created_at, used_day: Some(at(0)) };
        unit.add_app_password(&password).await.expect("writing works");
        let entries = format!("00ff {text}.ics\n");
        let told = CalendarState { person: who.id, calendar: who.id, token: [number; 16], entries, seen_at: at(0) };
        unit.save_calendar_state(&told).await.expect("writing works");
        unit.add_failed_sign_in(&SignIn { subject_hash: [41 + number; 32], at: at(0) }).await.expect("writing works");
        let span = Span { start: at(0), end: at(HOUR) };
        let hold = RoomHold { person: who.id, room: rooms[usize::from(number) - 1].id, span, expires_at };
        unit.save_holds(who.id, &[hold]).await.expect("writing works");
        let wait = RoomWait {
            id: RoomWaitId::from_uuid(Uuid::now_v7()),
            room: rooms[0].id,
            person: who.id,
            time: Timing { start: at(0), end: at(HOUR) },
            asked_at: at(0),
            offered_until: None,
        };
        unit.add_room_wait(&wait).await.expect("writing works");
        let key = RequestKey { person: who.id, hash: [number; 32] };
        assert!(unit.take_key(key, &[7; 32], at(0), expires_at).await.expect("writing works"));
        unit.keep_answer(key, text.as_bytes()).await.expect("writing works");
        let mail = Mail {
            id: MailId::from_uuid(Uuid::now_v7()),
            recipient: who.email.clone(),
            message: Private::new(format!("Subject: {text}").into_bytes()),
            attempts: 0,
            created_at: at(0),
            due_at: at(0),
            give_up_at: expires_at,
        };
        unit.add_mail(&mail).await.expect("writing works");
        let entry = AuditEntry {
            at: at(0),
            actor: Some(who.id),
            on_behalf_of: Some(other.id),
            action: "booking.created".into(),
            subject: "booking 1".into(),
        };
        unit.add_audit(&entry).await.expect("writing works");
        let webhook = NewWebhook {
            endpoint: "https://sink.example.org/".into(),
            meeting: "council".parse().expect("a name"),
            run: "run".into(),
            sequence: number.into(),
            event: "participant_joined".into(),
            body: Private::new(format!(r#"{{"identity":"{}"}}"#, Identity::from(who.id))),
            created_at: at(0),
            give_up_at: expires_at,
        };
        assert!(unit.add_webhook(&webhook).await.expect("writing works"));
    }
    let rights = vec![DelegationRight::Book];
    let id = DelegationId::from_uuid(Uuid::now_v7());
    let delegation = Delegation { id, principal: other.id, delegate: her.id, rights, valid_until: None };
    unit.save_delegation(&delegation).await.expect("writing works");
    let mut people = RoomPeople { bookers: vec![her.id, other.id], delegates: vec![her.id] };
    people.bookers.sort();
    let rules = RoomRules { room: rooms[0].id, policy: RoomPolicy::default(), people };
    unit.save_room_rules(&rules).await.expect("writing works");

    // Hers, and one of somebody else that she booked, refused a room for and was removed from.
    let state = BookingState::Cancelled { at: at(HOUR), by: her.id };
    let hers = Booking { title: MARK.into(), description: MARK.into(), state, ..booking(&her, &[]) };
    let theirs = Booking {
        title: OTHERS.into(),
        description: OTHERS.into(),
        booked_by: her.id,
        ..booking(&other, &[&rooms[1]])
    };
    for (held, text) in [(&hers, MARK), (&theirs, OTHERS)] {
        let deviation = Deviation { title: Some(text.into()), ..Deviation::default() };
        let date = Occurrence { deviation, ..occurrence(held, 0, HOUR) };
        unit.add_booking(held, std::slice::from_ref(&date)).await.expect("nothing is held");
        let email = Private::from("WALBURGA.quendel@Example.org");
        let guest = Invitee::Guest { name: Private::from(NAME), email: Some(email), secret_hash: unique() };
        let mut invited = vec![invitation(held, guest), invitation(held, Invitee::Person(her.id))];
        invited.push(invitation(held, Invitee::Person(other.id)));
        let (name, uid) = (format!("{text}.ics"), format!("{text}@phone"));
        let owner = if held.id == hers.id { her.id } else { other.id };
        let own_lines = format!("CATEGORIES:{text}\n");
        let named = CalendarName { person: owner, booking: held.id, name, uid, own_lines };
        unit.save_calendar_name(&named).await.expect("writing works");
        unit.save_invitations(held.id, &invited).await.expect("writing works");
        for (one, text) in invited.iter().zip([MARK, MARK, OTHERS]) {
            let (answer, comment) = (Some(Answer::Accepted), Some(Private::from(text)));
            let reply = Reply { answer, comment, stamped_at: at(0), ..Reply::awaited(one.id, None, 0) };
            unit.save_reply(&reply).await.expect("writing works");
        }
        for (identity, name) in
            [(Identity::from(her.id), NAME), (Identity::from(invited[0].id), NAME), (Identity::from(other.id), OTHERS)]
        {
            unit.exclude(date.id, &identity, at(0)).await.expect("writing works");
            unit.save_given_role(date.id, &identity, GivenRole::Listener, at(NOW)).await.expect("writing works");
            let admission = Admission {
                id: AdmissionId::from_uuid(Uuid::now_v7()),
                occurrence: date.id,
                identity,
                name: Private::from(name),
                ticket_hash: unique(),
                state: AdmissionState::Waiting,
                requested_at: at(0),
                expires_at: at(100 * HOUR),
                words: Some(Private::from(name)),
            };
            unit.save_admission(&admission).await.expect("writing works");
        }
    }
    let refused = |by: &Person, words: &str| Some(RoomRefusal { at: at(0), by: Some(by.id), words: words.into() });
    let request = RoomRequest {
        booking: theirs.id,
        room: rooms[1].id,
        asked_by: her.id,
        asked_at: at(0),
        reasons: "[]".into(),
        refusal: refused(&other, OTHERS),
    };
    unit.save_room_request(&request).await.expect("writing works");
    let request = RoomRequest { room: rooms[0].id, asked_by: other.id, refusal: refused(&her, MARK), ..request };
    unit.save_room_request(&request).await.expect("writing works");
    unit.commit().await.expect("nothing stands against it");
    (her, other)
}

/// A hash like no other.
fn unique() -> [u8; 32] {
    let mut bytes = [0; 32];
    bytes[..16].copy_from_slice(Uuid::now_v7().as_bytes());
    bytes
}

async fn stored_about(store: &Arc<dyn Store>, subject: &Subject) -> Vec<StoredRow> {
    samples::read(store).await.stored_about(subject).await.expect("reading works")
}

/// What lies in which table, whatever the ids are.
fn shape(rows: &[StoredRow]) -> Vec<(&'static str, BTreeSet<String>)> {
    rows.iter()
        .map(|row| {
            let columns: Value = serde_json::from_str(row.columns.expose()).expect("an object");
            (row.table, columns.as_object().expect("an object").keys().cloned().collect())
        })
        .collect()
}

async fn everything_is_found_and_erased(store: Arc<dyn Store>, dump: impl AsyncFn() -> String) {
    let (her, other) = fill(&store).await;
    let subject = subject(Some(&her), "Walburga.Quendel@example.ORG");
    let found = stored_about(&store, &subject).await;
    for held in HOLDINGS {
        let expected: BTreeSet<String> =
            held.columns.iter().chain(held.beside).map(|name| (*name).to_owned()).collect();
        let rows: Vec<_> = shape(&found).into_iter().filter(|(table, _)| *table == held.table).collect();
        assert!(
            !rows.is_empty(),
            "nothing of hers was found in `{}`: is it filled, and does a link lead there?",
            held.table
        );
        assert!(rows.iter().all(|(_, columns)| *columns == expected), "{}", held.table);
    }
    let text: String = found.iter().map(|row| row.columns.expose().as_str()).collect();
    assert!(text.contains(NAME) && text.contains(ADDRESS) && text.contains(&her.id.to_string()));
    assert!(text.contains("Subject: zwetschge"), "letters are readable");
    assert!(!text.contains("argon2") && text.contains(r#"***"#), "what is concealed is only mentioned");
    let before = dump().await;
    for mark in [NAME, ADDRESS, MARK, OTHERS] {
        assert!(before.contains(&mark.to_lowercase()) || before.contains(&hex(mark)), "{mark}");
    }

    let mut unit = write(&store).await;
    let erased = unit.erase(&subject, Reason::Erasure, at(NOW)).await.expect("writing works");
    unit.commit().await.expect("nothing stands against it");
    let after = dump().await;
    for mark in [NAME, ADDRESS, MARK] {
        assert!(!after.contains(&mark.to_lowercase()), "{mark} is still there in {after}");
        assert!(!after.contains(&hex(mark)), "{mark} is still there in {after}");
    }
    assert_eq!(after.matches(OTHERS).count(), before.matches(OTHERS).count(), "nothing of others is gone");
    assert!(after.contains(&ERASED_NAME.to_lowercase()));
    // What is left names nobody: what others need, and what is gone in days.
    let left: BTreeSet<&str> = stored_about(&store, &subject).await.iter().map(|row| row.table).collect();
    let staying = ["audit_entries", "bookings", "occurrences", "people", "room_requests", "webhooks"];
    assert_eq!(left, BTreeSet::from(staying));
    let gone: BTreeSet<&str> = erased.iter().map(|(table, _)| *table).collect();
    let never = ["audit_entries", "webhooks"];
    let expected: BTreeSet<&str> =
        HOLDINGS.iter().map(|held| held.table).filter(|table| !never.contains(table)).collect();
    assert_eq!(gone, expected);
    let log = samples::read(&store).await.deletions(100).await.expect("reading works");
    let told: BTreeSet<(&str, u64)> = log.iter().map(|line| (line.table.as_str(), line.rows)).collect();
    assert_eq!(told, erased.iter().copied().collect());
    assert!(log.iter().all(|line| line.reason == "erasure"));
    // Of the other person all is as it was.
    let mut unit = samples::read(&store).await;
    assert_eq!(unit.person(other.id).await.expect("reading works").as_ref(), Some(&other));
    assert_eq!(unit.delegations_held(her.id).await.expect("reading works"), []);
}

async fn a_guest_without_an_account_is_found_and_erased(store: Arc<dyn Store>) {
    fill(&store).await;
    let guest = subject(None, ADDRESS);
    let tables: BTreeSet<&str> = stored_about(&store, &guest).await.iter().map(|row| row.table).collect();
    let expected = ["admissions", "exclusions", "failed_sign_ins", "given_roles", "invitations", "outbox", "replies"];
    assert_eq!(tables, BTreeSet::from(expected));
    let mut unit = write(&store).await;
    let erased = unit.erase(&guest, Reason::Erasure, at(NOW)).await.expect("writing works");
    unit.commit().await.expect("nothing stands against it");
    assert_eq!(erased.into_iter().map(|(table, _)| table).collect::<BTreeSet<_>>(), tables);
    assert!(stored_about(&store, &guest).await.is_empty());
}

fn hex(text: &str) -> String {
    text.bytes().map(|byte| format!("{byte:02x}")).collect()
}

#[tokio::test]
async fn sqlite_finds_and_erases_everything_about_a_person() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("rennsteig.db");
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(&path).await.expect("the file can be made"));
    let pool = SqlitePool::connect_with(SqliteConnectOptions::new().filename(&path)).await.expect("it is there");
    let columns = "SELECT tables.name, columns.name FROM sqlite_schema AS tables
        JOIN pragma_table_info(tables.name) AS columns
        WHERE tables.type = 'table' AND tables.name NOT LIKE '\\_sqlx%' ESCAPE '\\'";
    let columns: Vec<(String, String)> = sqlx::query_as(columns).fetch_all(&pool).await.expect("it tells that");
    let dump = async || {
        let mut text = String::new();
        for (table, column) in &columns {
            let question = AssertSqlSafe(format!("SELECT quote({column}) FROM {table}"));
            let cells: Vec<(String,)> = sqlx::query_as(question).fetch_all(&pool).await.expect("readable");
            text.extend(cells.into_iter().map(|(cell,)| cell.to_lowercase() + "\n"));
        }
        text
    };
    everything_is_found_and_erased(store, dump).await;
    a_guest_without_an_account_is_found_and_erased(Arc::new(SqliteStore::in_memory().await.expect("a database"))).await;
}

#[tokio::test]
async fn postgres_finds_and_erases_everything_about_a_person() {
    let server = PostgresServer::start().expect("PostgreSQL is installed and starts");
    let url = server.create_database("erasure").expect("an empty database can be made");
    let store: Arc<dyn Store> = Arc::new(PostgresStore::connect(&url).await.expect("it runs"));
    let pool = PgPool::connect(&url).await.expect("it runs");
    let tables = "SELECT table_name::text FROM information_schema.tables
        WHERE table_schema = 'public' AND table_name NOT LIKE '\\_sqlx%'";
    let tables: Vec<(String,)> = sqlx::query_as(tables).fetch_all(&pool).await.expect("it tells that");
    let dump = async || {
        let mut text = String::new();
        for (table,) in &tables {
            let question = AssertSqlSafe(format!("SELECT {table}::text FROM {table}"));
            let rows: Vec<(String,)> = sqlx::query_as(question).fetch_all(&pool).await.expect("readable");
            text.extend(rows.into_iter().map(|(row,)| row.to_lowercase() + "\n"));
        }
        text
    };
    everything_is_found_and_erased(store, dump).await;
    let url = server.create_database("guests").expect("an empty database can be made");
    a_guest_without_an_account_is_found_and_erased(Arc::new(PostgresStore::connect(&url).await.expect("it runs")))
        .await;
}
