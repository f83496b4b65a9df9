//! `kill -9` at any moment loses no booking that was acknowledged.
//!
//! This program starts itself a second time as the victim: it books in a loop and prints each
//! booking once it is committed. The parent kills it at random moments, opens the same file and
//! looks for every booking it was told about, for half-written ones, and for overlaps.

use std::collections::HashSet;
use std::io::{BufRead, BufReader, Write};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::Arc;

use domain::{Booking, BookingId, BookingState, Occurrence, OccurrenceId, OccurrenceState, Person, PersonId, Private};
use domain::{Room, RoomId, RoomKind};
use jiff::Timestamp;
use libtest_mimic::{Arguments, Failed, Trial};
use storage::{SqliteStore, StorageError, Store};
use tokio::task::JoinSet;
use uuid::Uuid;

/// Says to the second process that it is the victim, and where the file is.
const VICTIM: &str = "RENNSTEIG_TEST_VICTIM_OF";
/// How often the victim is killed.
const ROUNDS: usize = 25;
/// So many slots are fought for: enough for every round, few enough that bookings meet.
const SLOTS: i64 = 20_000;
const HOUR: i64 = 3600;

fn main() {
    if let Some(path) = std::env::var_os(VICTIM) {
        on_a_runtime(book_until_killed(Path::new(&path)));
        return;
    }
    let trial = Trial::test("kill_nine_at_any_moment_loses_no_acknowledged_booking", kill_again_and_again);
    libtest_mimic::run(&Arguments::from_args(), vec![trial]).exit();
}

fn on_a_runtime<T>(work: impl Future<Output = T>) -> T {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build();
    runtime.expect("threads can be started").block_on(work)
}

fn organiser() -> Person {
    Person {
        id: PersonId::from_uuid(Uuid::from_u128(1)),
        name: Private::from("Sabine Krämer"),
        email: Private::from("sabine@example.org"),
        password_hash: None,
        roles: Vec::new(),
        locale: "de".into(),
        site: None,
        disabled_at: None,
        created_at: at(0),
    }
}

fn room() -> Room {
    Room {
        id: RoomId::from_uuid(Uuid::from_u128(2)),
        kind: RoomKind::Physical,
        name: "Saal".into(),
        site: None,
        capacity: 12,
        notes: None,
        retired_at: None,
        version: 1,
    }
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).expect("a small offset stays in range")
}

/// A booking of two dates, so that half of it could be missing.
fn booking(slot: i64) -> (Booking, [Occurrence; 2]) {
    let id = BookingId::from_uuid(Uuid::now_v7());
    let booking = Booking {
        id,
        title: format!("Termin {slot}"),
        description: "x".repeat(500),
        organiser: organiser().id,
        booked_by: organiser().id,
        zone: "Europe/Berlin".into(),
        rooms: vec![room().id],
        guests_wait: true,
        remind_minutes: None,
        profile: domain::capacity::Profile::Normal,
        is_private: false,
        series: None,
        state: BookingState::Active,
        sequence: 0,
        version: 1,
        created_at: at(0),
        updated_at: at(0),
    };
    let date = |start: i64| Occurrence {
        id: OccurrenceId::from_uuid(Uuid::now_v7()),
        booking: id,
        start: at(start),
        end: at(start + HOUR),
        state: OccurrenceState::Held,
        locked_at: None,
        key: None,
        deviation: domain::Deviation::default(),
    };
    (booking, [date(slot * 2 * HOUR), date(slot * 2 * HOUR + HOUR)])
}

/// The victim: eight tasks book as fast as they can and say what stands.
async fn book_until_killed(path: &Path) {
    let store: Arc<dyn Store> = Arc::new(SqliteStore::open(path).await.expect("the file can be opened"));
    let mut tasks = JoinSet::new();
    for _ in 0..8 {
        tasks.spawn(book_for_ever(store.clone()));
    }
    tasks.join_all().await;
}

async fn book_for_ever(store: Arc<dyn Store>) {
    loop {
        let slot = i64::try_from(Uuid::new_v4().as_u128() % SLOTS as u128).expect("a slot is small");
        let (booking, dates) = booking(slot);
        let mut unit = store.begin().await.expect("a unit can be opened");
        match unit.add_booking(&booking, &dates).await {
            Err(StorageError::RoomTaken(_)) => continue,
            outcome => outcome.expect("nothing else stands against it"),
        }
        unit.commit().await.expect("it can be committed");
        // One write per line: a line the parent sees whole is an acknowledgement.
        let line = format!("{}\n", booking.id);
        std::io::stdout().lock().write_all(line.as_bytes()).expect("the parent reads");
        std::io::stdout().lock().flush().expect("the parent reads");
    }
}

fn kill_again_and_again() -> Result<(), Failed> {
    let folder = tempfile::tempdir()?;
    let path = folder.path().join("rennsteig.db");
    on_a_runtime(async {
        let store = SqliteStore::open(&path).await?;
        let mut unit = store.begin().await?;
        unit.add_person(&organiser()).await?;
        unit.add_room(&room()).await?;
        unit.commit().await
    })?;
    let mut acknowledged = Vec::new();
    for round in 0..ROUNDS {
        let mut victim = Victim::start(&path)?;
        // A random number of acknowledgements from 1 to 40, then death while more are being written.
        let mercy = 1 + usize::try_from(Uuid::new_v4().as_u128() % 40)?;
        acknowledged.extend(victim.hear(mercy)?);
        acknowledged.extend(victim.kill()?);
        let (found, held) = on_a_runtime(look(&path, &acknowledged))?;
        assert_eq!(found, acknowledged.len(), "round {round}: acknowledged bookings are missing");
        assert!(held >= 2 * found, "round {round}: acknowledged bookings do not hold their room");
    }
    assert!(acknowledged.len() >= ROUNDS, "every round acknowledged something");
    Ok(())
}

struct Victim {
    process: Child,
    lines: BufReader<std::process::ChildStdout>,
}

impl Victim {
    fn start(path: &Path) -> std::io::Result<Self> {
        let mut process = Command::new(std::env::current_exe()?).env(VICTIM, path).stdout(Stdio::piped()).spawn()?;
        let lines = BufReader::new(process.stdout.take().expect("it was piped"));
        Ok(Self { process, lines })
    }

    fn hear(&mut self, count: usize) -> Result<Vec<BookingId>, Failed> {
        let mut heard = Vec::new();
        for _ in 0..count {
            let mut line = String::new();
            if self.lines.read_line(&mut line)? == 0 {
                return Err("the victim died of something else".into());
            }
            heard.push(line.trim().parse()?);
        }
        Ok(heard)
    }

    /// SIGKILL, then what it had said until then. A last line cut off was no acknowledgement.
    fn kill(&mut self) -> Result<Vec<BookingId>, Failed> {
        self.process.kill()?;
        self.process.wait()?;
        let mut heard = Vec::new();
        let mut line = String::new();
        while self.lines.read_line(&mut line)? > 0 {
            if line.ends_with('\n') {
                heard.push(line.trim().parse()?);
            }
            line.clear();
        }
        Ok(heard)
    }
}

/// How many of these bookings are there, whole, and how many dates hold the room, none over another.
async fn look(path: &Path, acknowledged: &[BookingId]) -> Result<(usize, usize), StorageError> {
    let store = SqliteStore::open(path).await?;
    let mut unit = store.read().await?;
    let always = storage::Span { start: at(-HOUR), end: at((SLOTS + 1) * 2 * HOUR) };
    let mut stored = HashSet::new();
    for (_, booking) in unit.bookings_of(organiser().id, always, u32::MAX).await? {
        stored.insert(booking.id);
    }
    for &id in &stored {
        assert_eq!(unit.occurrences_of(id).await?.len(), 2, "half of booking {id} is missing");
    }
    let claims = unit.taken_rooms(&[room().id], always, None).await?;
    assert_eq!(claims.len(), 2 * stored.len(), "every booking holds the room for both dates");
    for pair in claims.windows(2) {
        assert!(pair[0].1.end <= pair[1].1.start, "{pair:?} overlap");
    }
    Ok((acknowledged.iter().filter(|id| stored.contains(id)).count(), claims.len()))
}
