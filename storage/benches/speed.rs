//! How fast is booking? `cargo bench -p storage --bench speed [-- postgres://user@host/empty-database]`
//!
//! Without an address: SQLite in a temporary folder, every commit synced to disk.

#![expect(clippy::print_stdout, reason = "it is there to print")]

use std::sync::Arc;
use std::time::Instant;

use domain::{
    Booking, BookingId, BookingState, Occurrence, OccurrenceId, OccurrenceState, Person, PersonId, Private, Room,
    RoomId, RoomKind,
};
use jiff::Timestamp;
use storage::{PostgresStore, Span, SqliteStore, StorageError, Store};
use uuid::Uuid;

const HOUR: i64 = 3600;
const WEEK: i64 = 7 * 24 * HOUR;
/// Two years of a weekly series.
const WEEKS: i64 = 104;

#[tokio::main]
async fn main() -> Result<(), StorageError> {
    let folder = tempfile::tempdir().map_err(|error| StorageError::Unavailable(error.into()))?;
    let store: Arc<dyn Store> = match std::env::args().find(|argument| argument.starts_with("postgres")) {
        Some(url) => Arc::new(PostgresStore::connect(&url).await?),
        None => Arc::new(SqliteStore::open(folder.path().join("speed.db")).await?),
    };
    let (ada, room) = furnish(&store).await?;
    let singles = 500;
    timed("book one date, commit", singles, async |number| {
        book(&store, &ada, &room, &[number * 2 * HOUR]).await.map(drop)
    })
    .await?;
    timed("be refused a taken room", singles, async |number| {
        match book(&store, &ada, &room, &[number * 2 * HOUR]).await {
            Ok(false) => Ok(()),
            _ => Err(StorageError::Inconsistent("the room should be taken".into())),
        }
    })
    .await?;
    timed("book a series of 104 dates, commit", 20, async |number| {
        let first = 10 * 365 * 24 * HOUR + number * 2 * HOUR;
        let dates: Vec<i64> = (0..WEEKS).map(|week| first + week * WEEK).collect();
        book(&store, &ada, &room, &dates).await.map(drop)
    })
    .await
}

async fn timed(
    what: &str,
    times: i64,
    work: impl AsyncFn(i64) -> Result<(), StorageError>,
) -> Result<(), StorageError> {
    let start = Instant::now();
    for number in 0..times {
        work(number).await?;
    }
    let each = start.elapsed() / u32::try_from(times).expect("few times");
    println!("{what}: {each:.2?} each");
    Ok(())
}

/// As the scheduler does it: lock, look, write, commit. `false` if the room is taken.
async fn book(store: &Arc<dyn Store>, ada: &Person, room: &Room, starts: &[i64]) -> Result<bool, StorageError> {
    let booking = Booking {
        id: BookingId::from_uuid(Uuid::now_v7()),
        title: "Jour fixe".into(),
        description: String::new(),
        organiser: ada.id,
        booked_by: ada.id,
        zone: "Europe/Berlin".into(),
        rooms: vec![room.id],
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
    let date = |start: &i64| Occurrence {
        id: OccurrenceId::from_uuid(Uuid::now_v7()),
        booking: booking.id,
        start: at(*start),
        end: at(start + HOUR),
        state: OccurrenceState::Held,
        locked_at: None,
        key: None,
        deviation: domain::Deviation::default(),
    };
    let dates: Vec<Occurrence> = starts.iter().map(date).collect();
    let mut unit = store.begin().await?;
    unit.lock_rooms(&booking.rooms).await?;
    for date in &dates {
        let span = Span { start: date.start, end: date.end };
        if !unit.taken_rooms(&booking.rooms, span, None).await?.is_empty() {
            return Ok(false);
        }
    }
    unit.add_booking(&booking, &dates).await?;
    unit.commit().await.map(|()| true)
}

async fn furnish(store: &Arc<dyn Store>) -> Result<(Person, Room), StorageError> {
    let ada = Person {
        id: PersonId::from_uuid(Uuid::now_v7()),
        name: Private::from("Ada"),
        email: Private::from("ada@example.org"),
        password_hash: None,
        roles: Vec::new(),
        locale: "de".into(),
        site: None,
        disabled_at: None,
        created_at: at(0),
    };
    let room = Room {
        id: RoomId::from_uuid(Uuid::now_v7()),
        kind: RoomKind::Physical,
        name: "Saal".into(),
        site: None,
        capacity: 12,
        notes: None,
        retired_at: None,
        version: 1,
    };
    let mut unit = store.begin().await?;
    unit.add_person(&ada).await?;
    unit.add_room(&room).await?;
    unit.commit().await?;
    Ok((ada, room))
}

fn at(seconds: i64) -> Timestamp {
    Timestamp::from_second(1_800_000_000 + seconds).expect("within the next decades")
}
