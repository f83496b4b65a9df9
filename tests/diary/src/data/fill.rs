//! From drawn rows to a database: one thread draws, the engine's filler writes.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};

use anyhow::{Context as _, Result};

use super::calendar::Calendar;
use super::cell::{Cell, TABLES};
use super::rows::{Author, Taker};
use super::{Shape, postgres, sqlite};
use crate::plan::Engine;

/// Rows of one table that travel together.
const BATCH: usize = 500;
/// Batches drawn ahead.
const AHEAD: usize = 64;

/// Some rows of the table at this place of the list.
pub type Batch = (usize, Vec<Vec<Cell>>);

struct Batches {
    waiting: Vec<Vec<Vec<Cell>>>,
    out: SyncSender<Batch>,
}

impl Taker for Batches {
    fn take(&mut self, table: usize, row: Vec<Cell>) {
        self.waiting[table].push(row);
        if self.waiting[table].len() == BATCH {
            let rows = std::mem::replace(&mut self.waiting[table], Vec::with_capacity(BATCH));
            // Nobody listens any more: the filler has failed and says why.
            let _ = self.out.send((table, rows));
        }
    }
}

impl Batches {
    fn flush(&mut self) {
        for (table, rows) in self.waiting.iter_mut().enumerate() {
            let _ = self.out.send((table, std::mem::take(rows)));
        }
    }
}

/// Is something in it already?
pub async fn is_filled(engine: Engine, address: &str) -> Result<bool> {
    match engine {
        Engine::Sqlite => sqlite::is_filled(address).await,
        Engine::Postgres => postgres::is_filled(address).await,
    }
}

/// Fills a database that has its tables and nothing in them.
pub async fn fill(engine: Engine, address: &str, shape: Shape) -> Result<()> {
    let (out, batches): (_, Receiver<Batch>) = sync_channel(AHEAD);
    let drawing = std::thread::spawn(move || {
        let mut taker = Batches { waiting: TABLES.iter().map(|_| Vec::new()).collect(), out };
        Author::new(shape, &Calendar::new(), &mut taker).write();
        taker.flush();
    });
    match engine {
        Engine::Sqlite => sqlite::fill(address, batches).await,
        Engine::Postgres => postgres::fill(address, batches).await,
    }
    .with_context(|| format!("{} could not be filled", engine.name()))?;
    drawing.join().map_err(|_| anyhow::anyhow!("drawing the bookings failed"))
}
