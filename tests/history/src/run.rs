//! One run: everybody at work, the program killed and started again, everything read and judged.

use std::sync::Arc;
use std::time::Instant;

use anyhow::Result;
use jiff::Zoned;
use tokio::task::JoinSet;

use crate::client::{Client, Shared, Wire, keep};
use crate::desk::Desk;
use crate::event::Record;
use crate::hours::Days;
use crate::judge::{Verdict, judge};
use crate::plan::{Engine, Plan};
use crate::site::Site;
use crate::tables;

/// So many clients work for one person.
const WINDOWS: usize = 2;

/// What came of a run, and how long it took.
pub struct Done {
    /// What the judge says.
    pub verdict: Verdict,
    /// From the first operation to the last, restarts included, seconds.
    pub seconds: f64,
}

/// Does one run; says how far it is.
pub async fn run(plan: &Plan, engine: Engine, mut say: impl FnMut(String)) -> Result<Done> {
    let mut site = Site::start(engine).await?;
    let keeper = site.person("Frieda Hausverwaltung").await;
    let rooms = Arc::new(site.rooms(&keeper).await?);
    let desk = Arc::new(Desk::new(plan.operations));
    let mut wires = Vec::new();
    for person in 0..plan.clients.div_ceil(WINDOWS) {
        let one = site.person(&format!("Person {person}")).await;
        for _ in 0..WINDOWS.min(plan.clients - wires.len()) {
            wires.push((u16::try_from(person)?, Wire::new(site.token(&one).await, site.base())));
        }
    }
    let keeps = Wire::new(site.token(&keeper).await, site.base());

    let days = Arc::new(Days::after(Zoned::now().date()));
    let shared = Shared { desk: Arc::clone(&desk), rooms: Arc::clone(&rooms), days };
    let began = Instant::now();
    let mut work = JoinSet::new();
    for (number, (person, wire)) in wires.into_iter().enumerate() {
        let seed = plan.seed.wrapping_mul(1_000).wrapping_add(number as u64);
        work.spawn(Client::new(person, wire, &shared, seed).work());
    }
    work.spawn(keep(u16::MAX - 1, keeps, Arc::clone(&desk), Arc::clone(&rooms), plan.seed));
    for kill in 1..=plan.kills {
        let due = plan.operations / (plan.kills + 1) * kill;
        desk.wait_for(due).await;
        site.fails(kill % 2 == 0).await?;
        let rate = due as f64 / began.elapsed().as_secs_f64();
        say(format!("{}: killed {kill} times, {due} operations, {rate:.0} a second", engine.name()));
    }
    while let Some(ended) = work.join_next().await {
        ended?;
    }
    let seconds = began.elapsed().as_secs_f64();
    let found = tables::read(site.stop().await?, &rooms).await?;
    let record = Record { events: desk.take(), found };
    Ok(Done { verdict: judge(&record), seconds })
}
